"""Items: rows of a layer as GeoJSON (RFC 7946), found by box through an R-tree."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray

from api.layers.features import Features, in_degrees
from api.layers.plain import plain
from gis.errors import InputError, NotFoundError

DIGITS = 7
"""Decimal places of degrees; 1 cm."""
LIMIT, LARGEST_LIMIT = 1000, 10_000
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A layer's rows in degrees with their index.

    Attributes:
        features: The rows.
        shapes: Geometry in degrees, ``None`` where a row has none, shape ``(rows,)``.
        tree: Index over ``shapes``.
    """

    features: Features
    shapes: NDArray[np.object_]
    tree: shapely.STRtree


def collection(features: Features, crs: str) -> Collection:
    """Prepare rows for questions by box.

    Args:
        features: The rows, in a metric CRS.
        crs: That CRS.
    """
    moved = in_degrees(features.shapes(), crs)
    rounded = shapely.transform(moved, lambda xy: np.round(xy, DIGITS))
    shapes = shapely.orient_polygons(rounded)
    return Collection(features=features, shapes=shapes, tree=shapely.STRtree(shapes))


def box(text: str) -> Box:
    """Read ``west,south,east,north`` in degrees.

    Raises:
        InputError: Not four finite numbers, out of range, or in the wrong order.

    >>> box("120,30,120.5,30.5")
    (120.0, 30.0, 120.5, 30.5)
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise InputError(
            f"bbox is {text[:80]!r}; wanted four numbers west,south,east,north", field="bbox"
        )
    west, south, east, north = numbers
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError(
            f"bbox is {text[:80]!r}; wanted west <= east within -180..180 and south <= north "
            "within -90..90 degrees",
            field="bbox",
        )
    return (west, south, east, north)


def rows_in(found: Collection, asked: Box | None) -> NDArray[np.int64]:
    """Rows whose geometry meets a box, in row order; all rows that have one when None."""
    if asked is None:
        has_shape = ~shapely.is_missing(found.shapes) & ~shapely.is_empty(found.shapes)
        return np.flatnonzero(has_shape)
    return np.sort(found.tree.query(shapely.box(*asked), predicate="intersects"))


def feature_collection(
    found: Collection,
    asked: Box | None,
    *,
    limit: int = LIMIT,
    offset: int = 0,
    extra: dict[str, NDArray[Any]] | None = None,
) -> bytes:
    """Rows as a GeoJSON FeatureCollection.

    Args:
        found: The layer's rows.
        asked: Only rows that meet this box [degrees].
        limit: At most so many.
        offset: Leave out so many first.
        extra: Further properties, each shape ``(rows,)``.
    """
    matched = rows_in(found, asked)
    rows = matched[offset : offset + limit]
    body = {
        "type": "FeatureCollection",
        "numberMatched": len(matched),
        "numberReturned": len(rows),
        "features": _features(found, rows, extra or {}),
    }
    return orjson.dumps(body)


def feature(found: Collection, row: int) -> bytes:
    """One row as a GeoJSON Feature.

    Raises:
        NotFoundError: There is no such row.
    """
    if not 0 <= row < len(found.shapes):
        raise NotFoundError(f"row is {row}; wanted 0 to {len(found.shapes) - 1}", field="row")
    return orjson.dumps(_features(found, np.array([row]), {})[0])


def _features(
    found: Collection, rows: NDArray[np.int64], extra: dict[str, NDArray[Any]]
) -> list[dict[str, Any]]:
    table = pd.DataFrame(found.features.table.drop(columns=found.features.table.geometry.name))
    columns = table.iloc[rows].to_dict("records")
    geometry = shapely.to_geojson(found.shapes[rows])
    kind, size = found.features.kind[rows], found.features.size[rows]
    more = [{name: values[row] for name, values in extra.items()} for row in rows]
    return [
        {
            "type": "Feature",
            "id": int(row),
            "geometry": None if shape is None else orjson.Fragment(shape),
            "properties": plain({**column, "palette": k, "size": round(float(s), 2), **added}),
        }
        for row, shape, column, k, s, added in zip(
            rows, geometry, columns, kind, size, more, strict=True
        )
    ]
