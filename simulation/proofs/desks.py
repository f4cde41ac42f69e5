"""Cases of the levels of command: the queue on an office's desk, against queueing theory.

Matters go through the offices and the clock that drills use; nobody tires, so that theory holds.
"""

import heapq
from functools import cache

import numpy as np

from gis.proof import Case
from scenarios.command import LEVELS, Commanding, Fatigue, LevelRule
from scenarios.norms import Series, Spread
from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.levels.matters import Matters
from simulation.levels.offices import Office
from simulation.proofs.control_rooms import erlang_c, norm
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.responders import Responders

MATTERS, WARM_UP = 12_000, 1_000
WORK_S, SPAN, LOAD = 1200.0, 4, 3.0
"""Mean time for a matter [s], matters handled at once, load [erlang]."""
MEAN_ERROR = 0.164
"""Three standard errors of the mean wait in mean times of work."""


def _commanding() -> Commanding:
    """Five levels that handle a few matters at once, day and night, and never tire."""
    flat = Series(at=(0, 3600), value=(1.0, 1.0), unit="1", basis="A")
    levels = tuple(
        LevelRule(
            level=level,
            span=norm(SPAN),
            night_share=norm(1),
            day=(0, 24),
            patience_minutes=norm(60, "min"),
            is_relieved=False,
        )
        for level in LEVELS
    )
    return Commanding(
        levels=levels,
        fatigue=Fatigue(shift_hours=norm(8, "h"), work=flat, miss=flat, rest_ratio=norm(1)),
        matters=(),
        report_in=Spread(value=5.0, sigma=0.0, unit="min", basis="A"),
        report_in_minutes=norm(30, "min"),
        deed_priority=1,
        stay_share=norm(0),
    )


def _noon() -> float:
    return 12.0


class Desk:
    """One office that matters come to at random.

    Attributes:
        waits: Time until somebody takes up each matter that is done, by number [s].
    """

    def __init__(self) -> None:
        self.clock, self.streams, self.waits = Clock(), Streams(1), dict[int, float]()
        rules = _commanding()
        office = Office(Responders([]), name="office", rule=rules.of("city"), place="")
        self.matters = Matters(
            {"office": office},
            clock=self.clock,
            log=EventLog(self.clock, 0),
            streams=self.streams,
            commanding=rules,
            hour_at=_noon,
        )
        self.matters.on_worked = self._done
        self._asked: list[tuple[int, float]] = []
        self.clock.on("come", self._come)
        self.clock.after(self._gap(), "come")

    def _gap(self) -> float:
        return float(self.streams.get("gaps").exponential(WORK_S / LOAD))

    def _come(self, payload: Payload) -> None:
        work_s = float(self.streams.get("work").exponential(WORK_S))
        self._asked.append((self.clock.tick, work_s))
        number = str(len(self._asked) - 1)
        self.matters.ask("office", number, minutes=work_s / 60, place="")
        self.clock.after(self._gap(), "come", payload)

    def _done(self, action: str) -> None:
        came, work_s = self._asked[int(action)]
        self.waits[int(action)] = (self.clock.tick - came) / TICKS_PER_SECOND - work_s


@cache
def waits() -> tuple[float, ...]:
    """Waits of matters in order of arrival, the first ones left out [s]."""
    desk, last = Desk(), WARM_UP + MATTERS
    while any(number not in desk.waits for number in range(last)):
        desk.clock.run(desk.clock.tick + round(WORK_S * 500) * TICKS_PER_SECOND)
    return tuple(desk.waits[number] for number in range(WARM_UP, last))


def largest_difference() -> float:
    """Largest difference of any wait from the recursion of Kiefer & Wolfowitz (1955) [s]."""
    streams = Streams(1)
    gaps, work = streams.get("gaps"), streams.get("work")
    free, now, found = [0.0] * SPAN, 0.0, []
    for _ in range(WARM_UP + MATTERS):
        now += gaps.exponential(WORK_S / LOAD)
        begin = max(now, heapq.heappop(free))
        heapq.heappush(free, begin + work.exponential(WORK_S))
        found.append(begin - now)
    return float(np.abs(np.array(found[WARM_UP:]) - np.array(waits())).max())


def cases() -> list[Case]:
    """The queue on an office's desk."""
    share = erlang_c(SPAN, LOAD)
    name = f"an office of {SPAN} matters at once, load {LOAD:g} erlang"
    errors = f"three standard errors of {MATTERS} matters (batch means)"
    return [
        Case(
            model="levels of command",
            name=f"{name}: largest difference of {MATTERS} waits from the recursion",
            expected=0.0,
            source="Kiefer & Wolfowitz (1955), Trans. Amer. Math. Soc. 78",
            compute=largest_difference,
            unit="s",
            tolerance=0.5,
            reason="every moment is rounded to a tick of 10 ms; a busy period adds them up",
        ),
        Case(
            model="levels of command",
            name=f"{name}: mean wait in mean times of work",
            expected=share / (SPAN - LOAD),
            source="M/M/c: W = C(c, a) / (c mu - lambda)",
            compute=lambda: float(np.mean(waits())) / WORK_S,
            unit="1",
            tolerance=MEAN_ERROR,
            reason=errors,
        ),
    ]
