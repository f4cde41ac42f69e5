"""The river, its island and the creek of the old town, drawn on the lattice."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.lattice import Lattice, Points
from twin.synthetic.names import name
from twin.synthetic.plan import FINE

HALF_WIDTH = 1.12  # of a fine row
BEYOND_M = 1500.0
CREEK_HALF_M = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waters:
    """Water surfaces and the line of the river.

    Attributes:
        river: River surface with the island as a hole.
        island: The island.
        creek: The creek through the old town; empty where the city has none.
        centre: Centre line of the river from west to east [m], shape ``(points, 2)``.
    """

    river: shapely.Polygon
    island: shapely.Polygon
    creek: shapely.Polygon
    centre: Points


def draw_waters(lattice: Lattice) -> Waters:
    """Draw river, island and creek."""
    a = np.arange(0.0, FINE * lattice.plan.columns + 0.01, 0.25)
    middle = FINE * lattice.plan.river_row + FINE / 2
    half = half_width(a, lattice)
    chord = lattice.at(a, np.full_like(a, middle))
    south = _beyond(lattice.at(a, middle - half), chord)
    north = _beyond(lattice.at(a, middle + half), chord)
    centre = _beyond(chord, chord)
    island = _island(lattice)
    river = shapely.Polygon(np.concatenate([south, north[::-1]]), [island.exterior.coords])
    return Waters(
        river=river,
        island=island,
        creek=_largest(_creek(lattice).difference(river.buffer(-2.0))),
        centre=centre,
    )


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return max(parts, key=lambda part: float(part.area))


def _island_at(lattice: Lattice) -> float:
    return FINE * (lattice.plan.columns * 0.68)


def half_width(a: Points, lattice: Lattice) -> Points:
    """Half width of the river at fine columns ``a``, in fine rows."""
    swell = np.exp(-(((a - _island_at(lattice)) / 5.0) ** 2))
    return np.asarray(HALF_WIDTH + 0.10 * np.sin(a / 3.1) + 0.07 * np.sin(a / 1.3) + 0.42 * swell)


def _island(lattice: Lattice) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    a = _island_at(lattice) + 3.1 * np.cos(turn)
    middle = FINE * lattice.plan.river_row + FINE / 2
    b = middle + 0.1 + 0.55 * np.sin(turn) * (1 - 0.35 * np.cos(turn))
    return shapely.Polygon(lattice.at(a, b))


def _beyond(line: Points, chord: Points) -> Points:
    """Lead a line straight on past both ends of the city, along the river's course."""
    first, last = chord[0] - chord[3], chord[-1] - chord[-4]
    head = line[0] + first / np.hypot(*first) * BEYOND_M
    tail = line[-1] + last / np.hypot(*last) * BEYOND_M
    return np.concatenate([[head], line, [tail]])


def creek_line(lattice: Lattice) -> NDArray[np.float64]:
    """Fine coordinates of the creek from its mouth northwards, shape ``(points, 2)``."""
    plan = lattice.plan
    column = FINE * (plan.columns // 2 - 3) + 1.5
    b = np.arange(FINE * plan.river_row + 2.5, FINE * min(plan.rows - 1, plan.river_row + 4), 0.25)
    return np.stack([np.full_like(b, column), b], axis=-1)


def _creek(lattice: Lattice) -> shapely.Polygon:
    line = creek_line(lattice)
    return shapely.LineString(lattice.at(line[:, 0], line[:, 1])).buffer(
        CREEK_HALF_M, cap_style="flat"
    )


def water_table(
    waters: Waters, lakes: NDArray[np.object_], frame: shapely.Polygon, crs: str
) -> gpd.GeoDataFrame:
    """The table of ``twin/schema/water.csv``, cut to the frame of the map."""
    rows: list[tuple[str, str, str, shapely.Geometry]] = [
        ("river", "澜江", "Lan River", waters.river.intersection(frame)),
        ("canal", "桥河", "Qiao Creek", waters.creek),
    ]
    for number, lake in enumerate(lakes):
        zh, en = name(number * 17 + 9)
        rows.append(("lake", zh + "湖", en + " Lake", lake))
    parts = [
        (kind, zh, en, part)
        for kind, zh, en, shape in rows
        for part in shapely.get_parts(shape)
        if isinstance(part, shapely.Polygon)
    ]
    columns = ["kind", "name_zh", "name_en", "geometry"]
    table = gpd.GeoDataFrame(parts, columns=columns, geometry="geometry", crs=crs)
    table.insert(0, "water", np.arange(len(table), dtype=np.int32))
    return table
