"""Where buildings may stand: each block less its streets, the railway, the water and the dykes."""

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.lattice import Lattice, Points
from twin.synthetic.plan import FINE, Plan
from twin.synthetic.river import Waters
from twin.synthetic.streets import CLASSES, Edges
from twin.synthetic.zones import Blocks

RAIL_HALF_M = 24.0
SETBACK_M = 2.5


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
    lattice: Lattice, blocks: Blocks, points: Points, edges: Edges, waters: Waters
) -> NDArray[np.object_]:
    """Polygon of every block in which buildings may stand; may be empty or of several parts."""
    plan = lattice.plan
    lots = outlines(blocks, points)
    half_east, half_north = _halves(edges, plan)
    sides = (
        (blocks.west, blocks.east, blocks.south, False, half_east),
        (blocks.west, blocks.east, blocks.north, False, half_east),
        (blocks.south, blocks.north, blocks.west, True, half_north),
        (blocks.south, blocks.north, blocks.east, True, half_north),
    )
    for first, last, line, is_north, half in sides:
        lots = _less_side(lots, points, half, (first, last, line), is_north=is_north)
    wet = shapely.union_all([waters.river.buffer(8.0), waters.creek.buffer(6.0)])
    touched = shapely.intersects(lots, wet)
    lots[touched] = shapely.difference(lots[touched], wet)
    return np.asarray(shapely.buffer(lots, -SETBACK_M, join_style="mitre"))


def _halves(edges: Edges, plan: Plan) -> tuple[Points, Points]:
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
    side: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
    *,
    is_north: bool,
) -> NDArray[np.object_]:
    strips = []
    for first, last, line in zip(*side, strict=True):
        run = np.arange(first, last + 1)
        corner = points[line, run] if is_north else points[run, line]
        width = (half[line, run[:-1]] if is_north else half[run[:-1], line]).max()
        strips.append(shapely.LineString(corner).buffer(max(width, 0.5), quad_segs=2))
    return np.asarray(shapely.difference(lots, np.asarray(strips, dtype=object)))
