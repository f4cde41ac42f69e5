"""Blocks that serve everybody: schools, hospitals, civic blocks, markets, gardens, depots."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from twin.synthetic.lattice import Points
from twin.synthetic.plan import Plan
from twin.synthetic.zones import Blocks

HOMES = ("slabs", "towers")
LLOYD_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Amenity:
    """One use that takes whole blocks.

    Attributes:
        zone: The use.
        count: Blocks per 104,000 residents (A, planning assumption).
        among: Zones whose blocks it may take.
        quads: Fewest and most fine quads of a block it may take.
    """

    zone: str
    count: int
    among: tuple[str, ...]
    quads: tuple[int, int]


AMENITIES: tuple[Amenity, ...] = (
    Amenity(zone="hospital", count=3, among=HOMES, quads=(4, 4)),
    Amenity(zone="stadium", count=1, among=HOMES, quads=(8, 8)),
    Amenity(zone="civic", count=16, among=HOMES, quads=(4, 4)),
    Amenity(zone="school", count=13, among=HOMES, quads=(4, 4)),
    Amenity(zone="market", count=4, among=(*HOMES, "cbd"), quads=(4, 4)),
    Amenity(zone="garden", count=10, among=HOMES, quads=(4, 4)),
    Amenity(zone="square", count=1, among=("cbd",), quads=(4, 4)),
    Amenity(zone="works", count=1, among=("industry",), quads=(4, 16)),
    Amenity(zone="depot", count=3, among=("industry",), quads=(4, 8)),
)


def serve(blocks: Blocks, points: Points, plan: Plan) -> Blocks:
    """Give blocks to the amenities, each kind spread over the city."""
    zone = blocks.zone.copy()
    quads = (blocks.east - blocks.west) * (blocks.north - blocks.south)
    centre = (points[blocks.west, blocks.south] + points[blocks.east, blocks.north]) / 2
    for amenity in AMENITIES:
        fits = (quads >= amenity.quads[0]) & (quads <= amenity.quads[1])
        free = np.flatnonzero(np.isin(zone, amenity.among) & fits)
        wanted = max(1, round(amenity.count * plan.ratio))
        zone[free[spread(centre[free], min(wanted, len(free) // 2 + 1))]] = amenity.zone
    return replace(blocks, zone=zone)


def spread(points: Points, count: int) -> NDArray[np.int64]:
    """Pick points that serve all the others; no row twice, all rows where there are fewer.

    Args:
        points: Candidates [m], shape ``(candidates, 2)``.
        count: How many to pick.
    """
    return serve_demand(points, count, demand=points, weight=np.ones(len(points)))


def serve_demand(
    points: Points, count: int, *, demand: Points, weight: Points
) -> NDArray[np.int64]:
    """Pick the candidates nearest to the centres of equal clusters of demand (Lloyd 1982).

    Args:
        points: Candidates [m], shape ``(candidates, 2)``.
        count: How many to pick; all where there are fewer.
        demand: Where the served are [m], shape ``(places, 2)``.
        weight: How many are there, shape ``(places,)``.

    Returns:
        Rows of the picked points, no row twice.
    """
    if count >= len(points):
        return np.arange(len(points))
    along = np.lexsort((demand[:, 1], np.floor(demand[:, 0] / 900.0)))
    share = np.cumsum(weight[along]) / weight.sum()
    centre = demand[along[np.searchsorted(share, (np.arange(count) + 0.5) / count)]]
    for _ in range(LLOYD_ROUNDS):
        _, nearest = cKDTree(centre).query(demand)
        size = np.bincount(nearest, weights=weight, minlength=count)
        moved = [
            np.bincount(nearest, weights=weight * demand[:, k], minlength=count) for k in (0, 1)
        ]
        centre = np.where(
            size[:, None] > 0, np.column_stack(moved) / np.maximum(size, 1e-9)[:, None], centre
        )
    return _nearest_free(points, centre)


def _nearest_free(points: Points, centre: Points) -> NDArray[np.int64]:
    """The point nearest to each centre that no centre before took."""
    tree = cKDTree(points)
    taken: set[int] = set()
    picked = []
    for xy in centre:
        reach = 1
        while True:
            _, near = tree.query(xy, k=min(reach, len(points)))
            free = [int(row) for row in np.atleast_1d(near) if int(row) not in taken]
            if free:
                break
            reach *= 2
        taken.add(free[0])
        picked.append(free[0])
    return np.asarray(picked, dtype=np.int64)
