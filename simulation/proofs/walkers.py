"""Pedestrians: Weidmann's diagram, the RiMEA and NIST cases a network can answer, and smoke.

RiMEA guideline 4.1.1 and NIST Technical Note 1822 (2013), inputs as in the tests of JuPedSim.
``docs/reference/verification.md`` says which of their cases do not apply to a network, and why.
"""

from functools import cache, partial

import numpy as np

from gis.proof import Case
from simulation.crowd import Network, toxicity, weidmann
from simulation.proofs.trips import demand, network, play

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
        *_corridor_cases(),
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
def _free_density(density: float) -> float:
    """Give the density that Weidmann's flow at a density builds up in RiMEA 4's corridor [1/m2]."""
    flow = float(weidmann.flow(density)) * 10
    trips = play(_corridor(1000, 10), (0, 1, demand((flow, 0, 7200))), until_s=7200)
    return float(trips.movement.link_occupancy()[0]) / 10_000


@cache
def _jammed_density(density: float) -> float:
    """Give the density that builds up behind an exit of Weidmann's flow at a density [1/m2]."""
    out = float(weidmann.flow(density)) * 10
    where = network(
        [0],
        [1],
        {
            "length_m": 100.0,
            "speed_mps": weidmann.FREE_SPEED_MPS,
            "walking_width_m": 10.0,
            "capacity_per_s": out,
            "entry_capacity_per_s": weidmann.CAPACITY_PER_M_S * 10,
            "jam_per_m": weidmann.JAM_DENSITY_PER_M2 * 10,
        },
    )
    trips = play(where, (0, 1, demand((12.25, 0, 4000))), until_s=4000)
    return float(trips.movement.link_occupancy()[0]) / 1_000


def _corridor_cases() -> list[Case]:
    row = "RiMEA 4: corridor, Weidmann's flow at {:g} per m2 {}: density"
    return [
        Case(
            model=_WALK,
            name=row.format(density, how),
            expected=density,
            source=_WEIDMANN,
            compute=partial(compute, density),
            unit="1/m2",
            tolerance=0.01 * density,
            reason=why,
        )
        for densities, how, compute, why in (
            ((0.5, 0.75, 1.0), "let in", _free_density, "1 %: walkers keep the speed they enter"),
            (
                (2.5, 3.0, 3.5, 4.0, 5.0),
                "let out",
                _jammed_density,
                "1 %: the curve is six tangents and its jam wave",
            ),
        )
        for density in densities
    ]


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


def cases() -> list[Case]:
    """Give the cases of the diagram, of single walks, and of smoke."""
    return [*_diagram_cases(), *_way_cases(), *_dose_cases()]
