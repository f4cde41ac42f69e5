"""The p-median as one mixed-integer programme over the pairs that still matter.

Model: minimise the sum of ``w_i d_ij x_ij`` with ``sum_j x_ij = r``, ``x_ij <= y_j`` and
``sum_j y_j = p`` (ReVelle & Swain 1970, Geographical Analysis 2; r > 1 is backup cover).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.locate import rows
from gis.locate.median.lists import Lists
from gis.locate.rules import Rules
from gis.programme import Programme, Solved, solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of demand row and site that a better solution could use, in row order.

    Attributes:
        demand: Row of each pair, int64.
        site: Column of each pair, int64.
        cost: Weighted distance of each pair.
        demands: Number of demand rows.
        sites: Number of sites.
    """

    demand: NDArray[np.int64]
    site: NDArray[np.int64]
    cost: NDArray[np.float64]
    demands: int
    sites: int


def all_pairs(distance: NDArray[np.float64], weights: NDArray[np.float64], rules: Rules) -> Pairs:
    """Every pair within reach; demand rows of weight 0 ask for nothing and have none."""
    allowed = (distance <= rules.max_distance) & np.isfinite(distance)
    allowed[:, list(rules.forbidden)] = False
    allowed[weights == 0] = False
    demand, site = np.nonzero(allowed)
    return Pairs(
        demand=demand,
        site=site,
        cost=weights[demand] * distance[demand, site],
        demands=distance.shape[0],
        sites=distance.shape[1],
    )


def pairs_of(lists: Lists, *, sites: int) -> Pairs:
    """The pairs of neighbour lists."""
    demands = len(lists.start) - 1
    return Pairs(
        demand=np.repeat(np.arange(demands), np.diff(lists.start)),
        site=lists.site.astype(np.int64),
        cost=lists.cost,
        demands=demands,
        sites=sites,
    )


def assignment_programme(pairs: Pairs, *, total: int, rules: Rules) -> Programme:
    """Write the p-median over the given pairs."""
    count, sites = len(pairs.site), pairs.sites
    columns = sites + count
    number = np.arange(count)
    used, served = np.unique(pairs.demand, return_inverse=True)
    serve = rows.Block(
        coefficients=rows.triplets(
            served, sites + number, np.ones(count), shape=(len(used), columns)
        ),
        low=np.full(len(used), float(rules.cover)),
        high=np.full(len(used), float(rules.cover)),
    )
    link = rows.link(pairs.site, sites=sites)
    blocks = [serve, link, rows.exactly(total, sites=sites, columns=columns)]
    body = rows.stack([*blocks, *rows.apart(rules, columns=columns)])
    lower, upper = rows.opening_bounds(rules, sites=sites)
    return Programme(
        cost=np.concatenate([np.zeros(sites), pairs.cost]),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, np.ones(count)]),
        whole=np.concatenate([np.ones(sites, dtype=bool), np.zeros(count, dtype=bool)]),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )


def solve_assignment(
    pairs: Pairs, *, total: int, rules: Rules, seconds: float, gap: float = 0.0, step: float = 0.0
) -> tuple[Solved, NDArray[np.int64]]:
    """Solve over the given pairs; gives HiGHS's answer and the open sites (empty where none)."""
    solved = solve(
        assignment_programme(pairs, total=total, rules=rules), seconds=seconds, gap=gap, step=step
    )
    return solved, np.flatnonzero(solved.columns[: pairs.sites] > 0.5).astype(np.int64)
