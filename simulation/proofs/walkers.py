"""Pedestrians: Weidmann's diagram, the RiMEA and NIST cases a network can answer, and smoke.

RiMEA guideline 4.1.1 and NIST Technical Note 1822 (2013), inputs as in the tests of JuPedSim.
``docs/reference/verification.md`` says which of their cases do not apply to a network, and why.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from scipy import stats

from gis.proof import Case
from simulation.crowd import Movement, Network, toxicity, weidmann
from simulation.proofs.trips import network, play

_DIAGRAM = "Weidmann's diagram"
_WALK = "walking on a network"
_WEIDMANN = "Weidmann (1993), v = 1.34 (1 - exp(-1.913 (1/k - 1/5.4)))"
_TABLE = {0.5: 1.298, 1.0: 1.058, 1.5: 0.807, 2.0: 0.606, 3.0: 0.331, 4.0: 0.156, 5.0: 0.037}


def _speed(density: float) -> float:
    return float(weidmann.speed(density))


def _diagram_cases() -> list[Case]:
    density = np.linspace(0.01, 5.4, 53_901)
    return [
        *(
            Case(
                model=_DIAGRAM,
                name=f"speed at {k:g} people per m2",
                expected=v,
                source=_WEIDMANN,
                compute=partial(_speed, k),
                unit="m/s",
                tolerance=0.0005,
                reason="the table is rounded to 1 mm/s",
            )
            for k, v in _TABLE.items()
        ),
        Case(
            model=_DIAGRAM,
            name="largest flow",
            expected=1.225,
            source=_WEIDMANN,
            compute=lambda: float(weidmann.flow(density).max()),
            unit="1/m/s",
            tolerance=0.001225,
            reason="0.1 %: the figure is rounded",
        ),
        Case(
            model=_DIAGRAM,
            name="density of the largest flow",
            expected=1.751,
            source=_WEIDMANN,
            compute=lambda: float(density[weidmann.flow(density).argmax()]),
            unit="1/m2",
            tolerance=0.00175,
            reason="0.1 %: the figure is rounded",
        ),
        *(_corridor_case(k) for k in (0.5, 0.75, 1.0)),
    ]


def _corridor(length_m: float, width_m: float, *, speed_mps: float = 1.34) -> Network:
    return network(
        [0],
        [1],
        {
            "length_m": length_m,
            "speed_mps": speed_mps,
            "walking_width_m": width_m,
            **weidmann.walkway(width_m),
        },
    )


@cache
def _corridor_density(density: float) -> float:
    """Give the density that Weidmann's flow at a density builds up in RiMEA 4's corridor [1/m2]."""
    flow = float(weidmann.flow(density)) * 10
    departures = np.arange(0, 7200, 1 / flow)
    trips = play(_corridor(1000, 10), (0, 1, departures), until_s=7200)
    return float(trips.movement.link_occupancy()[0]) / 10_000


def _corridor_case(density: float) -> Case:
    return Case(
        model=_WALK,
        name=f"RiMEA 4: 1000 x 10 m corridor fed with the flow at {density:g} per m2: density",
        expected=density,
        source=_WEIDMANN,
        compute=lambda: _corridor_density(density),
        unit="1/m2",
        tolerance=0.01 * density,
        reason="1 %: walkers keep the speed they enter with, the density wobbles about its mean",
    )


def _single_walk(length_m: float, speed_mps: float) -> float:
    """Give the time one person needs for a way [s]."""
    where = network(
        [0], [1], {"length_m": length_m, "speed_mps": speed_mps, **weidmann.walkway(2.0)}
    )
    return float(play(where, (0, 1, np.zeros(1))).duration[0])


def _way_case(name: str, expected: float, walk: tuple[float, float], band: float) -> Case:
    return Case(
        model=_WALK,
        name=name,
        expected=expected,
        source=name.split(":", maxsplit=1)[0] + ", after JuPedSim's tests",
        compute=lambda: _single_walk(*walk),
        unit="s",
        tolerance=band,
        reason="the guideline's own band",
    )


def _way_cases() -> list[Case]:
    smoke = float(weidmann.smoke_speed(1.0))
    return [
        _way_case("RiMEA 1: 40 m corridor at 1.33 m/s", 30, (40, 1.33), 4),
        _way_case("RiMEA 2: stairs up 10 m at 0.50 m/s", 20.0, (10, 0.5), 1.0),
        _way_case("RiMEA 3: stairs down 10 m at 0.65 m/s", 15.4, (10, 0.65), 0.77),
        _way_case("NIST 2.1: 40 m corridor at 1 m/s", 40, (40, 1.0), 2),
        _way_case("NIST 2.2: 100 m stairs at 1 m/s", 100, (100, 1.0), 5),
        _way_case("NIST 2.5: 100 m in smoke, K = 1 per m, 1.25 m/s free", 160, (100, smoke), 0.16),
    ]


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
    each = np.zeros(people // exits)
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


def _exact(model: str, name: str, expected: float, compute: Callable[[], float]) -> Case:
    return Case(
        model=model,
        name=name,
        expected=expected,
        source=name.split(":", maxsplit=1)[0] + ", after JuPedSim's tests",
        compute=compute,
    )


def _dose_cases() -> list[Case]:
    return [
        Case(
            model="smoke",
            name="NIST 2.6: dose of 1 in CO 5000 ppm, CO2 2 %, O2 18 %",
            expected=207.58,
            source="SFPE fractional effective dose, solved for 1; NIST TN 1822 (2013) test 2.6",
            compute=lambda: float(1.0 / toxicity.dose_per_s(5000, 2, 18)),
            unit="s",
            tolerance=0.005,
            reason="the figure is rounded to 10 ms",
        )
    ]


def _mean_wait(rho: float) -> float:
    draw = np.random.default_rng(1909)
    departures = np.cumsum(draw.exponential(1.0 / rho, 400_000))
    where = network(
        [0],
        [1],
        {
            "speed_mps": 1000.0,
            "capacity_per_s": 1.0,
            "jam_per_m": 10000.0,
            "entry_capacity_per_s": 50.0,
        },
    )
    return float(play(where, (0, 1, departures)).duration.mean() - 1.0)


def _queue_cases() -> list[Case]:
    return [
        Case(
            model="M/D/1 queue",
            name=f"random arrivals at a link of 1/s, load {rho:g}: mean wait",
            expected=rho / (2 * (1 - rho)),
            source="Pollaczek (1930) and Khinchine (1932): rho / (2 mu (1 - rho))",
            compute=partial(_mean_wait, rho),
            unit="s",
            tolerance=0.05 * rho / (2 * (1 - rho)),
            reason="5 %: four standard errors of the mean of 400,000 correlated waits",
        )
        for rho in (0.5, 0.8)
    ]


def cases() -> list[Case]:
    """Give the cases of walkers, smoke and random queues."""
    return [*_diagram_cases(), *_way_cases(), *_crowd_cases(), *_dose_cases(), *_queue_cases()]
