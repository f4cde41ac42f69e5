"""What the city can send and what it leans on: teams, reserve stock and lifeline dependencies.

Numbers are scaled per resident from the typhoon drill's resources, which were sized for a city of
104,000 residents; every one of them is a planning assumption (A) unless its row says otherwise.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

REFERENCE_RESIDENTS = 104_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamKind:
    """One kind of team: how many, whose, from where, and what it can do.

    Attributes:
        count: Teams per 104,000 residents.
        organisation: Who commands them.
        bases: Kinds of facility they stand at, the first kind that the city has.
        crew: Persons on shift.
        seats: Persons a team can carry.
        payload_kg: Goods a team can carry [kg].
        speed_kmh: Top speed [km/h].
        basis: S source, K general knowledge, A planning assumption; of ``count``.
        citation: Where ``count`` comes from.
    """

    count: int
    organisation: str
    bases: tuple[str, ...]
    crew: int
    seats: int
    payload_kg: float
    speed_kmh: float
    basis: Literal["S", "K", "A"] = "A"
    citation: str = "planning assumption"


DRILL = "resources of the typhoon and flood drill"
TEAM_KINDS: dict[str, TeamKind] = {
    "boat": TeamKind(
        count=40,
        organisation="fire",
        bases=("fire_station", "depot", "warehouse"),
        crew=3,
        seats=8,
        payload_kg=600.0,
        speed_kmh=15.0,
        citation=DRILL,
    ),
    "bus": TeamKind(
        count=60,
        organisation="transport",
        bases=("depot", "metro_station", "warehouse", "school"),
        crew=1,
        seats=40,
        payload_kg=0.0,
        speed_kmh=60.0,
        citation=DRILL,
    ),
    "ambulance": TeamKind(
        count=12,
        organisation="ems120",
        bases=("ambulance_station", "hospital", "clinic"),
        crew=3,
        seats=2,
        payload_kg=200.0,
        speed_kmh=80.0,
        citation="assumption: one per 30,000 (Shanghai 2019) tripled by the hospitals' own",
    ),
    "fire_engine": TeamKind(
        count=15,
        organisation="fire",
        bases=("fire_station",),
        crew=6,
        seats=0,
        payload_kg=2000.0,
        speed_kmh=70.0,
    ),
    "pump_truck": TeamKind(
        count=24,
        organisation="urban_mgmt",
        bases=("pump_station", "water_works", "depot"),
        crew=3,
        seats=0,
        payload_kg=0.0,
        speed_kmh=60.0,
        citation=DRILL + "; 1,500 m3/h each",
    ),
    "generator_truck": TeamKind(
        count=30,
        organisation="power",
        bases=("substation", "depot"),
        crew=2,
        seats=0,
        payload_kg=0.0,
        speed_kmh=60.0,
        citation=DRILL + "; 200 kW each",
    ),
    "supply_truck": TeamKind(
        count=30,
        organisation="grain_reserve",
        bases=("depot", "warehouse", "market"),
        crew=2,
        seats=0,
        payload_kg=5000.0,
        speed_kmh=60.0,
        citation="assumption: urban trucks of 5 t",
    ),
    "repair_crew": TeamKind(
        count=20,
        organisation="power",
        bases=("substation", "water_works", "depot"),
        crew=5,
        seats=0,
        payload_kg=1000.0,
        speed_kmh=60.0,
    ),
    "stretcher_team": TeamKind(
        count=25,
        organisation="health",
        bases=("community_centre", "clinic", "hospital"),
        crew=4,
        seats=1,
        payload_kg=0.0,
        speed_kmh=50.0,
        citation="assumption: one per community",
    ),
    "police_car": TeamKind(
        count=25,
        organisation="police",
        bases=("police", "government"),
        crew=2,
        seats=2,
        payload_kg=100.0,
        speed_kmh=80.0,
    ),
}

STOCK: tuple[tuple[str, float, str, str], ...] = (
    (
        "water",
        360_000.0,
        "L",
        "A: 8,000 relief sets x 15 L x 3 d (Sphere: 15 L per person and day)",
    ),
    ("food", 14_400.0, "kg", "A: 8,000 relief sets x 0.6 kg x 3 d (Sphere: 2,100 kcal)"),
    ("medicine", 800.0, "sets", "A: one set per ten relief sets"),
    ("blanket", 8_000.0, "pieces", "A: relief sets of the typhoon and flood drill"),
    ("tent", 1_000.0, "pieces", "A: one per eight relief sets"),
    ("sandbag", 60_000.0, "pieces", "A: typhoon and flood drill"),
    ("fuel", 60_000.0, "L", "A: 30 generators of 200 kW, 50 L/h, 40 h"),
    ("generator", 30.0, "pieces", "A: typhoon and flood drill, 200 kW each"),
    ("boat_kit", 40.0, "sets", "A: one per boat"),
)
"""Stock per 104,000 residents: item, quantity, unit, basis."""

DEPOT_KINDS = ("depot", "warehouse", "government", "community_centre", "school", "market")

BACKUP_HOURS: dict[str, float] = {
    "hospital": 24.0,
    "telecom": 8.0,
    "water_works": 4.0,
    "fire_station": 12.0,
    "police": 8.0,
    "ambulance_station": 8.0,
    "government": 8.0,
    "metro_station": 2.0,
    "clinic": 2.0,
    "pump_station": 0.0,
}
"""Hours a facility runs without mains power, by kind, 0 for all others; A: planning assumption."""

WATER_BUFFER_HOURS: dict[str, float] = {
    "hospital": 12.0,
    "clinic": 6.0,
    "shelter": 6.0,
    "school": 6.0,
    "sports_hall": 6.0,
    "hotel": 12.0,
    "fire_station": 24.0,
}
"""Consumers of mains water and the hours their tanks last; A: planning assumption."""

UNPOWERED = ("substation", "dyke", "underpass")
CALLERS = (
    "hospital",
    "fire_station",
    "police",
    "ambulance_station",
    "government",
    "community_centre",
    "substation",
    "pump_station",
    "water_works",
)
FUEL_USERS = ("hospital", "telecom", "fire_station", "water_works")

SUPPLY_COLUMNS = ["facility", "item", "quantity", "unit"]


class Equipment(NamedTuple):
    """The tables of ``twin/schema/{teams,supplies,lifelines}.csv``."""

    teams: pd.DataFrame
    supplies: pd.DataFrame
    lifelines: pd.DataFrame


def equip(facilities: gpd.GeoDataFrame, places: pd.DataFrame) -> Equipment:
    """Put teams at their bases, stock into depots, and tie consumers to their lifelines.

    Args:
        facilities: The table of ``twin/schema/facilities.csv`` in a metric CRS; may be empty, then
            all three tables are.
        places: The table of ``twin/schema/places.csv``; the city's residents set the numbers.
    """
    residents = int(places.loc[places["level"] == "city", "residents"].sum())
    ordered = facilities.sort_values("facility", kind="stable").reset_index(drop=True)
    return Equipment(_teams(ordered, residents), _supplies(ordered, residents), _lifelines(ordered))


def scaled(count: float, residents: int) -> int:
    """A number sized for 104,000 residents, scaled to a city; at least one."""
    return max(1, round(count * residents / REFERENCE_RESIDENTS))


def _bases(facilities: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    """The facilities of the first kind that occurs; government or everything where none does."""
    for kind in (*kinds, "government"):
        here = facilities["kind"] == kind
        if here.any():
            return facilities[here]
    return facilities


def _teams(facilities: pd.DataFrame, residents: int) -> pd.DataFrame:
    frames = [_teams_of(kind, facilities, residents) for kind in TEAM_KINDS]
    return pd.concat(frames, ignore_index=True)


def _teams_of(kind: str, facilities: pd.DataFrame, residents: int) -> pd.DataFrame:
    spec = TEAM_KINDS[kind]
    bases = _bases(facilities, spec.bases)["facility"].to_numpy(dtype=object)
    count = scaled(spec.count, residents) if len(bases) else 0
    width = max(2, len(str(count)))
    return pd.DataFrame(
        {
            "team": pd.Series([f"{kind}-{i:0{width}d}" for i in range(1, count + 1)], dtype="str"),
            "kind": pd.Series([kind] * count, dtype="str"),
            "organisation": pd.Series([spec.organisation] * count, dtype="str"),
            "facility": pd.Series(bases[np.arange(count) % max(1, len(bases))], dtype="str"),
            "crew": np.full(count, spec.crew, dtype=np.int16),
            "seats": np.full(count, spec.seats, dtype=np.int16),
            "payload_kg": np.full(count, spec.payload_kg, dtype=np.float32),
            "speed_kmh": np.full(count, spec.speed_kmh, dtype=np.float32),
        }
    )


def _supplies(facilities: pd.DataFrame, residents: int) -> pd.DataFrame:
    depots = _bases(facilities, DEPOT_KINDS)
    if depots.empty:
        return pd.DataFrame({c: pd.Series(dtype="str") for c in SUPPLY_COLUMNS}).astype(
            {"quantity": np.float64}
        )
    weight = np.maximum(depots["capacity"].to_numpy(dtype=np.float64), 1.0)
    frames = []
    for item, quantity, unit, _basis in STOCK:
        share = _split(scaled(quantity, residents), weight)
        frames.append(
            pd.DataFrame({"facility": depots["facility"], "item": item, "quantity": share})
        )
        frames[-1]["unit"] = unit
    return pd.concat(frames, ignore_index=True)[SUPPLY_COLUMNS]


def _split(total: int, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole parts that sum to the total, in proportion to the weights."""
    edge = np.rint(total * np.cumsum(weight) / weight.sum())
    return np.asarray(np.diff(edge, prepend=0.0), dtype=np.float64)


def _lifelines(facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    kind = facilities["kind"]
    backup = facilities["backup_hours"].to_numpy(dtype=np.float64)
    water = kind.map(WATER_BUFFER_HOURS).to_numpy(dtype=np.float64)
    never = np.zeros(len(facilities))
    ties = (
        ("power", "substation", ~kind.isin(UNPOWERED).to_numpy(), backup),
        ("water", "water_works", ~np.isnan(water), water),
        ("telecom", "telecom", kind.isin(CALLERS).to_numpy(), never),
        ("fuel", "fuel", kind.isin(FUEL_USERS).to_numpy(), backup),
    )
    frames = [_tie(facilities, *tie) for tie in ties]
    return pd.concat(frames, ignore_index=True)


def _tie(
    facilities: gpd.GeoDataFrame,
    service: str,
    provider_kind: str,
    consumes: NDArray[np.bool_],
    buffer_hours: NDArray[np.float64],
) -> pd.DataFrame:
    """Each consumer leans on the nearest provider as the crow flies."""
    providers = facilities[facilities["kind"] == provider_kind]
    consumers = facilities[consumes & (facilities["kind"] != provider_kind).to_numpy()]
    nearest = np.zeros(0, dtype=np.int64)
    if len(providers) and len(consumers):
        _, nearest = cKDTree(_points(providers)).query(_points(consumers))
    else:
        consumers = consumers.iloc[:0]
    return pd.DataFrame(
        {
            "consumer": consumers["facility"].to_numpy(),
            "provider": providers["facility"].to_numpy()[nearest],
            "service": pd.Series([service] * len(consumers), dtype="str"),
            "buffer_hours": buffer_hours[consumers.index].astype(np.float32),
        }
    )


def _points(facilities: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.column_stack([facilities.geometry.x, facilities.geometry.y])
