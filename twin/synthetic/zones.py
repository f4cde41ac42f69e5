"""What stands where: a use for every superblock and every block inside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.synthetic.lattice import Lattice
from twin.synthetic.plan import FINE, Plan
from twin.synthetic.relief import hill_m

FOREST_FROM_M = 14.0
Rectangle = tuple[int, int, int, int]

QUARTERS: tuple[Rectangle, ...] = ((0, 2, 0, 2), (2, 4, 0, 2), (0, 2, 2, 4), (2, 4, 2, 4))
HALVES_EAST: tuple[Rectangle, ...] = ((0, 2, 0, 4), (2, 4, 0, 4))
HALVES_NORTH: tuple[Rectangle, ...] = ((0, 4, 0, 2), (0, 4, 2, 4))
WHOLE: tuple[Rectangle, ...] = ((0, 4, 0, 4),)
THREE: tuple[Rectangle, ...] = ((0, 2, 0, 2), (2, 4, 0, 2), (0, 4, 2, 4))
SIXTEEN: tuple[Rectangle, ...] = tuple(
    (a, a + 1, b, b + 1) for a in range(FINE) for b in range(FINE)
)
LANES: tuple[Rectangle, ...] = tuple((a, a + 1, b, b + 2) for a in range(FINE) for b in (0, 2))
HAMLET: tuple[Rectangle, ...] = (
    (0, 1, 0, 4),
    (3, 4, 0, 4),
    (1, 3, 0, 1),
    (1, 3, 3, 4),
    (1, 2, 1, 3),
    (2, 3, 1, 3),
)
CROFTS: tuple[Rectangle, ...] = (
    (0, 1, 0, 2),
    (1, 2, 0, 2),
    (2, 3, 0, 2),
    (3, 4, 0, 2),
    (0, 1, 2, 4),
    (1, 2, 2, 4),
    (2, 4, 2, 4),
)
PATTERNS: dict[str, tuple[tuple[Rectangle, ...], ...]] = {
    "old": (SIXTEEN, SIXTEEN, LANES),
    "slabs": (QUARTERS, QUARTERS, HALVES_EAST, THREE),
    "towers": (QUARTERS, HALVES_EAST, HALVES_NORTH, THREE),
    "cbd": (QUARTERS,),
    "industry": (HALVES_NORTH, HALVES_EAST, WHOLE, THREE),
    "campus": (WHOLE,),
    "park": (WHOLE,),
    "village": (HAMLET, CROFTS, CROFTS),
    "villas": (HALVES_NORTH, QUARTERS),
    "field": (WHOLE,),
    "forest": (WHOLE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of a city as rectangles of fine quads, the river's row left out.

    Attributes:
        west: First fine column, shape ``(blocks,)``; ``east``, ``south``, ``north`` likewise.
        zone: Use of each block, such as ``slabs`` or ``school``, shape ``(blocks,)``.
        at: Block of each fine quad, -1 in the river's row, shape ``(4 columns, 4 rows)``.
    """

    west: NDArray[np.int32]
    east: NDArray[np.int32]
    south: NDArray[np.int32]
    north: NDArray[np.int32]
    zone: NDArray[np.str_]
    at: NDArray[np.int32]


def zone_superblocks(lattice: Lattice, rng: np.random.Generator) -> NDArray[np.str_]:
    """Give every superblock a use, shape ``(columns, rows)``."""
    plan = lattice.plan
    column, row = np.meshgrid(np.arange(plan.columns), np.arange(plan.rows), indexing="ij")
    dx = np.asarray(column + 0.5 - plan.centre[0], dtype=np.float64)
    dy = np.asarray(row + 0.5 - plan.centre[1], dtype=np.float64)
    across, along = dx / (plan.columns / 2), dy / (plan.rows / 2)
    ground = lattice.at(FINE * (dx + plan.centre[0]), FINE * (dy + plan.centre[1]))
    height = hill_m(lattice, ground[..., 0], ground[..., 1])
    zone = _living(np.hypot(across, along) * plan.spare, rng)
    zone[(across > 0.62) & (row <= plan.river_row + 2)] = "industry"
    _scatter(zone, plan, rng)
    _old_town(zone, plan, dx, row)
    _middle(zone, plan, dx, row)
    zone[height > FOREST_FROM_M] = "forest"
    zone[:, plan.river_row] = "river"
    return zone


def _living(distance: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.str_]:
    """Walk-up slabs inside, newer towers around, villages and fields at the edge."""
    wobble = distance + rng.uniform(-0.09, 0.09, distance.shape)
    new = rng.random(distance.shape)
    zone = np.full(distance.shape, "slabs", dtype="<U10")
    zone[(wobble > 0.35) & (new < 0.45)] = "towers"
    zone[(wobble > 0.72) & (new > 0.86)] = "villas"
    zone[(wobble > 0.62) & (new < 0.14)] = "village"
    zone[(wobble > 0.82) & (new < 0.70)] = "village"
    zone[(wobble > 0.88) & (new < 0.32)] = "field"
    zone[(wobble > 1.00) & (new < 0.74)] = "field"
    return zone


def _scatter(zone: NDArray[np.str_], plan: Plan, rng: np.random.Generator) -> None:
    """Larger cities get more parks, campuses, works and old quarters of swallowed towns."""
    if plan.ratio < 3:
        return
    draw = rng.random(zone.shape)
    for use, low, high in (
        ("park", 0.0, 0.05),
        ("campus", 0.05, 0.08),
        ("industry", 0.08, 0.14),
        ("old", 0.14, 0.17),
        ("cbd", 0.17, 0.19),
    ):
        zone[(draw >= low) & (draw < high)] = use


def _old_town(
    zone: NDArray[np.str_], plan: Plan, dx: NDArray[np.float64], row: NDArray[np.int64]
) -> None:
    """The walled town of old: north bank, west of the new centre."""
    size = max(1.0, plan.ratio**0.25)
    west = (dx > -1 - 4.1 * size) & (dx < -1)
    zone[west & (row > plan.river_row) & (row <= plan.river_row + round(3 * size))] = "old"


def _middle(
    zone: NDArray[np.str_], plan: Plan, dx: NDArray[np.float64], row: NDArray[np.int64]
) -> None:
    """Office towers on both banks, the people's park, the university, the south park."""
    size = max(1.0, plan.ratio**0.25)
    near = np.abs(dx) < size * 1.1
    zone[near & (row > plan.river_row) & (row <= plan.river_row + 2)] = "cbd"
    zone[(np.abs(dx - 0.5) < size * 1.1) & (row == plan.river_row - 1)] = "cbd"
    middle, river = plan.columns // 2, plan.river_row
    if plan.columns >= 10 and plan.rows >= 9:
        zone[middle + 1 : middle + 3, river + 3] = "park"
        zone[middle - 4 : middle - 2, river - 2] = "campus"
        zone[middle + 2, river - 2] = "park"


def divide(zone: NDArray[np.str_], plan: Plan, rng: np.random.Generator) -> Blocks:
    """Divide superblocks into blocks; neighbours of one park or campus become one block."""
    rectangles: list[Rectangle] = []
    uses: list[str] = []
    done = np.zeros(zone.shape, dtype=bool)
    for i in range(plan.columns):
        for j in range(plan.rows):
            if done[i, j] or zone[i, j] == "river":
                continue
            wide = _is_twin(zone, done, plan, i, j)
            done[i : i + 1 + wide, j] = True
            cell, use = _cell(str(zone[i, j]), rng, wide=wide)
            rectangles += [
                (FINE * i + w, FINE * i + e, FINE * j + s, FINE * j + n) for w, e, s, n in cell
            ]
            uses += use
    return _gather(rectangles, uses, plan)


def _is_twin(zone: NDArray[np.str_], done: NDArray[np.bool_], plan: Plan, i: int, j: int) -> bool:
    if i + 1 >= plan.columns or done[i + 1, j] or i + 1 in plan.bridges:
        return False
    return bool(zone[i, j] == zone[i + 1, j]) and zone[i, j] in {"park", "campus"}


def _cell(
    zone: str, rng: np.random.Generator, *, wide: bool
) -> tuple[tuple[Rectangle, ...], list[str]]:
    if wide:
        return ((0, 2 * FINE, 0, FINE),), [zone]
    patterns = PATTERNS[zone]
    cell = patterns[int(rng.integers(len(patterns)))]
    uses = [zone] * len(cell)
    if zone == "village":
        around = 4 if cell is HAMLET else 0
        uses = ["field"] * around + ["village"] * (len(cell) - around)
    return cell, uses


def _gather(rectangles: list[Rectangle], uses: list[str], plan: Plan) -> Blocks:
    edges = np.asarray(rectangles, dtype=np.int32)
    at = np.full((FINE * plan.columns, FINE * plan.rows), -1, dtype=np.int32)
    for number, (west, east, south, north) in enumerate(rectangles):
        at[west:east, south:north] = number
    return Blocks(
        west=edges[:, 0],
        east=edges[:, 1],
        south=edges[:, 2],
        north=edges[:, 3],
        zone=np.asarray(uses, dtype="<U10"),
        at=at,
    )
