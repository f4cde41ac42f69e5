"""Fill the lots with buildings: footprints, uses, storeys."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.fabric import FABRIC, Lot, Rows, join
from twin.synthetic.footprints import boxes, draw
from twin.synthetic.infill import INFILL, fill_gaps
from twin.synthetic.lattice import Points
from twin.synthetic.zones import Blocks

SMALLEST_LOT_M2 = 150.0
ROOF_M = 0.9
TALLEST_LEVELS = 68
SOUTH_FACING = ("slabs", "towers", "school", "campus", "villas")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes on the ground, with what will stand in them.

    Attributes:
        rows: Plan, use, storeys of each box.
        box: Easting, northing of the centre, width, depth [m], angle [rad], shape ``(boxes, 5)``.
        block: Block of each box.
        apart_m: Least distance to every box before it [m].
    """

    rows: Rows
    box: Points
    block: NDArray[np.int64]
    apart_m: Points


def build(
    blocks: Blocks,
    lots: NDArray[np.object_],
    points: Points,
    shops: tuple[Boxes, NDArray[np.object_]],
    seed: int,
) -> Stock:
    """Fill every lot by the rule of its zone, each block from its own stream.

    Args:
        blocks: The blocks.
        lots: Where inner buildings may stand, one geometry per block.
        points: Fine lattice points [m].
        shops: Boxes along the streets, and the lots that they must not leave.
        seed: Seed of the city.
    """
    inner, small = _inner(blocks, lots, points, seed)
    kept = [_within(shops[0], shops[1]), _within(inner, lots), _within(small, lots)]
    rows = join([part.rows for part in kept])
    box = np.concatenate([part.box for part in kept])
    block = np.concatenate([part.block for part in kept])
    free = _apart(box, np.concatenate([part.apart_m for part in kept]))
    levels = _skyline(rows, box, block, blocks, seed)
    flip = np.random.default_rng([seed, 8]).integers(0, 4, size=len(box))[free]
    return Stock(
        shape=draw(rows.plan[free], box[free], flip),
        block=block[free],
        use=rows.use[free],
        levels=levels[free],
        height_m=(levels * rows.storey_m + ROOF_M)[free],
    )


def _skyline(
    rows: Rows, box: Points, block: NDArray[np.int64], blocks: Blocks, seed: int
) -> NDArray[np.int64]:
    """Office towers rise towards the middle of the office quarter; one stands above all."""
    levels = rows.levels.copy()
    office = np.flatnonzero((rows.use == "office") & (blocks.zone[block] == "cbd"))
    if not len(office):
        return levels
    reach = np.hypot(*(box[office, :2] - np.median(box[office, :2], axis=0)).T)
    near = 1 - reach / max(float(reach.max()), 1.0)
    rng = np.random.default_rng([seed, 11])
    levels[office] = np.rint(9 + 34 * near**1.5 + rng.uniform(0, 12, len(office))).astype(np.int64)
    levels[office[reach.argmin()]] = TALLEST_LEVELS
    return levels


def _inner(
    blocks: Blocks, lots: NDArray[np.object_], points: Points, seed: int
) -> tuple[Boxes, Boxes]:
    """Boxes of the zones' own rules, and small ones for the gaps."""
    angle = angles(blocks, points)
    part, owner = shapely.get_parts(lots, return_index=True)
    large = shapely.area(part) > SMALLEST_LOT_M2
    main: list[Boxes] = []
    small: list[Boxes] = []
    for lot, number in zip(part[large], owner[large], strict=True):
        zone = str(blocks.zone[number])
        if zone not in FABRIC:
            continue
        rng = np.random.default_rng([seed, 7, int(number), len(main)])
        ring = shapely.get_coordinates(shapely.get_exterior_ring(lot))
        frame = Lot(turn(ring, -angle[number]))
        main.append(_boxed(FABRIC[zone](frame, rng), angle[number], int(number)))
        if zone in INFILL:
            rows, apart_m = fill_gaps(zone, frame, rng)
            small.append(_boxed(rows, angle[number], int(number), apart_m=apart_m))
    return _all(main), _all(small)


def _boxed(rows: Rows, angle: float, block: int, *, apart_m: float = 0.0) -> Boxes:
    centre = turn(rows.box[:, :2], angle)
    count = len(centre)
    return Boxes(
        rows=rows,
        box=np.column_stack([centre, rows.box[:, 2:], np.full(count, angle)]),
        block=np.full(count, block),
        apart_m=np.full(count, apart_m),
    )


def _all(parts: list[Boxes]) -> Boxes:
    return Boxes(
        rows=join([part.rows for part in parts]),
        box=np.concatenate([part.box for part in parts]),
        block=np.concatenate([part.block for part in parts]),
        apart_m=np.concatenate([part.apart_m for part in parts]),
    )


def angles(blocks: Blocks, points: Points) -> Points:
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


def turn(xy: Points, angle: float) -> Points:
    """Points turned about the origin by an angle [rad]."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack([xy[:, 0] * cos - xy[:, 1] * sin, xy[:, 0] * sin + xy[:, 1] * cos])


def _within(boxed: Boxes, lots: NDArray[np.object_]) -> Boxes:
    shapely.prepare(lots)
    keep = shapely.contains(lots[boxed.block], boxes(boxed.box))
    return Boxes(
        rows=boxed.rows.only(keep),
        box=boxed.box[keep],
        block=boxed.block[keep],
        apart_m=boxed.apart_m[keep],
    )


def _apart(box: Points, apart_m: Points) -> NDArray[np.bool_]:
    """True for boxes that keep their distance from all earlier boxes that stand."""
    wide = box.copy()
    wide[:, 2:4] += 2 * apart_m[:, None]
    one, other = shapely.STRtree(boxes(box)).query(boxes(wide), predicate="intersects")
    free = np.ones(len(box), dtype=bool)
    later = one > other
    for first, second in zip(one[later], other[later], strict=True):
        free[first] &= not free[second]
    return free
