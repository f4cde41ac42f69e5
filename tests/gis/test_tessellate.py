"""Laws of tessellations: they cover, never overlap, and merging keeps both."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError, ShapeMismatchError
from gis.tessellate import blocks, borders, halving_lines, merge, regroup, unite

OUTLINE = shapely.Polygon([(0, 0), (900, 100), (1000, 800), (300, 1000)])
coordinate = st.integers(-100, 1100)
line = st.tuples(coordinate, coordinate, coordinate, coordinate).filter(
    lambda ends: ends[:2] != ends[2:]
)
lines = st.lists(line, max_size=12).map(
    lambda rows: np.array([shapely.LineString([row[:2], row[2:]]) for row in rows], dtype=object)
)


def assert_tessellates(cells: np.ndarray, outline: shapely.Polygon) -> None:
    # coordinates snap to 1 cm, so an outline may move by that much along its length
    slack = 0.01 * outline.length
    assert shapely.area(cells).sum() == pytest.approx(outline.area, abs=slack)
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(lines)
def test_blocks_cover_the_outline_without_overlap(cuts: np.ndarray) -> None:
    assert_tessellates(blocks(OUTLINE, cuts), OUTLINE)


@settings(deadline=None, max_examples=40)
@given(lines, st.integers(1, 40))
def test_merged_cells_cover_without_overlap_and_keep_all_weight(
    cuts: np.ndarray, target: int
) -> None:
    faces = blocks(OUTLINE, cuts)
    weight = np.arange(len(faces), dtype=np.float64) % 7
    shared = borders(faces)
    group = merge(weight, shared, target=float(target), label=np.zeros(len(faces), dtype=np.int64))
    cells = unite(faces, group)
    assert_tessellates(cells, OUTLINE)
    assert np.bincount(group, weights=weight).sum() == weight.sum()
    assert (shapely.get_type_id(cells) == shapely.GeometryType.POLYGON).all()
    again = borders(cells)
    assert regroup(shared, group).length_m.sum() == pytest.approx(again.length_m.sum())


@settings(deadline=None, max_examples=40)
@given(lines, st.data())
def test_faces_of_different_labels_are_never_merged(cuts: np.ndarray, data: st.DataObject) -> None:
    faces = blocks(OUTLINE, cuts)
    label = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(faces)))[: len(faces)])
    group = merge(np.ones(len(faces)), borders(faces), target=9.0, label=label)
    for members in range(group.max() + 1):
        assert len(set(label[group == members])) == 1


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=2, max_size=40))
def test_halving_leaves_no_part_too_heavy(spots: list[tuple[int, int]]) -> None:
    face = shapely.box(0, 0, 100, 100)
    points = np.unique(np.array(spots, dtype=np.float64), axis=0)
    cuts = halving_lines(face, points, np.ones(len(points)), most=5.0)
    parts = blocks(face, np.array(cuts, dtype=object))
    held = [shapely.contains_xy(part, points[:, 0], points[:, 1]).sum() for part in parts]
    assert max(held) <= 5
    assert_tessellates(parts, face)


def test_a_city_that_fits_one_cell_is_one_cell() -> None:
    faces = blocks(shapely.box(0, 0, 10, 10), np.array([shapely.LineString([(5, -1), (5, 11)])]))
    group = merge(np.array([1.0, 2.0]), borders(faces), target=400.0, label=np.zeros(2, int))
    assert group.tolist() == [0, 0]


def test_an_outline_without_area_is_refused() -> None:
    with pytest.raises(InputError, match="no area"):
        blocks(shapely.Polygon(), np.empty(0, dtype=object))


def test_labels_and_weights_must_agree() -> None:
    faces = blocks(shapely.box(0, 0, 10, 10), np.empty(0, dtype=object))
    with pytest.raises(ShapeMismatchError, match="label"):
        merge(np.ones(1), borders(faces), target=1.0, label=np.zeros(2, dtype=np.int64))
