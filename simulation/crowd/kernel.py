"""The movement loop: an event-driven link transmission model with agents on top (Newell 1993).

The first agent of link l enters link m at tick t when it has driven l to its end, l's headway and
signal let it go, and m can take it: the departure that frees its place happened at least one
backward-wave time ago, and m's entry headway has passed. Links wait in the buckets of a timing
wheel, agents never do; a link whose first agent cannot enter m stands in m's queue of waiters and
is woken by m. A non-empty link is thus in exactly one of the two.

Gridlock: when a full link has let nobody out and nobody in for a while, its first waiter on the
road takes any other free way that leads on, or else is forced in; both are counted.
"""

from simulation.crowd import layout as at
from simulation.crowd.compiled import inlined, lean
from simulation.crowd.layout import Arrays, Bytes2, Floats, Floats2, Ints, Ints2, Longs, Longs2
from simulation.crowd.lookahead import look_ahead
from simulation.crowd.merges import choose, wait
from simulation.crowd.queues import stop_waiting
from simulation.crowd.walkways import slowdown
from simulation.crowd.wheels import (
    DEMAND,
    SUPPLY,
    first_lane,
    first_on_road,
    insert,
    opening,
    plan_supply,
    pop,
    ready,
    remove,
    stuck_until,
)


@inlined
def _mark_moment(links: Ints2, scalars: Longs, link: int, wanted: int) -> None:
    """Note the exact moment of a passage in parts of a tick, which is played at the tick after it.

    Both links are charged from this one moment: charged from the whole tick, two headways that lie
    within a tick of each other would cost a tick each time.
    """
    moment = links[link, at.FREE] * at.FINE + links[link, at.FREE_PART]
    if wanted >= 0:
        entry = links[wanted, at.ENTRY_FREE] * at.FINE + links[wanted, at.ENTRY_PART]
        moment = max(moment, entry)
    if moment <= (scalars[at.NOW] - 1) * at.FINE:
        moment = scalars[at.NOW] * at.FINE
    scalars[at.MOMENT] = moment


@inlined
def _charge(links: Ints2, scalars: Longs, link: int, free: int, headway: int) -> None:
    """Move ``free`` (and its part beside it) one headway on from the passage under way."""
    total = scalars[at.MOMENT] + headway
    links[link, free] = total >> at.FINE_BITS
    links[link, free + 1] = total & (at.FINE - 1)


@inlined
def _leave(
    links: Ints2, agents: Ints2, ring: Ints, wheel: Ints2, scalars: Longs, link: int, lane: int
) -> None:
    """Take the first agent of a lane off its link and plan the next one."""
    now = scalars[at.NOW]
    row = links[link]
    agent = row[at.HEAD + 2 * lane]
    row[at.HEAD + 2 * lane] = agents[agent, at.NEXT]
    if agents[agent, at.NEXT] < 0:
        row[at.TAIL + 2 * lane] = -1
    agents[agent, at.NEXT] = -1
    row[at.BLOCKED_SINCE] = -1
    _charge(links, scalars, link, at.FREE, row[at.HEADWAY])
    row[at.N_OUT] += 1
    if link < scalars[at.LINKS]:
        ring[row[at.RING] + (row[at.N_OUT] - 1) % row[at.RING_SIZE]] = now
        if row[at.WAIT_HEAD] >= 0:
            plan_supply(links, ring, wheel, scalars, link)
    first = row[at.HEAD + 2 * first_lane(links, agents, scalars, link)]
    if first >= 0:
        insert(links, wheel, scalars, DEMAND, link, ready(links, agents, scalars, link, first))


@inlined
def _crowding(links: Ints2, merge: Floats2, link: int) -> float:
    """Give the density of a walkway, those who come the other way included [1/m2]."""
    walkers = links[link, at.N_IN] - links[link, at.N_OUT]
    area = merge[link, at.AREA]
    other = links[link, at.WALKWAY] - 1
    if other != link:
        walkers += links[other, at.N_IN] - links[other, at.N_OUT]
        area += merge[other, at.AREA]
    return float(walkers / area)


@inlined
def _enter(
    links: Ints2,
    agents: Ints2,
    wheel: Ints2,
    merge: Floats2,
    slowness: Floats,
    trace: Ints2,
    scalars: Longs,
    link: int,
    agent: int,
) -> None:
    """Put an agent on a link and, if it will be first at the end, plan it."""
    now = scalars[at.NOW]
    row = links[link]
    lane = (agents[agent, at.KIND] >> at.PACE_SHIFT) & at.PACE_MASK
    duration = row[at.FREE_FLOW] * slowness[lane]
    if row[at.WALKWAY]:
        duration *= slowdown(_crowding(links, merge, link))
    reached = now + max(1, int(duration + 0.5))
    agents[agent, at.EXIT] = reached
    agents[agent, at.WHERE] = link
    row[at.N_IN] += 1
    row[at.LAST_IN] = now
    _charge(links, scalars, link, at.ENTRY_FREE, row[at.ENTRY_HEADWAY])
    was_empty = row[at.HEAD + 2 * first_lane(links, agents, scalars, link)] < 0
    last = row[at.TAIL + 2 * lane]
    if last < 0:
        row[at.HEAD + 2 * lane] = agent
    else:
        agents[last, at.NEXT] = agent
    row[at.TAIL + 2 * lane] = agent
    if was_empty:
        insert(links, wheel, scalars, DEMAND, link, ready(links, agents, scalars, link, agent))
    elif scalars[at.LANES] > 1 and row[at.DEMAND_AT] > reached:
        remove(links, wheel, scalars, DEMAND, link)
        insert(links, wheel, scalars, DEMAND, link, ready(links, agents, scalars, link, agent))
    if agents[agent, at.KIND] & at.TRACED:
        count = scalars[at.TRACE_COUNT]
        trace[count, 0] = agent
        trace[count, 1] = link
        trace[count, 2] = now
        scalars[at.TRACE_COUNT] += 1


@inlined
def _chain(agents: Ints2, scalars: Longs, agent: int, head: int, tail: int) -> None:
    """Append an agent to the list whose ends stand in two scalars."""
    last = scalars[tail]
    if last < 0:
        scalars[head] = agent
    else:
        agents[last, at.NEXT] = agent
    scalars[tail] = agent


@inlined
def _stand_at_door(
    links: Ints2, agents: Ints2, wheel: Ints2, scalars: Longs, wanted: int, agent: int
) -> None:
    """Let a departing agent queue for one link without holding up those who want another."""
    door = scalars[at.DOORS] + wanted
    agents[agent, at.EXIT] = scalars[at.NOW]
    agents[agent, at.WHERE] = door
    links[door, at.N_IN] += 1
    last = links[door, at.TAIL]
    links[door, at.TAIL] = agent
    if last < 0:
        links[door, at.HEAD] = agent
        insert(links, wheel, scalars, DEMAND, door, scalars[at.NOW])
    else:
        agents[last, at.NEXT] = agent


@inlined
def _serve_demand(
    links: Ints2,
    agents: Ints2,
    ring: Ints,
    wheel: Ints2,
    merge: Floats2,
    next_out: Bytes2,
    tables: Longs2,
    slowness: Floats,
    trace: Ints2,
    scalars: Longs,
    link: int,
) -> None:
    """Let the first agent of a link arrive, pull over, move on or wait."""
    now = scalars[at.NOW]
    lane = first_lane(links, agents, scalars, link)
    agent = links[link, at.HEAD + 2 * lane]
    tick = ready(links, agents, scalars, link, agent)
    if tick > now:
        insert(links, wheel, scalars, DEMAND, link, tick)
        return
    node = links[link, at.TO_NODE]
    table = agents[agent, at.KIND] & at.TABLE_MASK
    if tables[table, at.DESTINATION] == node:
        _mark_moment(links, scalars, link, -1)
        _leave(links, agents, ring, wheel, scalars, link, lane)
        agents[agent, at.EXIT] = now
        agents[agent, at.WHERE] = at.ARRIVED
        tables[table, at.ACTIVE] -= 1
        scalars[at.ARRIVED_COUNT] += 1
        scalars[at.ALL_ARRIVED] += 1
        _chain(agents, scalars, agent, at.ARRIVED_HEAD, at.ARRIVED_TAIL)
        return
    out = next_out[table, node]
    if out == at.NO_WAY:
        _mark_moment(links, scalars, link, -1)
        _leave(links, agents, ring, wheel, scalars, link, lane)
        agents[agent, at.WHERE] = scalars[at.LINKS] + node
        scalars[at.STRANDED_COUNT] += 1
        _chain(agents, scalars, agent, at.STRANDED_HEAD, at.STRANDED_TAIL)
        return
    wanted = links[link, at.FIRST_NEXT] + out
    if links[wanted, at.WAIT_HEAD] >= 0 or opening(links, ring, wanted) > now:
        if scalars[at.LINKS] <= link < scalars[at.DOORS]:
            _mark_moment(links, scalars, link, -1)
            _leave(links, agents, ring, wheel, scalars, link, lane)
            _stand_at_door(links, agents, wheel, scalars, wanted, agent)
        else:
            wait(links, ring, wheel, merge, scalars, link, wanted)
        return
    scalars[at.EVENTS] += 1
    _mark_moment(links, scalars, link, wanted)
    _leave(links, agents, ring, wheel, scalars, link, lane)
    _enter(links, agents, wheel, merge, slowness, trace, scalars, wanted, agent)


@inlined
def _way_round(
    links: Ints2,
    agents: Ints2,
    ring: Ints,
    next_out: Bytes2,
    tables: Longs2,
    scalars: Longs,
    link: int,
) -> int:
    """Give the emptiest way out of a link for its first agent that does not turn back, or -1.

    The rows of doors tell where their links begin.
    """
    node = links[link, at.TO_NODE]
    agent = links[link, at.HEAD + 2 * first_lane(links, agents, scalars, link)]
    table = agents[agent, at.KIND] & at.TABLE_MASK
    best = -1
    most = 0.0
    way = links[link, at.FIRST_NEXT]
    while way < scalars[at.LINKS] and links[scalars[at.DOORS] + way, at.TO_NODE] == node:
        if links[way, at.WAIT_HEAD] < 0 and opening(links, ring, way) <= scalars[at.NOW]:
            there = links[way, at.TO_NODE]
            out = next_out[table, there]
            leads_on = tables[table, at.DESTINATION] == there or (
                out != at.NO_WAY and links[links[way, at.FIRST_NEXT] + out, at.TO_NODE] != node
            )
            room = 1.0 - (links[way, at.N_IN] - links[way, at.N_OUT]) / links[way, at.STORAGE]
            if leads_on and room > most:
                best = way
                most = room
        way += 1
    return int(best)


@inlined
def _serve_supply(
    links: Ints2,
    agents: Ints2,
    ring: Ints,
    wheel: Ints2,
    merge: Floats2,
    next_out: Bytes2,
    tables: Longs2,
    slowness: Floats,
    trace: Ints2,
    scalars: Longs,
    wanted: int,
) -> None:
    """Let one waiter enter; one stuck in a gridlock goes another way or, without one, is forced."""
    if links[wanted, at.WAIT_HEAD] < 0:
        return
    now = scalars[at.NOW]
    entered = wanted
    if opening(links, ring, wanted) > now:
        if stuck_until(links, ring, scalars, wanted) > now:
            plan_supply(links, ring, wheel, scalars, wanted)
            return
        link = first_on_road(links, scalars, wanted)
        entered = _way_round(links, agents, ring, next_out, tables, scalars, link)
        if entered >= 0:
            scalars[at.DETOURS] += 1
        else:
            entered = wanted
            links[wanted, at.FORCED] += 1
    else:
        link = choose(links, merge, scalars, wanted)
    stop_waiting(links, link)
    if entered == wanted:
        merge[wanted, at.VIRTUAL] = merge[link, at.TAG]
    lane = first_lane(links, agents, scalars, link)
    agent = links[link, at.HEAD + 2 * lane]
    scalars[at.EVENTS] += 1
    _mark_moment(links, scalars, link, entered)
    _leave(links, agents, ring, wheel, scalars, link, lane)
    _enter(links, agents, wheel, merge, slowness, trace, scalars, entered, agent)
    if links[wanted, at.WAIT_HEAD] >= 0:
        plan_supply(links, ring, wheel, scalars, wanted)


@lean
def advance(a: Arrays, until: int) -> bool:
    """Play all ticks before ``until``; False when the trace is full and wants more room."""
    links, agents, ring, wheel, merge = a.links, a.agents, a.ring, a.wheel, a.merge
    next_out, tables, slowness = a.next_out, a.tables, a.slowness
    trace, scalars = a.trace, a.scalars
    while scalars[at.NOW] < until:
        if scalars[at.ON_WHEELS] == 0:
            scalars[at.NOW] = until
            break
        slot = scalars[at.NOW] & (at.WHEEL - 1)
        while wheel[DEMAND, slot] >= 0 or wheel[SUPPLY, slot] >= 0:
            if scalars[at.TRACE_COUNT] >= len(trace):
                return False
            if wheel[DEMAND, slot] >= 0:
                link = pop(links, wheel, scalars, DEMAND, slot)
                look_ahead(links, agents, ring, wheel, next_out, DEMAND, slot)
                _serve_demand(
                    links,
                    agents,
                    ring,
                    wheel,
                    merge,
                    next_out,
                    tables,
                    slowness,
                    trace,
                    scalars,
                    link,
                )
            else:
                link = pop(links, wheel, scalars, SUPPLY, slot)
                look_ahead(links, agents, ring, wheel, next_out, SUPPLY, slot)
                _serve_supply(
                    links,
                    agents,
                    ring,
                    wheel,
                    merge,
                    next_out,
                    tables,
                    slowness,
                    trace,
                    scalars,
                    link,
                )
        scalars[at.NOW] += 1
    return True
