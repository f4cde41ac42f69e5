"""When links are served: the two timing wheels, and the moments that decide a link's bucket.

The demand wheel holds links whose first agent will be ready, the supply wheel links that can take
one of their waiters; a bucket is one tick, first in, first out.
"""

from simulation.crowd import layout as at
from simulation.crowd.compiled import inlined, lean
from simulation.crowd.layout import Ints, Ints2, Longs
from simulation.crowd.walkways import thinning

DEMAND = 0
SUPPLY = 1


@inlined
def insert(links: Ints2, wheel: Ints2, scalars: Longs, kind: int, link: int, when: int) -> None:
    """Put a link at the end of the bucket of a tick, or of the farthest bucket before it."""
    when = min(when, scalars[at.NOW] + at.WHEEL - 1)
    links[link, at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT] = when
    slot = when & (at.WHEEL - 1)
    last = wheel[kind, slot]
    if last < 0:
        wheel[kind, at.WHEEL + link] = link
    else:
        wheel[kind, at.WHEEL + link] = wheel[kind, at.WHEEL + last]
        wheel[kind, at.WHEEL + last] = link
    wheel[kind, slot] = link
    scalars[at.ON_WHEELS] += 1


@inlined
def pop(links: Ints2, wheel: Ints2, scalars: Longs, kind: int, slot: int) -> int:
    """Take the first link out of a bucket that holds one."""
    last = wheel[kind, slot]
    link = wheel[kind, at.WHEEL + last]
    if link == last:
        wheel[kind, slot] = -1
    else:
        wheel[kind, at.WHEEL + last] = wheel[kind, at.WHEEL + link]
    links[link, at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT] = -1
    scalars[at.ON_WHEELS] -= 1
    return int(link)


@lean
def remove(links: Ints2, wheel: Ints2, scalars: Longs, kind: int, link: int) -> None:
    """Take a link out of the bucket it stands in."""
    column = at.DEMAND_AT if kind == DEMAND else at.SUPPLY_AT
    slot = links[link, column] & (at.WHEEL - 1)
    last = wheel[kind, slot]
    before = last
    while wheel[kind, at.WHEEL + before] != link:
        before = wheel[kind, at.WHEEL + before]
    wheel[kind, at.WHEEL + before] = wheel[kind, at.WHEEL + link]
    if link == last:
        wheel[kind, slot] = -1 if before == link else before
    links[link, column] = -1
    scalars[at.ON_WHEELS] -= 1


@inlined
def first_lane(links: Ints2, agents: Ints2, scalars: Longs, link: int) -> int:
    """Give the lane whose first agent reaches the end first, 0 when the link is empty."""
    best = 0
    first = links[link, at.HEAD]
    soonest = at.NEVER if first < 0 else agents[first, at.EXIT]
    for lane in range(1, scalars[at.LANES]):
        agent = links[link, at.HEAD + 2 * lane]
        if agent >= 0 and agents[agent, at.EXIT] < soonest:
            soonest = agents[agent, at.EXIT]
            best = lane
    return int(best)


@inlined
def ready(links: Ints2, agents: Ints2, scalars: Longs, link: int, agent: int) -> int:
    """Give the first tick at which the link's first agent may leave it."""
    free = links[link, at.FREE] + (links[link, at.FREE_PART] > 0)
    tick = max(agents[agent, at.EXIT], free, scalars[at.NOW])
    cycle = links[link, at.CYCLE]
    if cycle > 0:
        phase = (tick - links[link, at.GREEN_START]) % cycle
        if phase >= links[link, at.GREEN]:
            tick += cycle - phase
    return int(tick)


@inlined
def opening(links: Ints2, ring: Ints, link: int) -> int:
    """Give the first tick at which a link can take an agent as things stand, or ``NEVER``."""
    row = links[link]
    if not row[at.IS_OPEN]:
        return at.NEVER
    tick = row[at.ENTRY_FREE] + (row[at.ENTRY_PART] > 0)
    needed = row[at.N_IN] - row[at.STORAGE]
    if needed >= row[at.N_OUT]:
        return at.NEVER
    if needed >= 0 and needed >= row[at.N_OUT] - row[at.RING_SIZE]:
        tick = max(tick, ring[row[at.RING] + needed % row[at.RING_SIZE]] + row[at.LAG])
    if row[at.WALKWAY]:
        tick = max(tick, thinning(links, ring, link))
    return int(tick)


@inlined
def first_on_road(links: Ints2, scalars: Longs, link: int) -> int:
    """Give the first waiter that stands on a link, not at the door, or -1."""
    waiter = links[link, at.WAIT_HEAD]
    while waiter >= scalars[at.LINKS]:
        waiter = links[waiter, at.WAIT_NEXT]
    return int(waiter)


@inlined
def stuck_until(links: Ints2, ring: Ints, scalars: Longs, link: int) -> int:
    """Give the tick at which the gridlock policy opens a full link, or ``NEVER``.

    A link whose last departure's hole has not come up yet is slow, not stuck. Nobody is forced in
    from the door: a ring of full links thus always keeps room to turn.
    """
    row = links[link]
    if not row[at.IS_OPEN] or row[at.N_IN] - row[at.N_OUT] >= 2 * row[at.STORAGE]:
        return at.NEVER
    waiter = first_on_road(links, scalars, link)
    if waiter < 0:
        return at.NEVER
    since = max(links[waiter, at.BLOCKED_SINCE], row[at.LAST_IN])
    if row[at.N_OUT] > 0:
        last_out = ring[row[at.RING] + (row[at.N_OUT] - 1) % row[at.RING_SIZE]]
        since = max(since, last_out + row[at.LAG])
    return int(since + scalars[at.STUCK])


@lean
def plan_supply(links: Ints2, ring: Ints, wheel: Ints2, scalars: Longs, link: int) -> None:
    """Wake a link with waiters when it can next take one."""
    when = max(
        min(opening(links, ring, link), stuck_until(links, ring, scalars, link)), scalars[at.NOW]
    )
    planned = links[link, at.SUPPLY_AT]
    if planned >= 0:
        if planned <= when:
            return
        remove(links, wheel, scalars, SUPPLY, link)
    if when < at.NEVER:
        insert(links, wheel, scalars, SUPPLY, link, when)
