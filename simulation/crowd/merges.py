"""Whose turn it is where links merge: self-clocked fair queueing by priority (Golestani 1994)."""

from simulation.crowd import layout as at
from simulation.crowd.compiled import inlined
from simulation.crowd.layout import Floats2, Ints, Ints2, Longs
from simulation.crowd.wheels import plan_supply


@inlined
def wait(
    links: Ints2, ring: Ints, wheel: Ints2, merge: Floats2, scalars: Longs, link: int, wanted: int
) -> None:
    """Let a link queue for another; its tag (self-clocked fair queueing) sets its turn."""
    row = links[link]
    tag = merge[wanted, at.VIRTUAL]
    if row[at.TAGGED] == wanted:
        tag = max(tag, merge[link, at.TAG])
    merge[link, at.TAG] = tag + merge[link, at.STRIDE]
    row[at.TAGGED] = wanted
    row[at.WAITS_FOR] = wanted
    if row[at.BLOCKED_SINCE] < 0:
        row[at.BLOCKED_SINCE] = scalars[at.NOW]
    row[at.WAIT_NEXT] = -1
    last = links[wanted, at.WAIT_TAIL]
    if last < 0:
        links[wanted, at.WAIT_HEAD] = link
    else:
        links[last, at.WAIT_NEXT] = link
    links[wanted, at.WAIT_TAIL] = link
    plan_supply(links, ring, wheel, scalars, wanted)


@inlined
def _lot(link: int, tick: int, seed: int) -> int:
    """Draw the same 32 bits for the same link, tick and seed."""
    bits = (link * 0x9E3779B1 + tick * 0x85EBCA77 + seed * 0xC2B2AE3D) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return bits ^ (bits >> 16)


@inlined
def choose(links: Ints2, merge: Floats2, scalars: Longs, wanted: int) -> int:
    """Choose the waiter with the smallest tag; equal tags draw lots."""
    best = links[wanted, at.WAIT_HEAD]
    link = links[best, at.WAIT_NEXT]
    while link >= 0:
        ahead = merge[link, at.TAG] - merge[best, at.TAG]
        if ahead < 0 or (
            ahead == 0
            and _lot(link, scalars[at.NOW], scalars[at.SEED])
            < _lot(best, scalars[at.NOW], scalars[at.SEED])
        ):
            best = link
        link = links[link, at.WAIT_NEXT]
    return int(best)
