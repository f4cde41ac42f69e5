"""A spatial index of things that move: a dynamic R-tree over points and boxes.

A thing that is under way is indexed by a box it will not leave; its distance to the box never
exceeds its real distance, so that few boxes need a closer look (filter and refine: Roussopoulos,
Kelley & Vincent 1995, SIGMOD, for the nearest neighbours of an R-tree after Guttman 1984).
"""

import math
from collections.abc import Callable, Mapping

from rtree import index

from gis.errors import NotFoundError

Box = tuple[float, float, float, float]
"""West, south, east, north [m]; a point is a box without extent."""

CAPACITY, OVERLAP = 12, 5
"""Entries in a node and those weighed for overlap when it is split."""
LEAST_DEAD = 64
"""The tree is built anew once it holds as many dead entries as live ones, and at least these."""


class MovingIndex:
    """Things by number, 0 or more, each within a box, and the nearest of them to a point.

    What it answers depends on its content alone, never on the order in which that came about.

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
        """Build the tree of what is live; leaving an R-tree costs more than entering it."""
        properties = index.Property()
        properties.leaf_capacity = properties.index_capacity = CAPACITY
        properties.near_minimum_overlap_factor = OVERLAP
        self._names = list(self._boxes)
        self._held = list(self._boxes.values())
        self._entry = {name: entry for entry, name in enumerate(self._names)}
        self._dead = 0
        self._tree = index.Index(properties=properties)
        for name, entry in self._entry.items():
            self._tree.insert(entry, self._boxes[name])

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
        if self._boxes.get(name) == box:
            return
        if name in self._boxes:
            self._bury(name)
        self._boxes[name] = box
        self._entry[name] = len(self._names)
        self._tree.insert(len(self._names), box)
        self._names.append(name)
        self._held.append(box)

    def drop(self, name: int) -> None:
        """Take a thing out.

        Raises:
            NotFoundError: It is not in the index.
        """
        if name not in self._boxes:
            raise NotFoundError(f"thing {name} is not in the index; put it there before dropping")
        self._bury(name)

    def _bury(self, name: int) -> None:
        """Leave a thing's entry dead in the tree, or build the tree anew without the dead."""
        del self._boxes[name]
        self._names[self._entry.pop(name)] = -1
        self._dead += 1
        if self._dead > max(LEAST_DEAD, len(self._boxes)):
            self._plant()

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
        fetch = count + count * self._dead // max(len(self._boxes), 1)
        known: dict[int, float] = {}
        while count:
            found = list(self._tree.nearest((x, y, x, y), fetch))
            for name in (self._names[entry] for entry in found):
                if name >= 0 and name not in known:
                    known[name] = metres(name)
            ranked = sorted((away, name) for name, away in known.items())[:count]
            worst = ranked[-1][0] if len(ranked) == count else math.inf
            is_sure = any(_gap(self._held[entry], x, y) >= worst for entry in reversed(found))
            if is_sure or len(known) == len(self._boxes):
                return [name for _, name in ranked]
            fetch = 2 * len(found)
        return []


def _gap(box: Box, x: float, y: float) -> float:
    """Distance from a point to a box [m]."""
    west, south, east, north = box
    return math.hypot(max(west - x, 0.0, x - east), max(south - y, 0.0, y - north))
