"""Search: how long a few vehicles take to one place, over no more of the network than it takes.

Dijkstra (1959, Numerische Mathematik 1) backwards from the place, ended as soon as every vehicle
asked for is settled. The nearest units stand close by, so that a search touches few nodes; a
library's search would visit the whole network for each call.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled

Ints = NDArray[np.int32]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Links by the node they end at, in compressed rows.

    Attributes:
        first: Row of each node's first link, int64, shape ``(nodes + 1,)``.
        tail: Node each link comes from, int32, shape ``(links,)``.
        seconds: Time along each link [s], above 0, shape ``(links,)``.
    """

    first: NDArray[np.int64]
    tail: Ints
    seconds: Reals

    @classmethod
    def build(
        cls, nodes: int, tail: NDArray[np.int64], head: NDArray[np.int64], seconds: Reals
    ) -> "Graph":
        """Sort links by the node they end at; links that take for ever are left out."""
        keep = np.isfinite(seconds)
        order = np.flatnonzero(keep)[np.argsort(head[keep], kind="stable")]
        count = np.bincount(head[order], minlength=nodes)
        first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        return cls(first=first, tail=tail[order].astype(np.int32), seconds=seconds[order])


@dataclass(slots=True)
class Desk:
    """Working arrays of searches on graphs of up to some nodes; holds nothing between calls."""

    nodes: int
    seconds: Reals = field(init=False)
    onward: Ints = field(init=False)
    seen: Ints = field(init=False)
    heap_seconds: Reals = field(init=False)
    heap_node: Ints = field(init=False)
    call: int = 0

    def __post_init__(self) -> None:
        self.seconds = np.empty(self.nodes)
        self.onward = np.empty(self.nodes, np.int32)
        self.seen = np.zeros(self.nodes, np.int32)
        self.heap_seconds = np.empty(64)
        self.heap_node = np.empty(64, np.int32)


class Search:
    """Searches on one graph at a time; the result of a call stands until the next."""

    UNKEPT: ClassVar = ("_desk", "_settled")

    def __init__(self) -> None:
        self._desk = Desk(0)
        self._settled: tuple[Graph | None, int] = (None, -1)

    def seconds(self, graph: Graph, start: Ints, target: int, lead_s: Reals | None = None) -> Reals:
        """Time from each start to the target [s], inf where no way leads; shape of ``start``.

        Args:
            graph: The network.
            start: Nodes.
            target: Node.
            lead_s: Time until each start is reached [s]. Where it is given only the least of lead
                and time matters: the search ends there, and what it did not reach is inf.
        """
        desk = self._ready(graph)
        found = np.empty(len(start))
        _settle(
            graph.first,
            graph.tail,
            graph.seconds,
            start,
            np.full(len(start), np.inf) if lead_s is None else lead_s,
            np.int32(target),
            np.int32(desk.call),
            desk.seconds,
            desk.onward,
            desk.seen,
            desk.heap_seconds,
            desk.heap_node,
            found,
        )
        self._settled = (graph, target)
        return found

    def route(self, graph: Graph, start: int, target: int) -> tuple[Ints, Reals]:
        """Nodes on the quickest way and the time of passing each [s]; empty where none leads.

        Where the last call settled the start on the way to the same target, it is not done again.
        """
        desk, (settled, place) = self._desk, self._settled
        if settled is graph and place == target and desk.seen[start] == desk.call + 1:
            total = desk.seconds[start]
        else:
            total = self.seconds(graph, np.array([start], np.int32), target)[0]
            desk = self._desk
        if total == np.inf:
            return np.empty(0, np.int32), np.empty(0)
        return _follow(desk.onward, desk.seconds, np.int32(start), np.int32(target), total)

    def _ready(self, graph: Graph) -> Desk:
        nodes, room = len(graph.first) - 1, len(graph.tail) + 2
        if self._desk.nodes < nodes or self._desk.call > 2_000_000_000:
            self._desk = Desk(nodes)
        if len(self._desk.heap_node) < room:
            self._desk.heap_seconds = np.empty(room)
            self._desk.heap_node = np.empty(room, np.int32)
        self._desk.call += 2
        return self._desk


@compiled
def _settle(
    first: NDArray[np.int64],
    tail: Ints,
    cost: Reals,
    start: Ints,
    lead: Reals,
    target: np.int32,
    call: np.int32,
    seconds: Reals,
    onward: Ints,
    seen: Ints,
    heap_seconds: Reals,
    heap_node: Ints,
    found: Reals,
) -> None:
    """Settle nodes around the target until every start is, or no other can be the first there.

    ``seen`` is call or, once settled, call + 1.
    """
    found[:] = np.inf
    missing, limit = len(start), np.inf
    heap_seconds[0], heap_node[0], size = 0.0, target, 1
    seconds[target], onward[target], seen[target] = 0.0, target, call
    while size > 0 and missing > 0 and heap_seconds[0] <= limit:
        now, node = heap_seconds[0], heap_node[0]
        size -= 1
        _sink(heap_seconds, heap_node, size)
        if seen[node] == call + 1:
            continue
        seen[node] = call + 1
        for row in range(len(start)):
            if start[row] == node:
                found[row] = now
                missing -= 1
                limit = min(limit, now + lead[row])
        for link in range(first[node], first[node + 1]):
            other, after = tail[link], now + cost[link]
            if seen[other] == call + 1 or (seen[other] == call and seconds[other] <= after):
                continue
            seconds[other], onward[other], seen[other] = after, node, call
            _rise(heap_seconds, heap_node, size, after, other)
            size += 1


@compiled
def _rise(heap_seconds: Reals, heap_node: Ints, size: int, seconds: float, node: np.int32) -> None:
    """Put an entry on the heap; equal times come out by node number."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        above = heap_seconds[parent]
        if above < seconds or (above == seconds and heap_node[parent] <= node):
            break
        heap_seconds[at], heap_node[at] = above, heap_node[parent]
        at = parent
    heap_seconds[at], heap_node[at] = seconds, node


@compiled
def _sink(heap_seconds: Reals, heap_node: Ints, size: int) -> None:
    """Take the first entry off a heap that is left with ``size`` entries."""
    seconds, node = heap_seconds[size], heap_node[size]
    at, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and (
            heap_seconds[right] < heap_seconds[child]
            or (heap_seconds[right] == heap_seconds[child] and heap_node[right] < heap_node[child])
        ):
            child = right
        below = heap_seconds[child]
        if seconds < below or (seconds == below and node <= heap_node[child]):
            break
        heap_seconds[at], heap_node[at] = below, heap_node[child]
        at, child = child, 2 * child + 1
    heap_seconds[at], heap_node[at] = seconds, node


@compiled
def _follow(
    onward: Ints, seconds: Reals, start: np.int32, target: np.int32, total: float
) -> tuple[Ints, Reals]:
    """Nodes from the start to the target, and when each is passed [s]."""
    length, node = 1, start
    while node != target:
        node = onward[node]
        length += 1
    nodes, at_s = np.empty(length, np.int32), np.empty(length)
    node = start
    for row in range(length):
        nodes[row], at_s[row] = node, total - seconds[node]
        node = onward[node]
    return nodes, at_s
