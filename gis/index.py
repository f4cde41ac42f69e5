"""Spatial look-ups over many shapes at once: which polygon holds a point, what is nearest."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.errors import InputError


def holders(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Row of the polygon that holds each point; the lowest row where several do, -1 for none.

    Args:
        points: Shapely points, shape ``(points,)``.
        polygons: Shapely polygons, shape ``(polygons,)``.
    """
    found = np.full(len(points), len(polygons), dtype=np.int64)
    if len(points) and len(polygons):
        point, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
        np.minimum.at(found, point, polygon)
    return np.where(found == len(polygons), -1, found)


def homes(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Row of the polygon that holds each point, else of the nearest one: no orphans.

    Raises:
        InputError: There is no polygon at all.
    """
    if not len(polygons):
        raise InputError("no polygon was given to place the points in; wanted at least one")
    found = holders(points, polygons)
    lost = np.flatnonzero(found < 0)
    if len(lost):
        found[lost] = shapely.STRtree(polygons).nearest(points[lost])
    return found


def nearest(
    x: NDArray[np.float64], y: NDArray[np.float64], *, targets: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row of and distance [m] to the nearest target of each point.

    Args:
        x: Eastings [m], shape ``(points,)``.
        y: Northings [m], shape ``(points,)``.
        targets: Eastings and northings [m], shape ``(targets, 2)``.

    Raises:
        InputError: There is no target.
    """
    if not len(targets):
        raise InputError("no target was given to look for the nearest; wanted at least one")
    distance, row = cKDTree(targets).query(np.column_stack([x, y]))
    return np.asarray(row, dtype=np.int64), np.asarray(distance, dtype=np.float64)
