"""Reduced-cost fixing: what no strictly better choice can contain.

With reduced costs at prices whose bound is L, opening a site that the relaxation leaves closed
costs at least its distance to the p-th best; where L plus that exceeds the best value known, the
site is closed in every better choice. The same for keeping a site closed and for single pairs.
What remains holds every strictly better choice: if it holds none, the best known is optimal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled
from gis.locate.median.lagrange import Dual
from gis.locate.median.lists import Lists, keep_pairs


class Remainder(NamedTuple):
    """The part of a p-median that may hold a strictly better choice.

    Attributes:
        lists: Pairs that remain, over the same sites.
        fixed: 1 where a site is open, -1 where closed, 0 where free, int8.
    """

    lists: Lists
    fixed: NDArray[np.int8]


def fix_sites(dual: Dual, fixed: NDArray[np.int8], *, total: int, slack: float) -> NDArray[np.int8]:
    """Fix the sites whose reduced cost exceeds the slack.

    Args:
        dual: Prices and reduced costs.
        fixed: What is fixed already, int8.
        total: Number of open sites.
        slack: Best value known minus bound, less the smallest improvement wanted.
    """
    free = fixed == 0
    left = total - int((fixed == 1).sum())
    tight = fixed.copy()
    ordered = np.sort(dual.reduced[free])
    if left <= 0 or left >= len(ordered):
        tight[free] = -1 if left <= 0 else 1
        return tight
    last_in, first_out = ordered[left - 1], ordered[left]
    tight[free & (dual.reduced - last_in > slack)] = -1
    tight[free & (first_out - dual.reduced > slack)] = 1
    return tight


@compiled
def _useful(
    lists: Lists,
    price: NDArray[np.float64],
    fixed: NDArray[np.int8],
    surcharge: NDArray[np.float64],
    slack: float,
) -> NDArray[np.bool_]:
    kept = np.zeros(len(lists.site), dtype=np.bool_)
    for i in range(len(price)):
        for k in range(lists.start[i], lists.start[i + 1]):
            above = max(0.0, lists.cost[k] - price[i])
            site = lists.site[k]
            if above > slack:
                break
            if fixed[site] < 0 or above + surcharge[site] > slack:
                continue
            kept[k] = True
            if fixed[site] > 0:
                break
    return kept


def remainder(
    lists: Lists, dual: Dual, fixed: NDArray[np.int8], *, total: int, slack: float
) -> Remainder:
    """Drop every site and pair that no strictly better choice can use."""
    tight = fix_sites(dual, fixed, total=total, slack=slack)
    free = fixed == 0
    left = total - int((fixed == 1).sum())
    surcharge = np.zeros(len(fixed))
    if 0 < left <= free.sum():
        last_in = np.partition(dual.reduced[free], left - 1)[left - 1]
        surcharge = np.where(free, np.maximum(0.0, dual.reduced - last_in), 0.0)
    kept = _useful(lists, dual.price, tight, surcharge, slack)
    return Remainder(lists=keep_pairs(lists, kept), fixed=tight)
