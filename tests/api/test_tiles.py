"""Vector tiles hold each feature once, the right way round, as another decoder reads them."""

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from api.layers.features import Features, in_degrees
from api.layers.protobuf import varint_lengths, varints
from api.layers.tiles import EXTENT, MAX_ZOOM, MIN_ZOOM, doubled_areas, mercator, tidy, tile, tiled
from gis.errors import InputError

CRS = "EPSG:32650"


def scattered(count: int, seed: int = 0, spread_m: float = 9000) -> Features:
    chance = np.random.default_rng(seed)
    centre = chance.uniform(0, spread_m, (count, 2)) + np.array([500_000, 3_300_000])
    side = chance.uniform(0.2, 60, (count, 1))
    shapes = shapely.box(*centre.T, *(centre + side).T)
    turned = [
        shapely.affinity.rotate(s, a)
        for s, a in zip(shapes, chance.uniform(0, 90, count), strict=True)
    ]
    return Features(
        table=gpd.GeoDataFrame(geometry=turned, crs=CRS),
        kind=chance.integers(0, 44, count).astype(np.uint8),
        size=chance.uniform(3, 200, count).astype(np.float32),
    )


def addresses(found, zoom: int) -> np.ndarray:
    return np.unique(np.floor(found.centre * 2**zoom).astype(int), axis=0)


def decoded(content: bytes) -> list[dict]:
    read = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    return read["buildings"]["features"]


@pytest.mark.parametrize("zoom", range(MIN_ZOOM, MAX_ZOOM + 1))
def test_every_zoom_holds_every_feature_exactly_once(zoom: int):
    features = scattered(300)
    found = tiled(features, CRS)
    ids: list[int] = []
    for x, y in addresses(found, zoom):
        ids += [one["id"] for one in decoded(tile(found, "buildings", zoom=zoom, x=x, y=y))]
    assert sorted(ids) == list(range(300))


def test_decoded_shapes_and_columns_equal_the_input():
    features = scattered(200, seed=3)
    found = tiled(features, CRS)
    degrees = in_degrees(features.shapes(), CRS)
    zoom = 16
    unit = 1 / (2**zoom * EXTENT)
    for x, y in addresses(found, zoom):
        for one in decoded(tile(found, "buildings", zoom=zoom, x=x, y=y)):
            row = one["id"]
            wanted = shapely.transform(degrees[row], mercator)
            place = np.array(one["geometry"]["coordinates"][0]) * unit + np.array([x, y]) / 2**zoom
            # every corner is within half a unit on either axis
            apart = shapely.hausdorff_distance(shapely.Polygon(place), wanted)
            assert apart <= unit * 1.5 or shapely.area(wanted) < 4 * unit**2
            assert one["properties"]["kind"] == features.kind[row]
            assert one["properties"]["height"] == pytest.approx(features.size[row], abs=0.051)


def test_every_ring_is_clockwise_on_screen_as_mvt_2_1_demands():
    found = tiled(scattered(300, seed=5), CRS)
    for zoom in (MIN_ZOOM, MAX_ZOOM):
        for x, y in addresses(found, zoom):
            message = vector_tile_pb2.tile()
            message.ParseFromString(tile(found, "buildings", zoom=zoom, x=x, y=y))
            for feature in message.layers[0].features:
                assert raw_area(list(feature.geometry)) > 0


def raw_area(orders: list[int]) -> float:
    """Twice the area of one ring read from raw commands, y down: no decoder may turn it."""
    x = y = at = 0
    points = []
    while at < len(orders):
        command, count = orders[at] & 7, orders[at] >> 3
        at += 1
        for _ in range(count if command != 7 else 0):
            x += (orders[at] >> 1) ^ -(orders[at] & 1)
            y += (orders[at + 1] >> 1) ^ -(orders[at + 1] & 1)
            points.append((x, y))
            at += 2
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9)), min_size=3, max_size=9),
        min_size=1,
        max_size=5,
    )
)
def test_rings_flattened_by_rounding_stay_rings(given_rings: list[list[tuple[int, int]]]):
    q = np.array([point for ring in given_rings for point in ring])
    start = np.concatenate([[0], np.cumsum([len(ring) for ring in given_rings])])
    tidied, begin = tidy(q, start)
    assert len(begin) == len(start)
    assert (np.diff(begin) >= 3).all()
    assert (doubled_areas(tidied, begin) > 0).all()
    following = np.roll(tidied, -1, axis=0)
    following[begin[1:] - 1] = tidied[begin[:-1]]
    assert (tidied != following).any(axis=1).all()


def test_a_tile_without_centres_is_empty():
    assert tile(tiled(scattered(5), CRS), "buildings", zoom=14, x=0, y=0) == b""


@pytest.mark.parametrize(
    ("zoom", "x", "y", "field"),
    [(11, 0, 0, "z"), (17, 0, 0, "z"), (12, 4096, 0, "x"), (12, -1, 0, "x"), (12, 0, 4096, "y")],
)
def test_tiles_that_cannot_exist_are_refused(zoom: int, x: int, y: int, field: str):
    with pytest.raises(InputError) as caught:
        tile(tiled(scattered(5), CRS), "buildings", zoom=zoom, x=x, y=y)
    assert caught.value.field == field


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40))
def test_varints_read_back(values: list[int]):
    content = varints(np.array(values, np.uint64))
    assert len(content) == varint_lengths(np.array(values, np.uint64)).sum()
    read, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            read.append(value)
            value = shift = 0
    assert read == values
