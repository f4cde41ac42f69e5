"""Next-link tables: which way to take towards each destination.

One tree of shortest paths per table, grown backwards from its destination with a bucket queue
(Dial 1969, Communications of the ACM 12): no bucket is wider than the cheapest link, so a node is
final when its bucket comes up. A tree need only grow until it holds every node somebody started
from; nodes beyond keep the way they had. Such ways never run in a circle: a node points to one that
was reached in the same growth or in a later one.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.crowd.compiled import inlined, lean
from simulation.crowd.layout import ACTIVE, DESTINATION, Bytes2, Ints2, Longs2

Flags = NDArray[np.bool_]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]

FAR: Final = 2**30
NO_WAY: Final = 255
BUCKETS: Final = 1 << 15
DEAREST: Final = 8000


class Graph(NamedTuple):
    """Links by the node they leave and by the node they reach.

    Attributes:
        first_out: First out-link of each node, int32, shape ``(nodes + 1,)``; links are sorted by
            tail.
        tail: Node each link leaves, int32, shape ``(links,)``.
        head: Node each link reaches, int32, shape ``(links,)``.
        first_in: Where each node's in-links begin in the three next, int32, shape ``(nodes + 1,)``.
        in_link: Links sorted by head, int32, shape ``(links,)``.
        in_tail: Their tails, int32.
        in_slot: Their numbers among the links that leave their tails, uint8.
    """

    first_out: Ints
    tail: Ints
    head: Ints
    first_in: Ints
    in_link: Ints
    in_tail: Ints
    in_slot: Bytes


class Prices(NamedTuple):
    """What links cost in one table.

    Attributes:
        in_cost: Cost [tick] in the order of ``Graph.in_link``, int32; ``FAR`` where closed; the
            dearest open link costs at most ``DEAREST`` times the cheapest.
        width: Width of a bucket [tick], at most the cheapest price.
        table: The table's number, which draws its noise.
        noise: Largest change of a link's cost in this table, in 1024ths.
    """

    in_cost: Ints
    width: int
    table: int
    noise: int


class Tree(NamedTuple):
    """One table: the ways of all nodes to one destination.

    Attributes:
        distance: Cost from each node [tick], int32, shape ``(nodes,)``; ``FAR`` where no way leads.
        next_out: Out-edge to take at each node, uint8; 255 where no way leads.
        is_origin: 1 where somebody started for this destination, uint8.
        is_whole: Whether to grow over all nodes.
    """

    distance: Ints
    next_out: Bytes
    is_origin: Bytes
    is_whole: bool


class Forest(NamedTuple):
    """All tables' trees, and what tells which of them must follow changed costs.

    Attributes:
        tables: Destination and agents under way, int64, shape ``(tables, 2)``.
        distance: As a tree's, shape ``(tables, nodes)``.
        next_out: As a tree's.
        is_origin: As a tree's.
        is_unbuilt: Tables nobody followed when costs changed, bool.
        radius: Distance [tick] up to which each table's ways are the shortest, int32.
    """

    tables: Longs2
    distance: Ints2
    next_out: Bytes2
    is_origin: Bytes2
    is_unbuilt: Flags
    radius: Ints


class Change(NamedTuple):
    """Costs of all links [tick] before and after, int32, which differ on ``changed`` only.

    ``is_whole`` tells that a link opened or closed, so that trees grow over all nodes.
    """

    changed: Ints
    old: Ints
    new: Ints
    is_whole: bool


class Workspace(NamedTuple):
    """Room for one growth: last entry of each bucket, entries, the entry below each, new costs."""

    bucket: Ints
    entry: Longs
    below: Ints
    reach: Ints


@inlined
def _price(cost: int, link: int, table: int, noise: int) -> int:
    """Give a link's cost in one table, up to ``noise`` / 1024 dearer or cheaper."""
    if noise == 0:
        return cost
    bits = (link * 0x9E3779B1 + table * 0x85EBCA77 + 0x27D4EB2F) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    share = ((bits >> 12) & 2047) - 1024
    return max(1, cost + (cost * share * noise >> 20))


@lean
def grow(g: Graph, w: Workspace, p: Prices, destination: int, t: Tree) -> int:
    """Grow one table from its destination, over all nodes or until every origin is reached.

    Returns:
        The radius: the distance [tick] up to which ways are the shortest.
    """
    first_in, in_link, in_tail, in_slot = g.first_in, g.in_link, g.in_tail, g.in_slot
    bucket, entry, below, reach = w.bucket, w.entry, w.below, w.reach
    in_cost, width, table, noise = p.in_cost, p.width, p.table, p.noise
    distance, next_out, is_origin = t.distance, t.next_out, t.is_origin
    bucket[:] = -1
    reach[:] = FAR
    if t.is_whole:
        distance[:] = FAR
        next_out[:] = NO_WAY
    missing = len(is_origin) + 1 if t.is_whole else np.int64(is_origin.sum())
    radius = 0
    reach[destination] = 0
    distance[destination] = 0
    entry[0] = destination
    below[0] = -1
    bucket[0] = 0
    count = 1
    open_entries = 1
    slot = 0
    while open_entries > 0 and missing > 0:
        top = bucket[slot]
        if top < 0:
            slot = (slot + 1) & (BUCKETS - 1)
            continue
        bucket[slot] = below[top]
        open_entries -= 1
        node = entry[top] & 0xFFFFFFFF
        near = entry[top] >> 32
        if reach[node] != near:
            continue
        radius = max(radius, near)
        missing -= is_origin[node]
        for i in range(first_in[node], first_in[node + 1]):
            if in_cost[i] >= FAR:
                continue
            far = near + _price(in_cost[i], in_link[i], table, noise)
            tail = in_tail[i]
            if far < reach[tail]:
                reach[tail] = far
                distance[tail] = far
                next_out[tail] = in_slot[i]
                to = (far // width) & (BUCKETS - 1)
                entry[count] = (far << 32) | tail
                below[count] = bucket[to]
                bucket[to] = count
                count += 1
                open_entries += 1
    return int(FAR if open_entries == 0 else radius)


@lean
def is_touched(g: Graph, c: Change, t: Tree, radius: int, noise: int) -> bool:
    """Tell whether changed costs may change the ways within a radius, or a closure any way."""
    tail, head, first_out = g.tail, g.head, g.first_out
    changed, old, new = c.changed, c.old, c.new
    distance, next_out = t.distance, t.next_out
    for i in range(len(changed)):
        link = changed[i]
        node = tail[link]
        if new[link] > old[link]:
            is_inside = distance[node] <= radius or new[link] >= FAR
            if is_inside and first_out[node] + next_out[node] == link:
                return True
        else:
            far = distance[head[link]] + new[link] - (new[link] * noise >> 10)
            is_inside = far <= radius or old[link] >= FAR
            if is_inside and far < distance[node]:
                return True
    return False


@lean
def adopt(g: Graph, w: Workspace, c: Change, p: Prices, f: Forest, which: tuple[int, int]) -> None:
    """Bring every so many tables to changed costs; one that nobody follows waits until wanted.

    Args:
        g: The graph.
        w: Room for one growth.
        c: The costs before and after.
        p: Prices at the costs after; each table draws its own noise.
        f: The tables.
        which: First table, and how many tables lie between one and the next.
    """
    for table in range(which[0], len(f.tables), which[1]):
        if f.tables[table, ACTIVE] == 0:
            f.is_unbuilt[table] = True
        elif not f.is_unbuilt[table]:
            tree = Tree(f.distance[table], f.next_out[table], f.is_origin[table], c.is_whole)
            if is_touched(g, c, tree, f.radius[table], p.noise):
                prices = Prices(p.in_cost, p.width, table, p.noise)
                f.radius[table] = grow(g, w, prices, f.tables[table, DESTINATION], tree)
