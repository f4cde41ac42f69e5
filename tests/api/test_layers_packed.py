"""Packed bytes hold the same shapes: areas, rows and order survive, whatever the polygons."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.layers.features import Features, in_degrees
from api.layers.packed import from_bytes, pack_lines, pack_polygons
from api.layers.triangles import rings, triangles
from gis.errors import FileFormatError

CRS = "EPSG:32650"
WEST, SOUTH = 500_000.0, 3_300_000.0


def features(shapes: list[shapely.Geometry]) -> Features:
    count = len(shapes)
    return Features(
        table=gpd.GeoDataFrame({"n": range(count)}, geometry=shapes, crs=CRS),
        kind=(np.arange(count) % 7).astype(np.uint8),
        size=np.linspace(1, 90, count).astype(np.float32),
    )


@st.composite
def footprints(draw: st.DrawFn) -> shapely.Geometry:
    """Stars, boxes with courtyards and pairs of boxes, in either direction."""
    x, y = (draw(st.floats(0, 5000)) for _ in range(2))
    kind = draw(st.sampled_from(["star", "court", "pair"]))
    if kind == "court":
        outer = shapely.box(x, y, x + 60, y + 40)
        shape = outer.difference(shapely.box(x + 10, y + 10, x + 20, y + 30))
        shape = shape.difference(shapely.box(x + 30, y + 10, x + 45, y + 25))
    elif kind == "pair":
        shape = shapely.MultiPolygon(
            [shapely.box(x, y, x + 9, y + 5), shapely.box(x + 20, y, x + 30, y + 9)]
        )
    else:
        radii = np.array(draw(st.lists(st.floats(4, 40), min_size=4, max_size=12)))
        angle = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
        shape = shapely.Polygon(
            np.column_stack([x + radii * np.cos(angle), y + radii * np.sin(angle)])
        )
    moved = shapely.transform(shape, lambda xy: xy + np.array([WEST, SOUTH]))
    return shapely.reverse(moved) if draw(st.booleans()) else moved


def ring_areas(xy: np.ndarray, start: np.ndarray) -> np.ndarray:
    return np.array(
        [shapely.area(shapely.Polygon(xy[a:b])) if b - a > 3 else 0.0 for a, b in pairwise(start)]
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(footprints(), min_size=1, max_size=8))
def test_packed_polygons_keep_area_row_height_and_kind(shapes: list[shapely.Geometry]):
    given_features = features(shapes)
    packed = from_bytes(pack_polygons(given_features, CRS), lines=False)
    wanted = shapely.area(in_degrees(given_features.shapes(), CRS))
    found = np.zeros(len(shapes))
    np.add.at(found, packed.row, ring_areas(packed.xy.astype(float), packed.start))
    # offsets are float32: 6e-8 of up to 0.06 degrees on the sides of a ring 4 m wide
    assert found == pytest.approx(wanted, rel=2e-3)
    assert (packed.size == given_features.size[packed.row]).all()
    assert (packed.kind == given_features.kind[packed.row]).all()
    assert (np.diff(packed.row.astype(int)) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(footprints(), min_size=1, max_size=8))
def test_rings_are_closed_counter_clockwise_and_filled_exactly(shapes: list[shapely.Geometry]):
    ring = rings(np.array(shapes, dtype=object))
    first, last = ring.xy[ring.start[:-1]], ring.xy[ring.start[1:] - 1]
    assert (first == last).all()
    assert shapely.is_ccw([shapely.LinearRing(ring.xy[a:b]) for a, b in pairwise(ring.start)]).all()
    corners = ring.xy[triangles(ring)].reshape(-1, 3, 2)
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    filled = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]).sum() / 2
    assert filled == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)


def test_courtyards_stay_open():
    court = shapely.box(WEST, SOUTH, WEST + 30, SOUTH + 30)
    court = court.difference(shapely.box(WEST + 10, SOUTH + 10, WEST + 20, SOUTH + 20))
    ring = rings(np.array([court], dtype=object))
    parts = [shapely.Polygon(ring.xy[a:b]) for a, b in pairwise(ring.start)]
    assert not any(part.contains(shapely.Point(WEST + 15, SOUTH + 15)) for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(800)
    assert set(ring.row) == {0}


def test_missing_empty_and_flat_shapes_are_left_out():
    flat = shapely.Polygon([(WEST, SOUTH), (WEST + 5, SOUTH), (WEST + 9, SOUTH), (WEST, SOUTH)])
    box = shapely.box(WEST, SOUTH, WEST + 5, SOUTH + 5)
    found = rings(np.array([None, flat, shapely.Polygon(), box], dtype=object))
    assert found.row.tolist() == [3]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000)), min_size=2, max_size=6),
        min_size=1,
        max_size=6,
    )
)
def test_packed_lines_lie_where_the_lines_lie(paths: list[list[tuple[float, float]]]):
    lines = [shapely.LineString(np.array(path) + np.array([WEST, SOUTH])) for path in paths]
    given_features = features(lines)
    packed = from_bytes(pack_lines(given_features, CRS), lines=True)
    for i, row in enumerate(packed.row):
        part = packed.xy[packed.start[i] : packed.start[i + 1]].astype(float) + packed.origin
        wanted = shapely.get_coordinates(in_degrees(np.array([lines[row]], dtype=object), CRS))
        assert np.abs(part - wanted).max() < 1e-7  # 1 cm
        assert packed.size[i] == given_features.size[row]
        assert packed.kind[i] == given_features.kind[row]
    kept = [line for line in lines if line.length > 0]
    assert len(packed.row) == len(kept)


def test_an_empty_layer_has_one_start_and_nothing_else():
    packed = from_bytes(pack_polygons(features([]), CRS), lines=False)
    assert packed.start.tolist() == [0]
    assert len(packed.row) == len(packed.indices) == 0


def test_cut_or_foreign_bytes_are_refused():
    whole = pack_polygons(features([shapely.box(WEST, SOUTH, WEST + 5, SOUTH + 5)]), CRS)
    for broken in (b"", whole[:20], whole[:-1], whole + b"x", whole[:12] + b"\x09" + whole[13:]):
        with pytest.raises(FileFormatError):
            from_bytes(broken, lines=False)
