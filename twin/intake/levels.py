"""The five levels of an extract: its own administrative areas where they are complete, else cells.

Grids are street blocks merged to about 400 households; communities, streets and districts are
merged from the level below. An administrative level of the extract takes the place of the level
whose usual size its areas come nearest to.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis import tessellate
from gis.errors import InputError
from gis.index import holders, homes
from twin.city import DIGITS, Level
from twin.intake import norms
from twin.intake.extract import Features, names

_THROUGH = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential")
_TARGETS: dict[Level, float] = {
    "grid": norms.GRID_HOUSEHOLDS.value,
    "community": norms.COMMUNITY_HOUSEHOLDS.value,
    "street": norms.STREET_HOUSEHOLDS.value,
    "district": norms.DISTRICT_HOUSEHOLDS.value,
}
_UPWARDS: tuple[Level, ...] = ("grid", "community", "street", "district")
_WORDS: dict[Level, tuple[str, str]] = {
    "district": ("区", "District"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "grid": ("网格", "Grid"),
}
_COMPLETE = 0.99
_MOST_DISTRICTS = 60
_SMALL_WATER_M2 = 5_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """One complete administrative level of the extract.

    Attributes:
        level: The level it is used as.
        areas: Its areas, names and shapes.
    """

    level: Level
    areas: Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The levels of a city.

    Attributes:
        places: Table of places, without residents and households above the buildings' sums.
        grid: Grid code of each building, shape ``(buildings,)``.
        assumptions: Where the borders come from, one line each.
    """

    places: pd.DataFrame
    grid: NDArray[np.object_]
    assumptions: tuple[str, ...]


def tilings(areas: Features, spots: NDArray[np.object_], households: float) -> list[Tiling]:
    """Administrative levels of the extract that hold nearly every building.

    Args:
        areas: All areas, shapes in the city's metric CRS.
        spots: A point in each building.
        households: Households of the city.
    """
    found: dict[Level, Tiling] = {}
    admin = [
        (tags.get("admin_level", ""), row)
        for row, tags in enumerate(areas.tags)
        if tags.get("boundary") == "administrative" and names(tags)[1]
    ]
    for number in sorted({number for number, _ in admin}, key=lambda n: (len(n), n)):
        rows = [row for level, row in admin if level == number]
        held = holders(spots, areas.shapes[rows])
        used = np.unique(held[held >= 0])
        if len(used) < 2 or (held >= 0).mean() < _COMPLETE:
            continue
        tiling = Tiling(
            level=_nearest_level(households / len(used)),
            areas=areas[[rows[row] for row in used]],
        )
        found.setdefault(tiling.level, tiling)
    return [found[level] for level in _UPWARDS if level in found]


def _nearest_level(households: float) -> Level:
    sizes = {level: _TARGETS[level] for level in _UPWARDS[1:]}
    return min(sizes, key=lambda level: abs(math.log(max(households, 1.0) / sizes[level])))


def build_levels(
    buildings: pd.DataFrame,
    *,
    roads: pd.DataFrame,
    water: pd.DataFrame,
    areas: Features,
    rails: NDArray[np.object_],
    outline: shapely.Polygon,
    city: dict[str, str],
) -> Levels:
    """Divide a city into districts, streets, communities and grids.

    Args:
        buildings: Table with geometry, households and residents.
        roads: Table of roads; the through roads bound the blocks.
        water: Table of water; shores bound the blocks.
        areas: All areas of the extract, for its administrative levels.
        rails: Railway lines; they bound the blocks too.
        outline: Outline of the city [m].
        city: ``code``, ``name_zh`` and ``name_en`` of the city.
    """
    spots = shapely.point_on_surface(buildings["geometry"].to_numpy(dtype=object))
    households = buildings["households"].to_numpy(dtype=np.float64)
    tiled = tilings(areas, spots, float(households.sum()))
    lines = [
        roads.loc[roads["class"].isin(_THROUGH), "geometry"].to_numpy(dtype=object),
        shapely.boundary(_large(water)),
        rails,
        *(shapely.boundary(tiling.areas.shapes) for tiling in tiled),
    ]
    faces = _blocks(outline, np.concatenate(lines), spots, households)
    home = homes(spots, faces)
    weight = np.bincount(home, weights=households, minlength=len(faces)).astype(np.float64)
    groups = _groups(faces, weight, tiled)
    coded = _codes(faces, groups, city["code"])
    places = _places(faces, coded, tiled, city)
    grid = coded["grid"].to_numpy(dtype=object)[home]
    return Levels(
        places=with_sums(places, buildings.assign(grid=grid)),
        grid=grid,
        assumptions=_told(tiled, places),
    )


def _large(water: pd.DataFrame) -> NDArray[np.object_]:
    shapes = water["geometry"].to_numpy(dtype=object)
    return shapes[shapely.area(shapes) > _SMALL_WATER_M2]


def _blocks(
    outline: shapely.Polygon,
    lines: NDArray[np.object_],
    spots: NDArray[np.object_],
    households: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Street blocks, those with too many households cut in parts."""
    most = 1.2 * norms.GRID_HOUSEHOLDS.value
    faces = tessellate.blocks(outline, lines)
    home = homes(spots, faces)
    weight = np.bincount(home, weights=households, minlength=len(faces))
    points = shapely.get_coordinates(spots)
    cuts: list[shapely.LineString] = []
    for row in np.flatnonzero(weight > most):
        inside = home == row
        cuts += tessellate.halving_lines(faces[row], points[inside], households[inside], most=most)
    if not cuts:
        return faces
    return tessellate.blocks(outline, np.concatenate([lines, np.array(cuts, dtype=object)]))


def _groups(
    faces: NDArray[np.object_], weight: NDArray[np.float64], tiled: list[Tiling]
) -> dict[Level, NDArray[np.int64]]:
    """Group of each face at every level."""
    at = shapely.point_on_surface(faces)
    labels = {tiling.level: homes(at, tiling.areas.shapes) for tiling in tiled}
    shared = tessellate.borders(faces)
    groups: dict[Level, NDArray[np.int64]] = {}
    below = np.arange(len(faces))
    for level in _UPWARDS:
        above = [labels[up] for up in _UPWARDS[_UPWARDS.index(level) :] if up in labels]
        label = _unique_rows(above, len(faces))
        if level in labels:
            groups[level] = label
        else:
            size = np.bincount(below, weights=weight).astype(np.float64)
            own = np.zeros(len(size), dtype=np.int64)
            own[below] = label
            merged = tessellate.merge(
                size,
                tessellate.regroup(shared, below),
                target=max(_TARGETS[level], _least(level, float(weight.sum()))),
                label=own,
            )
            groups[level] = merged[below]
        below = groups[level]
    return groups


def _least(level: Level, households: float) -> float:
    """Districts of very large cities grow, because a code has two digits for them."""
    return households / _MOST_DISTRICTS if level == "district" else 0.0


def _unique_rows(columns: list[NDArray[np.int64]], count: int) -> NDArray[np.int64]:
    if not columns:
        return np.zeros(count, dtype=np.int64)
    rows = np.unique(np.column_stack(columns), axis=0, return_inverse=True)[1]
    return np.asarray(rows, dtype=np.int64).reshape(-1)


def _codes(
    faces: NDArray[np.object_], groups: dict[Level, NDArray[np.int64]], city: str
) -> pd.DataFrame:
    """Code of each face at every level, children numbered from south-west to north-east."""
    coded = pd.DataFrame({"city": [city] * len(faces)})
    at = shapely.get_coordinates(shapely.centroid(faces)) * shapely.area(faces)[:, None]
    parent = coded["city"]
    above: Level = "city"
    for level in reversed(_UPWARDS):
        frame = pd.DataFrame({"parent": parent, "group": groups[level], "x": at[:, 0]})
        frame = frame.assign(y=at[:, 1], area=shapely.area(faces))
        sums = frame.groupby(["parent", "group"], as_index=False)[["x", "y", "area"]].sum()
        sums["strip"] = np.floor(sums["y"] / sums["area"] / 500.0)
        sums["east"] = sums["x"] / sums["area"]
        sums = sums.sort_values(["parent", "strip", "east", "group"], kind="stable")
        number = sums.groupby("parent").cumcount() + 1
        _check_room(level, int(number.max()), DIGITS[level] - DIGITS[above])
        sums["code"] = sums["parent"] + number.astype(str).str.zfill(DIGITS[level] - DIGITS[above])
        code = frame.merge(sums[["parent", "group", "code"]], on=["parent", "group"], how="left")
        coded[level] = code["code"].to_numpy()
        parent, above = coded[level], level
    return coded


def _check_room(level: Level, count: int, digits: int) -> None:
    if count >= 10**digits:
        raise InputError(
            f"one place would hold {count} of level {level}; codes have {digits} digits for them, "
            "so import a smaller extract"
        )


def _places(
    faces: NDArray[np.object_], coded: pd.DataFrame, tiled: list[Tiling], city: dict[str, str]
) -> pd.DataFrame:
    own = {tiling.level: tiling.areas for tiling in tiled}
    frames = []
    levels: tuple[Level, ...] = ("city", *reversed(_UPWARDS))
    for level in levels:
        codes, group = np.unique(coded[level].to_numpy(dtype=str), return_inverse=True)
        shapes = tessellate.unite(faces, group)
        frame = pd.DataFrame({"code": codes.astype(object), "level": level, "geometry": shapes})
        called = [_numbered(level, code, city) for code in codes]
        marks = "geometry,name_zh,name_en,residents,households"
        if level in own:
            held = homes(shapely.point_on_surface(shapes), own[level].shapes)
            called = [names(own[level].tags[row]) for row in held]
            marks = "residents,households"
        elif level == "city":
            marks = "geometry,residents,households"
        frame["name_zh"] = [zh for zh, _ in called]
        frame["name_en"] = [en for _, en in called]
        frames.append(frame.assign(assumed=marks))
    return pd.concat(frames, ignore_index=True)


def _numbered(level: Level, code: str, city: dict[str, str]) -> tuple[str, str]:
    """Names such as ``3-12街道`` and ``Street 3.12``, from the parts of the code."""
    if level == "city":
        return city["name_zh"], city["name_en"]
    cuts = [DIGITS[name] for name in ("city", *reversed(_UPWARDS)) if DIGITS[name] <= len(code)]
    parts = [str(int(code[a:b])) for a, b in pairwise(cuts)]
    zh, en = _WORDS[level]
    return "-".join(parts) + zh, f"{en} {'.'.join(parts)}"


def with_sums(places: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Fill residents and households of every place from the buildings of its grids."""
    summed = places
    for column in ("residents", "households"):
        grids = buildings.groupby("grid")[column].sum()
        total = pd.concat(
            [grids.groupby(grids.index.str[:digits]).sum() for digits in DIGITS.values()]
        )
        summed = summed.assign(**{column: places["code"].map(total).fillna(0).astype("int32")})
    return summed


def _told(tiled: list[Tiling], places: pd.DataFrame) -> tuple[str, ...]:
    own = {tiling.level for tiling in tiled}
    lines = [
        f"Level {tiling.level}: {len(tiling.areas)} administrative areas of the extract"
        for tiling in tiled
    ]
    count = places["level"].value_counts()
    made = [
        f"{int(count[level])} of level {level} (about {_TARGETS[level]:,.0f} households)"
        for level in reversed(_UPWARDS)
        if level not in own
    ]
    if made:
        lines.append(
            "Places made from street blocks, fictional, not administrative: " + ", ".join(made)
        )
    return tuple(lines)
