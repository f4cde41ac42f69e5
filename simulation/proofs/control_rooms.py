"""Cases of dispatch: the queues that form at a control room, against queueing theory.

Calls go through the dispatch, ledger, index and clock that drills use; only the city is a single
place, so that no time is spent on the road.
"""

import heapq
import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from gis.proof import Case
from scenarios.dispatch import Boating, Dispatching, TaskRule
from scenarios.norms import Norm, Spread
from scenarios.responders import TeamRoster
from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Responders, Unit
from simulation.teams.search import Graph
from simulation.teams.ways import Ways

CALLS, WARM_UP, BATCHES = 12_000, 1_000, 40
SERVICE_S = 600.0
"""Mean time for a call [s]; the clock's tick of 10 ms is 1/60,000 of it."""


class Lattice:
    """A square of places joined by streets of equal length; one place where ``side`` is 1."""

    version: tuple[int, ...] = (0,)

    def __init__(self, side: int, *, metres: float = 100.0, mps: float = 10.0) -> None:
        number = np.arange(side * side).reshape(side, side)
        one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
        two = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
        tail, head = np.concatenate([one, two]), np.concatenate([two, one])
        seconds = np.full(len(tail), metres / mps)
        self._graph = Graph.build(side * side, tail, head, seconds)
        row, column = np.divmod(np.arange(side * side), side)
        self._xy = np.column_stack([column, row]) * metres

    def graph(self, kind: str) -> Graph:
        """Streets, for any kind of unit."""
        del kind
        return self._graph

    def stop(self, node: int) -> int:
        """The node itself."""
        return node

    def spot(self, kind: str, node: int) -> int:
        """The node itself."""
        del kind
        return node

    def xy(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Where each node lies [m]."""
        return self._xy


def norm(value: float, unit: str = "1") -> Norm:
    """A number of a proof."""
    return Norm(value=value, unit=unit, basis="A", citation="input of a verification case")


def rules(**tasks: int) -> Dispatching:
    """Ambulances for every kind of task, each with its priority; units are turned round at once."""
    boating = Boating(
        draught_m=norm(0.3, "m"),
        launch_minutes=norm(5, "min"),
        bank_m=norm(60, "m"),
        trailer_kmh=norm(30, "km/h"),
    )
    return Dispatching(
        nearest=norm(6),
        redirect_gain_minutes=norm(0, "min"),
        boating=boating,
        tasks=tuple(
            TaskRule(kind=kind, suits=("ambulance",), priority=priority, basis="A")
            for kind, priority in tasks.items()
        ),
    )


AMBULANCE = TeamRoster(
    kind="ambulance",
    organisation="ems120",
    count=1,
    bases=("ambulance_station",),
    crew=3,
    seats=1,
    payload_kg=0,
    speed_kmh=36,
    basis="A",
)
AT_ONCE = Spread(value=0.0, sigma=0.0, unit="min", basis="A")


@dataclass(slots=True)
class ControlRoom:
    """Calls that come at random to a few units at one place.

    Attributes:
        waits: Time from call to arrival of every call, by kind of task [s].
    """

    units: int
    rates: dict[str, float]
    priority: dict[str, int]
    seed: int
    waits: dict[str, list[float]] = field(default_factory=dict)
    order: list[float] = field(default_factory=list)
    streams: Streams = field(init=False)
    clock: Clock = field(init=False)
    dispatch: Dispatch = field(init=False)

    def __post_init__(self) -> None:
        self.clock, self.streams = Clock(), Streams(self.seed)
        crews = [(f"ambulance-{number:03d}", AMBULANCE, 0) for number in range(self.units)]
        self.dispatch = Dispatch(
            Responders(crews),
            Ways(Lattice(1)),
            clock=self.clock,
            log=EventLog(self.clock, 0),
            streams=self.streams,
            dispatching=rules(**self.priority),
            turnout_minutes=AT_ONCE,
        )
        self.clock.on("call", self._call)
        for kind in self.rates:
            self.waits[kind] = []
            self.dispatch.on(kind, on_site=self._treat, finish=_stay, deliver=_leave)
            self._next(kind)

    def play(self, calls: int) -> None:
        """Take calls until some number of them was answered."""
        while len(self.order) < calls:
            self.clock.run(self.clock.tick + round(SERVICE_S * 50) * TICKS_PER_SECOND)
            self.dispatch.responders.ledger.check()

    def _next(self, kind: str) -> None:
        gap = self.streams.get(f"calls.{kind}").exponential(1 / self.rates[kind])
        self.clock.after(gap, "call", {"kind": kind})

    def _call(self, payload: Payload) -> None:
        self.dispatch.request(payload["kind"], node=0, place="9901")
        self._next(payload["kind"])

    def _treat(self, incident: Incident, unit: Unit) -> float:
        del unit
        wait = (self.clock.tick - incident.created_tick) / TICKS_PER_SECOND
        self.waits[incident.kind].append(wait)
        self.order.append(wait)
        return float(self.streams.get("service").exponential(SERVICE_S))


def _stay(incident: Incident, unit: Unit) -> int:
    del incident, unit
    return -1


def _leave(incident: Incident, unit: Unit) -> None:
    del incident, unit


def erlang_c(servers: int, load: float) -> float:
    """Probability that a call waits (Erlang 1917): calls at random, ``load`` = rate x mean service.

    >>> round(erlang_c(1, 0.5), 9), round(erlang_c(10, 6.0), 4)
    (0.5, 0.1013)
    """
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


@cache
def waits_of(servers: int, load: float) -> tuple[float, ...]:
    """Waits of the calls of one kind in order of answer, the first ones left out [s]."""
    room = ControlRoom(
        units=servers, rates={"injured": load / SERVICE_S}, priority={"injured": 1}, seed=1
    )
    room.play(CALLS + WARM_UP)
    return tuple(room.order[WARM_UP : WARM_UP + CALLS])


@cache
def waits_by_urgency() -> dict[str, tuple[float, ...]]:
    """Waits of urgent and of other calls that share one unit."""
    room = ControlRoom(
        units=1,
        rates={"injured": 0.3 / SERVICE_S, "stretcher": 0.4 / SERVICE_S},
        priority={"injured": 1, "stretcher": 3},
        seed=1,
    )
    room.play(CALLS + WARM_UP)
    return {kind: tuple(found[WARM_UP // 2 :]) for kind, found in room.waits.items()}


def standard_error(sample: tuple[float, ...]) -> float:
    """Standard error of a mean of dependent values, by batch means (Law & Kelton)."""
    batches = np.array_split(np.array(sample), BATCHES)
    means = np.array([batch.mean() for batch in batches])
    return float(means.std(ddof=1) / math.sqrt(BATCHES))


def _waited(sample: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(1.0 if wait > 0 else 0.0 for wait in sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One claim: a mean of a sample, what theory expects, and three standard errors."""

    name: str
    expected: float
    tolerance: float
    source: str
    servers: int = 1
    load: float = 0.0
    kind: str = ""
    is_share: bool = False

    def sample(self) -> tuple[float, ...]:
        """The values the mean is taken of, from the dispatch."""
        found = waits_by_urgency()[self.kind] if self.kind else waits_of(self.servers, self.load)
        if self.is_share:
            return _waited(found)
        return tuple(wait / SERVICE_S for wait in found)

    def mean(self) -> float:
        """Mean of the sample."""
        return float(np.mean(self.sample()))


def largest_difference(servers: int, load: float) -> float:
    """Largest difference of any wait from the recursion of Kiefer & Wolfowitz (1955) [s].

    The recursion serves calls in order, each by the server that comes free first; it is given the
    same draws as the dispatch.
    """
    streams = Streams(1)
    gaps, work = streams.get("calls.injured"), streams.get("service")
    free, now, waits = [0.0] * servers, 0.0, []
    for _ in range(WARM_UP + CALLS):
        now += gaps.exponential(SERVICE_S / load)
        begin = max(now, heapq.heappop(free))
        heapq.heappush(free, begin + work.exponential(SERVICE_S))
        waits.append(begin - now)
    return float(np.abs(np.array(waits[WARM_UP:]) - np.array(waits_of(servers, load))).max())


def _queues() -> list[Trial]:
    found = []
    for servers, load, share_error, mean_error in SIZES:
        share = erlang_c(servers, load)
        name = f"{servers} units, load {load:g} erlang"
        found.append(
            Trial(
                name=f"{name}: share of calls that wait",
                expected=share,
                tolerance=share_error,
                source="Erlang C (1917)",
                servers=servers,
                load=load,
                is_share=True,
            )
        )
        found.append(
            Trial(
                name=f"{name}: mean wait in mean service times",
                expected=share / (servers - load),
                tolerance=mean_error,
                source="M/M/c: W = C(c, a) / (c mu - lambda)",
                servers=servers,
                load=load,
            )
        )
    return found


SIZES = ((4, 3.0, 0.043, 0.137), (10, 8.0, 0.062, 0.072))
"""Units, load [erlang], three standard errors of the share that waits and of the mean wait."""
URGENT, OTHER = 0.137, 0.79


def trials() -> list[Trial]:
    """Every claim about queues at a control room."""
    rest = 0.3 + 0.4
    source = "non-preemptive priorities, Cobham (1954), Operations Research 2"
    return [
        *_queues(),
        Trial(
            name="one unit, urgent calls 0.3 erlang before others 0.4: mean wait of the urgent",
            expected=rest / (1 - 0.3),
            tolerance=URGENT,
            source=source,
            kind="injured",
        ),
        Trial(
            name="one unit, urgent calls 0.3 erlang before others 0.4: mean wait of the others",
            expected=rest / ((1 - 0.3) * (1 - rest)),
            tolerance=OTHER,
            source=source,
            kind="stretcher",
        ),
    ]


def cases() -> list[Case]:
    """Queues at a control room."""
    exact = Case(
        model="dispatch of units",
        name=f"4 units, load 3 erlang: largest difference of {CALLS} waits from the recursion",
        expected=0.0,
        source="Kiefer & Wolfowitz (1955), Trans. Amer. Math. Soc. 78: first come, first served",
        compute=lambda: largest_difference(4, 3.0),
        unit="s",
        tolerance=0.5,
        reason="every moment is rounded to a tick of 10 ms; a busy period adds them up",
    )
    return [exact, *(_case(trial) for trial in trials())]


def _case(trial: Trial) -> Case:
    return Case(
        model="dispatch of units",
        name=trial.name,
        expected=trial.expected,
        source=trial.source,
        compute=trial.mean,
        tolerance=trial.tolerance,
        reason=f"three standard errors of {BATCHES} batch means over {CALLS} calls",
    )
