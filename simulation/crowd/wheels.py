"""When links are served: the two timing wheels, and the moments that decide a link's bucket.

The demand wheel holds links whose first agent will be ready, the supply wheel links that can take
one of their waiters; a bucket is one tick, first in, first out.
"""

from simulation.crowd import layout as at
from simulation.crowd.compiled import compiled, inlined
from simulation.crowd.layout import Arrays

DEMAND = 0
SUPPLY = 1


@inlined
def insert(a: Arrays, kind: int, link: int, when: int) -> None:
    """Put a link at the end of the bucket of a tick, or of the farthest bucket before it."""
    when = min(when, a.scalars[at.NOW] + at.WHEEL - 1)
    a.links[link, at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT] = when
    slot = when & (at.WHEEL - 1)
    last = a.wheels[kind, slot]
    if last < 0:
        a.queue[kind, link] = link
    else:
        a.queue[kind, link] = a.queue[kind, last]
        a.queue[kind, last] = link
    a.wheels[kind, slot] = link
    a.scalars[at.ON_WHEELS] += 1


@inlined
def pop(a: Arrays, kind: int, slot: int) -> int:
    """Take the first link out of a bucket that holds one."""
    last = a.wheels[kind, slot]
    link = a.queue[kind, last]
    if link == last:
        a.wheels[kind, slot] = -1
    else:
        a.queue[kind, last] = a.queue[kind, link]
    a.links[link, at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT] = -1
    a.scalars[at.ON_WHEELS] -= 1
    return int(link)


@compiled
def remove(a: Arrays, kind: int, link: int) -> None:
    """Take a link out of the bucket it stands in."""
    column = at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT
    slot = a.links[link, column] & (at.WHEEL - 1)
    last = a.wheels[kind, slot]
    before = last
    while a.queue[kind, before] != link:
        before = a.queue[kind, before]
    a.queue[kind, before] = a.queue[kind, link]
    if link == last:
        a.wheels[kind, slot] = -1 if before == link else before
    a.links[link, column] = -1
    a.scalars[at.ON_WHEELS] -= 1


@inlined
def first_lane(a: Arrays, link: int) -> int:
    """Give the lane whose first agent reaches the end first, 0 when the link is empty."""
    best = 0
    first = a.links[link, at.HEAD]
    soonest = at.NEVER if first < 0 else a.agents[first, at.EXIT]
    for lane in range(1, len(a.slowness)):
        agent = a.links[link, at.HEAD + 2 * lane]
        if agent >= 0 and a.agents[agent, at.EXIT] < soonest:
            soonest = a.agents[agent, at.EXIT]
            best = lane
    return int(best)


@inlined
def ready(a: Arrays, link: int, agent: int) -> int:
    """Give the first tick at which the link's first agent may leave it."""
    free = a.links[link, at.FREE] + (a.links[link, at.FREE_PART] > 0)
    tick = max(a.agents[agent, at.EXIT], free, a.scalars[at.NOW])
    signal = a.links[link, at.SIGNAL]
    if signal >= 0:
        cycle = a.signals[signal, 0]
        phase = (tick - a.signals[signal, 1]) % cycle
        if phase >= a.signals[signal, 2]:
            tick += cycle - phase
    return int(tick)


@inlined
def opening(a: Arrays, link: int) -> int:
    """Give the first tick at which a link can take an agent as things stand, or ``NEVER``."""
    row = a.links[link]
    if not row[at.IS_OPEN]:
        return at.NEVER
    tick = row[at.ENTRY_FREE] + (row[at.ENTRY_PART] > 0)
    needed = row[at.N_IN] - row[at.STORAGE]
    if needed >= row[at.N_OUT]:
        return at.NEVER
    if needed >= 0 and needed >= row[at.N_OUT] - row[at.RING_SIZE]:
        tick = max(tick, a.ring[row[at.RING] + needed % row[at.RING_SIZE]] + row[at.LAG])
    return int(tick)


@inlined
def first_on_road(a: Arrays, link: int) -> int:
    """Give the first waiter that stands on a link, not at the door, or -1."""
    waiter = a.links[link, at.WAIT_HEAD]
    while waiter >= a.scalars[at.LINKS]:
        waiter = a.links[waiter, at.WAIT_NEXT]
    return int(waiter)


@inlined
def stuck_until(a: Arrays, link: int) -> int:
    """Give the tick at which the gridlock policy opens a full link, or ``NEVER``.

    Nobody is forced in from the door: a ring of full links thus always keeps room to turn.
    """
    row = a.links[link]
    if not row[at.IS_OPEN] or row[at.N_IN] - row[at.N_OUT] >= 2 * row[at.STORAGE]:
        return at.NEVER
    waiter = first_on_road(a, link)
    if waiter < 0:
        return at.NEVER
    since = max(a.links[waiter, at.BLOCKED_SINCE], row[at.LAST_IN])
    return int(since + a.scalars[at.STUCK])


@compiled
def plan_supply(a: Arrays, link: int) -> None:
    """Wake a link with waiters when it can next take one."""
    when = max(min(opening(a, link), stuck_until(a, link)), a.scalars[at.NOW])
    planned = a.links[link, at.SUPPLY_AT]
    if planned >= 0:
        if planned <= when:
            return
        remove(a, SUPPLY, link)
    if when < at.NEVER:
        insert(a, SUPPLY, link, when)
