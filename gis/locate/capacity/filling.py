"""Good choices for depots of limited capacity, by filling and moving depots in turn.

Rows go to the nearest open depot with room, those with most to lose first; then single rows shift
and pairs of rows swap while that helps; then each depot moves to the best site for its own rows.
Kicks move one open depot to another promising site.
"""

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled
from gis.locate.capacity.knapsack import Packing


@compiled
def _fill(p: Packing, sites: NDArray[np.int64], served: NDArray[np.int64]) -> float:
    """Serve every row; gives the value, ``inf`` where a row finds no room."""
    demands = len(p.load)
    regret = np.zeros(demands)
    for i in range(demands):
        costs = np.sort(p.cost[i][sites])
        regret[i] = costs[1] - costs[0] if len(costs) > 1 and costs[1] < np.inf else np.inf
    left = p.room[sites].copy()
    value: float = p.opening[sites].sum()
    for i in np.argsort(-regret):
        best, at = np.inf, -1
        for k in range(len(sites)):
            if left[k] >= p.load[i] and p.cost[i, sites[k]] < best:
                best, at = p.cost[i, sites[k]], k
        if at < 0:
            return np.inf
        served[i] = at
        left[at] -= p.load[i]
        value += best
    return value + _rearrange(p, sites, served, left)


@compiled
def _rearrange(
    p: Packing, sites: NDArray[np.int64], served: NDArray[np.int64], left: NDArray[np.int64]
) -> float:
    """Shift rows and swap pairs while that helps; gives the change of the value."""
    changed, total = True, 0.0
    while changed:
        changed = False
        for i in range(len(served)):
            for k in range(len(sites)):
                better = p.cost[i, sites[k]] - p.cost[i, sites[served[i]]]
                if better < -1e-9 and left[k] >= p.load[i]:
                    left[served[i]] += p.load[i]
                    left[k] -= p.load[i]
                    served[i] = k
                    total += better
                    changed = True
            for o in range(i):
                a, b = served[i], served[o]
                more = p.load[o] - p.load[i]
                if a == b or left[a] < more or left[b] < -more:
                    continue
                better = p.cost[i, sites[b]] + p.cost[o, sites[a]]
                better -= p.cost[i, sites[a]] + p.cost[o, sites[b]]
                if better < -1e-9:
                    left[a] -= more
                    left[b] += more
                    served[i], served[o] = b, a
                    total += better
                    changed = True
    return total


@compiled
def _settle(p: Packing, sites: NDArray[np.int64], served: NDArray[np.int64]) -> float:
    """Fill, and move each depot to the best site for its own rows, until nothing changes."""
    value = _fill(p, sites, served)
    while value < np.inf:
        is_open = p.state == 1
        is_open[sites] = True
        for k in range(len(sites)):
            if p.state[sites[k]] == 1:
                continue
            own = np.flatnonzero(served == k)
            load, at = p.load[own].sum(), -1
            best = p.opening[sites[k]] + p.cost[own, sites[k]].sum()
            for j in range(len(p.room)):
                if is_open[j] or p.state[j] < 0 or p.room[j] < load:
                    continue
                paid = p.opening[j] + p.cost[own, j].sum()
                if paid < best - 1e-9:
                    best, at = paid, j
            if at >= 0:
                is_open[sites[k]], is_open[at] = False, True
                sites[k] = at
        again = _fill(p, sites, served)
        if again >= value - 1e-9:
            return min(value, again)
        value = again
    return value


@compiled
def fill_and_move(
    p: Packing,
    start: NDArray[np.int64],
    promising: NDArray[np.int64],
    draws: NDArray[np.float64],
    best: NDArray[np.int64],
) -> float:
    """Search for a good choice from a first one.

    Args:
        p: The problem.
        start: Open sites to begin with.
        promising: Sites that kicks may open.
        draws: Random numbers in [0, 1), shape ``(kicks, 2)``.
        best: Overwritten with the site of every row in the best choice found.

    Returns:
        Its value; ``inf`` where no choice was found.
    """
    held, served = start.copy(), np.zeros(len(p.load), dtype=np.int64)
    sites = held.copy()
    least = np.inf
    for kick in range(-1, len(draws)):
        sites[:] = held
        if kick >= 0:
            slot = int(draws[kick, 0] * len(sites))
            site = promising[int(draws[kick, 1] * len(promising))]
            if p.state[sites[slot]] == 1 or (sites == site).any():
                continue
            sites[slot] = site
        moved = sites.copy()
        value = _settle(p, moved, served)
        if value < least - 1e-9 or kick < 0:
            final = _fill(p, moved, served)
            held[:] = moved
            if final < least:
                least = final
                best[:] = moved[served]
    return least
