"""Maximal covering at work: HiGHS for small cases; prices, annealing and branching for large.

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
from gis.locate.cover.branch import Tree, near_groups
from gis.locate.cover.merging import Merged, weight_of
from gis.locate.cover.prices import Limits, bound_by_price
from gis.locate.cover.relaxation import relax
from gis.locate.cover.search import anneal_share, cover_everything
from gis.locate.rules import Rules
from gis.programme import Programme, solve

SMALL_ENTRIES = 30_000
"""Up to this many pairs of row and site HiGHS alone is quicker."""

PATIENCE = 10.0
"""Wall time the linear programme may take for each second of processor time, on a busy machine:
without its prices nothing can be proven, and HiGHS knows the wall clock only."""


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


def _large(merged: Merged, *, total: int, rules: Rules, effort: Effort) -> Covered:
    until = effort.timer() + effort.seconds
    whole, step = float(merged.weight.sum()), whole_step(merged.weight)
    everywhere = cover_everything(merged, total=total, rules=rules, seed=effort.seed)
    if everywhere is not None:
        return Covered(sites=everywhere, bound=whole, method="greedy cover, annealing")
    programme = _maximal_programme(merged, total=total, rules=rules)
    relaxed = solve(
        replace(programme, whole=np.zeros_like(programme.whole)),
        seconds=effort.seconds * (PATIENCE if effort.clock == "processor" else 1.0),
        is_interior=True,
    )
    share, price = np.ones(merged.reach.shape[1]), merged.weight
    if relaxed.row_duals.size:
        share = relaxed.columns[: merged.reach.shape[1]]
        price = np.clip(np.abs(relaxed.row_duals[: len(merged.weight)]), 0.0, merged.weight)
    found = anneal_share(merged, share, total=total, rules=rules, effort=effort)
    limits = Limits(fixed=_fixed(rules, sites=merged.reach.shape[1]))
    priced = bound_by_price(merged, price, limits, total=total)
    value, ceiling = weight_of(merged, found), min(whole, priced.bound)
    root = Covered(sites=found, bound=max(value, ceiling), method="linear programme, annealing")
    if not relaxed.row_duals.size or effort.timer() >= until:
        return root
    if proves(value, ceiling, step=step) or ceiling <= value * (1.0 + effort.gap):
        return root
    return _close(merged, root, limits, share, total=total, effort=effort, until=until)


def _fixed(rules: Rules, *, sites: int) -> NDArray[np.int8]:
    fixed = np.zeros(sites, dtype=np.int8)
    fixed[list(rules.forbidden)], fixed[list(rules.open)] = -1, 1
    return fixed


def _close(
    merged: Merged,
    root: Covered,
    limits: Limits,
    share: NDArray[np.float64],
    *,
    total: int,
    effort: Effort,
    until: float,
) -> Covered:
    """Look for a better choice, or prove that there is none, by dividing the choices."""
    tree = Tree(
        relaxation=relax(merged, limits, total=total, begin=share),
        groups=near_groups(merged.reach),
        sites=root.sites,
        value=weight_of(merged, root.sites),
        step=whole_step(merged.weight),
        gap=effort.gap,
        polish=lambda opened: _round(merged, opened, total=total),
        seconds_left=lambda: until - effort.timer(),
        random=np.random.default_rng(effort.seed),
    )
    bound = min(root.bound, tree.run(limits))
    method = f"{root.method}, {tree.nodes} parts of all choices"
    return Covered(sites=tree.sites, bound=max(bound, tree.value), method=method)


def _round(
    merged: Merged, opened: NDArray[np.float64], *, total: int
) -> tuple[float, NDArray[np.int64]]:
    sites = np.sort(np.argsort(-opened, kind="stable")[:total]).astype(np.int64)
    return weight_of(merged, sites), sites


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
