"""Lagrangian bounds of the p-median: relax "every demand is served once" with prices.

L(price) = sum_i price_i + sum over the p best sites of sum_i min(0, cost_ij - price_i), a lower
bound for every price (Cornuejols, Fisher & Nemhauser 1977, Management Science 23). Prices climb by
a deflected subgradient. The lists are whole, so the bound holds without any further check.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled

DEFLECTION = 0.3
PATIENCE = 20
SHRINK = 0.6


class Dual(NamedTuple):
    """Prices and what follows from them.

    Attributes:
        price: Price of each demand row, float64.
        reduced: Reduced cost of each site, float64.
        chosen: Sites of the relaxed optimum, bool.
        share: How often each site was chosen during the climb [0-1].
        bound: The lower bound.
    """

    price: NDArray[np.float64]
    reduced: NDArray[np.float64]
    chosen: NDArray[np.bool_]
    share: NDArray[np.float64]
    bound: float


class Relaxation(NamedTuple):
    """A p-median with some sites fixed.

    Attributes:
        start: As in ``Lists``.
        site: As in ``Lists``.
        cost: As in ``Lists``.
        fixed: 1 where a site is open, -1 where closed, 0 where free, int8.
        total: Number of open sites.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    fixed: NDArray[np.int8]
    total: int


@compiled
def _select(r: Relaxation, reduced: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    chosen[:] = r.fixed == 1
    value: float = reduced[chosen].sum()
    pool = reduced[r.fixed == 0]
    left = r.total - chosen.sum()
    if left < 0 or left > len(pool):
        return np.inf
    if left == 0:
        return value
    limit = np.partition(pool, left - 1)[left - 1]
    for is_tie in (False, True):
        for j in range(len(reduced)):
            fits = reduced[j] == limit if is_tie else reduced[j] < limit
            if fits and left > 0 and r.fixed[j] == 0:
                chosen[j] = True
                value += reduced[j]
                left -= 1
    return value


@compiled
def evaluate(
    r: Relaxation,
    price: NDArray[np.float64],
    reduced: NDArray[np.float64],
    chosen: NDArray[np.bool_],
) -> float:
    """Give L(price), and fill ``reduced`` and ``chosen``; ``inf`` where no choice is left."""
    reduced[:] = 0.0
    for i in range(len(price)):
        if r.start[i] == r.start[i + 1]:
            return np.inf
        for k in range(r.start[i], r.start[i + 1]):
            if r.cost[k] >= price[i]:
                break
            reduced[r.site[k]] += r.cost[k] - price[i]
    value: float = price.sum() + _select(r, reduced, chosen)
    return value


@compiled
def _turn(
    r: Relaxation,
    price: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    direction: NDArray[np.float64],
) -> float:
    norm: float = 0.0
    for i in range(len(price)):
        served = 0
        for k in range(r.start[i], r.start[i + 1]):
            if r.cost[k] >= price[i]:
                break
            if chosen[r.site[k]]:
                served += 1
        direction[i] = DEFLECTION * direction[i] + (1.0 - served)
        norm += float(direction[i]) ** 2
    return norm


class Climb(NamedTuple):
    """How a climb goes.

    Attributes:
        upper: Value of the best choice known.
        enough: Stop when the bound reaches this.
        steps: Most steps.
        scale: First step scale.
    """

    upper: float
    enough: float
    steps: int
    scale: float


@compiled
def climb(r: Relaxation, price: NDArray[np.float64], how: Climb) -> Dual:
    """Raise the bound by a number of subgradient steps from the given prices."""
    now, best = price.copy(), price.copy()
    reduced, chosen = np.zeros(len(r.fixed)), np.zeros(len(r.fixed), dtype=np.bool_)
    share, direction = np.zeros(len(r.fixed)), np.zeros(len(price))
    scale, bound, idle, done = how.scale, -np.inf, 0, 0
    while done < how.steps and scale > 1e-4:
        value = evaluate(r, now, reduced, chosen)
        done += 1
        share += chosen
        idle += 1
        if value > bound:
            if value > bound + 1e-7 * abs(how.upper):
                idle = 0
            bound = value
            best[:] = now
        if bound >= how.enough:
            break
        if idle > PATIENCE:
            scale *= SHRINK
            idle = 0
            now[:] = best
            direction[:] = 0.0
            value = evaluate(r, now, reduced, chosen)
        norm = _turn(r, now, chosen, direction)
        if norm < 1e-12:
            break
        now += scale * (1.0005 * how.upper - value) / norm * direction
    bound = evaluate(r, best, reduced, chosen)
    return Dual(best, reduced, chosen, share / max(1, done), bound)
