"""Rings and triangles: polygons as the graphics card wants them.

Rings are closed and run counter-clockwise. A polygon with holes is cut through each of them into
parts without holes, so courtyards and islands stay open in every renderer.
"""

from dataclasses import dataclass

import mapbox_earcut
import numpy as np
import shapely
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Closed counter-clockwise rings.

    Attributes:
        xy: Vertices, float64, shape ``(vertices, 2)``.
        start: First vertex of each ring, int64, shape ``(rings + 1,)``.
        row: Feature that each ring belongs to, int64, shape ``(rings,)``.
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    row: NDArray[np.int64]


def rings(shapes: NDArray[np.object_]) -> Rings:
    """Outer rings of polygons and multipolygons; empty and flat parts are left out.

    Args:
        shapes: Polygons, multipolygons or None, shape ``(rows,)``.
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    parts, row = _without_holes(parts, row)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)
    parts, row = shapely.orient_polygons(parts[keep]), row[keep]
    xy, ring = shapely.get_coordinates(shapely.get_exterior_ring(parts), return_index=True)
    start = np.searchsorted(ring, np.arange(len(parts) + 1))
    return Rings(xy=xy, start=start.astype(np.int64), row=row.astype(np.int64))


def _without_holes(
    parts: NDArray[np.object_], row: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    holed = np.flatnonzero(shapely.get_num_interior_rings(parts) > 0)
    if len(holed) == 0:
        return parts, row
    pieces = [_cut(parts[i]) for i in holed]
    counts = [len(piece) for piece in pieces]
    whole = np.delete(np.arange(len(parts)), holed)
    all_parts = np.concatenate([parts[whole], *pieces])
    all_rows = np.concatenate([row[whole], np.repeat(row[holed], counts)])
    order = np.argsort(all_rows, kind="stable")
    return all_parts[order], all_rows[order]


def _cut(polygon: shapely.Polygon) -> NDArray[np.object_]:
    """Cut a polygon at the middle of every hole, by vertical lines; parts have no holes."""
    west, south, east, north = shapely.bounds(polygon)
    holes = shapely.bounds(shapely.get_rings(polygon)[1:])
    cuts = np.unique((holes[:, 0] + holes[:, 2]) / 2)
    edges = np.concatenate([[west - 1], cuts, [east + 1]])
    strips = shapely.box(edges[:-1], south - 1, edges[1:], north + 1)
    return np.asarray(shapely.get_parts(shapely.intersection(polygon, strips)), dtype=object)


def triangles(ring: Rings) -> NDArray[np.uint32]:
    """Corners of triangles that fill the rings, absolute vertex numbers, shape ``(3 * n,)``.

    Convex rings are fanned all at once; the others go through earcut one by one.
    """
    fans = _is_convex(ring)
    filled = [_fans(ring.start[:-1][fans], np.diff(ring.start)[fans])]
    for i in np.flatnonzero(~fans):
        first, last = int(ring.start[i]), int(ring.start[i + 1]) - 1
        ends = np.array([last - first], dtype=np.uint32)
        corners = mapbox_earcut.triangulate_float64(ring.xy[first:last], ends)
        filled.append(corners.astype(np.uint32) + np.uint32(first))
    return np.concatenate(filled)


def _fans(start: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Triangles from the first vertex of closed convex rings to each of their other sides."""
    sides = count - 3
    first = np.repeat(start, sides)
    place = np.arange(len(first)) - np.repeat(np.cumsum(sides) - sides, sides) + 1
    corners = np.stack([first, first + place, first + place + 1], axis=1)
    return corners.ravel().astype(np.uint32)


def _is_convex(ring: Rings) -> NDArray[np.bool_]:
    """Whether each ring turns left, or goes straight on, at every vertex."""
    if len(ring.row) == 0:
        return np.zeros(0, dtype=bool)
    step = np.diff(ring.xy, axis=0, append=ring.xy[-1:])
    last = ring.start[1:] - 1
    step[last] = step[ring.start[:-1]]  # the closing vertex repeats the first
    following = np.roll(step, -1, axis=0)
    turn = step[:, 0] * following[:, 1] - step[:, 1] * following[:, 0]
    turn[last] = 0.0
    return np.asarray(np.minimum.reduceat(turn, ring.start[:-1]) >= 0)
