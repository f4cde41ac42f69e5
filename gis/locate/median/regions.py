"""Regions: free the open sites of one or two neighbourhoods and keep all others.

What is freed is a small p-median of its own, which can be solved nearly or wholly: the
neighbourhood of variable neighbourhood decomposition search (Hansen, Mladenovic & Perez-Brito
2001, Journal of Heuristics 7). Two neighbourhoods at once let a site pass from one to the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.locate.median.interchange import Search

PAIRS = 120_000
"""About as many pairs as a region has."""
LEAST_FREED, MOST_FREED = 4, 30
TWO_SHARE = 0.6
"""Share of the regions that have two neighbourhoods."""


class Region(NamedTuple):
    """A part of a p-median, as a p-median of its own.

    Attributes:
        cost: Weighted distance of the rows that freed sites serve, shape ``(rows, columns)``; the
            last column is the nearest kept site of each row, and always open.
        site: Site of each column but the last, rising.
        freed: The freed sites, rising.
        kept: The sites that stay open, rising.
    """

    cost: NDArray[np.float64]
    site: NDArray[np.int64]
    freed: NDArray[np.int64]
    kept: NDArray[np.int64]

    def start(self) -> NDArray[np.int64]:
        """Columns of the present choice."""
        return np.append(np.searchsorted(self.site, self.freed), len(self.site)).astype(np.int64)

    def merge(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The whole choice, rising, for open columns of the region."""
        return np.sort(np.concatenate([self.kept, self.site[columns[columns < len(self.site)]]]))


def freed_count(*, demands: int, sites: int, total: int) -> int:
    """How many sites a region frees."""
    count = int(total * np.sqrt(PAIRS / (demands * sites)))
    return min(max(count, LEAST_FREED), MOST_FREED)


def draw_region(
    search: Search, usable: NDArray[np.int64], *, count: int, random: np.random.Generator
) -> Region:
    """Draw a region of the choice that a search stands at.

    Args:
        search: A search over all sites; more of its sites may close than ``count``.
        usable: Sites that may be opened.
        count: How many sites to free.
        random: Source of the draws.
    """
    is_freed = np.zeros(len(search.slots), dtype=np.bool_)
    parts = 2 if random.random() < TWO_SHARE else 1
    for row in random.integers(0, len(search.d1), parts):
        slots = search.slot_of[search.site[search.start[row] : search.start[row + 1]]]
        near = slots[slots >= 0]
        is_freed[near[~search.locked[near]][: count // parts]] = True
    return _cut(search, usable, is_freed)


def _cut(search: Search, usable: NDArray[np.int64], is_freed: NDArray[np.bool_]) -> Region:
    rows = np.flatnonzero(is_freed[search.first])
    kept, freed = np.sort(search.slots[~is_freed]), np.sort(search.slots[is_freed])
    otherwise = search.by_site[kept][:, rows].min(axis=0)
    could = usable[search.slot_of[usable] < 0]
    is_useful = (search.by_site[could][:, rows] < search.d2[rows]).any(axis=1)
    site = np.sort(np.concatenate([could[is_useful], freed]))
    cost = np.column_stack([search.by_site[site][:, rows].T, otherwise])
    return Region(cost=cost, site=site, freed=freed, kept=kept)
