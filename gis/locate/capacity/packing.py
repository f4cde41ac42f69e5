"""The capacitated p-median with whole loads, by knapsack bounds, fixing and branch and bound."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from gis.locate.capacity.filling import fill_and_move
from gis.locate.capacity.knapsack import Packing, Priced, climb_prices, useful_pairs

FIRST_KICKS = 300
KICKS = 4_000
ROOT_STEPS = 4_000
NODE_STEPS = 150
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
    """One capacitated p-median under way.

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
        priced = climb_prices(p, price + price.mean(), self.value, ROOT_STEPS, self._enough())
        order = np.lexsort((np.arange(len(p.room)), -priced.often))
        promising = order[p.state[order] >= 0]
        kicks = random.random((KICKS, 2))
        self._fill(np.unique(self.served), promising[: 4 * p.total], kicks)
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

    def _is_near(self) -> bool:
        return self.value - self.heap[0].bound <= self.gap * self.value

    def _enough(self) -> float:
        return self.value - max(0.999 * self.step, 1e-9 * abs(self.value))

    def _fill(
        self, start: NDArray[np.int64], sites: NDArray[np.int64], draws: NDArray[np.float64]
    ) -> None:
        best = np.zeros(len(self.packing.load), dtype=np.int64)
        if len(start) != self.packing.total:
            return
        value = float(fill_and_move(self.packing, start, sites, draws, best))
        if value < self.value:
            self.value, self.served = value, best

    def _push(self, cost: NDArray[np.float64], state: NDArray[np.int8], priced: Priced) -> None:
        """Keep a subproblem that may hold a better choice, less what such a choice cannot use."""
        if priced.bound >= self._enough():
            return
        p = Packing(cost, self.packing.load, self.packing.room, state, self.packing.total)
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
        if node.site < 0 or (node.state == 1).sum() == self.packing.total:
            self._end(node)
            return
        for fixed in (1, -1):
            state = node.state.copy()
            state[node.site] = fixed
            if fixed == 1 and (state == 1).sum() == self.packing.total:
                state[state == 0] = -1
            p = Packing(node.cost, self.packing.load, self.packing.room, state, self.packing.total)
            priced = climb_prices(p, node.price, self.value, NODE_STEPS, self._enough())
            self._push(node.cost, state, priced)

    def _end(self, node: Node) -> None:
        served = self.settle(node.cost, node.state, self._enough())
        if served is None:
            self.left = min(self.left, node.bound)
        elif served.size:
            value = float(self.packing.cost[np.arange(len(served)), served].sum())
            if value < self.value:
                self.value, self.served = value, served
