"""Districts, streets, communities and grids: rectangles of the lattice with equal shares of homes.

The bent lattice is cut again and again, each time where the homes divide best, with a preference
for roads and for the river. So the places of every level tile the city without gap or overlap.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.synthetic.plan import FINE, Plan
from twin.synthetic.streets import Edges

OFF_ROAD_COST = 0.30
THIN_COST = 0.12
RIVER_PULL = 2.4  # a cut along the river counts as this many roads
Region = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divisions:
    """Places as rectangles of fine quads, and the grid of every quad.

    Attributes:
        code: Codes of all places, parents before children.
        region: West, east, south and north fine line of each place.
        grid: Number of the grid, in code order, of each fine quad.
    """

    code: list[str]
    region: list[Region]
    grid: NDArray[np.int32]

    @property
    def grid_codes(self) -> NDArray[np.str_]:
        """Codes of the grids in order."""
        return np.asarray([code for code in self.code if len(code) == 15])


@dataclass(frozen=True, slots=True)
class _Cutter:
    homes: NDArray[np.float64]
    road_east: NDArray[np.float64]
    road_north: NDArray[np.float64]

    def total(self, region: Region) -> float:
        west, east, south, north = region
        p = self.homes
        return float(p[east, north] - p[west, north] - p[east, south] + p[west, south])

    def split(self, region: Region, parts: int) -> list[Region]:
        """Cut a region into parts of nearly equal homes, in order."""
        if parts == 1:
            return [region]
        first = (parts + 1) // 2
        one, other = self._best(region, first, parts)
        return self.split(one, first) + self.split(other, parts - first)

    def _best(self, region: Region, first: int, parts: int) -> tuple[Region, Region]:
        west, east, south, north = region
        cuts = [((west, a, south, north), (a, east, south, north)) for a in range(west + 1, east)]
        cuts += [((west, east, b, north), (west, east, south, b)) for b in range(south + 1, north)]
        fit = [c for c in cuts if _quads(c[0]) >= first and _quads(c[1]) >= parts - first]
        return min(fit, key=lambda cut: self._cost(cut, first / parts))

    def _cost(self, cut: tuple[Region, Region], want: float) -> float:
        one, other = self.total(cut[0]), self.total(cut[1])
        if one <= 0 or other <= 0:
            return np.inf
        share = one / (one + other)
        unfair = abs(share - want) / min(want, 1 - want)
        thin = max(0.0, max(_aspect(cut[0]), _aspect(cut[1])) - 2.0)
        return unfair + OFF_ROAD_COST * self._off_road(cut) + THIN_COST * thin

    def _off_road(self, cut: tuple[Region, Region]) -> float:
        west, east, south, north = cut[1]
        if cut[0][0] != cut[1][0]:
            run = self.road_north[west, [south, north]]
            return float(1 - (run[1] - run[0]) / (north - south))
        run = self.road_east[[west, east], north]
        return float(1 - (run[1] - run[0]) / (east - west))


def _quads(region: Region) -> int:
    return (region[1] - region[0]) * (region[3] - region[2])


def _aspect(region: Region) -> float:
    wide, high = region[1] - region[0], region[3] - region[2]
    return max(wide / high, high / wide)


def divide_city(plan: Plan, homes: NDArray[np.float64], edges: Edges) -> Divisions:
    """Divide the city.

    Args:
        plan: How many places of each level.
        homes: Weight of the homes in each fine quad, shape ``(4 columns, 4 rows)``.
        edges: The roads; cuts prefer to follow them, and the middle of the river.
    """
    cutter = _cutter(plan, homes, edges)
    regions: list[tuple[str, Region]] = [("9901", (0, homes.shape[0], 0, homes.shape[1]))]
    code, region = ["9901"], [regions[0][1]]
    totals = (plan.districts, plan.streets, plan.communities, plan.grids)
    for count, digits in zip(totals, (2, 3, 3, 3), strict=True):
        regions = _next_level(cutter, regions, count, digits)
        code += [c for c, _ in regions]
        region += [r for _, r in regions]
    grid = np.zeros(homes.shape, dtype=np.int32)
    for number, (_, (west, east, south, north)) in enumerate(regions):
        grid[west:east, south:north] = number
    return Divisions(code=code, region=region, grid=grid)


def _next_level(
    cutter: _Cutter, parents: list[tuple[str, Region]], count: int, digits: int
) -> list[tuple[str, Region]]:
    homes = np.asarray([cutter.total(region) for _, region in parents])
    children = _shares(homes, count)
    return [
        (f"{code}{n:0{digits}d}", part)
        for (code, region), parts in zip(parents, children, strict=True)
        for n, part in enumerate(cutter.split(region, int(parts)), start=1)
    ]


def _shares(weight: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Whole shares of at least one each that sum to the count (largest quotients)."""
    shares = np.maximum(1, np.floor(weight / weight.sum() * count)).astype(np.int64)
    while shares.sum() < count:
        shares[np.argmax(weight / shares)] += 1
    while shares.sum() > count:
        spare = np.where(shares > 1, weight / shares, np.inf)
        shares[np.argmin(spare)] -= 1
    return np.asarray(shares)


def _cutter(plan: Plan, homes: NDArray[np.float64], edges: Edges) -> _Cutter:
    east = np.zeros((homes.shape[0], homes.shape[1] + 1))
    north = np.zeros((homes.shape[0] + 1, homes.shape[1]))
    north[edges.a[edges.is_north], edges.b[edges.is_north]] = 1
    east[edges.a[~edges.is_north], edges.b[~edges.is_north]] = 1
    river = FINE * plan.river_row
    north[:, river : river + FINE] = 1
    east[:, river + 2] = RIVER_PULL
    east[:, [river + 1, river + 3]] = -2
    return _Cutter(
        np.pad(homes.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0))),
        np.pad(east.cumsum(axis=0), ((1, 0), (0, 0))),
        np.pad(north.cumsum(axis=1), ((0, 0), (1, 0))),
    )
