"""Command: injects go out, organisations answer in their own time, and the log says when."""

from collections.abc import Callable, Iterable

from gis.errors import InputError
from scenarios.injects import Expectation, Inject
from scenarios.selectors import find
from scenarios.words import hours
from simulation.clock import TICKS_PER_SECOND, Payload
from simulation.levels.chain import local_name
from simulation.levels.matters import Matters
from simulation.setting import Setting

PHYSICAL_SHARE = 0.25
"""Part of a response time that passes before units move, for deeds that units carry out."""
PHYSICAL = (
    "close_underpasses",
    "deploy_generators",
    "rescue_complete",
    "deploy_satcom",
    "clear_lifeline_roads",
)

Perform = Callable[[Expectation, Inject], bool]
"""Carries out a deed; True when it is done at once, False when it ends later."""
Strike = Callable[[Inject], None]
"""Lets an inject's effects come true."""


class Command:
    """The controllers' script and the organisations that answer it.

    Attributes:
        absent: Injects that found nothing to be about in this city.
        done: Actions done so far, with the tick.
    """

    def __init__(self, setting: Setting, matters: Matters) -> None:
        self.setting = setting
        self.matters = matters
        self.expectations = setting.drill.expectations()
        self.absent: set[str] = set()
        self.done: dict[str, int] = {}
        self.sent: set[str] = set()
        self._begun: dict[str, int] = {}
        self._perform: Perform | None = None
        self._strike: Strike | None = None
        clock = setting.clock
        clock.on("inject.send", self._send)
        matters.on_worked = self._begin
        clock.on("action.due", self._due)

    def start(self, *, perform: Perform, strike: Strike) -> None:
        """Put the scripted injects on the clock.

        Args:
            perform: Carries out deeds.
            strike: Lets effects come true.
        """
        self._perform, self._strike = perform, strike
        for inject in self.setting.drill.injects:
            self._schedule(inject)

    def _schedule(self, inject: Inject) -> None:
        if inject.at is not None:
            tick = self.setting.tick_at(inject.at)
            self.setting.clock.schedule(tick, "inject.send", {"inject": inject.id}, priority=3)

    def reschedule(self, injects: Iterable[str]) -> None:
        """Put injects on the clock as the drill has them now, and take off those it has not.

        Raises:
            InputError: One was sent already, or would have to be sent in the past.
        """
        now = {inject.id: inject for inject in self.setting.drill.injects}
        clock, time_s = self.setting.clock, self.setting.time_s
        events = {e.payload["inject"]: e for e in clock.pending() if e.kind == "inject.send"}
        for name in injects:
            if name in self.sent:
                raise InputError(
                    f"inject {name} was sent before {hours(time_s)}; change it at a moment before",
                    field=name,
                )
            at = now[name].at if name in now else None
            if at is not None and at < time_s:
                raise InputError(
                    f"inject {name} at {hours(at)} lies in the past of {hours(time_s)}; give it a"
                    " later time",
                    field=name,
                )
            if name in events:
                clock.cancel(events[name].sequence)
            if name in now:
                self._schedule(now[name])

    def _inject(self, name: str) -> Inject:
        return next(inject for inject in self.setting.drill.injects if inject.id == name)

    def watch(self, measure: str, value: float, place: str) -> None:
        """Send the contingent injects whose condition a measure now meets, each once."""
        for inject in self.setting.drill.injects:
            when = inject.when
            if when is None or inject.id in self.sent or when.measure != measure:
                continue
            is_met = value > when.value if when.op == ">" else value < when.value
            if is_met and self.setting.time_s >= (inject.since or self.setting.drill.horizon.start):
                self._send({"inject": inject.id, "place": place})

    def _send(self, payload: Payload) -> None:
        inject = self._inject(payload["inject"])
        self.sent.add(inject.id)
        found = find(inject.area, self.setting.city)
        place = payload.get("place") or self._place(inject.area)
        details = {
            "inject": inject.id,
            "hidden": inject.kind == "hidden",
            "sort": inject.kind,
            "channel": inject.channel,
            "to": list(inject.to),
            "area": inject.area,
            "capability": inject.capability,
            "text": inject.message.model_dump(),
        }
        if found.sort == "nothing":
            self._skip(inject, details)
            return
        self.setting.log.write("inject.sent", who=inject.sender, place=place, **details)
        if self._strike is not None:
            self._strike(inject)
        for task in inject.expect:
            if not task.after:
                self._ask(task)

    def _skip(self, inject: Inject, details: Payload) -> None:
        self.absent.add(inject.id)
        self.setting.log.write("inject.not_applicable", who=inject.sender, **details)
        self.setting.limit(
            f"事件 {inject.id} 的对象（{inject.area}）在本市数据中不存在，未注入",
            f"Inject {inject.id} was not sent: this city's data has no {inject.area}",
        )

    def _place(self, area: str) -> str | None:
        found = find(area, self.setting.city)
        if found.sort == "place":
            return found.place
        if found.sort == "facility":
            return self.setting.atlas.place_of(found.facility)
        return None

    def _ask(self, task: Expectation) -> None:
        """Start an organisation's time for one expected action."""
        clock = self.setting.clock
        self._begun[task.id] = clock.tick
        clock.after(task.within, "action.due", {"action": task.id}, priority=8)
        time = self.setting.drill.responses.of(task.do)
        random = self.setting.streams.get(f"organisations.{task.who}")
        is_missed = random.random() < time.miss
        share = time.share * (PHYSICAL_SHARE if task.do in PHYSICAL else 1.0)
        draw = self.setting.streams.lognormal(f"organisations.{task.who}", share, time.sigma)
        if not is_missed:
            place = self._place(self.expectations[task.id][0].area) or ""
            who = local_name(task.who, place)
            self.matters.ask(who, task.id, minutes=task.within * draw / 60, place=place)

    def _begin(self, action: str) -> None:
        """Somebody did the desk work of an action: now it is carried out."""
        inject, task = self.expectations[action]
        if self._perform is not None and self._perform(task, inject):
            self.finish(task.id)

    def finish(self, action: str) -> None:
        """Book an action as done now; a second time changes nothing."""
        if action in self.done or action not in self._begun:
            return
        inject, task = self.expectations[action]
        clock = self.setting.clock
        self.done[action] = clock.tick
        minutes = (clock.tick - self._begun[action]) / TICKS_PER_SECOND / 60
        self.setting.log.write(
            "action.done",
            who=task.who,
            place=self._place(inject.area),
            action=action,
            inject=inject.id,
            deed=task.do,
            arg=task.arg,
            minutes=minutes,
            within_minutes=task.within / 60,
            in_time=clock.tick <= self._begun[action] + task.within * TICKS_PER_SECOND,
        )
        for _, follower in self.expectations.values():
            if follower.after == action:
                self._ask(follower)

    def _due(self, payload: Payload) -> None:
        action = payload["action"]
        if action not in self.done:
            inject, task = self.expectations[action]
            self.setting.log.write(
                "action.overdue",
                who=task.who,
                place=self._place(inject.area),
                action=action,
                deed=task.do,
                within_minutes=task.within / 60,
            )

    def minutes_since(self, action: str) -> float:
        """Minutes since an action's time began."""
        return (self.setting.clock.tick - self._begun[action]) / TICKS_PER_SECOND / 60

    def finish_all(self, deed: str, arg: str = "") -> None:
        """Book every begun action of a deed, and argument where one is given, as done."""
        for action in list(self._begun):
            task = self.expectations[action][1]
            if task.do == deed and (not arg or task.arg == arg):
                self.finish(action)
