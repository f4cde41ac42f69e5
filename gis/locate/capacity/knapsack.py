"""Bounds for depots of limited capacity: prices on the rows, one knapsack per site.

Relaxing "every row is served once" with prices leaves, per site, the choice of the rows it would
serve within its capacity: a 0-1 knapsack, solved exactly by dynamic programming over whole loads
(Klincewicz & Luss 1986, Journal of the Operational Research Society 37). The bound is as strong as
column generation, well above the linear programme's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled

DEFLECTION = 0.3
PATIENCE = 30
SHRINK = 0.7


class Packing(NamedTuple):
    """Depots of limited capacity with whole loads, one depot per row.

    Attributes:
        cost: Cost of each pair, shape ``(demands, sites)``; ``inf`` where not permitted.
        load: Demand of each row, int64.
        room: Capacity of each site, int64.
        opening: Cost of opening each site, float64.
        state: 1 where a site is open, -1 where closed, 0 where free, int8.
        total: Number of open sites; 0 where any number may open.
    """

    cost: NDArray[np.float64]
    load: NDArray[np.int64]
    room: NDArray[np.int64]
    opening: NDArray[np.float64]
    state: NDArray[np.int8]
    total: int


class Priced(NamedTuple):
    """Prices, the worth of every site at them, and the bound they give.

    Attributes:
        price: Price of each row, float64.
        worth: Opening cost and best knapsack of each site, float64.
        often: How often each site was chosen [0-1].
        bound: The lower bound.
    """

    price: NDArray[np.float64]
    worth: NDArray[np.float64]
    often: NDArray[np.float64]
    bound: float


@compiled
def _pack(p: Packing, price: NDArray[np.float64], j: int, served: NDArray[np.int64]) -> float:
    """Open and pack one site; adds 1 to ``served`` for each row it would serve."""
    room = p.room[j]
    rows = np.flatnonzero(p.cost[:, j] < price)
    best = np.zeros(room + 1)
    taken = np.zeros((len(rows), room + 1), dtype=np.bool_)
    for number in range(len(rows)):
        i = rows[number]
        load, worth = p.load[i], p.cost[i, j] - price[i]
        for left in range(room, load - 1, -1):
            value = best[left - load] + worth
            if value < best[left]:
                best[left] = value
                taken[number, left] = True
    left = room
    for number in range(len(rows) - 1, -1, -1):
        if taken[number, left]:
            served[rows[number]] += 1
            left -= p.load[rows[number]]
    result: float = p.opening[j] + best[room]
    return result


@compiled
def _select(p: Packing, worth: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    chosen[:] = p.state == 1
    if p.total == 0:
        chosen |= (p.state == 0) & (worth < 0)
        gained: float = worth[chosen].sum()
        return gained
    left = p.total - chosen.sum()
    if left < 0:
        return np.inf
    for j in np.argsort(worth):
        if left > 0 and p.state[j] == 0:
            chosen[j] = True
            left -= 1
    value: float = worth[chosen].sum()
    return value if left == 0 else np.inf


@compiled
def climb_prices(
    p: Packing, price: NDArray[np.float64], upper: float, steps: int, enough: float
) -> Priced:
    """Raise the bound by deflected subgradient steps.

    Args:
        p: The problem.
        price: First prices.
        upper: Value of the best choice known.
        steps: Most steps.
        enough: Stop when the bound reaches this.
    """
    demands, sites = p.cost.shape
    now, best, direction = price.copy(), price.copy(), np.zeros(demands)
    worth, kept, often = np.zeros(sites), np.zeros(sites), np.zeros(sites)
    chosen = np.zeros(sites, dtype=np.bool_)
    each = np.zeros((sites, demands), dtype=np.int64)
    scale, bound, idle, done = 1.0, -np.inf, 0, 0
    while done < steps and scale > 1e-3 and bound < enough:
        each[:] = 0
        for j in range(sites):
            worth[j] = _pack(p, now, j, each[j]) if p.state[j] >= 0 else 0.0
        value = now.sum() + _select(p, worth, chosen)
        done += 1
        idle += 1
        often += chosen
        if value > bound:
            idle = 0 if value > bound + 1e-6 * abs(upper) else idle
            bound = value
            best[:], kept[:] = now, worth
        if idle > PATIENCE:
            scale *= SHRINK
            idle = 0
        norm = 0.0
        for i in range(demands):
            direction[i] = DEFLECTION * direction[i] + 1.0 - each[chosen, i].sum()
            norm += direction[i] ** 2
        if norm < 1e-12:
            break
        now += scale * max(1e-6 * abs(upper), 1.002 * upper - value) / norm * direction
    return Priced(best, kept, often / max(1, done), bound)


@compiled
def _forced(p: Packing, price: NDArray[np.float64], j: int, out: NDArray[np.float64]) -> None:
    """Best knapsack of one site that holds each row, ``inf`` where it does not fit."""
    room = p.room[j]
    rows = np.flatnonzero(p.cost[:, j] < price)
    count = len(rows)
    head, tail = np.zeros((count + 1, room + 1)), np.zeros((count + 1, room + 1))
    for n in range(count):
        load, worth = p.load[rows[n]], p.cost[rows[n], j] - price[rows[n]]
        back = count - 1 - n
        other = rows[back]
        head[n + 1], tail[back] = head[n], tail[back + 1]
        for left in range(load, room + 1):
            head[n + 1, left] = min(head[n, left], head[n, left - load] + worth)
        for left in range(p.load[other], room + 1):
            value = tail[back + 1, left - p.load[other]] + p.cost[other, j] - price[other]
            tail[back, left] = min(tail[back + 1, left], value)
    position = np.full(len(price), -1)
    position[rows] = np.arange(count)
    for i in range(len(price)):
        left = room - p.load[i]
        if left < 0 or p.cost[i, j] == np.inf:
            out[i] = np.inf
        elif position[i] < 0:
            out[i] = p.cost[i, j] - price[i] + head[count, left]
        else:
            n = position[i]
            rest = np.inf
            for used in range(left + 1):
                rest = min(rest, head[n, used] + tail[n + 1, left - used])
            out[i] = p.cost[i, j] - price[i] + rest


@compiled
def useful_pairs(p: Packing, priced: Priced, slack: float) -> NDArray[np.bool_]:
    """Pairs that a choice better than the bound plus ``slack`` can use, shape of ``cost``."""
    kept = np.zeros(p.cost.shape, dtype=np.bool_)
    free = np.sort(priced.worth[p.state == 0])
    left = p.total - (p.state == 1).sum()
    last = free[left - 1] if 0 < left <= len(free) else -np.inf
    if p.total == 0:
        last = 0.0
    out = np.zeros(len(p.load))
    for j in range(p.cost.shape[1]):
        if p.state[j] < 0:
            continue
        replaced = priced.worth[j] if p.state[j] > 0 else min(last, priced.worth[j])
        _forced(p, priced.price, j, out)
        for i in range(len(p.load)):
            kept[i, j] = p.opening[j] + out[i] - replaced <= slack
    return kept
