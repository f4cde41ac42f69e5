"""Crowds on a network: the RiMEA and NIST cases of many people, and queues of random arrivals.

RiMEA guideline 4.1.1 and NIST Technical Note 1822 (2013), with the inputs of JuPedSim's tests.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from gis.proof import Case
from simulation.crowd import Movement, weidmann
from simulation.proofs.trips import network, play

_WALK = "walking on a network"


def _exact(model: str, name: str, expected: float, compute: Callable[[], float]) -> Case:
    return Case(
        model=model,
        name=name,
        expected=expected,
        source=name.split(":", maxsplit=1)[0] + ", after JuPedSim's tests",
        compute=compute,
    )


def _starts(kind: str) -> float:
    """Give the Kolmogorov-Smirnov p of entries against the distribution they were drawn from."""
    draw = np.random.default_rng(1822)
    frozen = {
        "uniform": stats.uniform(10, 90),
        "normal": stats.norm(60, 10),
        "exponential": stats.expon(0, 30),
        "lognormal": stats.lognorm(0.5, 0, 40),
    }[kind]
    moments = np.maximum(0.0, frozen.rvs(500, random_state=draw))
    where = network(
        [0],
        [1],
        {
            "length_m": 10.0,
            "speed_mps": 1.3,
            **weidmann.walkway(100.0),
        },
    )
    trips = play(where, (0, 1, moments))
    return float(stats.kstest(trips.link_in[:, 0], frozen.cdf).pvalue)


def _reaction_error() -> float:
    reaction = np.arange(10, 101, 10.0)
    where = network(
        [0],
        [1],
        {
            "length_m": 8.0,
            "speed_mps": 1.33,
            **weidmann.walkway(5.0),
        },
    )
    return float(np.abs(play(where, (0, 1, reaction)).link_in[:, 0] - reaction).max())


def _outside_range() -> float:
    """Count of 4,000 drawn speeds how many leave their group's range."""
    draw = np.random.default_rng(7)
    age = draw.integers(5, 95, 4000)
    impaired = draw.random(4000) < 0.2
    speed = weidmann.draw_free_speeds(age, impaired, rng=draw)
    group = np.where(impaired, 3, np.where(age < 30, 0, np.where(age <= 50, 1, 2)))
    low = np.array([r.slowest_mps for r in weidmann.FREE_SPEEDS])[group]
    high = np.array([r.fastest_mps for r in weidmann.FREE_SPEEDS])[group]
    return float(((speed < low) | (speed > high)).sum())


@cache
def _room(exits: int, people: int) -> float:
    """Give the time in which a room empties through exits of 1 m, used evenly [s]."""
    where = network(
        np.zeros(exits, int),
        np.arange(1, exits + 1),
        {"length_m": 10.0, "speed_mps": 1.34, **weidmann.walkway(1.0)},
    )
    each = _at_once(people // exits)
    return float(play(where, *((0, e, each) for e in range(1, exits + 1))).end.max())


def _assigned() -> float:
    """Give the share of 23 people in 12 rooms who leave by the exit they were told [%]."""
    corridor = np.arange(7)
    rooms = np.arange(12) + 7
    doors = np.repeat(np.arange(1, 7), 2)
    ends = np.concatenate(
        [
            np.stack([corridor[:-1], corridor[1:]], axis=1),
            np.stack([corridor[1:], corridor[:-1]], axis=1),
            np.stack([rooms, doors], axis=1),
        ]
    )
    where = network(
        ends[:, 0], ends[:, 1], {"length_m": 5.0, "speed_mps": 1.2, **weidmann.walkway(2.0)}
    )
    movement = Movement(where, destinations=[0, 6], seed=3)
    origin = rooms[np.arange(23) % 12]
    told = (np.arange(23) % 12 >= 6).astype(int)
    movement.depart(np.arange(23), origin, told, 0)
    arrivals = movement.run(100_000)
    return 100.0 * float((arrivals.table == told[arrivals.agent]).sum()) / 23


def _closing_exit() -> float:
    """Count who leaves by the far exit when the near one closes after 1 s."""
    where = network(
        [0, 0], [1, 1], {"length_m": [10.0, 30.0], "speed_mps": 1.3, **weidmann.walkway(1.0)}
    )
    movement = Movement(where, destinations=[1], seed=1, trace=True)
    movement.depart(np.arange(20), np.zeros(20, int), 0, np.full(20, 150))
    movement.run(100)
    movement.set_open([0], is_open=False)
    movement.run(100_000)
    _, link, _ = movement.trace()
    return float((link == 1).sum())


def _at_once(people: int) -> NDArray[np.float64]:
    return np.zeros(people, dtype=np.float64)


@cache
def _against(people: int) -> float:
    """Give the time of 100 people through a corridor of 10 x 2 m against some others [s]."""
    where = network(
        [0, 1],
        [1, 0],
        {
            "length_m": 10.0,
            "speed_mps": weidmann.FREE_SPEED_MPS,
            "walking_width_m": 1.0,
            "opposite": [1, 0],
            **weidmann.walkway(1.0),
        },
    )
    return float(play(where, (0, 1, _at_once(100)), (1, 0, _at_once(people))).end[:100].max())


def _rises() -> float:
    times = [_against(people) for people in (0, 10, 50, 100)]
    return float((np.diff(times) > 0).sum())


def _group_spread() -> float:
    """Give the time between the first and the last of a group of five at the end of 40 m [s]."""
    speed = weidmann.together([1.25, 1.25, 1.25, 1.25, 0.5], np.zeros(5, int))
    pace, number = weidmann.pace_classes(speed, link_mps=1.25)
    where = network([0], [1], {"length_m": 40.0, "speed_mps": 1.25, **weidmann.walkway(2.0)})
    movement = Movement(where, destinations=[1], seed=1, pace=pace)
    movement.depart(np.arange(5), np.zeros(5, int), 0, 0, pace=number)
    return float(np.ptp(movement.run(100_000).tick)) / 100


def _onto_stairs(per_m_s: float) -> float:
    """Give when the last of 400 from a corridor of 2.4 m is at the foot of stairs as wide [s]."""
    flow = np.array([1.3, per_m_s]) * 2.4
    changes: dict[str, ArrayLike] = {
        "length_m": 20.0,
        "speed_mps": 1.2,
        "capacity_per_s": flow,
        "jam_per_m": 12.96,
    }
    where = network([0, 1], [1, 2], changes)
    return float(play(where, (0, 2, _at_once(400))).link_in[:, 1].max())


def _stairs_cases() -> list[Case]:
    """IMO's largest flows [1/m/s] as capacities, in RiMEA 13 and NIST 5.1's jam at the foot."""
    largest = {"a doorway": 1.3, "stairs down": 1.1, "stairs up": 0.88}
    return [
        Case(
            model=_WALK,
            name=f"RiMEA 13, NIST 5.1: 400 from a 2.4 m corridor to {way}: last one through",
            expected=20 / 1.2 + 399 / (per_m_s * 2.4),
            source="IMO MSC.1/Circ.1533: largest specific flow; the rest stands before it",
            compute=partial(_onto_stairs, per_m_s),
            unit="s",
            tolerance=1e-3 * (20 / 1.2 + 399 / (per_m_s * 2.4)),
            reason="0.1 %: people are whole and leave on whole ticks of 10 ms",
        )
        for way, per_m_s in largest.items()
    ]


def _crowd_cases() -> list[Case]:
    kinds = ("uniform", "normal", "exponential", "lognormal")
    return [
        *(
            Case(
                model=_WALK,
                name=f"NIST 1.1: pre-movement times, {kind}: Kolmogorov-Smirnov p above 0.05",
                expected=0.525,
                source="NIST TN 1822 (2013) test 1.1",
                compute=partial(_starts, kind),
                tolerance=0.475,
                reason="any p from 0.05 to 1 passes",
            )
            for kind in kinds
        ),
        _exact(_WALK, "RiMEA 5: ten reaction times: largest error of a start", 0, _reaction_error),
        _exact(_WALK, "RiMEA 7: free speeds outside their group's range", 0, _outside_range),
        Case(
            model=_WALK,
            name="RiMEA 9: 1000 people, four exits of 1 m, then two: ratio of times",
            expected=2.0,
            source="RiMEA 4.1.1 test 9: about 2",
            compute=lambda: _room(2, 1000) / _room(4, 1000),
            tolerance=0.1,
            reason="the walk of some seconds to the exit does not double",
        ),
        _exact(
            _WALK, "NIST 2.8: 100 against 0, 10, 50, 100 people: rises of their time", 3, _rises
        ),
        Case(
            model=_WALK,
            name="NIST 2.9: a group of five at 1.25 and 0.5 m/s: spread of arrivals",
            expected=0,
            source="NIST TN 1822 (2013) test 2.9: at most 10 s",
            compute=_group_spread,
            unit="s",
            tolerance=10,
            reason="the test's own band",
        ),
        *_stairs_cases(),
        _exact(_WALK, "NIST 3.1: 23 people in 12 rooms at their assigned exit", 100, _assigned),
        _exact(_WALK, "NIST 4.1: exit closes at 1 s: people by the other exit", 20, _closing_exit),
        Case(
            model=_WALK,
            name="NIST 5.2: 100 people through a 1 m exit, least time 75 s",
            expected=99 / 1.225 + 10 / 1.34,
            source="Weidmann's capacity of 1.225 per m and s; NIST wants 1.33 or less",
            compute=lambda: _room(1, 100),
            unit="s",
            tolerance=0.09,
            reason="0.1 %: people are whole and leave on whole ticks of 10 ms",
        ),
    ]


@cache
def _waits(rho: float) -> tuple[float, float]:
    """Give the mean wait at a link of 1/s, and Lindley's for the very same arrivals [s]."""
    draw = np.random.default_rng(1909)
    moments = np.cumsum(draw.exponential(1.0 / rho, 400_000)).round(2)
    departures = np.asarray(moments, dtype=np.float64)
    changes = {"speed_mps": 1000.0, "jam_per_m": 10000.0, "entry_capacity_per_s": 50.0}
    where = network([0], [1], {"capacity_per_s": 1.0, **changes})
    inside = play(where, (0, 1, departures)).duration
    # W(n) = max(0, W(n-1) + 1 - gap): the running sum above its least value so far
    walk = np.concatenate([[0.0], np.cumsum(1.0 - np.diff(departures))])
    lindley = walk - np.minimum.accumulate(np.minimum(walk, 0.0))
    return float(inside.mean() - 1.0), float(lindley.mean())


def _mean_wait(rho: float) -> float:
    return _waits(rho)[0]


def _over_lindley(rho: float) -> float:
    return _waits(rho)[0] / _waits(rho)[1]


def _queue_cases() -> list[Case]:
    return [
        case
        for rho in (0.5, 0.8)
        for mean in (rho / (2 * (1 - rho)),)
        for case in (
            Case(
                model="M/D/1 queue",
                name=f"random arrivals at a link of 1/s, load {rho:g}: mean wait over Lindley's",
                expected=1.0,
                source="Lindley (1952) recursion over the very same arrivals",
                compute=partial(_over_lindley, rho),
                tolerance=1e-3,
                reason="0.1 %: entries part by a headway of 0.02 s",
            ),
            Case(
                model="M/D/1 queue",
                name=f"random arrivals at a link of 1/s, load {rho:g}: mean wait",
                expected=mean,
                source="Pollaczek (1930) and Khinchine (1932): rho / (2 mu (1 - rho))",
                compute=partial(_mean_wait, rho),
                unit="s",
                tolerance=0.05 * mean,
                reason="5 %: four standard errors of the mean of 400,000 correlated waits",
            ),
        )
    ]


def cases() -> list[Case]:
    """Give the cases of crowds and of random queues."""
    return [*_crowd_cases(), *_queue_cases()]
