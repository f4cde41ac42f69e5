"""Simulated annealing for the p-median: swap an open site for one nearby, and cool down.

Where demands stand in tight clusters and distances are whole numbers, very many choices have
nearly the same value and reduced costs tell little. Descents and kicks stop there; annealing
(Kirkpatrick, Gelatt & Vecchi 1983, Science 220) passes through. A swap is weighed over the rows
that have the new site among their nearest; rows whose two nearest open sites lie further off are
strays, and are always weighed too, so that every change is exact.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled
from gis.locate.median.lists import Lists, keep_pairs

BATCH = 100_000
MOST_BATCHES = 200
MOST_WORK = 1_200_000_000
"""Pairs weighed in one annealing, about."""
HOT, COLD = 0.08, 0.012
"""First and last temperature, as parts of the mean travel that one open site serves."""
CELLS_LISTED, CELLS_NEAR = 6, 3
"""How many times the sites for each open one are listed, and are drawn from, for each row."""
ANYWHERE = 0.3
"""Share of the moves that close an idle site anywhere; others close a neighbour."""
NEAREST = 0.5
"""Share of the moves that close the row's nearest site; the rest close its second nearest."""


class Ground(NamedTuple):
    """What the moves run on.

    Attributes:
        start: As in ``Lists``.
        site: As in ``Lists``.
        cost: As in ``Lists``.
        by_site: Cost, shape ``(sites, demands)``; ``far`` where a pair is not permitted.
        near_start: First entry of each site in ``near_row``.
        near_row: Rows that have the site among their nearest.
        reach: Cost of the first pair of each row that is not listed; ``inf`` where all are.
        is_usable: Which sites may be opened.
        width: From how many of its nearest sites a row draws one to open.
        far: Cost that stands for "no way".
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    by_site: NDArray[np.float64]
    near_start: NDArray[np.int64]
    near_row: NDArray[np.int32]
    reach: NDArray[np.float64]
    is_usable: NDArray[np.bool_]
    width: int
    far: float


class Choice(NamedTuple):
    """A choice under way; see ``interchange.Search`` for the names that are not explained here.

    Attributes:
        stray: Rows whose second nearest open site is not listed; the first ``strays[0]`` count.
        place: Place of each row in ``stray``; -1 where it is none.
        strays: Number of strays, shape ``(1,)``.
        values: Value now, and the least met, shape ``(2,)``.
        best: Sites of the least.
    """

    slots: NDArray[np.int64]
    slot_of: NDArray[np.int64]
    locked: NDArray[np.bool_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    d1: NDArray[np.float64]
    d2: NDArray[np.float64]
    loss: NDArray[np.float64]
    stray: NDArray[np.int64]
    place: NDArray[np.int64]
    strays: NDArray[np.int64]
    values: NDArray[np.float64]
    best: NDArray[np.int64]


def lay_ground(
    lists: Lists,
    by_site: NDArray[np.float64],
    is_usable: NDArray[np.bool_],
    *,
    total: int,
    far: float,
) -> Ground:
    """Prepare moves.

    Args:
        lists: Neighbour lists.
        by_site: Cost, shape ``(sites, demands)``, ``far`` where not permitted.
        is_usable: Which sites may be opened.
        total: Number of open sites.
        far: Cost that stands for "no way".
    """
    sites = len(by_site)
    listed = max(20, CELLS_LISTED * sites // total)
    length = np.diff(lists.start)
    near = np.arange(len(lists.site)) - np.repeat(lists.start[:-1], length) < listed
    short = keep_pairs(lists, near)
    row = np.repeat(np.arange(len(length), dtype=np.int32), np.diff(short.start))
    number = np.bincount(short.site, minlength=sites)
    reach = np.full(len(length), np.inf)
    is_cut = length > listed
    reach[is_cut] = lists.cost[lists.start[:-1][is_cut] + listed]
    return Ground(
        *lists,
        by_site=by_site,
        near_start=np.concatenate([[0], np.cumsum(number)]).astype(np.int64),
        near_row=row[np.argsort(short.site, kind="stable")],
        reach=reach,
        is_usable=is_usable,
        width=max(8, CELLS_NEAR * sites // total),
        far=far,
    )


def begin_choice(ground: Ground, sites: NDArray[np.int64], locked: NDArray[np.bool_]) -> Choice:
    """Set up a choice; ``locked`` tells over all sites which must stay open."""
    count, demands = ground.by_site.shape
    choice = Choice(
        slots=sites.copy(),
        slot_of=np.full(count, -1, dtype=np.int64),
        locked=locked[sites],
        first=np.full(demands, -1, dtype=np.int64),
        second=np.full(demands, -1, dtype=np.int64),
        d1=np.full(demands, ground.far),
        d2=np.full(demands, ground.far),
        loss=np.zeros(len(sites)),
        stray=np.zeros(demands, dtype=np.int64),
        place=np.full(demands, -1, dtype=np.int64),
        strays=np.zeros(1, dtype=np.int64),
        values=np.zeros(2),
        best=sites.copy(),
    )
    choice.slot_of[sites] = np.arange(len(sites))
    _look_all(ground, choice)
    choice.values[:] = choice.d1.sum()
    return choice


@compiled
def _note(g: Ground, c: Choice, i: int) -> None:
    """Add the row to the loss of its slot, and to the strays or not."""
    if c.first[i] >= 0:
        c.loss[c.first[i]] += c.d2[i] - c.d1[i]
    is_stray, place = c.d2[i] >= g.reach[i], c.place[i]
    if is_stray and place < 0:
        c.place[i] = c.strays[0]
        c.stray[c.strays[0]] = i
        c.strays[0] += 1
    elif not is_stray and place >= 0:
        c.strays[0] -= 1
        last = c.stray[c.strays[0]]
        c.stray[place], c.place[last] = last, place
        c.place[i] = -1


@compiled
def _look(g: Ground, c: Choice, i: int) -> None:
    """Find the two nearest open sites of a row."""
    c.first[i], c.second[i] = -1, -1
    c.d1[i], c.d2[i] = g.far, g.far
    for k in range(g.start[i], g.start[i + 1]):
        slot = c.slot_of[g.site[k]]
        if slot < 0:
            continue
        if c.first[i] < 0:
            c.first[i], c.d1[i] = slot, g.cost[k]
        else:
            c.second[i], c.d2[i] = slot, g.cost[k]
            break
    _note(g, c, i)


@compiled
def _look_all(g: Ground, c: Choice) -> None:
    for i in range(len(c.d1)):
        _look(g, c, i)


@compiled
def _change(c: Choice, i: int, slot: int, cost: float) -> float:
    otherwise = float(c.d2[i] if c.first[i] == slot else c.d1[i])
    return min(0.0, cost - otherwise)


@compiled
def weigh(g: Ground, c: Choice, opened: int, slot: int) -> float:
    """By how much the value changes if another site is put into a slot."""
    change = float(c.loss[slot])
    costs = g.by_site[opened]
    for k in range(g.near_start[opened], g.near_start[opened + 1]):
        i = g.near_row[k]
        if c.place[i] < 0:
            change += _change(c, i, slot, costs[i])
    for k in range(c.strays[0]):
        change += _change(c, c.stray[k], slot, costs[c.stray[k]])
    return change


@compiled
def _update(g: Ground, c: Choice, i: int, slot: int, cost: float) -> None:
    is_served = c.first[i] == slot or c.second[i] == slot
    if not is_served and cost >= c.d2[i]:
        return
    if c.first[i] >= 0:
        c.loss[c.first[i]] -= c.d2[i] - c.d1[i]
    if is_served:
        _look(g, c, i)
        return
    if cost < c.d1[i]:
        c.second[i], c.d2[i] = c.first[i], c.d1[i]
        c.first[i], c.d1[i] = slot, cost
    else:
        c.second[i], c.d2[i] = slot, cost
    _note(g, c, i)


@compiled
def put(g: Ground, c: Choice, opened: int, slot: int) -> None:
    """Put another site into a slot."""
    old = c.slots[slot]
    c.slot_of[old], c.slot_of[opened], c.slots[slot] = -1, slot, opened
    costs = g.by_site[opened]
    for k in range(c.strays[0] - 1, -1, -1):
        _update(g, c, c.stray[k], slot, costs[c.stray[k]])
    for k in range(g.near_start[old], g.near_start[old + 1]):
        _update(g, c, g.near_row[k], slot, costs[g.near_row[k]])
    for k in range(g.near_start[opened], g.near_start[opened + 1]):
        i = g.near_row[k]
        # rows that the slot served before are up to date by now
        if c.first[i] != slot and c.second[i] != slot:
            _update(g, c, i, slot, costs[i])


@compiled
def _idlest(c: Choice, draw: float) -> int:
    """The slot with the least loss of three that one draw picks."""
    best, count = -1, len(c.slots)
    for _ in range(3):
        slot = int(draw * count)
        draw = draw * count - slot
        if best < 0 or c.loss[slot] < c.loss[best]:
            best = slot
    return best


@compiled
def _slot(c: Choice, row: int, draw: float) -> int:
    if draw < ANYWHERE:
        return _idlest(c, draw / ANYWHERE)
    if draw < ANYWHERE + NEAREST:
        return int(c.first[row])
    return int(c.second[row])


@compiled
def cool(g: Ground, c: Choice, draws: NDArray[np.float64], heat: NDArray[np.float64]) -> None:
    """Move at random, one temperature for each move; draws: row, site, slot, acceptance."""
    for step in range(len(draws)):
        row = int(draws[step, 0] * len(c.d1))
        width = min(g.width, g.start[row + 1] - g.start[row])
        site = int(g.site[g.start[row] + int(draws[step, 1] * width)])
        slot = _slot(c, row, draws[step, 2])
        if c.slot_of[site] >= 0 or not g.is_usable[site] or slot < 0 or c.locked[slot]:
            continue
        change = weigh(g, c, site, slot)
        if change > 0.0 and draws[step, 3] >= np.exp(-change / heat[step]):
            continue
        put(g, c, site, slot)
        c.values[0] += change
        if c.values[0] < c.values[1] * (1.0 - 1e-12):
            c.values[1] = c.values[0]
            c.best[:] = c.slots


def anneal(
    ground: Ground,
    choice: Choice,
    *,
    random: np.random.Generator,
    is_over: Callable[[], bool],
) -> NDArray[np.int64]:
    """Improve a choice by up to 20 million random moves; gives the best sites met, rising.

    Args:
        ground: What ``lay_ground`` made.
        choice: The choice to begin with; it is moved.
        random: Source of the draws; the same draws give the same answer.
        is_over: Whether to end before all moves are done; asked after every 100,000.
    """
    served = choice.values[0] / len(choice.slots)
    each = 2 * CELLS_LISTED * len(choice.d1) // len(choice.slots) + 1
    batches = int(np.clip(MOST_WORK // (each * BATCH), 10, MOST_BATCHES))
    falling = served * np.geomspace(HOT, COLD, BATCH * batches)
    for heat in np.split(falling, batches):
        cool(ground, choice, random.random((BATCH, 4)), heat)
        if is_over():
            break
    return np.sort(choice.best)
