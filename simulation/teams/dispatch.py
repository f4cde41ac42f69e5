"""Dispatch: the nearest suitable free unit goes, works, carries, and comes back.

request → commit → travel → on site → busy → return; every step is an event on the run's clock and
a line in its log.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gis.errors import ConflictError
from scenarios.dispatch import Dispatching
from scenarios.norms import Series, Spread
from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.people.trails import Trails
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.duty import Duty
from simulation.teams.ledger import Phase
from simulation.teams.nearby import Nearby
from simulation.teams.responders import Incident, Responders, Unit
from simulation.teams.waiting import Waiting
from simulation.teams.ways import Leg, Ways

BLOCKED_S = 60.0
"""A crew that finds every way closed reports so and is free again after this long [s]; basis A."""
STRANDED_S = 1800.0
"""With no way to bring its people anywhere a unit looks after them on the spot [s]; basis A."""

OnSite = Callable[[Incident, Unit], float]
Finish = Callable[[Incident, Unit], int]
Deliver = Callable[[Incident, Unit], None]


class Dispatch:
    """Open incidents and the units under way.

    Attributes:
        nearby: Where the units are.
        duty: Which crews are on duty.
        held: Units that stay where they delivered, by name.
        trails: Keeps the drives for the map; None where nobody looks.
    """

    def __init__(
        self,
        responders: Responders,
        ways: Ways,
        *,
        clock: Clock,
        log: EventLog,
        streams: Streams,
        dispatching: Dispatching,
        turnout_minutes: Spread,
        trails: Trails | None = None,
        tiring: Series | None = None,
    ) -> None:
        self.responders, self.ways, self.trails = responders, ways, trails
        self._clock, self._log, self._streams = clock, log, streams
        self._turnout = turnout_minutes
        self._rules = dispatching.rules()
        self._suited = {
            kind: [name for name, rule in self._rules.items() if kind in rule.suits]
            for kind in responders.by_kind
        }
        self._waiting = Waiting()
        self._numbers = 0
        self._freed = 0
        self.held: set[str] = set()
        self._work: dict[str, tuple[OnSite, Finish, Deliver]] = {}
        self.duty = Duty(responders, clock=clock, log=log, streams=streams, tiring=tiring)
        clock.on("unit.on_duty", self._on_duty)
        clock.on("unit.relieve", self._relieve)
        self.duty.open()
        self.nearby = Nearby(clock, responders, ways, dispatching)
        clock.on("unit.set_off", self._set_off)
        clock.on("unit.arrive", self._arrive)
        clock.on("unit.finish", self._finish)
        clock.on("unit.deliver", self._deliver)
        clock.on("unit.leave", self._leave)
        clock.on("unit.home", self._home)

    def on(self, kind: str, *, on_site: OnSite, finish: Finish, deliver: Deliver) -> None:
        """Say what units do at incidents of a kind.

        Args:
            kind: Kind of incident.
            on_site: Called on arrival; gives the time of work there [s].
            finish: Called after it; gives the node to drive to next, or -1 for none.
            deliver: Called after the hand-over at that node.

        Raises:
            ConflictError: Somebody said so already, or the drill has no rule for the kind.
        """
        if kind in self._work:
            raise ConflictError(f"incidents of kind {kind!r} are handled already")
        if kind not in self._rules:
            raise ConflictError(f"the drill says not which teams suit {kind!r}; add it to dispatch")
        self._work[kind] = (on_site, finish, deliver)

    def request(self, kind: str, *, node: int, place: str, **details: object) -> Incident:
        """Open an incident; the nearest suitable free unit is sent as soon as there is one."""
        self._numbers += 1
        incident = Incident(
            number=self._numbers,
            kind=kind,
            node=self.ways.passage.stop(node),
            place=place,
            created_tick=self._clock.tick,
            **{"priority": self._rules[kind].priority, **details},  # type: ignore[arg-type]  # fields of Incident, checked by its constructor
        )
        self._log.write(
            "resource.request",
            place=place,
            incident=incident.number,
            asked=kind,
            people=len(incident.people),
        )
        self.responders.ledger.ask(kind)
        self._waiting.add(incident)
        self._try(incident)
        return incident

    @property
    def waiting(self) -> list[Incident]:
        """Requests nobody has been sent to, in the order in which they were made."""
        return self._waiting.all()

    def retry(self) -> None:
        """Take up requests nobody could get to, once the roads or the free units changed."""
        state = (*self.ways.version, self._freed)
        for incident in self._waiting.aside():
            if incident.tried != state:
                self._try(incident)

    def aboard(self) -> int:
        """Residents inside units under way."""
        return sum(len(unit.aboard) for unit in self.responders.roll)

    def spread(self, name: str, spread: Spread) -> float:
        """Draw a duration in the unit of its norm."""
        return self._streams.lognormal(f"teams.{name}", spread.value, spread.sigma)

    def busy_share(self, kind: str) -> float:
        """Share of the units of a kind that are not idle; 1 where there are none."""
        units = self.responders.by_kind.get(kind, [])
        if not units:
            return 1.0
        return 1.0 - self.responders.ledger.count(kind, "idle") / len(units)

    def waiting_nodes(self) -> NDArray[np.int64]:
        """Nodes of the incidents nobody has been sent to."""
        return np.array([incident.node for incident in self.waiting], dtype=np.int64)

    def _try(self, incident: Incident) -> None:
        """Send somebody to a request, or let it wait: in the queue, or aside if none gets there."""
        unit = self.nearby.pick(incident)
        if unit is not None and self._send(unit, incident):
            return
        kinds = self._rules[incident.kind].suits
        if any(len(self.nearby.free.get(kind, ())) for kind in kinds):
            incident.tried = (*self.ways.version, self._freed)
            self._waiting.set_aside(incident)
        else:
            self._waiting.add(incident)

    def _send(self, unit: Unit, incident: Incident) -> bool:
        """Bind a unit to a request; False where it finds no way."""
        if unit.phase == "idle":
            self._commit(unit, incident)
            self._schedule(unit, self._turnout_s(unit.kind), "unit.set_off")
            return True
        spot, lead_s = self.nearby.position(unit)
        leg = self._leg(unit, spot, incident.node, lead_s)
        if leg is None:
            return False
        self._turn(unit)
        self._commit(unit, incident)
        self._go(unit, leg, "travelling", "unit.arrive")
        return True

    def _turnout_s(self, kind: str) -> float:
        """Draw how long a crew takes to set off [s]; a stream of its own for each kind of unit."""
        if self._turnout.value <= 0:
            return 0.0
        return 60 * self.spread(f"turnout.{kind}", self._turnout)

    def _turn(self, unit: Unit) -> None:
        """End the drive a unit is on; a task it leaves goes back to the queue."""
        self._clock.cancel(unit.event)
        self._end_leg(unit)
        left = unit.incident
        if left is None:
            return
        self._unbind(unit, left)
        self._waiting.add(left)
        self._log.write(
            "team.redirected",
            who=unit.name,
            place=left.place,
            incident=left.number,
            asked=left.kind,
        )

    def _unbind(self, unit: Unit, incident: Incident) -> None:
        """Part a unit from a task that it did not begin."""
        if unit.phase == "travelling":
            self.nearby.leave(unit)
        unit.incident = None
        self.responders.ledger.book(incident.kind, "bound", "waiting")
        self.responders.shift(unit, "returning")
        self.nearby.enter(unit)

    def _commit(self, unit: Unit, incident: Incident) -> None:
        self.nearby.leave(unit)
        self.responders.shift(unit, "committed")
        self.responders.ledger.book(incident.kind, "waiting", "bound")
        self._waiting.take(incident)
        unit.incident = incident
        self._log.write(
            "resource.commit",
            who=unit.name,
            place=incident.place,
            incident=incident.number,
            asked=incident.kind,
        )

    def _schedule(self, unit: Unit, seconds: float, kind: str) -> None:
        unit.event = self._clock.after(seconds, kind, {"unit": unit.name})

    def _leg(self, unit: Unit, spot: int, node: int, lead_s: float = 0.0) -> Leg | None:
        return self.ways.leg(unit.kind, spot, node, tick=self._clock.tick, lead_s=lead_s)

    def _go(self, unit: Unit, leg: Leg, phase: Phase, event: str) -> None:
        """Start a unit on a leg."""
        if unit.phase != phase:
            self.responders.shift(unit, phase)
        unit.leg, unit.node = leg, leg.node
        if phase in ("travelling", "returning"):
            self.nearby.enter(unit)
        self._schedule(unit, leg.seconds, event)

    def _end_leg(self, unit: Unit) -> None:
        """Keep the part of its leg that a unit drove, for the map."""
        leg, unit.leg = unit.leg, None
        if leg is None or self.trails is None:
            return
        elapsed = (self._clock.tick - leg.began_tick) / TICKS_PER_SECOND
        driven = slice(0, leg.ahead(elapsed) + 1)
        xy = self.ways.passage.xy()[leg.spots[driven]]
        self.trails.follow(unit.kind, xy, leg.began_tick / TICKS_PER_SECOND + leg.at_s[driven])

    def _unit(self, payload: Payload) -> tuple[Unit, Incident]:
        unit = self.responders.units[payload["unit"]]
        if unit.incident is None:
            raise ConflictError(f"unit {unit.name} has no incident; its events were mixed up")
        return unit, unit.incident

    def _set_off(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        leg = self._leg(unit, self.ways.spot(unit.kind, unit.node), incident.node)
        if leg is not None:
            self._go(unit, leg, "travelling", "unit.arrive")
            return
        self._log.write(
            "team.blocked", who=unit.name, place=incident.place, incident=incident.number
        )
        self._unbind(unit, incident)
        incident.tried = (*self.ways.version, self._freed)
        self._waiting.set_aside(incident)
        self._schedule(unit, BLOCKED_S, "unit.home")

    def _arrive(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self.nearby.leave(unit)
        self._end_leg(unit)
        self.responders.shift(unit, "on_site")
        minutes = (self._clock.tick - incident.created_tick) / TICKS_PER_SECOND / 60
        self._log.write(
            "team.arrive",
            who=unit.name,
            place=incident.place,
            incident=incident.number,
            asked=incident.kind,
            minutes=minutes,
        )
        work_s = self._work[incident.kind][0](incident, unit) * self.duty.pace(unit)
        self._schedule(unit, work_s, "unit.finish")

    def _finish(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        target = self._work[incident.kind][1](incident, unit)
        target = self.ways.passage.stop(target) if target >= 0 else -1
        self.responders.shift(unit, "busy")
        if target < 0 or target == unit.node:
            self._schedule(unit, 0.0, "unit.deliver")
            return
        leg = self._leg(unit, self.ways.spot(unit.kind, unit.node), target)
        if leg is None:
            self._schedule(unit, STRANDED_S, "unit.deliver")
        else:
            self._go(unit, leg, "busy", "unit.deliver")

    def _deliver(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self._end_leg(unit)
        self._work[incident.kind][2](incident, unit)
        if unit.name not in self.held:
            self._leave(payload)

    def hold(self, unit: Unit) -> None:
        """Keep a unit where it delivers until :meth:`release`; call it while it delivers."""
        self.held.add(unit.name)

    def release(self, unit: Unit, *, after_s: float) -> None:
        """Let a held unit leave after some seconds."""
        self._schedule(unit, after_s, "unit.leave")

    def _leave(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self.held.discard(unit.name)
        self._log.write("team.done", who=unit.name, place=incident.place, incident=incident.number)
        unit.incident = None
        self.responders.ledger.book(incident.kind, "bound", "closed")
        self.responders.shift(unit, "returning")
        self._freed += 1
        self.nearby.enter(unit)
        if unit.is_overdue or not self._serve(unit):
            self._drive_home(unit)

    def _drive_home(self, unit: Unit) -> None:
        leg = self._leg(unit, self.ways.spot(unit.kind, unit.node), unit.base)
        if leg is None:
            self._schedule(unit, STRANDED_S, "unit.home")
        else:
            self._go(unit, leg, "returning", "unit.home")

    def _serve(self, unit: Unit) -> bool:
        """Send a unit that came free to the most urgent, then oldest, request it suits."""
        while (incident := self._waiting.next(self._suited[unit.kind])) is not None:
            if self._send(unit, incident):
                return True
            incident.tried = (*self.ways.version, self._freed)
            self._waiting.set_aside(incident)
        return False

    def _home(self, payload: Payload) -> None:
        unit = self.responders.units[payload["unit"]]
        self._end_leg(unit)
        self.responders.shift(unit, "idle")
        self._log.write("resource.return", who=unit.name)
        if unit.is_overdue:
            self.duty.end(unit)
            return
        self.nearby.enter(unit)
        self._serve(unit)

    def _on_duty(self, payload: Payload) -> None:
        unit = self.responders.units[payload["unit"]]
        self.duty.begin(unit)
        self._freed += 1
        self.nearby.enter(unit)
        self._serve(unit)

    def _relieve(self, payload: Payload) -> None:
        """Relieve a crew where it stands idle; one at work is relieved once it is back."""
        unit = self.responders.units[payload["unit"]]
        if unit.incident is None:
            self.nearby.leave(unit)
        unit.is_overdue = True
        if unit.phase == "idle":
            self.duty.end(unit)
