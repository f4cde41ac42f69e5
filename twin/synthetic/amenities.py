"""Blocks that serve everybody: schools, hospitals, civic blocks, markets, gardens, depots."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twin.synthetic.lattice import Points
from twin.synthetic.plan import Plan
from twin.synthetic.zones import Blocks

HOMES = ("slabs", "towers")


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
    Amenity(zone="works", count=1, among=("industry",), quads=(4, 16)),
    Amenity(zone="depot", count=3, among=("industry",), quads=(4, 8)),
)


def serve(blocks: Blocks, points: Points, plan: Plan) -> Blocks:
    """Give blocks to the amenities, each kind spread as far apart as possible."""
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
    """Pick points far apart: the most central first, then always the one farthest from all.

    Args:
        points: Candidates [m], shape ``(candidates, 2)``.
        count: How many to pick; all where there are fewer.

    Returns:
        Rows of the picked points in the order of picking.
    """
    count = min(count, len(points))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    picked = [int(np.hypot(*(points - points.mean(axis=0)).T).argmin())]
    reach = np.hypot(*(points - points[picked[0]]).T)
    while len(picked) < count:
        picked.append(int(reach.argmax()))
        reach = np.minimum(reach, np.hypot(*(points - points[picked[-1]]).T))
    return np.asarray(picked, dtype=np.int64)
