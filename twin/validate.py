"""What must hold between the tables of a city, whatever it was made from.

One function per problem; each gives one line per problem found, naming the first offending rows.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from gis.crs import is_metric
from gis.errors import InputError, SchemaError
from twin.city import DIGITS, LEVELS, City

_UNIQUE = (
    ("places", "code"),
    ("facilities", "facility"),
    ("organisations", "organisation"),
    ("teams", "team"),
)


def validate(city: City) -> None:
    """Check a whole city.

    Raises:
        InputError: The city has no roads, no buildings or no metric CRS.
        SchemaError: Tables contradict each other; the message names the first problem, how many
            more there are, and the rows.
    """
    check_for_an_empty_city(city)
    _refuse(city, problems(city))
    check_for_broken_roads(city)


def refuse_unplayable(city: City) -> None:
    """Check what compiled kernels rely on, in a city that may never have been a release.

    Raises:
        InputError: As in :func:`validate`, or the roads fall apart.
        SchemaError: People, roads or amounts cannot be.
    """
    check_for_an_empty_city(city)
    checks = (
        check_for_unknown_nodes,
        check_for_lost_people,
        check_for_impossible_roads,
        check_for_impossible_amounts,
    )
    _refuse(city, [line for check in checks for line in check(city)])
    check_for_broken_roads(city)


def _refuse(city: City, found: list[str]) -> None:
    if found:
        more = f" (and {len(found) - 1} more problems)" if len(found) > 1 else ""
        raise SchemaError(f"city {city.name!r}: {found[0]}{more}")


def problems(city: City) -> list[str]:
    """Every contradiction between the tables, one line each; empty for a sound city."""
    checks: tuple[Callable[[City], list[str]], ...] = (
        check_for_repeated_ids,
        check_for_wrong_codes,
        check_for_parents_without_children,
        check_for_sums_that_differ,
        check_for_orphans,
        check_for_lost_people,
        check_for_unknown_nodes,
        check_for_unknown_facilities,
        check_for_unknown_organisations,
        check_for_impossible_roads,
        check_for_impossible_amounts,
    )
    return [line for check in checks for line in check(city)]


def check_for_an_empty_city(city: City) -> None:
    """Raise InputError where a drill could not even start."""
    if not is_metric(city.crs):
        raise InputError(f"city {city.name!r} has CRS {city.crs!r}; wanted a projected one in m")
    if not len(city.roads) or not len(city.nodes):
        raise InputError(
            f"city {city.name!r} has no roads; wanted a road network that people can move on"
        )
    if not len(city.buildings):
        raise InputError(f"city {city.name!r} has no buildings; wanted at least one")


def _line(wrong: object, what: str, names: object) -> list[str]:
    rows = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if not len(rows):
        return []
    named = ", ".join(str(name) for name in np.asarray(names, dtype=object)[rows[:5]])
    return [f"{len(rows)} {what}: {named}{' …' if len(rows) > 5 else ''}"]


def check_for_repeated_ids(city: City) -> list[str]:
    """Ids that stand twice in one table."""
    lines = []
    for table, column in _UNIQUE:
        ids = getattr(city, table)[column]
        lines += _line(ids.duplicated(), f"repeated ids in {table}.{column}", ids)
    return lines


def check_for_wrong_codes(city: City) -> list[str]:
    """Codes whose length is not their level's, or that are no digits."""
    codes = city.places["code"]
    digits = city.places["level"].map(dict(DIGITS)).astype(int)
    wrong = (codes.str.len() != digits) | ~codes.str.fullmatch(r"[0-9]+")
    lines = _line(wrong, "place codes do not fit their level", codes)
    cities = int((city.places["level"] == "city").sum())
    return lines if cities == 1 else [*lines, f"{cities} places of level city; wanted one"]


def check_for_parents_without_children(city: City) -> list[str]:
    """Places whose parent is unknown, and places above the grid that hold nothing."""
    lines = []
    codes = {level: city.places.loc[city.places["level"] == level, "code"] for level in LEVELS}
    for above, below in pairwise(LEVELS):
        parents = codes[below].str[: DIGITS[above]]
        lines += _line(~parents.isin(codes[above]), f"{below} codes without parent", codes[below])
        lines += _line(~codes[above].isin(parents), f"{above} codes without child", codes[above])
    return lines


def check_for_sums_that_differ(city: City) -> list[str]:
    """Residents and households that are not the sum of the children, or of the buildings."""
    lines = []
    for column in ("residents", "households"):
        held = city.places.set_index("code")[column].astype("int64")
        homes = city.buildings.groupby("grid")[column].sum().astype("int64")
        for below, level in enumerate(LEVELS):
            own = held[held.index.str.len() == DIGITS[level]]
            children = (
                homes
                if level == "grid"
                else held[held.index.str.len() == DIGITS[LEVELS[below + 1]]]
            )
            sums = children.groupby(children.index.str[: DIGITS[level]]).sum()
            wrong = own != sums.reindex(own.index, fill_value=0)
            lines += _line(wrong, f"{level} {column} are not the sum of their parts", own.index)
    return lines


def check_for_orphans(city: City) -> list[str]:
    """Buildings, facilities and organisations that stand on no known place."""
    grids = city.grids["code"]
    lines = []
    for table in ("buildings", "facilities"):
        frame: pd.DataFrame = getattr(city, table)
        orphans = ~frame["grid"].isin(grids)
        lines += _line(orphans, f"orphans in {table} (their grid is unknown)", frame.iloc[:, 0])
    places = city.organisations["place"]
    orphans = ~places.isin(city.places["code"])
    return lines + _line(orphans, "organisations of unknown place", places)


def check_for_lost_people(city: City) -> list[str]:
    """People without a home, out of order, or more or fewer than their buildings count."""
    home = city.people["building"].to_numpy(dtype=np.int64)
    if not _in_range(home, len(city.buildings)).all():
        wrong = ~_in_range(home, len(city.buildings))
        return _line(wrong, "people live in unknown buildings", home)
    if (np.diff(home) < 0).any():
        return ["people are not sorted by building"]
    counted = np.bincount(home, minlength=len(city.buildings))
    wrong = counted != city.buildings["residents"].to_numpy()
    return _line(
        wrong,
        "buildings whose residents differ from the people table",
        np.arange(len(city.buildings)),
    )


def _in_range(rows: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    return (rows >= 0) & (rows < count)


def check_for_unknown_nodes(city: City) -> list[str]:
    """Road ends and facilities that name a node or building which does not exist."""
    lines = []
    for frame, column in (
        (city.roads, "from_node"),
        (city.roads, "to_node"),
        (city.facilities, "node"),
    ):
        rows = frame[column].to_numpy(dtype=np.int64)
        wrong = ~_in_range(rows, len(city.nodes))
        lines += _line(wrong, f"{column} that name an unknown node", rows)
    building = city.facilities["building"].to_numpy(dtype=np.int64)
    wrong = ~_in_range(building, len(city.buildings)) & (building != -1)
    return lines + _line(wrong, "facilities in unknown buildings", city.facilities["facility"])


def check_for_unknown_facilities(city: City) -> list[str]:
    """Supplies, teams and lifelines that name a facility which does not exist."""
    known = city.facilities["facility"]
    lines = []
    for table, column in (
        ("supplies", "facility"),
        ("teams", "facility"),
        ("lifelines", "consumer"),
        ("lifelines", "provider"),
    ):
        named = getattr(city, table)[column]
        lines += _line(~named.isin(known), f"unknown facilities in {table}.{column}", named)
    return lines


def check_for_unknown_organisations(city: City) -> list[str]:
    """Teams whose organisation does not exist."""
    named = city.teams["organisation"]
    unknown = ~named.isin(city.organisations["organisation"])
    return _line(unknown, "unknown organisations in teams", named)


def check_for_impossible_roads(city: City) -> list[str]:
    """Roads without length, speed or width, or with fewer than no lanes."""
    roads = city.roads
    lines = []
    for column, unit in (("length_m", "m"), ("speed_kmh", "km/h"), ("width_m", "m")):
        value = roads[column].to_numpy(np.float64)
        wrong = ~(np.isfinite(value) & (value > 0))
        what = f"roads whose {column} is not above 0 {unit}"
        lines += _line(wrong, what, [f"road {row}: {v:g}" for row, v in enumerate(value)])
    few = roads["lanes"].to_numpy(np.int64) < 0
    return lines + _line(few, "roads with a negative number of lanes", np.arange(len(roads)))


def check_for_impossible_amounts(city: City) -> list[str]:
    """Capacities, stocks and teams below zero; a capacity of zero may be, and is never opened."""
    lines = []
    for table, column, least in (
        ("facilities", "capacity", 0.0),
        ("supplies", "quantity", 0.0),
        ("teams", "crew", 0.0),
        ("teams", "seats", 0.0),
        ("teams", "payload_kg", 0.0),
        ("teams", "speed_kmh", np.nextafter(0.0, 1.0)),
        ("lifelines", "buffer_hours", 0.0),
    ):
        frame = getattr(city, table)
        value = frame[column].to_numpy(np.float64)
        wrong = ~(value >= least)
        bound = "above 0" if least else "0 or more"
        what = f"rows of {table} whose {column} is not {bound}"
        lines += _line(wrong, what, frame.iloc[:, 0])
    return lines


CONNECTED_SHARE = 0.5
"""Least share of the network's nodes in its largest part; below it no drill means anything."""


def check_for_broken_roads(city: City) -> None:
    """Raise InputError where most of the roads hang together with nothing.

    Small islands are common on maps and stay; a run states how many residents live on them.
    """
    part = road_parts(city)
    count = np.bincount(part[part >= 0])
    share = count.max() / count.sum()
    if share < CONNECTED_SHARE:
        raise InputError(
            f"city {city.name!r} has roads in {len(count)} pieces, the largest with {share:.0%} of"
            f" the junctions; wanted {CONNECTED_SHARE:.0%} or more, join the roads or cut the area"
            " differently"
        )


def road_parts(city: City) -> NDArray[np.int64]:
    """The connected piece of the road network each node belongs to; -1 for nodes on no road."""
    ends = city.roads[["from_node", "to_node"]].to_numpy(np.int64)
    nodes = len(city.nodes)
    links = csr_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    _, part = connected_components(links, directed=False)
    used = np.zeros(nodes, bool)
    used[ends] = True
    found: NDArray[np.int64] = np.where(used, part, -1).astype(np.int64)
    return found
