"""Coordinate reference systems: one metric CRS per city, degrees only at the border."""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

from gis.errors import InputError

WGS84 = "EPSG:4326"
Coordinates = tuple[NDArray[np.float64], NDArray[np.float64]]


def utm_crs(longitude: float, latitude: float) -> str:
    """Name the UTM zone that holds a point, such as ``EPSG:32650``.

    Norway's and Svalbard's widened zones are not followed: any zone serves one city well.

    Args:
        longitude: Degrees east, -180 to 180.
        latitude: Degrees north, -80 to 84, where UTM is defined.

    Raises:
        InputError: The point lies outside.

    >>> utm_crs(120.15, 30.28)
    'EPSG:32651'
    """
    if not (-180 <= longitude <= 180 and -80 <= latitude <= 84):
        raise InputError(
            f"the place lies at longitude {longitude:.4f}, latitude {latitude:.4f}; wanted "
            "-180..180 and -80..84 degrees; check the axis order of the data"
        )
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    try:
        return Transformer.from_crs(source, target, always_xy=True)
    except CRSError as error:
        raise InputError(
            f"no way from CRS {source!r} to {target!r}; name both as EPSG codes or WKT"
        ) from error


def transform(
    x: NDArray[np.float64], y: NDArray[np.float64], *, source: str, target: str
) -> Coordinates:
    """Move points from one CRS to another; x is always east or longitude.

    Args:
        x: Eastings [m] or longitudes [degrees], shape ``(points,)``.
        y: Northings [m] or latitudes [degrees], shape ``(points,)``.
        source: CRS of the points.
        target: CRS wanted.

    Raises:
        InputError: One of the two is no CRS.
    """
    moved_x, moved_y = _transformer(source, target).transform(x, y)
    return np.asarray(moved_x, dtype=np.float64), np.asarray(moved_y, dtype=np.float64)


def to_degrees(x: NDArray[np.float64], y: NDArray[np.float64], *, crs: str) -> Coordinates:
    """Longitudes and latitudes [degrees, WGS 84] of points in a metric CRS."""
    return transform(x, y, source=crs, target=WGS84)


def to_metres(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], *, crs: str
) -> Coordinates:
    """Eastings and northings [m] in a metric CRS of points in degrees (WGS 84)."""
    return transform(longitude, latitude, source=WGS84, target=crs)


def transform_shapes(
    shapes: NDArray[np.object_], *, source: str, target: str
) -> NDArray[np.object_]:
    """Move many geometries at once, shape ``(shapes,)``; heights are left out."""

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transform(points[:, 0], points[:, 1], source=source, target=target))

    moved: NDArray[np.object_] = shapely.transform(shapes, move)
    return moved


def geodesic_length_m(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> float:
    """Length [m] of a line on the WGS 84 ellipsoid through points in degrees."""
    return float(Geod(ellps="WGS84").line_length(longitude, latitude))


@lru_cache(maxsize=32)
def is_metric(crs: str) -> bool:
    """Whether a CRS is projected with metres on both axes."""
    try:
        parsed = CRS.from_user_input(crs)
    except CRSError:
        return False
    return bool(parsed.is_projected) and all(a.unit_name == "metre" for a in parsed.axis_info)
