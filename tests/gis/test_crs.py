"""Projections: zones, round trips, and wrong input."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import geodesic_length_m, is_metric, to_degrees, to_metres, transform_shapes, utm_crs
from gis.errors import InputError


@pytest.mark.parametrize(
    ("longitude", "latitude", "crs"),
    [
        (120.15, 30.28, "EPSG:32651"),
        (24.94, 60.17, "EPSG:32635"),
        (-3.0, 51.58, "EPSG:32630"),
        (151.2, -33.87, "EPSG:32756"),
        (180.0, 0.0, "EPSG:32660"),
        (-180.0, 0.0, "EPSG:32601"),
    ],
)
def test_every_place_has_its_zone(longitude: float, latitude: float, crs: str) -> None:
    assert utm_crs(longitude, latitude) == crs
    assert is_metric(crs)


@pytest.mark.parametrize(("longitude", "latitude"), [(0, 85), (0, -81), (181, 0), (np.nan, 0)])
def test_a_place_beyond_utm_is_refused(longitude: float, latitude: float) -> None:
    with pytest.raises(InputError, match="check the axis order"):
        utm_crs(longitude, latitude)


@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_degrees_to_metres_and_back_is_identity(longitude: float, latitude: float) -> None:
    crs = utm_crs(longitude, latitude)
    lon, lat = np.array([longitude]), np.array([latitude])
    back = to_degrees(*to_metres(lon, lat, crs=crs), crs=crs)
    moved = geodesic_length_m(np.append(lon, back[0]), np.append(lat, back[1]))
    assert moved < 1e-3


def test_shapes_move_as_their_points_do() -> None:
    shape = shapely.box(120.15, 30.28, 120.16, 30.29)
    moved = transform_shapes(np.array([shape]), source="EPSG:4326", target="EPSG:32651")[0]
    x, y = to_metres(np.array([120.15]), np.array([30.28]), crs="EPSG:32651")
    assert (x[0], y[0]) in [tuple(point) for point in shapely.get_coordinates(moved)]


def test_degrees_are_no_metric_crs() -> None:
    assert not is_metric("EPSG:4326")
    assert not is_metric("nonsense")


def test_an_unknown_crs_is_named() -> None:
    with pytest.raises(InputError, match="nonsense"):
        to_metres(np.array([0.0]), np.array([0.0]), crs="nonsense")
