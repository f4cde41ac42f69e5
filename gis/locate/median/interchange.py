"""Fast vertex interchange: swap one open site for a closed one while the p-median gets better.

Whitaker 1983 (INFOR 21); the gain, loss and extra arrays of Resende & Werneck 2004 (Annals of
Operations Research 131): the profit of opening j and closing r is gain_j - loss_r + extra_jr.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled
from gis.locate.median.lists import Lists


class Search(NamedTuple):
    """A choice of sites with everything that a swap needs to know.

    Attributes:
        start: As in ``Lists``.
        site: As in ``Lists``.
        cost: As in ``Lists``.
        by_site: Cost, shape ``(sites, demands)``; ``far`` where a pair is not permitted.
        slots: Site in each slot, int64, shape ``(open,)``.
        slot_of: Slot of each site, int64; -1 where closed.
        locked: Slots whose site must stay open, bool.
        first: Slot of the nearest open site of each row, int64.
        second: Slot of the second nearest; -1 where there is none.
        d1: Cost to the nearest.
        d2: Cost to the second nearest.
        gain: Saving if a site opened, shape ``(sites,)``.
        loss: Added cost if a slot closed, shape ``(open,)``.
        extra: Correction for both at once, shape ``(sites, open)``.
        far: Cost that stands for "no way", larger than any sum of real costs.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    by_site: NDArray[np.float64]
    slots: NDArray[np.int64]
    slot_of: NDArray[np.int64]
    locked: NDArray[np.bool_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    d1: NDArray[np.float64]
    d2: NDArray[np.float64]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    extra: NDArray[np.float64]
    far: float


def begin_search(
    lists: Lists,
    by_site: NDArray[np.float64],
    *,
    sites: NDArray[np.int64],
    locked: NDArray[np.bool_],
    far: float,
) -> Search:
    """Set up a search at a choice of sites.

    Args:
        lists: Neighbour lists.
        by_site: Cost, shape ``(sites, demands)``, ``far`` where not permitted.
        sites: The choice, int64.
        locked: Which sites must stay open, bool, shape ``(sites,)``.
        far: Cost that stands for "no way".
    """
    count, demands = by_site.shape
    search = Search(
        start=lists.start,
        site=lists.site,
        cost=lists.cost,
        by_site=by_site,
        slots=sites.copy(),
        slot_of=np.full(count, -1, dtype=np.int64),
        locked=locked[sites],
        first=np.zeros(demands, dtype=np.int64),
        second=np.zeros(demands, dtype=np.int64),
        d1=np.zeros(demands),
        d2=np.zeros(demands),
        gain=np.zeros(count),
        loss=np.zeros(len(sites)),
        extra=np.zeros((count, len(sites))),
        far=far,
    )
    search.slot_of[sites] = np.arange(len(sites))
    _rebuild(search)
    return search


@compiled
def _find(s: Search, i: int) -> None:
    found = 0
    s.first[i], s.second[i] = -1, -1
    s.d1[i], s.d2[i] = s.far, s.far
    for k in range(s.start[i], s.start[i + 1]):
        slot = s.slot_of[s.site[k]]
        if slot < 0:
            continue
        if found == 0:
            s.first[i], s.d1[i] = slot, s.cost[k]
            found = 1
        else:
            s.second[i], s.d2[i] = slot, s.cost[k]
            break


@compiled
def _contribute(s: Search, i: int, sign: float) -> None:
    d1, d2 = s.d1[i], s.d2[i]
    slot = s.first[i]
    if slot >= 0:
        s.loss[slot] += sign * (d2 - d1)
    for k in range(s.start[i], s.start[i + 1]):
        cost, site = s.cost[k], s.site[k]
        if cost >= d2:
            break
        if cost < d1:
            s.gain[site] += sign * (d1 - cost)
            if slot >= 0:
                s.extra[site, slot] += sign * (d2 - d1)
        elif slot >= 0:
            s.extra[site, slot] += sign * (d2 - cost)


@compiled
def _rebuild(s: Search) -> None:
    s.gain[:] = 0.0
    s.loss[:] = 0.0
    s.extra[:] = 0.0
    for i in range(len(s.d1)):
        _find(s, i)
        _contribute(s, i, 1.0)


@compiled
def _insert(s: Search, i: int, slot: int, cost: float) -> None:
    if cost < s.d1[i]:
        s.second[i], s.d2[i] = s.first[i], s.d1[i]
        s.first[i], s.d1[i] = slot, cost
    else:
        s.second[i], s.d2[i] = slot, cost


@compiled
def swap(s: Search, opened: int, slot: int) -> None:
    """Put another site into a slot."""
    s.slot_of[s.slots[slot]] = -1
    s.slots[slot] = opened
    s.slot_of[opened] = slot
    costs = s.by_site[opened]
    for i in range(len(s.d1)):
        if s.first[i] == slot or s.second[i] == slot:
            _contribute(s, i, -1.0)
            _find(s, i)
            _contribute(s, i, 1.0)
        elif costs[i] < s.d2[i]:
            _contribute(s, i, -1.0)
            _insert(s, i, slot, costs[i])
            _contribute(s, i, 1.0)


@compiled
def best_swap(s: Search, usable: NDArray[np.int64]) -> tuple[float, int, int]:
    """Find the most profitable swap among the usable sites: profit, site to open, slot."""
    best, best_site, best_slot = 0.0, -1, -1
    least = np.inf
    for slot in range(len(s.slots)):
        if not s.locked[slot]:
            least = min(least, s.loss[slot])
    for number in range(len(usable)):
        site = usable[number]
        if s.slot_of[site] >= 0:
            continue
        gain = s.gain[site]
        extra = s.extra[site]
        for slot in range(len(s.slots)):
            profit = gain - s.loss[slot] + extra[slot]
            if profit > best and not s.locked[slot]:
                best, best_site, best_slot = profit, site, slot
    return best, best_site, best_slot


@compiled
def descend(s: Search, usable: NDArray[np.int64], tolerance: float, most: int) -> float:
    """Swap until no swap helps, at most ``most`` times; gives the value of the choice."""
    for _ in range(most):
        profit, site, slot = best_swap(s, usable)
        if profit <= tolerance:
            break
        swap(s, site, slot)
    value: float = s.d1.sum()
    return value


@compiled
def move_to(s: Search, target: NDArray[np.int64]) -> None:
    """Swap the search to another choice with the same locked sites."""
    wanted = np.zeros(len(s.slot_of), dtype=np.bool_)
    wanted[target] = True
    slot = 0
    for site in target:
        if s.slot_of[site] >= 0:
            continue
        while wanted[s.slots[slot]]:
            slot += 1
        swap(s, site, slot)


@compiled
def _pick(s: Search, row: int, width: int, draw: float, is_open: bool) -> int:  # noqa: FBT001 - kernels take no keywords
    begin = s.start[row]
    for attempt in range(width):
        site = int(s.site[begin + (int(draw * width) + attempt) % width])
        slot = int(s.slot_of[site])
        if is_open and slot >= 0 and not s.locked[slot]:
            return slot
        if not is_open and slot < 0:
            return site
    return -1


@compiled
def kick(s: Search, draws: NDArray[np.float64]) -> None:
    """Close a few neighbouring sites and open others nearby.

    The neighbourhood is the head of one demand row's list.

    Args:
        s: The search.
        draws: Random numbers in [0, 1): the first picks the row, then two for each swap.
    """
    row = int(draws[0] * len(s.d1))
    width = min(s.start[row + 1] - s.start[row], max(8, 4 * len(s.slot_of) // len(s.slots)))
    for number in range(1, len(draws) - 1, 2):
        slot = _pick(s, row, width, draws[number], True)
        site = _pick(s, row, width, draws[number + 1], False)
        if slot >= 0 and site >= 0:
            swap(s, site, slot)


@compiled
def _best_nearby(s: Search, near: NDArray[np.int32]) -> tuple[float, int, int]:
    """Find the most profitable swap into the nearby sites: from one of them, or the idlest slot."""
    slots = np.empty(len(near) + 1, dtype=np.int64)
    count, idlest, least = 0, -1, np.inf
    for slot in range(len(s.slots)):
        if not s.locked[slot] and s.loss[slot] < least:
            least, idlest = s.loss[slot], slot
    for site in near:
        slot = int(s.slot_of[site])
        if slot >= 0 and not s.locked[slot] and slot != idlest:
            slots[count] = slot
            count += 1
    if idlest >= 0:
        slots[count] = idlest
        count += 1
    best, best_site, best_slot = 0.0, -1, -1
    for number in near:
        site = int(number)
        if s.slot_of[site] >= 0:
            continue
        for slot in slots[:count]:
            profit = s.gain[site] - s.loss[slot] + s.extra[site, slot]
            if profit > best:
                best, best_site, best_slot = profit, site, slot
    return best, best_site, best_slot


@compiled
def wander(
    s: Search,
    draws: NDArray[np.float64],
    leeway: NDArray[np.float64],
    best: NDArray[np.int64],
    tolerance: float,
) -> float:
    """Kick, mend nearby and go on from there unless it became clearly worse; many times.

    A kick disturbs one neighbourhood only, so that it suffices to look for swaps there: some
    hundred times fewer than all swaps.

    Args:
        s: The search, at a local optimum.
        draws: Random numbers in [0, 1), shape ``(kicks, 9)``: row, then two for each swap.
        leeway: How much dearer than the best a choice may be to go on from, shape ``(kicks,)``.
        best: The best choice known, rising; overwritten where a better one is found.
        tolerance: Gain below which a swap does not count.

    Returns:
        The value of the best choice.
    """
    least: float = s.d1.sum()
    now = least
    held = s.slots.copy()
    cell = len(s.slot_of) // len(s.slots)
    for number in range(len(draws)):
        row = int(draws[number, 0] * len(s.d1))
        begin, end = s.start[row], s.start[row + 1]
        near = s.site[begin : min(end, begin + max(40, 12 * cell))]
        kick(s, draws[number])
        while True:
            profit, site, slot = _best_nearby(s, near)
            if profit <= tolerance:
                break
            swap(s, site, slot)
        value: float = s.d1.sum()
        if value < least - tolerance:
            least = value
            best[:] = np.sort(s.slots)
        if value <= now or value < least + leeway[number]:
            now = value
            held[:] = s.slots
        else:
            move_to(s, held)
    return least
