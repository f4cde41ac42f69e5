"""The movement loop: an event-driven link transmission model with agents on top (Newell 1993).

The first agent of link l enters link m at tick t when it has driven l to its end, l's headway and
signal let it go, and m can take it: the departure that frees its place happened at least one
backward-wave time ago, and m's entry headway has passed. Links wait in the buckets of a timing
wheel, agents never do; a link whose first agent cannot enter m stands in m's queue of waiters and
is woken by m. A non-empty link is thus in exactly one of the two.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.crowd import layout as at
from simulation.crowd.compiled import compiled, inlined
from simulation.crowd.layout import Arrays
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
def _charge(a: Arrays, link: int, free: int, headway: int, tick: int) -> None:
    """Move ``free`` (and its part beside it) one headway on from a passage at ``tick``."""
    row = a.links[link]
    part = row[free + 1]
    moment = row[free]
    if moment + (part > 0) < tick:
        moment = tick
        part = 0
    total = part + headway
    row[free] = moment + (total >> at.FINE_BITS)
    row[free + 1] = total & (at.FINE - 1)


@inlined
def _leave(a: Arrays, link: int, lane: int) -> None:
    """Take the first agent of a lane off its link and plan the next one."""
    now = a.scalars[at.NOW]
    row = a.links[link]
    agent = row[at.HEAD + 2 * lane]
    row[at.HEAD + 2 * lane] = a.agents[agent, at.NEXT]
    if a.agents[agent, at.NEXT] < 0:
        row[at.TAIL + 2 * lane] = -1
    a.agents[agent, at.NEXT] = -1
    row[at.BLOCKED_SINCE] = -1
    _charge(a, link, at.FREE, row[at.HEADWAY], now)
    row[at.N_OUT] += 1
    if link < a.scalars[at.LINKS]:
        a.ring[row[at.RING] + (row[at.N_OUT] - 1) % row[at.RING_SIZE]] = now
        if row[at.WAIT_HEAD] >= 0:
            plan_supply(a, link)
    first = row[at.HEAD + 2 * first_lane(a, link)]
    if first >= 0:
        insert(a, DEMAND, link, ready(a, link, first))


@inlined
def _slowdown(density: float) -> float:
    """Give free speed over Weidmann's speed at a density [1/m2], at most 1.34 / 0.1."""
    if density <= 0.05:
        return 1.0
    share = 1.0 - np.exp(-1.913 * (1.0 / density - 1.0 / 5.4))
    return float(1.0 / max(share, 0.1 / 1.34))


@inlined
def _enter(a: Arrays, link: int, agent: int) -> None:
    """Put an agent on a link and, if it will be first at the end, plan it."""
    now = a.scalars[at.NOW]
    row = a.links[link]
    lane = (a.agents[agent, at.KIND] >> at.PACE_SHIFT) & at.PACE_MASK
    duration = row[at.FREE_FLOW] * a.slowness[lane]
    if a.area[link] > 0.0:
        duration *= _slowdown((row[at.N_IN] - row[at.N_OUT]) / a.area[link])
    reached = now + max(1, int(duration + 0.5))
    a.agents[agent, at.EXIT] = reached
    a.agents[agent, at.WHERE] = link
    row[at.N_IN] += 1
    row[at.LAST_IN] = now
    _charge(a, link, at.ENTRY_FREE, row[at.ENTRY_HEADWAY], now)
    was_empty = row[at.HEAD + 2 * first_lane(a, link)] < 0
    last = row[at.TAIL + 2 * lane]
    if last < 0:
        row[at.HEAD + 2 * lane] = agent
    else:
        a.agents[last, at.NEXT] = agent
    row[at.TAIL + 2 * lane] = agent
    if was_empty:
        insert(a, DEMAND, link, ready(a, link, agent))
    elif len(a.slowness) > 1 and row[at.DEMAND_AT] > reached:
        remove(a, DEMAND, link)
        insert(a, DEMAND, link, ready(a, link, agent))
    if a.agents[agent, at.KIND] & at.TRACED:
        count = a.scalars[at.TRACE_COUNT]
        a.trace[count, 0] = agent
        a.trace[count, 1] = link
        a.trace[count, 2] = now
        a.scalars[at.TRACE_COUNT] += 1


@inlined
def _chain(a: Arrays, agent: int, head: int, tail: int) -> None:
    """Append an agent to the list whose ends stand in two scalars."""
    last = a.scalars[tail]
    if last < 0:
        a.scalars[head] = agent
    else:
        a.agents[last, at.NEXT] = agent
    a.scalars[tail] = agent


@inlined
def _wait(a: Arrays, link: int, wanted: int) -> None:
    """Let a link queue for another; its tag (self-clocked fair queueing) sets its turn."""
    row = a.links[link]
    tag = a.merge[wanted, at.VIRTUAL]
    if row[at.TAGGED] == wanted:
        tag = max(tag, a.merge[link, at.TAG])
    a.merge[link, at.TAG] = tag + a.merge[link, at.STRIDE]
    row[at.TAGGED] = wanted
    row[at.WAITS_FOR] = wanted
    if row[at.BLOCKED_SINCE] < 0:
        row[at.BLOCKED_SINCE] = a.scalars[at.NOW]
    row[at.WAIT_NEXT] = -1
    last = a.links[wanted, at.WAIT_TAIL]
    if last < 0:
        a.links[wanted, at.WAIT_HEAD] = link
    else:
        a.links[last, at.WAIT_NEXT] = link
    a.links[wanted, at.WAIT_TAIL] = link
    plan_supply(a, wanted)


@inlined
def _lot(link: int, tick: int, seed: int) -> int:
    """Draw the same 32 bits for the same link, tick and seed."""
    bits = (link * 0x9E3779B1 + tick * 0x85EBCA77 + seed * 0xC2B2AE3D) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return bits ^ (bits >> 16)


@compiled
def stop_waiting(a: Arrays, link: int) -> None:
    """Take a link out of the queue it stands in."""
    wanted = a.links[link, at.WAITS_FOR]
    before = -1
    ahead = a.links[wanted, at.WAIT_HEAD]
    while ahead != link:
        before = ahead
        ahead = a.links[ahead, at.WAIT_NEXT]
    after = a.links[link, at.WAIT_NEXT]
    if before < 0:
        a.links[wanted, at.WAIT_HEAD] = after
    else:
        a.links[before, at.WAIT_NEXT] = after
    if after < 0:
        a.links[wanted, at.WAIT_TAIL] = before
    a.links[link, at.WAITS_FOR] = -1


@inlined
def _choose(a: Arrays, wanted: int) -> int:
    """Choose the waiter with the smallest tag; equal tags draw lots."""
    best = a.links[wanted, at.WAIT_HEAD]
    link = a.links[best, at.WAIT_NEXT]
    while link >= 0:
        ahead = a.merge[link, at.TAG] - a.merge[best, at.TAG]
        if ahead < 0 or (
            ahead == 0
            and _lot(link, a.scalars[at.NOW], a.scalars[at.SEED])
            < _lot(best, a.scalars[at.NOW], a.scalars[at.SEED])
        ):
            best = link
        link = a.links[link, at.WAIT_NEXT]
    return int(best)


@inlined
def _stand_at_door(a: Arrays, wanted: int, agent: int) -> None:
    """Let a departing agent queue for one link without holding up those who want another."""
    door = a.scalars[at.DOORS] + wanted
    a.agents[agent, at.EXIT] = a.scalars[at.NOW]
    a.agents[agent, at.WHERE] = door
    a.links[door, at.N_IN] += 1
    last = a.links[door, at.TAIL]
    a.links[door, at.TAIL] = agent
    if last < 0:
        a.links[door, at.HEAD] = agent
        insert(a, DEMAND, door, a.scalars[at.NOW])
    else:
        a.agents[last, at.NEXT] = agent


@inlined
def _serve_demand(a: Arrays, link: int) -> None:
    """Let the first agent of a link arrive, pull over, move on or wait."""
    now = a.scalars[at.NOW]
    lane = first_lane(a, link)
    agent = a.links[link, at.HEAD + 2 * lane]
    tick = ready(a, link, agent)
    if tick > now:
        insert(a, DEMAND, link, tick)
        return
    node = a.links[link, at.TO_NODE]
    table = a.agents[agent, at.KIND] & at.TABLE_MASK
    if a.destination[table] == node:
        _leave(a, link, lane)
        a.agents[agent, at.EXIT] = now
        a.agents[agent, at.WHERE] = at.ARRIVED
        a.active[table] -= 1
        a.scalars[at.ARRIVED_COUNT] += 1
        a.scalars[at.ALL_ARRIVED] += 1
        _chain(a, agent, at.ARRIVED_HEAD, at.ARRIVED_TAIL)
        return
    out = a.next_out[table, node]
    if out == at.NO_WAY:
        _leave(a, link, lane)
        a.agents[agent, at.WHERE] = a.scalars[at.LINKS] + node
        a.scalars[at.STRANDED_COUNT] += 1
        _chain(a, agent, at.STRANDED_HEAD, at.STRANDED_TAIL)
        return
    wanted = a.first_out[node] + out
    if a.links[wanted, at.WAIT_HEAD] >= 0 or opening(a, wanted) > now:
        if a.scalars[at.LINKS] <= link < a.scalars[at.DOORS]:
            _leave(a, link, lane)
            _stand_at_door(a, wanted, agent)
        else:
            _wait(a, link, wanted)
        return
    a.scalars[at.EVENTS] += 1
    _leave(a, link, lane)
    _enter(a, wanted, agent)


@inlined
def _serve_supply(a: Arrays, wanted: int) -> None:
    """Let one waiter enter, forced if the gridlock policy says so."""
    if a.links[wanted, at.WAIT_HEAD] < 0:
        return
    now = a.scalars[at.NOW]
    if opening(a, wanted) > now:
        if stuck_until(a, wanted) > now:
            plan_supply(a, wanted)
            return
        a.links[wanted, at.FORCED] += 1
        link = first_on_road(a, wanted)
    else:
        link = _choose(a, wanted)
    stop_waiting(a, link)
    a.merge[wanted, at.VIRTUAL] = a.merge[link, at.TAG]
    lane = first_lane(a, link)
    agent = a.links[link, at.HEAD + 2 * lane]
    a.scalars[at.EVENTS] += 1
    _leave(a, link, lane)
    _enter(a, wanted, agent)
    if a.links[wanted, at.WAIT_HEAD] >= 0:
        plan_supply(a, wanted)


@compiled
def advance(a: Arrays, until: int) -> bool:
    """Play all ticks before ``until``; False when the trace is full and wants more room."""
    while a.scalars[at.NOW] < until:
        if a.scalars[at.ON_WHEELS] == 0:
            a.scalars[at.NOW] = until
            break
        slot = a.scalars[at.NOW] & (at.WHEEL - 1)
        while a.wheels[DEMAND, slot] >= 0 or a.wheels[SUPPLY, slot] >= 0:
            if a.scalars[at.TRACE_COUNT] >= len(a.trace):
                return False
            if a.wheels[DEMAND, slot] >= 0:
                _serve_demand(a, pop(a, DEMAND, slot))
            else:
                _serve_supply(a, pop(a, SUPPLY, slot))
        a.scalars[at.NOW] += 1
    return True


@compiled
def enqueue(
    a: Arrays, agent: NDArray[np.int32], node: NDArray[np.int32], tick: NDArray[np.int32]
) -> None:
    """Queue agents at their origin nodes, given in the order of node, then tick."""
    previous = -1
    link = -1
    for i in range(len(agent)):
        if a.scalars[at.LINKS] + node[i] != link:
            link = a.scalars[at.LINKS] + node[i]
            previous = -1
        this = agent[i]
        a.agents[this, at.EXIT] = tick[i]
        a.agents[this, at.WHERE] = link
        last = a.links[link, at.TAIL]
        if last >= 0 and a.agents[last, at.EXIT] <= tick[i]:
            previous = last
        after = a.links[link, at.HEAD] if previous < 0 else a.agents[previous, at.NEXT]
        while after >= 0 and a.agents[after, at.EXIT] <= tick[i]:
            previous = after
            after = a.agents[after, at.NEXT]
        a.agents[this, at.NEXT] = after
        if after < 0:
            a.links[link, at.TAIL] = this
        if previous >= 0:
            a.agents[previous, at.NEXT] = this
        else:
            a.links[link, at.HEAD] = this
            if a.links[link, at.DEMAND_AT] >= 0:
                remove(a, DEMAND, link)
            insert(a, DEMAND, link, max(a.scalars[at.NOW], tick[i]))
        previous = this


@compiled
def wake(a: Arrays) -> None:
    """Let every waiting link whose first agent now wants something else choose again.

    Links that can newly be entered, or whose capacity changed, plan their waiters anew.
    """
    for link in range(len(a.links)):
        wanted = a.links[link, at.WAITS_FOR]
        if wanted >= 0:
            node = a.links[link, at.TO_NODE]
            agent = a.links[link, at.HEAD + 2 * first_lane(a, link)]
            table = a.agents[agent, at.KIND] & at.TABLE_MASK
            out = a.next_out[table, node]
            arrives = a.destination[table] == node
            if arrives or out == at.NO_WAY or a.first_out[node] + out != wanted:
                stop_waiting(a, link)
                insert(a, DEMAND, link, a.scalars[at.NOW])
    for link in range(a.scalars[at.LINKS]):
        if a.links[link, at.WAIT_HEAD] >= 0:
            plan_supply(a, link)


@compiled
def collect(a: Arrays, first: int, agent: NDArray[np.int32], tick: NDArray[np.int32]) -> None:
    """Write a chain of agents and their ticks; agents of one tick in rising order."""
    count = len(agent)
    this = first
    for i in range(count):
        agent[i] = this
        tick[i] = a.agents[this, at.EXIT]
        this = a.agents[this, at.NEXT]
        j = i
        while j > 0 and tick[j - 1] == tick[j] and agent[j - 1] > agent[j]:
            agent[j - 1], agent[j] = agent[j], agent[j - 1]
            j -= 1
