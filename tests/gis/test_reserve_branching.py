"""Splitting the choices of depots: nothing is lost, and the point that was split is left behind."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.reserve.branching import LUMP, WHOLE, Node, split

SITES, CLASSES = 3, 2
COST = np.outer([1.0, 1.2, 0.9], [2.0, 3.0])
points = arrays(np.float64, (SITES, CLASSES), elements=st.floats(0.0, 0.5, width=32))


def whole_tree() -> Node:
    return Node(
        0.0,
        0,
        np.ones((SITES, CLASSES)),
        np.zeros(SITES),
        np.zeros(CLASSES),
        np.full(CLASSES, float(SITES)),
    )


def holds(node: Node, opened: np.ndarray, slack: float = 1e-9) -> bool:
    count, share = opened.sum(axis=0), opened.sum(axis=1)
    return bool(
        (opened <= node.upper + slack).all()
        and (share >= node.must - slack).all()
        and (count >= node.least - slack).all()
        and (count <= node.most + slack).all()
    )


def choices() -> list[np.ndarray]:
    """Every choice of at most one class at each site."""
    rows = np.vstack([np.zeros(CLASSES), np.eye(CLASSES)])
    return [rows[list(each)] for each in product(range(CLASSES + 1), repeat=SITES)]


@settings(max_examples=60, deadline=None)
@given(points)
def test_the_parts_of_a_split_share_all_whole_choices_and_leave_the_point_out(point):
    parts = split(whole_tree(), point, COST)
    if not parts:
        assert np.abs(point - np.round(point)).max() <= WHOLE
        return
    for choice in choices():
        assert any(holds(part, choice) for part in parts)
    assert not any(holds(part, point, slack=WHOLE / 10) for part in parts)


def test_counts_are_split_before_sites_and_the_dearer_class_first():
    point = np.array([[0.0, 0.9], [0.4, 0.0], [0.0, 0.6]])
    fewer, more = split(whole_tree(), point, COST)
    assert fewer.most.tolist() == [3.0, 1.0]
    assert more.least.tolist() == [0.0, 2.0]


def test_sites_are_split_once_counts_are_whole():
    point = np.array([[0.0, 0.6], [0.0, 0.4 + LUMP / 4], [0.0, 0.0]])
    closed, open_ = split(whole_tree(), point, COST)
    site = int(open_.must.argmax())
    assert closed.upper[site].tolist() == [0.0, 0.0]
    assert open_.upper[site].tolist() == [1.0, 1.0]


def test_a_whole_point_is_not_split():
    assert split(whole_tree(), np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]), COST) == []
