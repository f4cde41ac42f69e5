"""Next-link tables: which way to take towards each destination, rebuilt only where costs changed.

One tree of shortest paths per table, grown backwards from its destination. When link costs change,
only the part of the tree that hangs on dearer links is cut off and grown again, and cheaper links
spread their gain (Ramalingam and Reps 1996, Journal of Algorithms 21, in batch form).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.crowd.compiled import compiled, inlined

FAR: Final = 2**30
NO_WAY: Final = 255


class Graph(NamedTuple):
    """Links by the node they leave and by the node they reach; all int32.

    Attributes:
        first_out: First out-link of each node, shape ``(nodes + 1,)``; links are sorted by tail.
        tail: Node each link leaves, shape ``(links,)``.
        head: Node each link reaches, shape ``(links,)``.
        first_in: Where each node's in-links begin in ``in_link``, shape ``(nodes + 1,)``.
        in_link: Links sorted by head, shape ``(links,)``.
    """

    first_out: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first_in: NDArray[np.int32]
    in_link: NDArray[np.int32]


class Tree(NamedTuple):
    """One table: the ways of all nodes to one destination.

    Attributes:
        distance: Cost from each node [tick], int32, shape ``(nodes,)``; ``FAR`` where no way leads.
        next_out: Out-edge to take at each node, uint8; 255 where no way leads.
        table: The table's number, which draws its noise.
        noise: Largest change of a link's cost in this table, in 1024ths.
    """

    distance: NDArray[np.int32]
    next_out: NDArray[np.uint8]
    table: int
    noise: int


class Change(NamedTuple):
    """Costs before and after [tick], int32 by link, which differ on ``changed`` links only."""

    changed: NDArray[np.int32]
    old: NDArray[np.int32]
    new: NDArray[np.int32]


class Workspace(NamedTuple):
    """Room for one tree at a time: a heap of ``distance << 32 | node`` and a stack of nodes."""

    heap: NDArray[np.int64]
    stack: NDArray[np.int32]


@inlined
def _price(t: Tree, cost: int, link: int) -> int:
    """Give a link's cost in one table, up to ``noise`` / 1024 dearer or cheaper."""
    if t.noise == 0 or cost >= FAR:
        return cost
    bits = (link * 0x9E3779B1 + t.table * 0x85EBCA77 + 0x27D4EB2F) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    share = ((bits >> 12) & 2047) - 1024
    return max(1, cost + (cost * share * t.noise >> 20))


@inlined
def _push(heap: NDArray[np.int64], size: int, key: int) -> int:
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if heap[up] <= key:
            break
        heap[at] = heap[up]
        at = up
    heap[at] = key
    return size + 1


@inlined
def _pop(heap: NDArray[np.int64], size: int) -> int:
    """Take the smallest key off: it is returned, the heap is one shorter."""
    least = heap[0]
    size -= 1
    key = heap[size]
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = key
    return int(least)


@compiled
def _spread(g: Graph, w: Workspace, size: int, cost: NDArray[np.int32], t: Tree) -> None:
    """Settle nodes in order of distance until the heap is empty (Dijkstra 1959, backwards)."""
    while size > 0:
        key = _pop(w.heap, size)
        size -= 1
        node = key & 0xFFFFFFFF
        reach = key >> 32
        if t.distance[node] != reach:
            continue
        for i in range(g.first_in[node], g.first_in[node + 1]):
            link = g.in_link[i]
            if cost[link] >= FAR:
                continue
            far = reach + _price(t, cost[link], link)
            tail = g.tail[link]
            if far < t.distance[tail]:
                t.distance[tail] = far
                t.next_out[tail] = link - g.first_out[tail]
                size = _push(w.heap, size, (far << 32) | tail)


@inlined
def _cut(g: Graph, w: Workspace, c: Change, t: Tree) -> int:
    """Cut off every node whose way to the destination got dearer; they end on the stack."""
    count = 0
    for i in range(len(c.changed)):
        link = c.changed[i]
        tail = g.tail[link]
        if (
            c.new[link] > c.old[link]
            and t.distance[tail] < FAR
            and g.first_out[tail] + t.next_out[tail] == link
        ):
            t.distance[tail] = FAR
            w.stack[count] = tail
            count += 1
    done = 0
    while done < count:
        node = w.stack[done]
        done += 1
        for i in range(g.first_in[node], g.first_in[node + 1]):
            link = g.in_link[i]
            tail = g.tail[link]
            if t.distance[tail] < FAR and g.first_out[tail] + t.next_out[tail] == link:
                t.distance[tail] = FAR
                w.stack[count] = tail
                count += 1
    return count


@inlined
def _regrow(g: Graph, w: Workspace, count: int, cost: NDArray[np.int32], t: Tree) -> int:
    """Hang each cut node on its best neighbour that has a way; gives the heap's size.

    A neighbour that was cut too and has been hung on again offers a way that exists, though perhaps
    not its shortest: growing on from the heap then improves both.
    """
    for i in range(count):
        t.next_out[w.stack[i]] = NO_WAY
    size = 0
    for i in range(count):
        node = w.stack[i]
        best = FAR
        for link in range(g.first_out[node], g.first_out[node + 1]):
            onward = t.distance[g.head[link]]
            if onward < FAR and cost[link] < FAR:
                far = onward + _price(t, cost[link], link)
                if far < best:
                    best = far
                    t.next_out[node] = link - g.first_out[node]
        if best < FAR:
            t.distance[node] = best
            size = _push(w.heap, size, (best << 32) | node)
    return size


@compiled
def grow(g: Graph, w: Workspace, cost: NDArray[np.int32], destination: int, t: Tree) -> None:
    """Build one table from nothing; ``cost`` [tick] is ``FAR`` where a link is closed."""
    t.distance[:] = FAR
    t.next_out[:] = NO_WAY
    t.distance[destination] = 0
    size = _push(w.heap, 0, destination)
    _spread(g, w, size, cost, t)


@compiled
def mend(g: Graph, w: Workspace, c: Change, t: Tree) -> None:
    """Bring one table from the old costs to the new ones; ``c.changed`` holds a link once."""
    count = _cut(g, w, c, t)
    size = _regrow(g, w, count, c.new, t)
    for i in range(len(c.changed)):
        link = c.changed[i]
        onward = t.distance[g.head[link]]
        if c.new[link] < c.old[link] and onward < FAR:
            tail = g.tail[link]
            far = onward + _price(t, c.new[link], link)
            if far < t.distance[tail]:
                t.distance[tail] = far
                t.next_out[tail] = link - g.first_out[tail]
                size = _push(w.heap, size, (far << 32) | tail)
    _spread(g, w, size, c.new, t)
