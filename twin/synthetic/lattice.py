"""The bent lattice of streets: where the corners of blocks lie.

Lines of the lattice are rings and radials of a square bent half-way to a disc, pushed sideways by
the meander of the river and by slow waves, so that streets follow the water near it and run
straight away from it. Every superblock is divided into 4 x 4 fine quads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.synthetic.plan import FINE, Plan

ORIGIN_EAST_M = 312_000.0
ORIGIN_NORTH_M = 3_320_000.0
BLOCK_M = 372.0
RIVER_ROW_M = 330.0
ROUNDING = 0.62
WAVES = ((2900.0, 0.6, 26.0), (1700.0, 2.2, 15.0), (1150.0, 4.0, 9.0))

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where fine lattice coordinates lie on the ground.

    Attributes:
        plan: Sizes of the city.
        column_edge: Unbent easting of column lines [m], shape ``(columns + 1,)``, centre 0.
        row_edge: Unbent northing of row lines [m], shape ``(rows + 1,)``, river centre 0.
    """

    plan: Plan
    column_edge: Points
    row_edge: Points

    def at(self, a: Points, b: Points) -> Points:
        """Eastings and northings [m] of fine coordinates, shape ``(..., 2)``.

        Args:
            a: Fine column coordinate, 0 to ``4 x columns``; fractions lie between the lines.
            b: Fine row coordinate, 0 to ``4 x rows``, south to north.
        """
        flat_x = np.interp(a, np.arange(len(self.column_edge)) * FINE, self.column_edge)
        flat_y = np.interp(b, np.arange(len(self.row_edge)) * FINE, self.row_edge)
        half_x = self.column_edge[-1]
        middle = (self.row_edge[0] + self.row_edge[-1]) / 2
        half_y = (self.row_edge[-1] - self.row_edge[0]) / 2
        u, v = flat_x / half_x, (flat_y - middle) / half_y
        x = half_x * u * np.sqrt(1 - ROUNDING * v**2 / 2)
        y = middle + half_y * v * np.sqrt(1 - ROUNDING * u**2 / 2)
        x, y = _waves(x, y)
        y = y + meander(x, half_x) * np.exp(-((flat_y / (0.45 * half_y + 600.0)) ** 2))
        return np.stack([x + ORIGIN_EAST_M + half_x, y + ORIGIN_NORTH_M - self.row_edge[0]], -1)

    def nodes(self) -> Points:
        """All fine lattice points, shape ``(4 columns + 1, 4 rows + 1, 2)`` [m]."""
        a = np.arange(FINE * self.plan.columns + 1.0)
        b = np.arange(FINE * self.plan.rows + 1.0)
        return self.at(*np.meshgrid(a, b, indexing="ij"))


def _waves(x: Points, y: Points) -> tuple[Points, Points]:
    """Slow waves across the whole map: no street is dead straight."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for length, phase, height in WAVES:
        k = 2 * np.pi / length
        dx = dx + height * np.sin(k * (y + 0.35 * x) + phase)
        dy = dy + height * np.sin(k * (x - 0.25 * y) + 2.1 * phase)
    return x + dx, y + dy


def meander(x: Points, half_x: float) -> Points:
    """How far the river swings north of its chord [m] at easting ``x`` from the centre."""
    length = 1.28 * half_x if half_x < 6000.0 else 7600.0
    k = 2 * np.pi / length
    size = 0.115 * length
    return np.asarray(size * (np.sin(k * x + 2.4) + 0.28 * np.sin(2.3 * k * x + 0.5)))


def lay_lattice(plan: Plan, rng: np.random.Generator) -> Lattice:
    """Draw the spacing of the lines: narrow blocks in the middle, wide ones outside."""
    column = _widths(plan.columns, plan.centre[0], rng)
    row = _widths(plan.rows, plan.centre[1], rng)
    row[plan.river_row] = RIVER_ROW_M + 120.0 * min(2.0, max(0.0, plan.ratio**0.3 - 1))
    column_edge = np.concatenate([[0.0], np.cumsum(column)])
    row_edge = np.concatenate([[0.0], np.cumsum(row)])
    river = (row_edge[plan.river_row] + row_edge[plan.river_row + 1]) / 2
    return Lattice(plan, column_edge - column_edge[-1] / 2, row_edge - river)


def _widths(count: int, centre: float, rng: np.random.Generator) -> Points:
    distance = np.abs(np.arange(count) + 0.5 - centre) / (count / 2)
    wide = 0.78 + 0.42 * np.minimum(distance, 1.2) ** 1.3
    return np.asarray(BLOCK_M * wide * rng.uniform(0.93, 1.07, count))
