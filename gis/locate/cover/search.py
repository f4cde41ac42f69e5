"""Good covers quickly: all demand where that is possible, else the most that annealing finds."""

import numpy as np
from numpy.typing import NDArray

from gis.locate.answer import Effort
from gis.locate.cover.annealing import anneal, lay_ground
from gis.locate.cover.merging import Merged, weight_of
from gis.locate.rules import Rules

SEARCH_SHARE = 0.25
"""Share of the time for annealing."""
STARTS = 4
"""Most annealings, each from other sites."""
HEAT = 0.03
"""First temperature of an annealing, relative to the mean weight for each open site."""
LEAST_SHARE = 1e-4
"""Sites that the linear programme opens less than this take no part in the search."""
SPARE = 1.3
"""Up to this many times the open sites in a greedy cover, annealing may do without the rest."""
WARMTH = 0.001
"""First temperature for that, relative to the mean weight for each open site."""
WARM_BATCHES = 3
"""Its moves, in 100,000."""


def cover_everything(
    merged: Merged, *, total: int, rules: Rules, seed: int
) -> NDArray[np.int64] | None:
    """Find sites that reach every row, where few enough do; None where none are found.

    Rows that few sites reach count more in the greedy choice, because they decide how many sites a
    full cover takes.

    Args:
        merged: Rows of demand.
        total: Number of open sites.
        rules: Site rules.
        seed: Seed of the annealing.
    """
    most = int(SPARE * total)
    chosen, misses = _greedy(merged, rules=rules, least=total, most=most)
    if misses or len(chosen) < total:
        return None
    first = chosen[:total]
    whole = float(merged.weight.sum())
    if len(chosen) > total and len(rules.open) < total:
        usable = np.setdiff1d(np.arange(merged.reach.shape[1]), rules.forbidden)
        _, first = anneal(
            lay_ground(merged.reach[:, usable], merged.weight),
            np.searchsorted(usable, first),
            locked=len(rules.open),
            heat=WARMTH * whole / total,
            random=np.random.default_rng(seed),
            batches=WARM_BATCHES,
        )
        first = usable[first]
    first = np.sort(first)
    return first if weight_of(merged, first) >= whole * (1.0 - 1e-12) else None


def _greedy(
    merged: Merged, *, rules: Rules, least: int, most: int
) -> tuple[NDArray[np.int64], bool]:
    """At least and at most so many sites in the order of choice, and whether rows are missed."""
    by_site = merged.reach.T.tocsr()
    worth = 1.0 / np.diff(merged.reach.indptr) ** 2.0
    may_open = np.ones(by_site.shape[0], dtype=bool)
    may_open[list(rules.forbidden)] = False
    chosen = list(rules.open)
    for site in chosen:
        worth[by_site[site].indices] = 0.0
    may_open[chosen] = False
    while len(chosen) < most and (worth.any() or len(chosen) < least) and may_open.any():
        site = int(np.where(may_open, by_site @ worth, -1.0).argmax())
        worth[by_site[site].indices] = 0.0
        may_open[site] = False
        chosen.append(site)
    return np.array(chosen, dtype=np.int64), bool(worth.any())


def anneal_share(
    merged: Merged, share: NDArray[np.float64], *, total: int, rules: Rules, effort: Effort
) -> NDArray[np.int64]:
    """Anneal among the sites that the linear programme opens at least in part.

    Args:
        merged: Rows of demand.
        share: How far the programme opens each site.
        total: Number of open sites.
        rules: Site rules.
        effort: Time and seed.

    Returns:
        The best choice met, rising.
    """
    locked = np.array(rules.open, dtype=np.int64)
    share = share.copy()
    share[locked] = np.inf
    share[list(rules.forbidden)] = -1.0
    ranked = np.argsort(-share, kind="stable")
    usable = int((share >= 0).sum())
    kept = ranked[: max(min(total, usable), int((share > LEAST_SHARE).sum()))]
    if len(kept) <= total:
        return np.sort(kept)
    random = np.random.default_rng(effort.seed)
    ground = lay_ground(merged.reach[:, kept], merged.weight)
    heat = HEAT * float(merged.weight.sum()) / total
    until = effort.timer() + SEARCH_SHARE * effort.seconds
    best, value = kept[:total], -np.inf
    for _ in range(STARTS):
        drawn = len(locked) + random.permutation(len(kept) - len(locked))[: total - len(locked)]
        begin = np.concatenate([np.arange(len(locked)), drawn]).astype(np.int64)
        now, sites = anneal(ground, begin, locked=len(locked), heat=heat, random=random)
        if now > value:
            best, value = kept[sites], now
        if effort.timer() >= until:
            break
    return np.sort(best)
