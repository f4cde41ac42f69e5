"""Where buildings may stand: each block less its streets, the railway, the water and the dykes."""

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.lattice import Points
from twin.synthetic.plan import FINE, Plan
from twin.synthetic.streets import CLASSES, Edges
from twin.synthetic.zones import Blocks

RAIL_HALF_M = 24.0
SETBACK_M = 2.5
SETBACKS_M = {"old": 0.8, "village": 1.5}


def outlines(blocks: Blocks, points: Points) -> NDArray[np.object_]:
    """Polygon of every block along the centre lines of its streets [m]."""
    rings = [
        ring(points, *edges)
        for edges in zip(blocks.west, blocks.east, blocks.south, blocks.north, strict=True)
    ]
    return np.asarray([shapely.Polygon(ring) for ring in rings], dtype=object)


def ring(points: Points, west: int, east: int, south: int, north: int) -> Points:
    """Outline of a rectangle of fine quads [m], open, counter-clockwise."""
    return np.concatenate(
        [
            points[west:east, south],
            points[east, south:north],
            points[east:west:-1, north],
            points[west, north:south:-1],
        ]
    )


def buildable(
    blocks: Blocks,
    points: Points,
    halves: tuple[Points, Points],
    wet: shapely.Geometry,
    strips: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Polygon of every block in which buildings may stand; may be empty or of several parts.

    Args:
        blocks: The blocks.
        points: Fine lattice points [m].
        halves: Half width kept free along fine edges, eastward and northward [m].
        wet: Water and what must stay free beside it.
        strips: More to keep free along the south, north, west, east sides [m], ``(4, blocks)``.
    """
    lots = outlines(blocks, points)
    sides = (
        (blocks.west, blocks.east, blocks.south, strips[0]),
        (blocks.west, blocks.east, blocks.north, strips[1]),
        (blocks.south, blocks.north, blocks.west, strips[2]),
        (blocks.south, blocks.north, blocks.east, strips[3]),
    )
    for number, side in enumerate(sides):
        half = halves[number // 2]
        lots = _less_side(lots, points, half, side, is_north=number >= 2)
    shapely.prepare(wet)
    touched = shapely.intersects(lots, wet)
    lots[touched] = shapely.difference(lots[touched], wet)
    setback = np.asarray([SETBACKS_M.get(str(zone), SETBACK_M) for zone in blocks.zone])
    return np.asarray(shapely.buffer(lots, -setback, join_style="mitre"))


def free_halves(edges: Edges, plan: Plan) -> tuple[Points, Points]:
    """Half width kept free along each fine edge, eastward and northward [m]."""
    shape = (FINE * plan.columns + 1, FINE * plan.rows + 1)
    east, north = np.zeros(shape), np.zeros(shape)
    half = np.asarray([CLASSES[kind].half_m for kind in edges.kind])
    north[edges.a[edges.is_north], edges.b[edges.is_north]] = half[edges.is_north]
    east[edges.a[~edges.is_north], edges.b[~edges.is_north]] = half[~edges.is_north]
    east[:, FINE * plan.railway] = RAIL_HALF_M
    return east, north


def _less_side(
    lots: NDArray[np.object_],
    points: Points,
    half: Points,
    side: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]],
    *,
    is_north: bool,
) -> NDArray[np.object_]:
    strips = []
    for first, last, line, more in zip(*side, strict=True):
        run = np.arange(first, last + 1)
        corner = points[line, run] if is_north else points[run, line]
        width = (half[line, run[:-1]] if is_north else half[run[:-1], line]).max()
        strips.append(shapely.LineString(corner).buffer(max(width, 0.5) + more, quad_segs=2))
    return np.asarray(shapely.difference(lots, np.asarray(strips, dtype=object)))
