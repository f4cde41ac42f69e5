"""Depots of limited capacity with whole loads, by knapsack bounds, fixing and branch and bound.

The capacitated p-median, and single-source facility location (Holmberg, Rönnqvist & Yuan 1999,
European Journal of Operational Research 113), where any number of depots may open.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from gis.locate.capacity.filling import fill_and_move
from gis.locate.capacity.knapsack import Packing, Priced, climb_prices, useful_pairs

FIRST_KICKS = 300
KICKS = 4_000
ROOT_STEPS, NODE_STEPS = 4_000, 150
"""Most steps of the prices at the root and at a node."""
ROOT_WORK = 10**10
"""Knapsack cells that the root may cost."""
AROUND = 3
"""So many depots more and fewer than the prices choose are tried where any number may open."""
Settle = Callable[[NDArray[np.float64], NDArray[np.int8], float], NDArray[np.int64] | None]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A subproblem: its bound, what is permitted in it, and the site to divide it by."""

    bound: float
    number: int
    site: int
    cost: NDArray[np.float64] = field(compare=False)
    state: NDArray[np.int8] = field(compare=False)
    price: NDArray[np.float64] = field(compare=False)


@dataclass(slots=True, kw_only=True)
class PackingSearch:
    """One search under way.

    Attributes:
        packing: The problem.
        step: Smallest difference of two values; 0 where unknown.
        seed: Seed of the kicks.
        gap: Relative gap at which to stop.
        settle: Serves the rows from the open sites alone, given costs, states and the value to
            beat: the site of each row, empty where no better choice exists, None where the time
            was too short.
        seconds_left: Gives the time that is left [s].
        value: Value of the best choice found.
        bound: Lower bound of every choice.
        served: Site of each row in the best choice.
        nodes: Subproblems looked at.
    """

    packing: Packing
    step: float
    seed: int
    gap: float
    settle: Settle
    seconds_left: Callable[[], float]
    value: float = np.inf
    bound: float = -np.inf
    served: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    nodes: int = 0
    heap: list[Node] = field(default_factory=list)
    left: float = np.inf

    def run(self, start: NDArray[np.int64]) -> bool:
        """Search from first open sites; tells whether any choice was found to begin with."""
        random = np.random.default_rng(self.seed)
        p = self.packing
        usable = np.flatnonzero(p.state >= 0)
        self._fill(start, usable, random.random((FIRST_KICKS, 2)))
        if not np.isfinite(self.value):
            return False
        price = p.cost[np.arange(len(p.load)), self.served]
        steps = min(ROOT_STEPS, ROOT_WORK // max(1, int(p.cost.size * p.room.max())))
        priced = climb_prices(
            p, price + price.mean(), self.value, max(NODE_STEPS, steps), self._enough()
        )
        self._improve(priced, random.random((KICKS, 2)))
        self._push(p.cost, p.state, priced)
        while self.heap and self.seconds_left() > 0 and not self._is_near():
            node = heappop(self.heap)
            if node.bound >= self._enough():
                self.heap.clear()
                break
            self._divide(node)
        lowest = self.heap[0].bound if self.heap else self.value
        self.bound = min(self.value, lowest, self.left)
        return True

    def _improve(self, priced: Priced, kicks: NDArray[np.float64]) -> None:
        """Fill the sites that the prices chose most often."""
        p = self.packing
        order = np.lexsort((np.arange(len(p.room)), -priced.often))
        order = order[p.state[order] >= 0]
        open_now = np.unique(self.served)
        if p.total:
            self._fill(open_now, order[: 4 * p.total], kicks)
            return
        likely = round(float(priced.often.sum()))
        counts = [
            count
            for count in range(likely - AROUND, likely + AROUND + 1)
            if (p.state == 1).sum() <= count <= len(order) and count > 0
        ]
        starts = [open_now, *(np.sort(order[:count]) for count in counts)]
        for start, part in zip(starts, np.array_split(kicks, len(starts)), strict=True):
            self._fill(start, order, part)

    def _is_near(self) -> bool:
        return self.value - self.heap[0].bound <= self.gap * self.value

    def _enough(self) -> float:
        return self.value - max(0.999 * self.step, 1e-9 * abs(self.value))

    def _fill(
        self, start: NDArray[np.int64], sites: NDArray[np.int64], draws: NDArray[np.float64]
    ) -> None:
        best = np.zeros(len(self.packing.load), dtype=np.int64)
        if self.packing.total and len(start) != self.packing.total:
            return
        if np.isfinite(fill_and_move(self.packing, start, sites, draws, best)):
            self._take(best)

    def _take(self, served: NDArray[np.int64]) -> None:
        """Keep a choice that is better than the best; sites that must open are paid in any case."""
        p = self.packing
        opened = p.state == 1
        opened[served] = True
        value = float(p.cost[np.arange(len(served)), served].sum() + p.opening[opened].sum())
        if value < self.value:
            self.value, self.served = value, served

    def _push(self, cost: NDArray[np.float64], state: NDArray[np.int8], priced: Priced) -> None:
        """Keep a subproblem that may hold a better choice, less what such a choice cannot use."""
        if priced.bound >= self._enough():
            return
        p = self.packing._replace(cost=cost, state=state)
        kept = useful_pairs(p, priced, self._enough() - priced.bound)
        if not kept.any(axis=1).all():
            return
        cost = np.where(kept, cost, np.inf)
        state = np.where((state == 0) & ~kept.any(axis=0), -1, state).astype(np.int8)
        free = np.flatnonzero(state == 0)
        if free.size + (state == 1).sum() < p.total:
            return
        often = priced.often[free]
        site = int(free[np.argmax(np.minimum(often, 1.0 - often))]) if free.size else -1
        self.nodes += 1
        heappush(self.heap, Node(priced.bound, self.nodes, site, cost, state, priced.price))

    def _divide(self, node: Node) -> None:
        total = self.packing.total
        if node.site < 0 or (total and (node.state == 1).sum() == total):
            self._end(node)
            return
        for fixed in (1, -1):
            state = node.state.copy()
            state[node.site] = fixed
            if total and fixed == 1 and (state == 1).sum() == total:
                state[state == 0] = -1
            p = self.packing._replace(cost=node.cost, state=state)
            priced = climb_prices(p, node.price, self.value, NODE_STEPS, self._enough())
            self._push(node.cost, state, priced)

    def _end(self, node: Node) -> None:
        served = self.settle(node.cost, node.state, self._enough())
        if served is None:
            self.left = min(self.left, node.bound)
        elif served.size:
            self._take(served)
