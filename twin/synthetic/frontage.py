"""Shops along the streets: low bars between the pavement and the compound behind."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.synthetic.fabric import Rows
from twin.synthetic.fill import Boxes
from twin.synthetic.lattice import Points
from twin.synthetic.lots import SETBACK_M
from twin.synthetic.plan import FINE
from twin.synthetic.zones import Blocks

SHARE: dict[str, float] = {"slabs": 0.62, "towers": 0.5, "market": 0.5, "old": 0.35, "village": 0.3}
DEPTH_M = (8.0, 11.0)
STRIP_M = 16.0
CORNER_M = 17.0
SIDES = 4  # south, north, west, east


def choose_frontages(blocks: Blocks, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Sides of blocks that get shops: only along lattice streets, shape ``(4, blocks)``."""
    line = np.stack([blocks.south, blocks.north, blocks.west, blocks.east])
    share = np.asarray([SHARE.get(str(zone), 0.0) for zone in blocks.zone])
    return np.asarray((line % FINE == 0) & (rng.random(line.shape) < share))


def line_shops(
    blocks: Blocks,
    points: Points,
    halves: tuple[Points, Points],
    fronts: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Boxes:
    """Two bars along every fine edge of the chosen sides.

    Args:
        blocks: The blocks.
        points: Fine lattice points [m].
        halves: Half width kept free along fine edges, eastward and northward [m].
        fronts: Chosen sides, shape ``(4, blocks)``.
        rng: Stream of the draw.
    """
    parts = [_side(blocks, points, halves, fronts[side], side) for side in range(SIDES)]
    start, end, half, block, first, last = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    along = end - start
    length = np.hypot(*along.T)
    unit = along / length[:, None]
    inward = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    low, high = np.where(first, CORNER_M, 3.0), length - np.where(last, CORNER_M, 3.0)
    box, owner = [], []
    for n in range(2):
        room = (high - low) / 2
        wide = room * rng.uniform(0.72, 0.96, len(room))
        deep = rng.uniform(*DEPTH_M, len(room))
        centre = start + unit * (low + room * (n + 0.5))[:, None]
        centre += inward * (half + SETBACK_M + 0.6 + deep / 2)[:, None]
        box.append(np.column_stack([centre, wide, deep, np.arctan2(unit[:, 1], unit[:, 0])]))
        owner.append(block)
    boxes, blocks_of = np.concatenate(box), np.concatenate(owner)
    keep = boxes[:, 2] > 9.0
    count = int(keep.sum())
    return Boxes(
        rows=_shop_rows(count, rng),
        box=boxes[keep],
        block=blocks_of[keep],
        apart_m=np.full(count, 1.0),
    )


def _shop_rows(count: int, rng: np.random.Generator) -> Rows:
    return Rows(
        box=np.zeros((count, 4)),
        plan=np.full(count, "bar", dtype="<U7"),
        use=np.full(count, "commercial", dtype="<U11"),
        levels=rng.integers(1, 4, size=count),
        storey_m=np.full(count, 3.8),
    )


def _side(
    blocks: Blocks,
    points: Points,
    halves: tuple[Points, Points],
    chosen: NDArray[np.bool_],
    side: int,
) -> tuple[NDArray[Any], ...]:
    """Fine edges of one side, turned so that the block lies to their left."""
    is_north = side >= 2
    line = (blocks.south, blocks.north, blocks.west, blocks.east)[side][chosen]
    first = (blocks.south if is_north else blocks.west)[chosen]
    last = (blocks.north if is_north else blocks.east)[chosen]
    count = last - first
    block = np.repeat(np.flatnonzero(chosen), count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    run, fixed = np.repeat(first, count) + step, np.repeat(line, count)
    start = points[fixed, run] if is_north else points[run, fixed]
    end = points[fixed, run + 1] if is_north else points[run + 1, fixed]
    half = halves[1][fixed, run] if is_north else halves[0][run, fixed]
    at_first, at_last = step == 0, step == np.repeat(count, count) - 1
    if side in {1, 2}:
        return end, start, half, block, at_last, at_first
    return start, end, half, block, at_first, at_last
