"""Defaults for what a map extract does not say: value, unit, basis and where it comes from.

Basis: S source, K general knowledge, A planning assumption. Every use of one is marked in the
``assumed`` column of its row and listed once in ``Provenance.assumptions``.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One default.

    Attributes:
        value: The figure, in ``unit``.
        unit: Its unit.
        basis: S source, K general knowledge, A planning assumption.
        citation: Where it comes from.
    """

    value: float
    unit: str
    basis: Literal["S", "K", "A"]
    citation: str


STOREY_M = Norm(value=3.2, unit="m", basis="K", citation="storey with slab, 2.8 to 3.6 m")
AREA_PER_PERSON_M2 = Norm(
    value=41.76,
    unit="m2/person",
    basis="S",
    citation="China population census 2020, floor area of family households per head",
)
PERSONS_PER_HOUSEHOLD = Norm(
    value=2.62,
    unit="persons/household",
    basis="S",
    citation="China population census 2020, persons per family household",
)
SHED_M2 = Norm(value=20.0, unit="m2", basis="A", citation="smaller footprints are sheds, unlived")
GRID_HOUSEHOLDS = Norm(value=400, unit="households", basis="K", citation="grid of 300 to 500")
COMMUNITY_HOUSEHOLDS = Norm(value=1600, unit="households", basis="A", citation="four grids")
STREET_HOUSEHOLDS = Norm(value=8000, unit="households", basis="A", citation="five communities")
DISTRICT_HOUSEHOLDS = Norm(value=24000, unit="households", basis="A", citation="three streets")
SHELTER_M2 = Norm(
    value=2.0,
    unit="m2/person",
    basis="K",
    citation="GB 51143-2015, short-term emergency shelter, effective area per person",
)
SHELTER_SHARE = Norm(value=0.5, unit="1", basis="A", citation="half of a hall or school is usable")
FLAT_GROUND_M = Norm(value=5.0, unit="m", basis="A", citation="no raster was given")
BRIDGE_M = Norm(value=4.0, unit="m", basis="A", citation="deck above the lowest ground below it")
UNDERPASS_M = Norm(value=-4.5, unit="m", basis="K", citation="clearance of a road underpass")
TUNNEL_M = Norm(value=-8.0, unit="m", basis="A", citation="road surface below the ground above")
UNDERPASS_LENGTH_M = Norm(value=150.0, unit="m", basis="A", citation="longer ones are tunnels")

LEVELS: dict[str, Norm] = {
    "residential": Norm(value=2, unit="storeys", basis="A", citation="planning assumption"),
    "commercial": Norm(value=2, unit="storeys", basis="A", citation="planning assumption"),
    "office": Norm(value=4, unit="storeys", basis="A", citation="planning assumption"),
    "industrial": Norm(value=2, unit="storeys", basis="A", citation="one tall hall"),
    "school": Norm(value=2, unit="storeys", basis="A", citation="planning assumption"),
    "medical": Norm(value=3, unit="storeys", basis="A", citation="planning assumption"),
    "public": Norm(value=2, unit="storeys", basis="A", citation="planning assumption"),
    "sports": Norm(value=2, unit="storeys", basis="A", citation="one tall hall"),
    "transport": Norm(value=1, unit="storeys", basis="A", citation="planning assumption"),
    "utility": Norm(value=1, unit="storeys", basis="A", citation="planning assumption"),
    "other": Norm(value=1, unit="storeys", basis="A", citation="sheds and garages"),
}
"""Storeys by use, where fewer than ``ENOUGH_SAMPLES`` buildings of the extract tell."""

ENOUGH_SAMPLES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadDefault:
    """What a road of a class is taken to be where its tags do not say; all basis A.

    Attributes:
        speed_kmh: Free speed of vehicles [km/h].
        lanes: Lanes in each permitted direction.
        width_m: Width that people can walk on [m].
        drive: Vehicles may use it.
        walk: People may walk on it.
    """

    speed_kmh: float
    lanes: int
    width_m: float
    drive: bool
    walk: bool


def _road(speed_kmh: float, lanes: int, width_m: float, who: str) -> RoadDefault:
    return RoadDefault(
        speed_kmh=speed_kmh, lanes=lanes, width_m=width_m, drive="d" in who, walk="w" in who
    )


ROADS: dict[str, RoadDefault] = {
    "motorway": _road(100, 3, 0.5, "d"),
    "trunk": _road(80, 2, 1.0, "d"),
    "primary": _road(60, 2, 5.0, "dw"),
    "secondary": _road(50, 2, 5.0, "dw"),
    "tertiary": _road(40, 1, 4.0, "dw"),
    "residential": _road(30, 1, 4.0, "dw"),
    "service": _road(20, 1, 3.0, "dw"),
    "track": _road(20, 1, 2.5, "dw"),
    "path": _road(5, 1, 2.0, "w"),
    "steps": _road(5, 1, 2.0, "w"),
    "pedestrian": _road(5, 1, 6.0, "w"),
}

FACILITY_FLOOR_M2: dict[str, float] = {
    "hospital": 10_000.0,
    "clinic": 600.0,
    "school": 3_000.0,
    "sports_hall": 1_500.0,
    "community_centre": 500.0,
    "hotel": 2_000.0,
    "warehouse": 3_000.0,
    "depot": 1_500.0,
    "shelter": 1_000.0,
    "market": 1_000.0,
}
"""Floor area [m2] of a facility that stands in no building of the extract; basis A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityNorm:
    """Capacity by floor area, or a fixed figure where ``per_m2`` is 0."""

    unit: str
    per_m2: float
    fixed: float
    basis: Literal["S", "K", "A"]
    citation: str


def _capacity(
    unit: str, *, m2: float = 0.0, fixed: float = 0.0, citation: str = "planning assumption"
) -> CapacityNorm:
    return CapacityNorm(
        unit=unit, per_m2=1 / m2 if m2 else 0.0, fixed=fixed, basis="A", citation=citation
    )


CAPACITIES: dict[str, CapacityNorm] = {
    "hospital": _capacity("beds", m2=110.0, citation="about 110 m2 per bed in general hospitals"),
    "school": _capacity("persons", m2=10.0),
    "sports_hall": _capacity("persons", m2=4.0),
    "community_centre": _capacity("persons", m2=4.0),
    "hotel": _capacity("persons", m2=25.0),
    "warehouse": _capacity("t", m2=2.0),
    "depot": _capacity("t", m2=2.0),
    "market": _capacity("t", m2=10.0),
    "shelter": _capacity("persons", m2=SHELTER_M2.value),
    "fuel": _capacity("t", fixed=60.0),
    "substation": _capacity("kW", fixed=20_000.0),
    "water_works": _capacity("m3/d", fixed=50_000.0),
    "pump_station": _capacity("m3/h", fixed=3_000.0),
}
"""Peacetime capacity by kind of facility; 0 and no unit for the kinds not listed."""
