"""Neighbour lists: for every demand row its sites in the order of cost."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.locate.rules import Rules

CHUNK_ROWS = 512


class Lists(NamedTuple):
    """Pairs of demand row and site, row by row, each row from cheap to dear.

    Attributes:
        start: First pair of each row, int64, shape ``(demands + 1,)``.
        site: Site of each pair, int32.
        cost: Weighted distance of each pair, float64.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]


def sorted_lists(cost: NDArray[np.float64]) -> Lists:
    """Sort every row of a cost matrix; pairs at ``inf`` are left out.

    Args:
        cost: Weighted distance, shape ``(demands, sites)``; ``inf`` where a pair is not permitted.
    """
    demands, sites = cost.shape
    order = np.empty((demands, sites), dtype=np.int32)
    ordered = np.empty_like(cost)
    for begin in range(0, demands, CHUNK_ROWS):
        part = cost[begin : begin + CHUNK_ROWS]
        rank = np.argsort(part, axis=1, kind="stable")
        order[begin : begin + CHUNK_ROWS] = rank
        ordered[begin : begin + CHUNK_ROWS] = np.take_along_axis(part, rank, axis=1)
    permitted = np.isfinite(ordered)
    count = permitted.sum(axis=1)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    if count.sum() == cost.size:
        return Lists(start=start, site=order.ravel(), cost=ordered.ravel())
    return Lists(start=start, site=order[permitted], cost=ordered[permitted])


def permitted_cost(
    distance: NDArray[np.float64], weights: NDArray[np.float64], rules: Rules
) -> NDArray[np.float64]:
    """Weighted distance of the rows that weigh anything; ``inf`` where the rules forbid the pair.

    Returns:
        Shape ``(rows with weight, sites)``.
    """
    needed = weights > 0
    cost = distance[needed]
    if np.isfinite(rules.max_distance):
        cost = np.where(cost <= rules.max_distance, cost, np.inf)
    cost = cost * weights[needed, None]
    cost[:, list(rules.forbidden)] = np.inf
    return cost


def keep_pairs(lists: Lists, kept: NDArray[np.bool_]) -> Lists:
    """Drop the pairs that are not kept."""
    rows = np.repeat(np.arange(len(lists.start) - 1), np.diff(lists.start))
    count = np.bincount(rows[kept], minlength=len(lists.start) - 1)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Lists(start=start, site=lists.site[kept], cost=lists.cost[kept])
