"""Matters: raised at the lowest level, worked on, closed there or whistled upward, all timed."""

from collections.abc import Callable
from dataclasses import dataclass

from gis.errors import ConflictError
from scenarios.command import LEVELS, Commanding, MatterRule
from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.levels.offices import Office, detail, factor
from simulation.levels.tally import Tally
from simulation.record import EventLog
from simulation.streams import Streams


@dataclass(slots=True, kw_only=True)
class Matter:
    """One matter.

    Attributes:
        rule: Row of its rule in the drill, -1 for an action an inject asks for.
        action: That action, empty for a matter of the city.
        office: Who has it now.
        since_tick: When it came there.
        begun_tick: When somebody there took it up, -1 while it waits.
        minutes: Work given to an action; a matter of the city draws it anew at each level [min].
        department: Department that reported in and stays, empty for none.
        is_over: True once the city no longer needs it.
        is_worked: True once the office did its part and stays until the matter is over.
        event: Event that would pass it on for want of anybody to take it up.
    """

    number: int
    kind: str
    place: str
    priority: int
    raised_tick: int
    rule: int = -1
    action: str = ""
    office: str = ""
    since_tick: int = 0
    begun_tick: int = -1
    minutes: float = 0.0
    department: str = ""
    is_over: bool = False
    is_worked: bool = False
    event: int = -1


class Matters:
    """The matters of a run and the offices that handle them.

    Args:
        offices: Every office by name.
        hour_at: Gives the hour of the day now.
        on_worked: Told the action whose work an organisation has done.
    """

    def __init__(
        self,
        offices: dict[str, Office],
        *,
        clock: Clock,
        log: EventLog,
        streams: Streams,
        commanding: Commanding,
        hour_at: Callable[[], float],
    ) -> None:
        self.offices, self._clock, self._log = offices, clock, log
        self._streams, self._rules, self._hour_at = streams, commanding, hour_at
        self._at = {(one.level, one.place): one.name for one in offices.values() if one.place}
        self.open: dict[int, Matter] = {}
        self.tally = Tally()
        self._numbers = 0
        self.on_worked: Callable[[str], None] = _nobody
        clock.on("matter.patience", self._patience)
        clock.on("matter.worked", self._worked)

    def raise_(self, rule: int, *, place: str) -> Matter:
        """Let a matter of the city arise in a grid; the grid's office gets it."""
        found = self._rules.matters[rule]
        matter = self._new(kind=found.kind, place=place, priority=found.priority, rule=rule)
        self._log.write("matter.raised", place=place, matter=matter.number, about=found.kind)
        self._give(matter, self._office_of(place, len(LEVELS) - 1))
        return matter

    def ask(self, organisation: str, action: str, *, minutes: float, place: str) -> None:
        """Put an action that an inject asks for on an organisation's desk.

        Args:
            organisation: Who is asked.
            action: The action; ``on_worked`` is told of it.
            minutes: Work it takes a rested organisation [min].
            place: Code of the place it is about, empty for the whole city.
        """
        matter = self._new(kind="action", place=place, priority=self._rules.deed_priority)
        matter.action, matter.minutes = action, minutes
        self._give(matter, self.offices[organisation])

    def over(self, number: int) -> None:
        """Say that the city no longer needs a matter; it is closed once its office did its part."""
        matter = self.open.get(number)
        if matter is not None:
            matter.is_over = True
            if matter.is_worked:
                self._close(matter)

    def step(self) -> None:
        """Let offices take up what waits: their capacity changes with the hour."""
        for office in self.offices.values():
            self._serve(office)

    def _new(self, *, kind: str, place: str, priority: int, rule: int = -1) -> Matter:
        self._numbers += 1
        matter = Matter(
            number=self._numbers,
            kind=kind,
            place=place,
            priority=priority,
            raised_tick=self._clock.tick,
            rule=rule,
        )
        self.open[matter.number] = matter
        return matter

    def _rule(self, matter: Matter) -> MatterRule:
        return self._rules.matters[matter.rule]

    def _office_of(self, place: str, depth: int) -> Office:
        """The office of the place's parent at some depth below the city, or the next above it."""
        for above in range(depth, -1, -1):
            for width in range(len(place), 0, -1):
                name = self._at.get((LEVELS[above], place[:width]))
                if name is not None:
                    return self.offices[name]
        raise ConflictError(f"no office answers for place {place!r}; list its level in the drill")

    def _give(self, matter: Matter, office: Office) -> None:
        matter.office, matter.since_tick, matter.begun_tick = office.name, self._clock.tick, -1
        self.tally.came(office.level)
        office.push(matter.priority, matter.number)
        self._serve(office)
        if matter.begun_tick < 0 and matter.rule >= 0 and office.level != "city":
            patience = office.rule.patience_minutes.value * 60
            payload = {"matter": matter.number}
            matter.event = self._clock.after(patience, "matter.patience", payload)

    def _serve(self, office: Office) -> None:
        share = self._rules.stay_share.value
        while office.queue and office.has_room(self._hour_at(), share):
            self._take(self.open[office.pop()], office)

    def _hours(self, office: Office) -> float:
        fatigue, now = self._rules.fatigue, self._clock.tick / TICKS_PER_SECOND
        since = (self._hour_at() - office.rule.day[0]) % fatigue.shift_hours.value
        return office.tire(now, fatigue, since_shift_h=since)

    def _take(self, matter: Matter, office: Office) -> None:
        hours = self._hours(office)
        office.busy.add(matter.number)
        self._clock.cancel(matter.event)
        matter.begun_tick = self._clock.tick
        waited = self._minutes(matter.since_tick)
        self.tally.taken(office.level, waited)
        if matter.rule >= 0:
            spread = self._rule(matter).minutes
            minutes = self._streams.lognormal(f"matters.{office.level}", spread.value, spread.sigma)
            self._log.write(
                "matter.taken",
                place=matter.place,
                matter=matter.number,
                about=matter.kind,
                waited=waited,
                hours_on_duty=hours,
                **detail(office),
            )
        else:
            minutes = matter.minutes
        minutes *= factor(self._rules.fatigue.work, hours)
        payload = {"matter": matter.number, "hours": hours}
        self._clock.after(minutes * 60, "matter.worked", payload)

    def _minutes(self, tick: int) -> float:
        return (self._clock.tick - tick) / TICKS_PER_SECOND / 60

    def _worked(self, payload: Payload) -> None:
        matter = self.open[payload["matter"]]
        office = self.offices[matter.office]
        if matter.rule < 0:
            self._finish(matter, office)
            return
        rule = self._rule(matter)
        miss = rule.miss.value * factor(self._rules.fatigue.miss, float(payload["hours"]))
        is_missed = self._streams.get(f"matters.miss.{office.level}").random() < miss
        is_top = office.level == LEVELS[0]
        can_close = LEVELS.index(office.level) <= LEVELS.index(rule.closes_at)
        if is_top or (can_close and not is_missed):
            matter.is_worked = True
            if matter.is_over:
                self._close(matter)
            else:
                self._stay(matter, office)
            return
        self._escalate(matter, "missed" if can_close else "beyond_level")

    def _finish(self, matter: Matter, office: Office) -> None:
        """An organisation did what it was asked for."""
        if matter.kind == "report_in":
            self._report_in(matter, office)
        del self.open[matter.number]
        self.tally.closed(office.level)
        self._leave(matter, office)
        if matter.kind == "action":
            self.on_worked(matter.action)

    def _patience(self, payload: Payload) -> None:
        matter = self.open.get(payload["matter"])
        if matter is not None and matter.begun_tick < 0:
            self.offices[matter.office].withdraw(matter.number)
            self._escalate(matter, "waited")

    def _leave(self, matter: Matter, office: Office) -> None:
        """Free whoever was with a matter."""
        self._hours(office)
        if matter.number in office.busy:
            office.busy.discard(matter.number)
            self.tally.left(office.level, self._minutes(matter.begun_tick))
        office.staying.discard(matter.number)
        self._serve(office)

    def _stay(self, matter: Matter, office: Office) -> None:
        """The work is done; somebody follows the matter to its end, beside other matters."""
        self._leave(matter, office)
        office.staying.add(matter.number)

    def _escalate(self, matter: Matter, reason: str) -> None:
        """Whistle: the level above takes over; beyond the street a department is called in."""
        office = self.offices[matter.office]
        above = self._office_of(matter.place, LEVELS.index(office.level) - 1)
        worked = self._minutes(matter.begun_tick) if matter.begun_tick >= 0 else 0.0
        self.tally.escalated(office.level)
        self._log.write(
            "matter.escalated",
            place=matter.place,
            matter=matter.number,
            about=matter.kind,
            reason=reason,
            to=above.name,
            waited=self._minutes(matter.since_tick) - worked,
            worked=worked,
            **detail(office),
        )
        if matter.begun_tick >= 0:
            self._leave(matter, office)
        if office.level == "street" and not matter.department:
            self._call_department(matter)
        self._give(matter, above)

    def _call_department(self, matter: Matter) -> None:
        """Put the report-in on the desk of the department, behind what it has there already."""
        matter.department = self._rule(matter).department
        spread = self._rules.report_in
        call = self._new(kind="report_in", place=matter.place, priority=matter.priority)
        call.action = str(matter.number)
        call.minutes = self._streams.lognormal("matters.report_in", spread.value, spread.sigma)
        self._give(call, self.offices[matter.department])

    def _report_in(self, call: Matter, department: Office) -> None:
        """A department has reported in; somebody stays until the matter is closed."""
        minutes = self._minutes(call.raised_tick)
        self._log.write(
            "matter.report_in",
            who=department.name,
            place=call.place,
            matter=int(call.action),
            minutes=minutes,
            in_time=minutes <= self._rules.report_in_minutes.value,
        )
        if int(call.action) in self.open:
            department.staying.add(int(call.action))

    def _close(self, matter: Matter) -> None:
        office = self.offices[matter.office]
        self.tally.closed(office.level)
        self._log.write(
            "matter.closed",
            place=matter.place,
            matter=matter.number,
            about=matter.kind,
            minutes=self._minutes(matter.raised_tick),
            waited=(matter.begun_tick - matter.since_tick) / TICKS_PER_SECOND / 60,
            worked=self._minutes(matter.begun_tick),
            **detail(office),
        )
        del self.open[matter.number]
        self._leave(matter, office)
        if matter.department:
            department = self.offices[matter.department]
            self._hours(department)
            department.staying.discard(matter.number)
            self._serve(department)


def _nobody(action: str) -> None:
    del action
