"""Fill the lots with buildings: footprints, uses, storeys."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.fabric import FABRIC, Rows, join
from twin.synthetic.footprints import boxes, draw
from twin.synthetic.lattice import Points
from twin.synthetic.zones import Blocks

SMALLEST_LOT_M2 = 150.0
SOUTH_FACING = ("slabs", "towers", "school", "campus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """All buildings before they have an address.

    Attributes:
        shape: Footprints, shape ``(buildings,)``.
        block: Block of each building.
        use: Use, as in ``twin/schema/buildings.csv``.
        levels: Storeys.
        height_m: Height above ground [m].
    """

    shape: NDArray[np.object_]
    block: NDArray[np.int64]
    use: NDArray[np.str_]
    levels: NDArray[np.int64]
    height_m: NDArray[np.float64]


def build(blocks: Blocks, lots: NDArray[np.object_], points: Points, seed: int) -> Stock:
    """Fill every lot by the rule of its zone, each block from its own stream."""
    angle = _angles(blocks, points)
    parts: list[Rows] = []
    box: list[Points] = []
    block: list[NDArray[np.int64]] = []
    for number in np.flatnonzero(shapely.area(lots) > SMALLEST_LOT_M2):
        rng = np.random.default_rng([seed, 7, int(number)])
        rows = FABRIC[str(blocks.zone[number])](_frame(lots[number], angle[number]), rng)
        parts.append(rows)
        box.append(_turn(rows.box, angle[number]))
        block.append(np.full(len(rows.box), number))
    return _keep(join(parts), np.concatenate(box), np.concatenate(block), lots, seed)


def _angles(blocks: Blocks, points: Points) -> Points:
    """Angle of each block's rows [rad]: along the street, dwellings near to south-facing."""
    across = (
        points[blocks.east, blocks.south]
        - points[blocks.west, blocks.south]
        + points[blocks.east, blocks.north]
        - points[blocks.west, blocks.north]
    )
    angle = np.arctan2(across[:, 1], across[:, 0])
    south = np.isin(blocks.zone, SOUTH_FACING)
    return np.where(south, np.clip(angle * 0.8, -0.35, 0.35), angle)


def _frame(lot: shapely.Polygon, angle: float) -> tuple[float, float, float, float]:
    """Bounds of the lot in a frame turned by the angle."""
    xy = shapely.get_coordinates(lot)
    x = xy[:, 0] * np.cos(angle) + xy[:, 1] * np.sin(angle)
    y = -xy[:, 0] * np.sin(angle) + xy[:, 1] * np.cos(angle)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _turn(box: Points, angle: float) -> Points:
    x = box[:, 0] * np.cos(angle) - box[:, 1] * np.sin(angle)
    y = box[:, 0] * np.sin(angle) + box[:, 1] * np.cos(angle)
    return np.column_stack([x, y, box[:, 2], box[:, 3], np.full(len(box), angle)])


def _keep(
    rows: Rows, box: Points, block: NDArray[np.int64], lots: NDArray[np.object_], seed: int
) -> Stock:
    shapely.prepare(lots)
    inside = shapely.contains(lots[block], boxes(box))
    flip = np.random.default_rng([seed, 8]).integers(0, 4, size=len(box))
    levels = rows.levels[inside]
    return Stock(
        shape=draw(rows.plan[inside], box[inside], flip[inside]),
        block=block[inside],
        use=rows.use[inside],
        levels=levels,
        height_m=levels * rows.storey_m[inside] + 0.9,
    )
