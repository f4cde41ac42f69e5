"""How blocks fill with buildings: rows of slabs, courtyards, towers, sheds.

Every rule lays boxes in rows in a frame turned with the block, so boxes never overlap; what leaves
the buildable lot falls away, and the plan is drawn inside its box.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from twin.synthetic.lattice import Points

NUDGE_M = 2.0  # how far a row that does not fit moves up
SCHOOL_SHARE = 0.52  # of a school's lot from the south; its sports ground takes the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Boxes of one block in its own frame.

    Attributes:
        box: Centre x and y, width, depth [m], shape ``(boxes, 4)``.
        plan: Plan of each box, as in ``footprints.PLANS``.
        use: Use of each building, as in ``twin/schema/buildings.csv``.
        levels: Storeys.
        storey_m: Height of a storey [m].
    """

    box: Points
    plan: NDArray[np.str_]
    use: NDArray[np.str_]
    levels: NDArray[np.int64]
    storey_m: NDArray[np.float64]

    def only(self, keep: NDArray[np.bool_]) -> "Rows":
        """Those boxes where ``keep`` is True."""
        return Rows(
            box=self.box[keep],
            plan=self.plan[keep],
            use=self.use[keep],
            levels=self.levels[keep],
            storey_m=self.storey_m[keep],
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """One buildable lot in a frame turned with its block.

    Attributes:
        ring: Outline, closed, shape ``(points, 2)`` [m].
    """

    ring: Points

    @property
    def south(self) -> float:
        """Lowest northing in the frame [m]."""
        return float(self.ring[:, 1].min())

    @property
    def north(self) -> float:
        """Highest northing in the frame [m]."""
        return float(self.ring[:, 1].max())

    def span(self, low: float, high: float) -> tuple[float, float]:
        """Where a row from ``low`` to ``high`` fits, from west to east [m]; exact if convex."""
        level = np.asarray([[low], [(low + high) / 2], [high]])
        one, other = self.ring[:-1], self.ring[1:]
        cut = (one[:, 1] <= level) != (other[:, 1] <= level)
        rise = np.where(cut, other[:, 1] - one[:, 1], 1.0)
        x = one[:, 0] + (level - one[:, 1]) / rise * (other[:, 0] - one[:, 0])
        first = np.where(cut, x, np.inf).min(axis=1)
        last = np.where(cut, x, -np.inf).max(axis=1)
        return float(first.max()), float(last.min())


def lay(
    lot: Lot,
    rng: Generator,
    *,
    width: tuple[float, float],
    depth: tuple[float, float],
    gap: tuple[float, float],
    lane: tuple[float, float],
) -> Points:
    """Lay rows of boxes over a lot.

    Args:
        lot: Where; what leaves it all the same must fall away afterwards.
        rng: Stream of the draw.
        width: Shortest and longest box along the row [m].
        depth: Shallowest and deepest row [m].
        gap: Least and greatest gap between boxes of a row [m].
        lane: Least and greatest gap between rows [m].

    Returns:
        Centre x and y, width and depth [m], shape ``(boxes, 4)``.
    """
    rows = []
    y, top = lot.south + 0.3, lot.north
    while True:
        deep = rng.uniform(*depth)
        if y + deep > top:
            break
        west, east = lot.span(y + 0.05, y + deep - 0.05)
        if east - west < width[0] + 0.5:
            y += NUDGE_M
            continue
        rows.append(
            _row((west + 0.2, east - 0.2), rng, y=y + deep / 2, deep=deep, width=width, gap=gap)
        )
        y += deep + rng.uniform(*lane)
    return np.concatenate(rows) if rows else np.zeros((0, 4))


def _row(
    span: tuple[float, float],
    rng: Generator,
    *,
    y: float,
    deep: float,
    width: tuple[float, float],
    gap: tuple[float, float],
) -> Points:
    """One row; what is left over at its end goes into the gaps, up to their greatest."""
    west, east = span
    count = int(max(0.0, east - west) / (width[0] + gap[0])) + 1
    wide = rng.uniform(*width, count)
    left = np.cumsum(wide + gap[0]) - wide - gap[0]
    wide, left = wide[left + wide <= east - west], left[left + wide <= east - west]
    if not len(wide):
        return np.zeros((0, 4))
    slack = east - west - left[-1] - wide[-1]
    more = min(slack / max(1, len(wide) - 1), gap[1] - gap[0])
    left = left + more * np.arange(len(wide))
    left += (east - west - left[-1] - wide[-1]) * rng.uniform(0.3, 0.7)
    return np.column_stack(
        [west + left + wide / 2, np.full(len(wide), y), wide, np.full(len(wide), deep)]
    )


def _rows(
    box: Points,
    rng: Generator,
    *,
    plans: tuple[str, ...],
    use: str,
    levels: tuple[int, int],
    storey_m: float = 3.0,
) -> Rows:
    count = len(box)
    return Rows(
        box=box,
        plan=np.asarray(plans)[rng.integers(len(plans), size=count)],
        use=np.full(count, use, dtype="<U11"),
        levels=rng.integers(levels[0], levels[1] + 1, size=count),
        storey_m=np.full(count, storey_m),
    )


def join(parts: list[Rows]) -> Rows:
    """All boxes of several rows."""
    return Rows(
        box=np.concatenate([part.box for part in parts]),
        plan=np.concatenate([part.plan for part in parts]),
        use=np.concatenate([part.use for part in parts]),
        levels=np.concatenate([part.levels for part in parts]),
        storey_m=np.concatenate([part.storey_m for part in parts]),
    )


def _old(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(6.5, 11), depth=(7, 10), gap=(0.4, 1.3), lane=(1.0, 3.0))
    rows = _rows(
        box,
        rng,
        plans=("bar", "bar", "l", "u", "court", "court", "l"),
        use="residential",
        levels=(1, 2),
        storey_m=3.3,
    )
    rows.use[rng.random(len(box)) < 0.08] = "commercial"
    return rows


def _slabs(lot: Lot, rng: Generator) -> Rows:
    levels = int(rng.choice([5, 6, 6, 7, 11]))
    lane = 1.15 * levels * 3.0 if levels < 8 else 30.0
    box = lay(lot, rng, width=(36, 60), depth=(11, 13), gap=(7, 13), lane=(lane * 0.95, lane * 1.1))
    return _rows(box, rng, plans=("slab",), use="residential", levels=(levels - 1, levels))


def _towers(lot: Lot, rng: Generator) -> Rows:
    levels = int(rng.choice([17, 24, 27, 32]))
    plans = ("plus",) if rng.random() < 0.6 else ("slab",)
    width = (25, 31) if plans == ("plus",) else (38, 52)
    box = lay(lot, rng, width=width, depth=(17, 23), gap=(22, 36), lane=(38, 52))
    return _rows(box, rng, plans=plans, use="residential", levels=(levels - 3, levels + 1))


def _cbd(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(26, 44), depth=(24, 38), gap=(11, 20), lane=(12, 18))
    rows = _rows(
        box,
        rng,
        plans=("bar", "octagon", "bar", "l", "round"),
        use="office",
        levels=(8, 46),
        storey_m=3.9,
    )
    low = rng.random(len(box)) < 0.35
    rows.levels[low] = rng.integers(3, 7, int(low.sum()))
    rows.use[low] = "commercial"
    return rows


def _industry(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(38, 110), depth=(26, 54), gap=(10, 18), lane=(12, 18))
    rows = _rows(
        box, rng, plans=("bar", "bar", "bar", "l"), use="industrial", levels=(1, 2), storey_m=6.5
    )
    small = rng.random(len(box)) < 0.12
    rows.levels[small] = rng.integers(4, 7, int(small.sum()))
    rows.storey_m[small] = 3.6
    return rows


def _school(lot: Lot, rng: Generator) -> Rows:
    half = Lot(_clipped(lot.ring, lot.south + SCHOOL_SHARE * (lot.north - lot.south)))
    box = lay(half, rng, width=(38, 58), depth=(22, 32), gap=(7, 12), lane=(8, 12))
    if len(box) < 3:
        box = lay(half, rng, width=(22, 36), depth=(12, 18), gap=(6, 10), lane=(7, 10))
    return _rows(box, rng, plans=("e", "u", "h"), use="school", levels=(3, 5), storey_m=3.6)


def _clipped(ring: Points, y: float) -> Points:
    return np.column_stack([ring[:, 0], np.minimum(ring[:, 1], y)])


def _campus(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(42, 78), depth=(16, 38), gap=(16, 34), lane=(18, 32))
    keep = rng.random(len(box)) < 0.72
    return _rows(
        box[keep], rng, plans=("u", "e", "l", "bar", "h"), use="school", levels=(3, 7), storey_m=3.6
    )


def _village(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(9, 12), depth=(9, 12), gap=(1.6, 3.2), lane=(2.8, 5.5))
    keep = rng.random(len(box)) < 0.94
    return _rows(
        box[keep],
        rng,
        plans=("bar", "bar", "l", "t"),
        use="residential",
        levels=(2, 4),
        storey_m=3.2,
    )


def _villas(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(13, 18), depth=(11, 14), gap=(7, 11), lane=(12, 17))
    return _rows(box, rng, plans=("bar", "l", "l"), use="residential", levels=(2, 3), storey_m=3.3)


def _farm(lot: Lot, rng: Generator) -> Rows:
    """A group of greenhouses in the fields."""
    box = lay(lot, rng, width=(44, 60), depth=(8, 9), gap=(4, 8), lane=(3, 5))
    middle = lot.ring.mean(axis=0) + rng.uniform(-60, 60, 2)
    near = np.abs(box[:, :2] - middle) < rng.uniform(40, 85, 2)
    box = box[near.all(axis=1) & (rng.random() < 0.6)]
    return _rows(box, rng, plans=("bar",), use="other", levels=(1, 1), storey_m=3.2)


def _park(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(8, 16), depth=(8, 14), gap=(60, 110), lane=(60, 110))
    return _rows(box, rng, plans=("bar", "octagon", "l"), use="public", levels=(1, 1), storey_m=4.0)


def _hospital(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(46, 66), depth=(24, 40), gap=(10, 16), lane=(12, 18))
    return _rows(box, rng, plans=("h", "e", "l"), use="medical", levels=(5, 14), storey_m=3.9)


def _stadium(lot: Lot, rng: Generator) -> Rows:
    """The largest round halls that fit."""
    box = np.zeros((0, 4))
    for side in (104.0, 84.0, 66.0, 50.0, 36.0):
        size = (side, side * 1.1)
        box = lay(lot, rng, width=size, depth=size, gap=(16, 30), lane=(16, 30))
        if len(box):
            break
    return _rows(box, rng, plans=("round", "octagon"), use="sports", levels=(2, 3), storey_m=9.0)


def _civic(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(20, 38), depth=(14, 24), gap=(6, 12), lane=(9, 14))
    return _rows(box, rng, plans=("bar", "l", "u", "t"), use="public", levels=(2, 6), storey_m=3.6)


def _market(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(34, 60), depth=(30, 46), gap=(9, 14), lane=(10, 14))
    return _rows(box, rng, plans=("bar", "l"), use="commercial", levels=(2, 5), storey_m=4.8)


def _works(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(18, 34), depth=(18, 34), gap=(8, 14), lane=(8, 14))
    return _rows(
        box, rng, plans=("round", "bar", "round"), use="utility", levels=(1, 2), storey_m=4.5
    )


def _depot(lot: Lot, rng: Generator) -> Rows:
    box = lay(lot, rng, width=(70, 110), depth=(30, 44), gap=(16, 22), lane=(18, 24))
    return _rows(box, rng, plans=("bar",), use="industrial", levels=(1, 1), storey_m=9.5)


FABRIC: dict[str, Callable[[Lot, Generator], Rows]] = {
    "old": _old,
    "slabs": _slabs,
    "towers": _towers,
    "cbd": _cbd,
    "industry": _industry,
    "school": _school,
    "campus": _campus,
    "village": _village,
    "hospital": _hospital,
    "stadium": _stadium,
    "civic": _civic,
    "market": _market,
    "works": _works,
    "depot": _depot,
    "park": _park,
    "garden": _park,
    "field": _farm,
    "villas": _villas,
}
"""Zone to the rule that fills it; zones without a rule stay empty."""
