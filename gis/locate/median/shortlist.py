"""The short list: the few sites that good choices are made of, to search among them quickly.

Sites with a low reduced cost, and those a climb has chosen, hold nearly every site of the best
choices; interchange over them alone costs a fraction of interchange over all.
"""

import numpy as np
from numpy.typing import NDArray

from gis.locate.median.interchange import Search, begin_search
from gis.locate.median.lagrange import Dual
from gis.locate.median.lists import Lists, keep_pairs

SITES_PER_OPEN = 4
LEAST_SITES = 60


def promising(
    dual: Dual, fixed: NDArray[np.int8], chosen: NDArray[np.int64], *, total: int
) -> NDArray[np.int64]:
    """Name the promising sites, rising.

    Args:
        dual: Prices, reduced costs, and how often a climb chose each site.
        fixed: 1 where a site is open, -1 where closed, 0 where free, int8.
        chosen: The best choice known.
        total: Number of open sites.
    """
    wanted = dual.share > 0
    wanted[np.argsort(dual.reduced, kind="stable")[: LEAST_SITES + SITES_PER_OPEN * total]] = True
    wanted[fixed < 0] = False
    wanted[fixed > 0] = True
    wanted[chosen] = True
    return np.flatnonzero(wanted)


def search_among(
    search: Search, kept: NDArray[np.int64], *, chosen: NDArray[np.int64], locked: NDArray[np.bool_]
) -> Search:
    """Set up a search over some of the sites, which it numbers from 0.

    Args:
        search: A search over all sites.
        kept: The sites to search among, rising.
        chosen: The choice to begin at, part of ``kept``.
        locked: Which sites must stay open, bool, over all sites.
    """
    number = np.full(len(search.slot_of), -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    whole = Lists(search.start, search.site, search.cost)
    part = keep_pairs(whole, number[search.site] >= 0)
    return begin_search(
        Lists(part.start, number[part.site], part.cost),
        search.by_site[kept],
        sites=number[chosen].astype(np.int64),
        locked=locked[kept],
        far=search.far,
    )
