"""Facilities of an extract: what serves people in an emergency, where, and how much it holds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.index import holders
from twin.intake import norms
from twin.intake.extract import Features, Tags, names

Rule = tuple[str, Callable[[Tags], bool]]


def _has(key: str, *words: str) -> Callable[[Tags], bool]:
    return lambda tags: tags.get(key) in words


def _is_emergency_shelter(tags: Tags) -> bool:
    # amenity=shelter is nearly always a roof at a bus stop
    return (
        tags.get("shelter_type") == "emergency"
        or tags.get("emergency") == "shelter"
        or tags.get("bunker_type") in ("bomb_shelter", "emergency_shelter")
    )


def _is_telecom(tags: Tags) -> bool:
    mast = tags.get("man_made") in ("mast", "tower", "communications_tower")
    told = tags.get("tower:type", "communication" if tags.get("man_made") != "tower" else "")
    return mast and told == "communication"


RULES: tuple[Rule, ...] = (
    ("hospital", _has("amenity", "hospital")),
    ("hospital", _has("healthcare", "hospital")),
    ("clinic", _has("amenity", "clinic", "doctors")),
    ("clinic", _has("healthcare", "clinic", "doctor", "centre")),
    ("fire_station", _has("amenity", "fire_station")),
    ("police", _has("amenity", "police")),
    ("ambulance_station", _has("emergency", "ambulance_station")),
    ("shelter", _is_emergency_shelter),
    ("school", _has("amenity", "school", "college", "university")),
    ("sports_hall", _has("leisure", "sports_centre", "sports_hall")),
    ("sports_hall", _has("building", "sports_centre", "sports_hall")),
    ("warehouse", _has("building", "warehouse")),
    ("warehouse", _has("industrial", "warehouse", "depot", "distributor")),
    ("community_centre", _has("amenity", "community_centre", "social_centre")),
    ("hotel", _has("tourism", "hotel", "hostel", "motel")),
    ("pharmacy", _has("amenity", "pharmacy")),
    ("pharmacy", _has("healthcare", "pharmacy")),
    ("fuel", _has("amenity", "fuel")),
    ("substation", _has("power", "substation")),
    ("water_works", _has("man_made", "water_works")),
    ("pump_station", _has("man_made", "pumping_station")),
    ("telecom", _is_telecom),
    ("metro_station", _has("station", "subway", "light_rail")),
    ("government", _has("amenity", "townhall")),
    ("government", _has("office", "government")),
    ("market", _has("amenity", "marketplace")),
    ("market", _has("shop", "supermarket", "mall", "wholesale")),
)
"""Kind of facility and the test of its tags; the first that fits counts."""

SHELTER_KINDS = ("school", "sports_hall", "community_centre")
DEPOT_USES = ("industrial", "commercial")
_SAME_M = 100.0
_TELLING_BUILDINGS = ("sports_centre", "sports_hall", "warehouse")
_TELLING = frozenset(
    {
        "amenity",
        "healthcare",
        "emergency",
        "shelter_type",
        "bunker_type",
        "leisure",
        "industrial",
        "tourism",
        "power",
        "man_made",
        "station",
        "office",
        "shop",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Facilities with what is known of their site.

    Attributes:
        table: kind, name_zh, name_en, source, geometry (point), building, floor_area_m2, assumed.
        merged: Points left out because an area of the same kind stands for them.
    """

    table: pd.DataFrame
    merged: int


def kind_of(tags: Tags) -> str:
    """Kind of facility that tags describe; empty for none."""
    if _TELLING.isdisjoint(tags) and tags.get("building") not in _TELLING_BUILDINGS:
        return ""  # nine of ten features: a plain house, road or field
    return next((kind for kind, fits in RULES if fits(tags)), "")


def find_facilities(areas: Features, points: Features, buildings: pd.DataFrame) -> Found:
    """Find the facilities and the buildings that they occupy.

    Args:
        areas: All areas, shapes in the city's metric CRS.
        points: All tagged nodes, likewise.
        buildings: The building table so far, for sites and floor areas.
    """
    sites, spots = _of_kind(areas), _of_kind(points)
    double = _doubles(sites, spots)
    both = pd.concat([sites, spots[~double]], ignore_index=True)
    both["shape"] = both["shape"].astype(object)
    building, floor_m2 = _occupied(both["shape"].to_numpy(dtype=object), buildings)
    default = np.asarray(both["kind"].map(norms.FACILITY_FLOOR_M2).fillna(0.0), dtype=np.float64)
    floor_m2 = np.where(building >= 0, floor_m2, default).astype(np.float64)
    table = both.drop(columns="shape").assign(
        geometry=shapely.point_on_surface(both["shape"].to_numpy(dtype=object)),
        building=building,
        floor_area_m2=_floor_m2(both, floor_m2, default),
    )
    return Found(table=table, merged=int(double.sum()))


def _floor_m2(
    both: pd.DataFrame, occupied: NDArray[np.float64], default: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Floor area [m2]; a point in a building has the default of its kind, never the whole block."""
    is_spot = both["source"].str.startswith("osm:node/").to_numpy(dtype=bool)
    return np.where(is_spot, np.minimum(occupied, default), occupied).astype(np.float64)


def _of_kind(features: Features) -> pd.DataFrame:
    kinds = [kind_of(tags) for tags in features.tags]
    rows = [row for row, kind in enumerate(kinds) if kind]
    tags = [features.tags[row] for row in rows]
    return pd.DataFrame(
        {
            "kind": pd.Series([kinds[row] for row in rows], dtype="str"),
            "name_zh": pd.Series([names(t)[0] for t in tags], dtype="str"),
            "name_en": pd.Series([names(t)[1] for t in tags], dtype="str"),
            "source": pd.Series([features.source[row] for row in rows], dtype="str"),
            "shape": features.shapes[np.array(rows, dtype=np.int64)],
        }
    )


def _doubles(sites: pd.DataFrame, spots: pd.DataFrame) -> NDArray[np.bool_]:
    """Points inside, or of the same name near, an area of the same kind."""
    double = np.zeros(len(spots), dtype=bool)
    if not len(sites) or not len(spots):
        return double
    shapes = sites["shape"].to_numpy(dtype=object)
    spot, site = shapely.STRtree(shapes).query(
        spots["shape"].to_numpy(dtype=object), predicate="dwithin", distance=_SAME_M
    )
    same_kind = spots["kind"].to_numpy()[spot] == sites["kind"].to_numpy()[site]
    called = spots["name_en"].to_numpy()[spot]
    same_name = (called == sites["name_en"].to_numpy()[site]) & (called != "")
    inside = shapely.intersects(spots["shape"].to_numpy(dtype=object)[spot], shapes[site])
    double[spot[same_kind & (same_name | inside)]] = True
    return double


def _occupied(
    shapes: NDArray[np.object_], buildings: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Largest building on each site, -1 for none, and the floor area of all on it [m2]."""
    outlines = buildings["geometry"].to_numpy(dtype=object)
    area = buildings["floor_area_m2"].to_numpy(dtype=np.float64)
    largest = np.full(len(shapes), -1, dtype=np.int64)
    total = np.zeros(len(shapes), dtype=np.float64)
    site, building = shapely.STRtree(shapely.point_on_surface(outlines)).query(
        shapes, predicate="intersects"
    )
    np.add.at(total, site, area[building])
    order = np.argsort(area[building], kind="stable")
    largest[site[order]] = building[order]
    lone = np.flatnonzero(largest < 0)
    held = holders(shapely.point_on_surface(shapes[lone]), outlines)
    largest[lone] = held
    total[lone] = np.where(held >= 0, area[held], 0.0)
    return largest, total


def complete(found: pd.DataFrame, buildings: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add capacities and emergency roles, and a depot where the extract has none.

    Args:
        found: Table of :func:`find_facilities`.
        buildings: The building table, for the default depot.

    Returns:
        The table with facility, capacity, capacity_unit, roles and assumed, sorted by kind, and
        the assumptions made, one line each.
    """
    depot, lines = _default_depot(found, buildings)
    table = pd.concat([found.assign(assumed=""), depot], ignore_index=True)
    table = table.sort_values(["kind", "source"], kind="stable", ignore_index=True)
    number = table.groupby("kind").cumcount() + 1
    table["facility"] = table["kind"] + "-" + number.astype(str).str.zfill(2)
    nameless = table["name_en"] == ""
    plain = table["kind"].str.replace("_", " ").str.capitalize() + " " + number.astype(str)
    for column in ("name_zh", "name_en"):
        table[column] = table[column].where(~nameless, plain)
    kinds = table["kind"].map(norms.CAPACITIES)
    floor = table["floor_area_m2"].to_numpy(dtype=np.float64)
    table["capacity"] = [
        round(norm.fixed + norm.per_m2 * m2) if isinstance(norm, norms.CapacityNorm) else 0
        for norm, m2 in zip(kinds, floor, strict=True)
    ]
    table["capacity_unit"] = [
        norm.unit if isinstance(norm, norms.CapacityNorm) else "" for norm in kinds
    ]
    table["roles"] = [_roles(kind, m2) for kind, m2 in zip(table["kind"], floor, strict=True)]
    table["assumed"] = _marks(table, nameless.to_numpy())
    return table, (*lines, _shelter_line(table))


def _roles(kind: str, floor_m2: float) -> str:
    if kind in SHELTER_KINDS:
        people = int(floor_m2 * norms.SHELTER_SHARE.value / norms.SHELTER_M2.value)
        return f"shelter:{people}" if people else ""
    if kind == "warehouse":
        return f"depot:{round(floor_m2 * norms.CAPACITIES['depot'].per_m2)}"
    return ""


def _marks(table: pd.DataFrame, nameless: NDArray[np.bool_]) -> list[str]:
    marks = []
    columns = (table["assumed"], nameless, table["capacity_unit"], table["roles"])
    for made, name, unit, roles in zip(*columns, strict=True):
        words = [made] if made else []
        words += ["name_zh,name_en"] if name else []
        words += ["capacity"] if unit else []
        words += ["roles"] if roles else []
        marks.append(",".join([*words, "backup_hours"]))
    return marks


def _default_depot(
    found: pd.DataFrame, buildings: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    if found["kind"].isin(["depot", "warehouse"]).any():
        return found.iloc[:0].assign(assumed=""), ()
    works = buildings["use"].isin(DEPOT_USES)
    pool = buildings[works] if works.any() else buildings
    row = int(pool["floor_area_m2"].to_numpy().argmax())
    building = int(pool.index[row])
    chosen = buildings.loc[building]
    depot = pd.DataFrame(
        {
            "kind": ["depot"],
            "name_zh": ["默认储备库"],
            "name_en": ["Default depot"],
            "source": [f"assumed:{chosen['source']}"],
            "geometry": [shapely.point_on_surface(chosen["geometry"])],
            "building": [building],
            "floor_area_m2": [norms.FACILITY_FLOOR_M2["depot"]],
            "assumed": ["kind,name_zh,name_en"],
        }
    )
    line = (
        "The extract has no warehouse: a reserve depot was assumed in its largest "
        f"{chosen['use']} building ({chosen['source']})"
    )
    return depot, (line,)


def _shelter_line(table: pd.DataFrame) -> str:
    role = table["roles"].str.startswith("shelter:")
    people = int(table.loc[role, "roles"].str.removeprefix("shelter:").astype(int).sum())
    return (
        f"{int(role.sum())} schools, sports halls and community centres were assumed to convert "
        f"to shelters for {people} persons: {norms.SHELTER_SHARE.value:.0%} of the floor at "
        f"{norms.SHELTER_M2.value} m2 each ({norms.SHELTER_M2.citation})"
    )
