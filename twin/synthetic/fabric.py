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

Bounds = tuple[float, float, float, float]


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


def lay(
    bounds: Bounds,
    rng: Generator,
    *,
    width: tuple[float, float],
    depth: tuple[float, float],
    gap: tuple[float, float],
    lane: tuple[float, float],
) -> Points:
    """Lay rows of boxes over the bounds.

    Args:
        bounds: West, south, east, north in the frame of the block [m].
        rng: Stream of the draw.
        width: Shortest and longest box along the row [m].
        depth: Shallowest and deepest row [m].
        gap: Least and greatest gap between boxes of a row [m].
        lane: Least and greatest gap between rows [m].

    Returns:
        Centre x and y, width and depth [m], shape ``(boxes, 4)``.
    """
    west, south, east, north = bounds
    rows = []
    y = south + rng.uniform(0.0, min(3.0, lane[0]))
    while True:
        deep = rng.uniform(*depth)
        if y + deep > north:
            break
        count = int((east - west) / (width[0] + gap[0])) + 1
        wide = rng.uniform(*width, count)
        space = rng.uniform(*gap, count)
        left = west + rng.uniform(0.0, max(1.0, gap[0])) + np.cumsum(wide + space) - wide - space
        room = left + wide <= east
        slack = east - (left + wide)[room].max() if room.any() else 0.0
        left = left + slack / 2
        row = np.stack([left + wide / 2, np.full(count, y + deep / 2), wide, np.full(count, deep)])
        rows.append(row[:, room].T)
        y += deep + rng.uniform(*lane)
    return np.concatenate(rows) if rows else np.zeros((0, 4))


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


def _old(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(8, 15), depth=(9, 14), gap=(0.4, 1.6), lane=(1.2, 4.5))
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


def _slabs(bounds: Bounds, rng: Generator) -> Rows:
    levels = int(rng.choice([5, 6, 6, 7, 11]))
    lane = 1.15 * levels * 3.0 if levels < 8 else 30.0
    box = lay(
        bounds, rng, width=(36, 60), depth=(11, 13), gap=(7, 13), lane=(lane * 0.95, lane * 1.1)
    )
    return _rows(box, rng, plans=("slab",), use="residential", levels=(levels - 1, levels))


def _towers(bounds: Bounds, rng: Generator) -> Rows:
    levels = int(rng.choice([17, 24, 27, 32]))
    plans = ("plus",) if rng.random() < 0.6 else ("slab",)
    width = (25, 31) if plans == ("plus",) else (38, 52)
    box = lay(bounds, rng, width=width, depth=(17, 23), gap=(22, 36), lane=(38, 52))
    return _rows(box, rng, plans=plans, use="residential", levels=(levels - 3, levels + 1))


def _cbd(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(30, 52), depth=(30, 46), gap=(14, 26), lane=(16, 26))
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


def _industry(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(38, 110), depth=(26, 54), gap=(10, 18), lane=(12, 18))
    rows = _rows(
        box, rng, plans=("bar", "bar", "bar", "l"), use="industrial", levels=(1, 2), storey_m=6.5
    )
    small = rng.random(len(box)) < 0.12
    rows.levels[small] = rng.integers(4, 7, int(small.sum()))
    rows.storey_m[small] = 3.6
    return rows


def _school(bounds: Bounds, rng: Generator) -> Rows:
    west, south, east, north = bounds
    half = (west, south, east, south + 0.55 * (north - south))
    box = lay(half, rng, width=(44, 64), depth=(26, 36), gap=(9, 14), lane=(10, 14))
    return _rows(box, rng, plans=("e", "u", "h"), use="school", levels=(3, 5), storey_m=3.6)


def _campus(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(42, 78), depth=(16, 38), gap=(16, 34), lane=(18, 32))
    keep = rng.random(len(box)) < 0.72
    return _rows(
        box[keep], rng, plans=("u", "e", "l", "bar", "h"), use="school", levels=(3, 7), storey_m=3.6
    )


def _village(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(10, 13), depth=(10, 13), gap=(2.2, 4.0), lane=(3.5, 7.0))
    keep = rng.random(len(box)) < 0.88
    return _rows(
        box[keep],
        rng,
        plans=("bar", "bar", "l", "t"),
        use="residential",
        levels=(2, 4),
        storey_m=3.2,
    )


def _park(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(8, 16), depth=(8, 14), gap=(60, 110), lane=(60, 110))
    return _rows(box, rng, plans=("bar", "octagon", "l"), use="public", levels=(1, 1), storey_m=4.0)


def _hospital(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(46, 66), depth=(24, 40), gap=(10, 16), lane=(12, 18))
    return _rows(box, rng, plans=("h", "e", "l"), use="medical", levels=(5, 14), storey_m=3.9)


def _stadium(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(60, 96), depth=(60, 80), gap=(20, 30), lane=(20, 30))
    return _rows(box, rng, plans=("round", "octagon"), use="sports", levels=(2, 3), storey_m=9.0)


def _civic(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(20, 38), depth=(14, 24), gap=(6, 12), lane=(9, 14))
    return _rows(box, rng, plans=("bar", "l", "u", "t"), use="public", levels=(2, 6), storey_m=3.6)


def _market(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(34, 60), depth=(30, 46), gap=(9, 14), lane=(10, 14))
    return _rows(box, rng, plans=("bar", "l"), use="commercial", levels=(2, 5), storey_m=4.8)


def _works(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(18, 34), depth=(18, 34), gap=(8, 14), lane=(8, 14))
    return _rows(
        box, rng, plans=("round", "bar", "round"), use="utility", levels=(1, 2), storey_m=4.5
    )


def _depot(bounds: Bounds, rng: Generator) -> Rows:
    box = lay(bounds, rng, width=(70, 110), depth=(30, 44), gap=(16, 22), lane=(18, 24))
    return _rows(box, rng, plans=("bar",), use="industrial", levels=(1, 1), storey_m=9.5)


def _nothing(_bounds: Bounds, rng: Generator) -> Rows:
    return _rows(np.zeros((0, 4)), rng, plans=("bar",), use="other", levels=(1, 1))


FABRIC: dict[str, Callable[[Bounds, Generator], Rows]] = {
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
    "field": _nothing,
    "forest": _nothing,
}
"""Zone to the rule that fills it."""
