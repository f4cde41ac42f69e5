"""Features: the rows of one layer with the two numbers that every encoding needs."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.crs import to_degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Rows of one layer.

    Attributes:
        table: One row per feature, geometry in a metric CRS; the row number is the feature's id.
        kind: Index into the layer's palette, uint8, shape ``(rows,)``.
        size: Height of polygons or width of lines [m], float32, shape ``(rows,)``.
    """

    table: gpd.GeoDataFrame
    kind: NDArray[np.uint8]
    size: NDArray[np.float32]

    def shapes(self) -> NDArray[np.object_]:
        """Geometries in the metric CRS, shape ``(rows,)``."""
        return np.asarray(self.table.geometry.array, dtype=object)


def kinds(values: pd.Series, names: tuple[str, ...]) -> NDArray[np.uint8]:
    """Place of each value in a list of names; an unknown value takes the last name.

    >>> kinds(pd.Series(["b", "a", "?"]), ("a", "b", "other"))
    array([1, 0, 2], dtype=uint8)
    """
    places = pd.Index(names).get_indexer(pd.Index(values.astype(str)))
    return np.where(places < 0, len(names) - 1, places).astype(np.uint8)


def in_degrees(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """The same shapes in longitude and latitude [degrees, WGS 84], without heights."""
    flat = shapely.force_2d(shapes)
    x, y = shapely.get_coordinates(flat).T
    moved = np.column_stack(to_degrees(x, y, crs=crs))
    return np.asarray(shapely.set_coordinates(flat.copy(), moved), dtype=object)


def box_in_degrees(table: gpd.GeoDataFrame, crs: str) -> tuple[float, float, float, float]:
    """West, south, east, north [degrees] of the corners and mid-sides of a table's extent."""
    west, south, east, north = (float(v) for v in table.total_bounds)
    x = np.array([west, west, east, east, (west + east) / 2, (west + east) / 2, west, east])
    y = np.array([south, north, south, north, south, north, (south + north) / 2] * 2)[:8]
    lon, lat = to_degrees(x, y, crs=crs)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
