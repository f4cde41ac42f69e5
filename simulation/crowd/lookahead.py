"""What the next links of a bucket will read, asked for while others are being served.

A bucket's order is known. The fifth link ahead has its row asked for; when it is the fourth its row
is there and tells its first agent, and so on: each step asks for what the step before made known.
"""

from simulation.crowd import layout as at
from simulation.crowd.cachelines import prefetch
from simulation.crowd.compiled import inlined
from simulation.crowd.layout import Bytes2, Ints, Ints2
from simulation.crowd.wheels import DEMAND

HALF = 16
"""Where the second cache line of a link's row begins."""


@inlined
def look_ahead(
    links: Ints2, agents: Ints2, ring: Ints, wheel: Ints2, next_out: Bytes2, kind: int, slot: int
) -> None:
    """Ask for the memory that the next five links of a bucket will want."""
    last = wheel[kind, slot]
    if last < 0:
        return
    first = wheel[kind, at.WHEEL + last]
    second = wheel[kind, at.WHEEL + first]
    third = wheel[kind, at.WHEEL + second]
    fourth = wheel[kind, at.WHEEL + third]
    _row(links, wheel[kind, at.WHEEL + fourth])
    if kind == DEMAND:
        _agent(links, agents, ring, fourth)
        _way(links, agents, next_out, third)
        _entered(links, agents, next_out, second)
        _tail(links, agents, ring, next_out, first)
    elif links[fourth, at.WAIT_HEAD] >= 0:
        _row(links, links[fourth, at.WAIT_HEAD])


@inlined
def _row(links: Ints2, link: int) -> None:
    prefetch(links, link, 0)
    prefetch(links, link, HALF)


@inlined
def _agent(links: Ints2, agents: Ints2, ring: Ints, link: int) -> None:
    """The first agent, and where its departure will be noted."""
    row = links[link]
    if row[at.HEAD] >= 0:
        prefetch(agents, row[at.HEAD], 0)
        prefetch(ring, row[at.RING] + row[at.N_OUT] % row[at.RING_SIZE], 0)


@inlined
def _way(links: Ints2, agents: Ints2, next_out: Bytes2, link: int) -> None:
    """The first agent's way out, and the agent behind it."""
    row = links[link]
    if row[at.HEAD] >= 0:
        agent = agents[row[at.HEAD]]
        prefetch(next_out, agent[at.KIND] & at.TABLE_MASK, row[at.TO_NODE])
        if agent[at.NEXT] >= 0:
            prefetch(agents, agent[at.NEXT], 0)


@inlined
def _wanted(links: Ints2, agents: Ints2, next_out: Bytes2, link: int) -> int:
    """The link that the first agent wants to enter, or -1."""
    row = links[link]
    if row[at.HEAD] < 0:
        return -1
    out = next_out[agents[row[at.HEAD], at.KIND] & at.TABLE_MASK, row[at.TO_NODE]]
    return -1 if out == at.NO_WAY else int(row[at.FIRST_NEXT] + out)


@inlined
def _entered(links: Ints2, agents: Ints2, next_out: Bytes2, link: int) -> None:
    """The row of the link that will be entered."""
    wanted = _wanted(links, agents, next_out, link)
    if wanted >= 0:
        _row(links, wanted)


@inlined
def _tail(links: Ints2, agents: Ints2, ring: Ints, next_out: Bytes2, link: int) -> None:
    """The last agent on the link that will be entered, and the departure that frees its place."""
    wanted = _wanted(links, agents, next_out, link)
    if wanted >= 0 and links[wanted, at.TAIL] >= 0:
        row = links[wanted]
        prefetch(agents, row[at.TAIL], 0)
        needed = max(0, row[at.N_IN] - row[at.STORAGE])
        prefetch(ring, row[at.RING] + needed % row[at.RING_SIZE], 0)
