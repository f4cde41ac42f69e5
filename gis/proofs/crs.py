"""Projections: lengths in the metric CRS against the ellipsoid."""

import numpy as np

from gis.crs import geodesic_length_m, to_degrees, to_metres, utm_crs
from gis.proof import Case

_HANGZHOU = (120.155, 30.274)


def _length_ratio(longitude: float, latitude: float) -> float:
    """UTM length over geodesic length of a line of about 1 km that runs north-east."""
    lon = np.array([longitude, longitude + 0.0075])
    lat = np.array([latitude, latitude + 0.0065])
    x, y = to_metres(lon, lat, crs=utm_crs(longitude, latitude))
    return float(np.hypot(x[1] - x[0], y[1] - y[0])) / geodesic_length_m(lon, lat)


def _scale(longitude: float, latitude: float) -> float:
    """Point scale factor of the UTM zone, k0 (1 + x2 / 2R2), Snyder 1987 equation 8-11."""
    x, _ = to_metres(np.array([longitude]), np.array([latitude]), crs=utm_crs(longitude, latitude))
    east = (float(x[0]) - 500_000.0) / 0.9996
    return 0.9996 * (1 + east**2 / (2 * 6_371_000.0**2))


def _round_trip_m() -> float:
    lon, lat = np.array([_HANGZHOU[0]]), np.array([_HANGZHOU[1]])
    crs = utm_crs(*_HANGZHOU)
    back = to_degrees(*to_metres(lon, lat, crs=crs), crs=crs)
    return geodesic_length_m(np.concatenate([lon, back[0]]), np.concatenate([lat, back[1]]))


def cases() -> list[Case]:
    """Give the cases of ``gis.crs``."""
    source = "Snyder 1987, USGS Professional Paper 1395, equation 8-11: k0 (1 + x2 / 2R2)"
    reason = "the equation takes a sphere; terms of the ellipsoid and of x4 are below 2e-5"
    return [
        Case(
            model="metric CRS",
            name="UTM length over geodesic length of 1 km, central meridian of zone 50",
            expected=0.9996,
            source="scale on the central meridian of UTM, by definition",
            compute=lambda: _length_ratio(117.0, 30.0),
            tolerance=2e-6,
            reason="the line leaves the meridian by 700 m, where the scale is 6e-9 larger",
        ),
        Case(
            model="metric CRS",
            name="UTM length over geodesic length of 1 km in Hangzhou",
            expected=_scale(_HANGZHOU[0] + 0.00375, _HANGZHOU[1] + 0.00325),
            source=source,
            compute=lambda: _length_ratio(*_HANGZHOU),
            tolerance=2e-5,
            reason=reason,
        ),
        Case(
            model="metric CRS",
            name="UTM length over geodesic length of 1 km at the edge of a zone on the equator",
            expected=_scale(0.01375, 0.00325),
            source=source,
            compute=lambda: _length_ratio(0.01, 0.0),
            tolerance=2e-5,
            reason=reason,
        ),
        Case(
            model="metric CRS",
            name="degrees to metres and back moves a point in Hangzhou by",
            expected=0.0,
            source="identity",
            compute=_round_trip_m,
            unit="m",
            tolerance=1e-6,
            reason="one micrometre, the accuracy of the projection's series",
        ),
    ]
