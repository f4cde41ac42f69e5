"""A spatial index of things that move: a dynamic R-tree over points and boxes.

A thing that is under way is indexed by a box it will not leave; its distance to the box never
exceeds its real distance, so that few boxes need a closer look (filter and refine: Roussopoulos,
Kelley & Vincent 1995, SIGMOD, for the nearest neighbours of an R-tree after Guttman 1984).
"""

import math
from bisect import insort
from collections.abc import Callable, Mapping

import numpy as np
from rtree import index

from gis.errors import NotFoundError

Box = tuple[float, float, float, float]
"""West, south, east, north [m]; a point is a box without extent."""

CAPACITY, OVERLAP = 12, 5
"""Entries in a node and those weighed for overlap when it is split."""
LEAST_DEAD = 64
"""The tree is built anew once it holds half as many dead entries as live ones, and at least
these."""
SLACK = 1.0 + 1e-9
"""Two ways of reckoning one distance differ by less than this factor."""


class MovingIndex:
    """Things by number, 0 or more, each within a box, and the nearest of them to a point.

    What it answers depends on its content alone, never on the order in which that came about.
    The tree itself learns of a thing only when somebody asks: most boxes are left before that.

    >>> places = MovingIndex()
    >>> places.put(1, (0.0, 0.0, 0.0, 0.0))
    >>> places.put(2, (5.0, 0.0, 5.0, 0.0))
    >>> places.nearest(4.0, 0.0, count=1, metres={1: 4.0, 2: 1.0}.__getitem__)
    [2]
    """

    def __init__(self, boxes: Mapping[int, Box] | None = None) -> None:
        self._boxes: dict[int, Box] = dict(boxes or {})
        self._plant()

    def _plant(self) -> None:
        """Build the tree of what is live, all at once; entering one by one costs much more."""
        properties = index.Property()
        properties.leaf_capacity = properties.index_capacity = CAPACITY
        properties.near_minimum_overlap_factor = OVERLAP
        self._names = list(self._boxes)
        self._entry = {name: entry for entry, name in enumerate(self._names)}
        self._fresh: dict[int, Box] = {}
        self._dead = 0
        if self._boxes:
            held = np.array(list(self._boxes.values()), np.float64)
            entries = np.arange(len(held), dtype=np.int64)
            bulk = (entries, held[:, :2].copy(), held[:, 2:].copy())
            self._tree = index.Index(bulk, properties=properties)
        else:
            self._tree = index.Index(properties=properties)

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, name: int) -> bool:
        return name in self._boxes

    def __getstate__(self) -> dict[str, dict[int, Box]]:
        return {"boxes": dict(self._boxes)}

    def __setstate__(self, state: dict[str, dict[int, Box]]) -> None:
        self._boxes = dict(state["boxes"])
        self._plant()

    def put(self, name: int, box: Box) -> None:
        """Enter a thing, or move it to another box [m]."""
        held = self._boxes.get(name)
        if held == box:
            return
        if held is not None:
            self._bury(name)
        self._boxes[name] = self._fresh[name] = box

    def drop(self, name: int) -> None:
        """Take a thing out.

        Raises:
            NotFoundError: It is not in the index.
        """
        if name not in self._boxes:
            raise NotFoundError(f"thing {name} is not in the index; put it there before dropping")
        self._bury(name)
        del self._boxes[name]

    def _bury(self, name: int) -> None:
        """Leave a thing's entry dead in the tree; leaving a tree costs more than entering it."""
        if self._fresh.pop(name, None) is None:
            self._names[self._entry.pop(name)] = -1
            self._dead += 1

    def _grow(self) -> None:
        """Enter what came since somebody asked, or build anew a tree with too much dead in it."""
        if self._dead + len(self._fresh) > max(LEAST_DEAD, len(self._boxes) // 2):
            self._plant()
            return
        names, insert = self._names, self._tree.insert
        for name, box in self._fresh.items():
            self._entry[name] = len(names)
            insert(len(names), box)
            names.append(name)
        self._fresh.clear()

    def nearest(
        self, x: float, y: float, *, count: int, metres: Callable[[int], float]
    ) -> list[int]:
        """The things nearest to a point, nearest first, equals by number.

        Args:
            x: Easting [m].
            y: Northing [m].
            count: How many; all of them where there are fewer.
            metres: Real distance of a thing from the point [m], no less than that of its box.
        """
        count = min(count, len(self._boxes))
        if self._fresh and count:
            self._grow()
        fetch = 2 * count + count * self._dead // max(len(self._boxes), 1)
        while count:
            ranked, seen, is_sure = self._weigh(x, y, (count, fetch), metres)
            if is_sure or len(ranked) == len(self._boxes):
                return [name for _, name in ranked[:count]]
            fetch = 2 * seen
        return []

    def _weigh(
        self, x: float, y: float, numbers: tuple[int, int], metres: Callable[[int], float]
    ) -> tuple[list[tuple[float, int]], int, bool]:
        """Rank the things whose boxes are nearest, until no further box can hold a nearer one.

        Args:
            x: Easting [m].
            y: Northing [m].
            numbers: How many are wanted, and how many boxes are looked at.
            metres: Real distance of a thing from the point [m].

        Returns:
            Distance and number of each thing weighed, nearest first; boxes found; whether the
            first of them are the nearest of all.
        """
        (count, fetch), names, boxes = numbers, self._names, self._boxes
        found = list(self._tree.nearest((x, y, x, y), fetch))
        ranked: list[tuple[float, int]] = []
        gap = 0.0
        for entry in found:
            name = names[entry]
            if name < 0:
                continue
            gap = _gap(boxes[name], x, y)
            if len(ranked) >= count and gap > ranked[count - 1][0] * SLACK:
                return ranked, len(found), True
            insort(ranked, (metres(name), name))
        is_sure = len(ranked) >= count and gap >= ranked[count - 1][0]
        return ranked, len(found), is_sure


def _gap(box: Box, x: float, y: float) -> float:
    """Distance from a point to a box [m]."""
    west, south, east, north = box
    right = west - x if x < west else x - east if x > east else 0.0
    up = south - y if y < south else y - north if y > north else 0.0
    return math.hypot(right, up)
