"""Tessellations: blocks of a square with streets, and cells that keep weight and area."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.proof import Case
from gis.tessellate import blocks, borders, merge, unite


def _streets(count: int) -> NDArray[np.object_]:
    """``count`` streets each way across a square kilometre, unevenly spaced, and a dead end."""
    at = 1000.0 * np.cumsum(np.arange(1, count + 1)) / np.arange(1, count + 2).sum()
    down = [shapely.LineString([(x, -10), (x, 1010)]) for x in at]
    over = [shapely.LineString([(-10, y), (1010, y)]) for y in at]
    dead_end = shapely.LineString([(at[0], 20), (at[0] + 30, 20.5)])
    return np.array([*down, *over, dead_end], dtype=object)


def _faces(count: int) -> NDArray[np.object_]:
    return blocks(shapely.box(0, 0, 1000, 1000), _streets(count))


def _cells() -> NDArray[np.object_]:
    faces = _faces(7)
    area = shapely.area(faces)
    group = merge(area, borders(faces), target=1e5, label=np.zeros(len(faces), dtype=np.int64))
    return unite(faces, group)


def cases() -> list[Case]:
    """Give the cases of ``gis.tessellate``."""
    return [
        Case(
            model="street blocks",
            name="blocks of a square cut by 7 streets each way and a dead end",
            expected=64.0,
            source="closed form: (7 + 1) squared; a dead end cuts nothing",
            compute=lambda: float(len(_faces(7))),
            unit="blocks",
        ),
        Case(
            model="street blocks",
            name="area of all blocks of a square kilometre",
            expected=1e6,
            source="a tessellation covers its outline once",
            compute=lambda: float(shapely.area(_faces(7)).sum()),
            unit="m2",
            tolerance=1e-6,
            reason="sums of 64 doubles of 1e4",
        ),
        Case(
            model="street blocks",
            name="length of all borders between the blocks of a square with 7 streets each way",
            expected=14_000.0,
            source="closed form: 14 streets of 1 km",
            compute=lambda: float(borders(_faces(7)).length_m.sum()),
            unit="m",
            tolerance=1e-6,
            reason="sums of 112 doubles",
        ),
        Case(
            model="grid cells",
            name="area of cells merged to about 0.1 km2",
            expected=1e6,
            source="merging moves no border",
            compute=lambda: float(shapely.area(_cells()).sum()),
            unit="m2",
            tolerance=1e-6,
            reason="sums of 64 doubles of 1e4",
        ),
        Case(
            model="grid cells",
            name="overlap of those cells",
            expected=0.0,
            source="cells never overlap",
            compute=lambda: float(shapely.area(_cells()).sum() - shapely.union_all(_cells()).area),
            unit="m2",
            tolerance=1e-6,
            reason="sums of 64 doubles of 1e4",
        ),
    ]
