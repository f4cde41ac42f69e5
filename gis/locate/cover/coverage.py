"""Maximal covering at work: HiGHS for small cases; prices, annealing and fixing for large.

Prices come from the linear programme, because subgradients converge slowly where most demand is
covered. An interior solution of it opens in part every site that some optimum of the programme
opens; good choices nearly always lie among these, so that only they are searched.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate import rows
from gis.locate.answer import Effort, proves, whole_step
from gis.locate.cover.annealing import anneal, lay_ground
from gis.locate.rules import Rules
from gis.programme import Programme, solve

SMALL_ENTRIES = 30_000
"""Up to this many pairs of row and site HiGHS alone is quicker."""
SEARCH_SHARE = 0.25
"""Share of the time for the search of a good choice."""
STARTS = 4
"""Most annealings, each from other sites."""
HEAT = 0.03
"""First temperature of an annealing, relative to the mean weight for each open site."""
LEAST_SHARE = 1e-4
"""Sites that the linear programme opens less than this take no part in the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Demand rows that the same sites reach, merged into one.

    Attributes:
        reach: Which sites reach each merged row, CSR of ones.
        weight: Summed weight of each merged row.
    """

    reach: sparse.csr_matrix
    weight: NDArray[np.float64]


def merge_rows(reached: NDArray[np.bool_], weights: NDArray[np.float64]) -> Merged:
    """Merge rows with the same reach; drop rows of no weight or that nobody reaches."""
    kept = reached.any(axis=1) & (weights > 0)
    packed = np.packbits(reached[kept], axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    return Merged(
        reach=sparse.csr_matrix(reached[kept][first].astype(np.float64)),
        weight=np.bincount(group, weights=weights[kept], minlength=len(first)).astype(np.float64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Open sites (empty where there are none), an upper bound, and how they were found."""

    sites: NDArray[np.int64]
    bound: float
    method: str


def cover_most(merged: Merged, *, total: int, rules: Rules, effort: Effort) -> Covered:
    """Choose the sites that cover the most weight.

    Args:
        merged: Rows of demand.
        total: Number of open sites.
        rules: Site rules.
        effort: Time, gap and seed.
    """
    is_plain = not rules.apart and rules.cover == 1 and len(rules.open) < total
    if is_plain and merged.reach.nnz > SMALL_ENTRIES:
        return _large(merged, total=total, rules=rules, effort=effort)
    programme = _maximal_programme(merged, total=total, rules=rules)
    solved = solve(
        programme, seconds=effort.seconds, gap=effort.gap, step=whole_step(merged.weight)
    )
    return Covered(
        sites=_open(solved.columns, merged),
        bound=-solved.bound,
        method=f"HiGHS on {len(merged.weight)} merged rows",
    )


def _open(columns: NDArray[np.float64], merged: Merged) -> NDArray[np.int64]:
    return np.flatnonzero(columns[: merged.reach.shape[1]] > 0.5).astype(np.int64)


def _weight(merged: Merged, sites: NDArray[np.int64]) -> float:
    reached = np.asarray(merged.reach[:, sites].sum(axis=1)).ravel() > 0
    return float(merged.weight[reached].sum())


def _large(merged: Merged, *, total: int, rules: Rules, effort: Effort) -> Covered:
    until = effort.timer() + effort.seconds
    programme = _maximal_programme(merged, total=total, rules=rules)
    relaxed = solve(
        replace(programme, whole=np.zeros_like(programme.whole)),
        seconds=effort.seconds,
        is_interior=True,
    )
    share, price = np.ones(merged.reach.shape[1]), merged.weight
    if relaxed.row_duals.size:
        share = relaxed.columns[: merged.reach.shape[1]]
        price = np.clip(np.abs(relaxed.row_duals[: len(merged.weight)]), 0.0, merged.weight)
    found = _search(merged, share, total=total, rules=rules, effort=effort)
    value = _weight(merged, found)
    ceiling, fixed = fix_by_price(merged, price, total=total, rules=rules, value=value)
    method = f"linear programme, annealing, {int((fixed == 0).sum())} sites left by its prices"
    ceiling = min(ceiling, float(merged.weight.sum()))
    root = Covered(sites=found, bound=max(value, ceiling), method=method)
    if effort.timer() >= until or proves(value, ceiling, step=whole_step(merged.weight)):
        return root
    return _close(merged, root, fixed, total=total, seconds=until - effort.timer(), gap=effort.gap)


def _close(
    merged: Merged,
    root: Covered,
    fixed: NDArray[np.int8],
    *,
    total: int,
    seconds: float,
    gap: float,
) -> Covered:
    """Let HiGHS look for a better choice, or prove that there is none, in what is not fixed."""
    closed = tuple(int(site) for site in np.flatnonzero(fixed < 0))
    opened = tuple(int(site) for site in np.flatnonzero(fixed > 0))
    value = _weight(merged, root.sites)
    smaller, sure = _reduce(merged, fixed), _sure(merged, fixed)
    if len(smaller.weight) == 0:
        return replace(root, bound=max(value, sure))
    rest = _maximal_programme(smaller, total=total, rules=Rules(required=opened, forbidden=closed))
    start = np.zeros(len(rest.cost))
    if (fixed[root.sites] >= 0).all():
        start[root.sites] = 1.0
        start[merged.reach.shape[1] :] = smaller.reach[:, root.sites].sum(axis=1).A1 > 0
    solved = solve(rest, seconds=seconds, gap=gap, step=whole_step(merged.weight), start=start)
    sites = root.sites
    if solved.columns.size and -solved.value + sure > value:
        sites = _open(solved.columns, merged)
    bound = value if solved.status == "infeasible" else min(root.bound, sure - solved.bound)
    method = root.method + ", HiGHS on the rest"
    return Covered(sites=sites, bound=max(bound, value), method=method)


def _search(
    merged: Merged, share: NDArray[np.float64], *, total: int, rules: Rules, effort: Effort
) -> NDArray[np.int64]:
    """Anneal among the sites that the linear programme opens at least in part."""
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


def fix_by_price(
    merged: Merged, price: NDArray[np.float64], *, total: int, rules: Rules, value: float
) -> tuple[float, NDArray[np.int8]]:
    """Bound the cover by prices, and fix the sites that no better choice opens or closes.

    For prices u between 0 and the weights the cover is at most ``sum (w - u)`` plus the ``total``
    largest of ``sum over the rows a site reaches of u``.

    Args:
        merged: Rows of demand.
        price: Price of each row.
        total: Number of open sites.
        rules: Site rules.
        value: Cover of the best choice known.

    Returns:
        The bound, and per site 1 open, -1 closed, 0 free in every strictly better choice.
    """
    worth = np.asarray(price @ merged.reach).ravel()
    fixed = np.zeros(len(worth), dtype=np.int8)
    fixed[list(rules.forbidden)], fixed[list(rules.open)] = -1, 1
    free = np.sort(worth[fixed == 0])[::-1]
    left = total - int((fixed == 1).sum())
    bound = float((merged.weight - price).sum() + worth[fixed == 1].sum() + free[:left].sum())
    slack = max(0.0, bound - value - 0.999 * whole_step(merged.weight))
    slack += 1e-9 * max(1.0, abs(bound))
    last_in, first_out = free[left - 1], free[left] if left < len(free) else -np.inf
    tight = fixed.copy()
    tight[(fixed == 0) & (last_in - worth > slack)] = -1
    tight[(fixed == 0) & (worth - first_out > slack)] = 1
    return bound, tight


def _reduce(merged: Merged, fixed: NDArray[np.int8]) -> Merged:
    reached = merged.reach.toarray() > 0
    kept = ~reached[:, fixed > 0].any(axis=1)
    return merge_rows(reached[kept] & (fixed >= 0), merged.weight[kept])


def _sure(merged: Merged, fixed: NDArray[np.int8]) -> float:
    return _weight(merged, np.flatnonzero(fixed > 0).astype(np.int64))


def _maximal_programme(merged: Merged, *, total: int, rules: Rules) -> Programme:
    count, sites = merged.reach.shape
    columns = sites + count
    link = rows.Block(
        coefficients=sparse.hstack(
            [merged.reach, -float(rules.cover) * sparse.eye(count)], format="csr"
        ),
        low=np.zeros(count),
        high=np.full(count, np.inf),
    )
    blocks = [link, rows.exactly(total, sites=sites, columns=columns)]
    body = rows.stack([*blocks, *rows.apart(rules, columns=columns)])
    lower, upper = rows.opening_bounds(rules, sites=sites)
    # with backup cover a demand counts wholly or not at all, so its variable must be whole
    return Programme(
        cost=np.concatenate([np.zeros(sites), -merged.weight]),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, np.ones(count)]),
        whole=np.concatenate([np.ones(sites, dtype=bool), np.full(count, rules.cover > 1)]),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )
