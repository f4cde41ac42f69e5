"""Parks, fields, forests, sports grounds and lakes."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.fabric import SCHOOL_SHARE, Lot
from twin.synthetic.fill import angles, turn
from twin.synthetic.lattice import Lattice, Points
from twin.synthetic.lots import RAIL_HALF_M, SETBACK_M, outlines
from twin.synthetic.names import name
from twin.synthetic.plan import FINE
from twin.synthetic.river import Waters
from twin.synthetic.zones import Blocks

KINDS: dict[str, str] = {
    "park": "park",
    "garden": "park",
    "square": "square",
    "forest": "forest",
    "field": "field",
}
Land = tuple[str, str, str, shapely.Geometry]


def draw_lakes(blocks: Blocks, points: Points, rng: np.random.Generator) -> NDArray[np.object_]:
    """One lake in every park of a superblock or more."""
    quads = (blocks.east - blocks.west) * (blocks.north - blocks.south)
    parks = outlines(blocks, points)[(blocks.zone == "park") & (quads >= FINE * FINE)]
    turn_by = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    lakes = []
    for park in parks:
        wobble = sum(
            rng.uniform(0.05, 0.16) * np.sin(k * turn_by + rng.uniform(0, 6.3)) for k in (2, 3, 5)
        )
        centre = shapely.get_coordinates(park.centroid)[0]
        reach = 0.30 * np.sqrt(park.area) * (1 + wobble)
        wide = np.column_stack([1.25 * reach * np.cos(turn_by), 0.85 * reach * np.sin(turn_by)])
        lakes.append(shapely.Polygon(centre + wide).intersection(park.buffer(-42.0)))
    return np.asarray(lakes, dtype=object)


def land_table(
    lattice: Lattice,
    blocks: Blocks,
    points: Points,
    lots: NDArray[np.object_],
    waters: Waters,
) -> gpd.GeoDataFrame:
    """The table of ``twin/schema/land.csv`` without a CRS.

    Args:
        lattice: The lattice.
        blocks: The blocks.
        points: Fine lattice points [m].
        lots: Blocks without their streets and water.
        waters: River and island.
    """
    rows = _open_blocks(blocks, lots)
    rows += _tracks(blocks, points, lots)
    rows += _banks(lattice, waters)
    rows.append(("park", "听澜洲公园", "Tinglan Island Park", waters.island.buffer(-3.0)))
    rows.append(("forest", "铁路防护绿带", "Railway green belt", _rail_belt(lattice)))
    parts = [
        (kind, zh, en, part)
        for kind, zh, en, shape in rows
        for part in shapely.get_parts(shape)
        if isinstance(part, shapely.Polygon) and part.area > 200.0
    ]
    columns = ["kind", "name_zh", "name_en", "geometry"]
    table = gpd.GeoDataFrame(parts, columns=columns, geometry="geometry")
    table.insert(0, "land", np.arange(len(table), dtype=np.int32))
    return table


def _open_blocks(blocks: Blocks, lots: NDArray[np.object_]) -> list[Land]:
    rows: list[Land] = []
    for number in np.flatnonzero(np.isin(blocks.zone, list(KINDS))):
        zone = str(blocks.zone[number])
        zh, en = name(int(number) * 13 + 3) if zone in {"park", "garden", "square"} else ("", "")
        tail_zh, tail_en = ("广场", " Square") if zone == "square" else ("公园", " Park")
        shape = shapely.buffer(lots[number], SETBACK_M, join_style="mitre")
        rows.append((KINDS[zone], zh and zh + tail_zh, en and en + tail_en, shape))
    return rows


def _tracks(blocks: Blocks, points: Points, lots: NDArray[np.object_]) -> list[Land]:
    """A running track in the north of every school."""
    rows: list[Land] = []
    angle = angles(blocks, points)
    for number in np.flatnonzero(blocks.zone == "school"):
        lot, by = lots[number], float(angle[number])
        if not isinstance(lot, shapely.Polygon) or lot.is_empty:
            continue
        frame = Lot(turn(shapely.get_coordinates(lot.exterior), -by))
        low = frame.south + SCHOOL_SHARE * (frame.north - frame.south) + 6.0
        radius = min(32.0, (frame.north - low) / 2 - 8.0)
        west, east = frame.span(low, low + 2 * radius)
        half = min(46.0, (east - west) / 2 - radius - 2.0)
        if radius < 14.0 or half < 12.0:
            continue
        x, y = (west + east) / 2, low + radius
        ends = np.asarray([[x - half, y], [x + half, y]])
        rows.append(("sports", "", "", shapely.LineString(turn(ends, by)).buffer(radius)))
    return rows


def _banks(lattice: Lattice, waters: Waters) -> list[Land]:
    """The strip between the bank road and the water, superblock by superblock."""
    plan = lattice.plan
    row = float(FINE * plan.river_row)
    rows: list[Land] = []
    for i in range(plan.columns):
        a = np.linspace(FINE * i, FINE * (i + 1), 17)
        for road, middle in ((row + 0.22, row + 2.0), (row + FINE - 0.22, row + 2.0)):
            ring = np.concatenate(
                [lattice.at(a, np.full(17, road)), lattice.at(a[::-1], np.full(17, middle))]
            )
            strip = shapely.Polygon(ring).buffer(0).difference(waters.river)
            strip = strip.difference(shapely.union_all([waters.creek, waters.island]))
            is_town = 1 <= i < plan.columns - 2
            names = ("滨江公园", "Riverside Park") if is_town else ("", "")
            rows.append(("park" if is_town else "field", *names, strip))
    return rows


def _rail_belt(lattice: Lattice) -> shapely.Geometry:
    plan = lattice.plan
    a = np.arange(0.0, FINE * plan.columns + 0.5, 0.5)
    line = lattice.at(a, np.full_like(a, FINE * plan.railway))
    return shapely.LineString(line).buffer(RAIL_HALF_M - 6.0, cap_style="flat")
