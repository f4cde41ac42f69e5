"""Shortest paths: a hand-made network and a lattice with a closed form."""

import numpy as np

from gis.network import Network, build
from gis.paths import nearest, shortest
from gis.proof import Case

_HAND = (
    # tail, head, weight, one-way
    (0, 1, 7.0, False),
    (0, 2, 9.0, False),
    (0, 5, 14.0, False),
    (1, 2, 10.0, False),
    (1, 3, 15.0, False),
    (2, 3, 11.0, False),
    (2, 5, 2.0, False),
    (3, 4, 6.0, False),
    (4, 5, 9.0, False),
)


def _hand(*, oneway_row: int = -1) -> Network:
    rows = np.array(_HAND)
    oneway = np.zeros(len(rows), dtype=bool)
    if oneway_row >= 0:
        oneway[oneway_row] = True
    return build(
        rows[:, 0].astype(np.int64),
        rows[:, 1].astype(np.int64),
        weight=rows[:, 2],
        oneway=oneway,
        nodes=6,
    )


def lattice(rows: int, columns: int) -> Network:
    """A lattice of two-way streets of length 1, nodes numbered by rows."""
    node = np.arange(rows * columns).reshape(rows, columns)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    ones = np.ones(len(tail))
    return build(tail, head, weight=ones, oneway=ones < 0, nodes=rows * columns)


def _sum_of_all(rows: int, columns: int) -> float:
    every = np.arange(rows * columns)
    return float(shortest(lattice(rows, columns), every, every).sum())


def _between(network: Network, source: int, target: int) -> float:
    return float(shortest(network, np.array([source]), np.array([target]))[0, 0])


def cases() -> list[Case]:
    """Give the cases of ``gis.paths``."""
    return [
        Case(
            model="shortest paths",
            name="six-node network, first to fifth node",
            expected=20.0,
            source="by hand: 0-2-5-4 = 9 + 2 + 9, against 0-5-4 = 23 and 0-2-3-4 = 26",
            compute=lambda: _between(_hand(), 0, 4),
        ),
        Case(
            model="shortest paths",
            name="the same, back, where edge 2-5 leads only from 2 to 5",
            expected=23.0,
            source="by hand: 4-5-0 = 9 + 14, against 4-3-2-0 = 6 + 11 + 9",
            compute=lambda: _between(_hand(oneway_row=6), 4, 0),
        ),
        Case(
            model="shortest paths",
            name="sum of all distances in a lattice of 7 by 11 crossings",
            expected=7 * 11 * (7 * (11**2 - 1) + 11 * (7**2 - 1)) / 3,
            source="closed form: Manhattan distance, sum over pairs |i-j| = n(n2-1)/3 per axis",
            compute=lambda: _sum_of_all(7, 11),
        ),
        Case(
            model="shortest paths",
            name="farthest crossing of a 9 by 9 lattice from its two opposite corners",
            expected=8.0,
            source="closed form: min(i+j, 16-i-j) is at most 8",
            compute=lambda: float(nearest(lattice(9, 9), np.array([0, 80])).max()),
        ),
    ]
