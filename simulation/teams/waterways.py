"""Waterways: where boats can float, cell by cell, and how they get there over land.

A boat rides on a trailer to a cell that is deep enough, is launched, and moves over the eight
neighbours of each wet cell; what is deep enough follows the flood at every step.
"""

from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from scenarios.dispatch import Boating
from simulation.teams.search import Graph
from twin.terrain import Terrain

STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Half of a cell's neighbours; the others are the same steps back."""
Some = TypeVar("Some", bound=np.generic)
Links = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


class Waterways:
    """Cells that float a boat, joined to the road network.

    Spots are the road nodes, then the cells of the raster, row by row.

    Attributes:
        spot_xy: Place of every spot [m], shape ``(nodes + cells, 2)``.
        sailable: Cells deep enough now, shape ``(cells,)``.
        version: Changes whenever ``sailable`` does.
    """

    UNKEPT: ClassVar = ("_found", "_found_version")

    def __init__(
        self, terrain: Terrain, node_xy: NDArray[np.float64], *, boating: Boating, mps: float
    ) -> None:
        self._shape = terrain.elevation_m.shape
        self._cell_m, self._mps = terrain.cell_m, mps
        self._launch_s = boating.launch_minutes.value * 60
        self._around = _offsets(boating.bank_m.value / terrain.cell_m)
        self._nodes = len(node_xy)
        rows, columns = np.divmod(np.arange(terrain.elevation_m.size), self._shape[1])
        x = terrain.west + (columns + 0.5) * terrain.cell_m
        y = terrain.north - (rows + 0.5) * terrain.cell_m
        self.spot_xy = np.concatenate([node_xy, np.column_stack([x, y])])
        self._node_cell = terrain.cells(node_xy[:, 0], node_xy[:, 1])
        self.sailable = np.zeros(len(rows), bool)
        self.version = 0
        self._found, self._found_version = np.full(self._nodes, -1, np.int64), 0

    def rise(self, sailable: NDArray[np.bool_]) -> None:
        """Take note of the cells that are deep enough now."""
        if not np.array_equal(sailable, self.sailable):
            self.sailable = sailable.copy()
            self.version += 1

    def spot(self, node: int) -> int:
        """The sailable cell nearest to a node within reach of its bank, -1 for none."""
        return int(self._afloat()[node])

    def _afloat(self) -> NDArray[np.int64]:
        """That cell for every node; looked for once after each change, nearest offsets first."""
        if self._found_version == self.version:
            return self._found
        wet = self.sailable.reshape(self._shape)
        row, column = np.divmod(self._node_cell, self._shape[1])
        found = np.full(self._nodes, -1, np.int64)
        for down, right in self._around:
            there, beside = row + down, column + right
            fits = (found < 0) & (there >= 0) & (beside >= 0)
            fits &= (there < self._shape[0]) & (beside < self._shape[1])
            fits[fits] = wet[there[fits], beside[fits]]
            found[fits] = self._nodes + there[fits] * self._shape[1] + beside[fits]
        self._found, self._found_version = found, self.version
        return found

    def graph(self, road: Links) -> Graph:
        """Roads, water, and the launch places between them.

        Args:
            road: Tail, head and time [s] of each link a trailer can use.
        """
        parts = [road, self._water(), self._launches()]
        tail, head, seconds = (np.concatenate([part[i] for part in parts]) for i in range(3))
        return Graph.build(len(self.spot_xy), tail, head, seconds)

    def _water(self) -> Links:
        wet = self.sailable.reshape(self._shape)
        number = np.arange(wet.size).reshape(self._shape) + self._nodes
        tails, heads, seconds = [], [], []
        for down, right in STEPS:
            one, two = _shifted(wet, down, right)
            both = one & two
            start, end = _shifted(number, down, right)
            metres = self._cell_m * float(np.hypot(down, right))
            tails += [start[both], end[both]]
            heads += [end[both], start[both]]
            seconds += [np.full(2 * int(both.sum()), metres / self._mps)]
        return np.concatenate(tails), np.concatenate(heads), np.concatenate(seconds)

    def _launches(self) -> Links:
        """Between every node in or beside a sailable cell and that cell."""
        found = self._afloat()
        node = np.flatnonzero(found >= 0)
        cell = found[node]
        metres = np.hypot(*(self.spot_xy[cell] - self.spot_xy[node]).T)
        seconds = self._launch_s + metres / self._mps
        return (
            np.concatenate([node, cell]),
            np.concatenate([cell, node]),
            np.concatenate([seconds, seconds]),
        )


def _offsets(reach: float) -> list[tuple[int, int]]:
    """Cells within some cells of one, itself included, nearest first."""
    span = range(-int(reach), int(reach) + 1)
    found = [(down, right) for down in span for right in span if np.hypot(down, right) <= reach]
    return sorted(found, key=lambda one: (one[0] ** 2 + one[1] ** 2, one))


def _shifted(field: NDArray[Some], down: int, right: int) -> tuple[NDArray[Some], NDArray[Some]]:
    """Every cell that has a neighbour in a direction, and that neighbour."""
    rows, columns = field.shape
    left = slice(max(0, -right), columns - max(0, right))
    one = field[: rows - down, left]
    two = field[down:, max(0, right) : columns + min(0, right)]
    return one, two
