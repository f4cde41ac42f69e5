"""Lagrangian branch and bound: open or close one site at a time until no better choice is left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from gis.locate.median.fixing import Remainder, fix_sites
from gis.locate.median.lagrange import Climb, Dual, Relaxation, climb

NODE_STEPS = 110
NODE_SCALE = 0.5
Polish = Callable[[NDArray[np.int64]], float]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A subproblem: what is fixed, its bound and prices, and the site to divide it by."""

    bound: float
    number: int
    site: int
    fixed: NDArray[np.int8] = field(compare=False)
    price: NDArray[np.float64] = field(compare=False)


@dataclass(slots=True, kw_only=True)
class Tree:
    """A search over subproblems, best bound first.

    Attributes:
        remains: Pairs and sites that a better choice may use.
        total: Number of open sites.
        best: Value of the best choice known; ``polish`` may lower it.
        step: Improvement below which a choice is not better.
        polish: Tries a choice of sites; gives the best value known after that.
        seconds_left: Gives the time that is left [s].
        most_nodes: Nodes after which to stop.
    """

    remains: Remainder
    total: int
    best: float
    step: float
    polish: Polish
    seconds_left: Clock
    most_nodes: int = 1_000_000_000
    nodes: int = 0
    heap: list[Node] = field(default_factory=list)

    def run(self, dual: Dual) -> float:
        """Search until it is finished or its time or nodes are used up; gives the proven bound."""
        self._visit(self.remains.fixed, dual.price)
        return self.go_on()

    def go_on(self) -> float:
        """Go on with what is open, as ``run`` does; ``best`` may have been lowered meanwhile."""
        while self.heap and self.seconds_left() > 0 and self.nodes < self.most_nodes:
            node = heappop(self.heap)
            if node.bound >= self._enough():
                return self.best
            self._divide(node)
        if not self.heap:
            return self.best
        return min(self.best, self.heap[0].bound)

    def _enough(self) -> float:
        return self.best - self.step

    def _divide(self, node: Node) -> None:
        for state in (1, -1):
            fixed = node.fixed.copy()
            fixed[node.site] = state
            self._visit(fixed, node.price)

    def _visit(self, fixed: NDArray[np.int8], price: NDArray[np.float64]) -> None:
        self.nodes += 1
        relaxed = Relaxation(*self.remains.lists, fixed, self.total)
        how = Climb(self.best, self._enough(), NODE_STEPS, NODE_SCALE)
        dual = climb(relaxed, price, how)
        if dual.bound >= self._enough():
            return
        self.best = min(self.best, self.polish(np.flatnonzero(dual.chosen)))
        slack = self._enough() - dual.bound
        if slack <= 0:
            return
        tight = fix_sites(dual, fixed, total=self.total, slack=slack)
        site = _most_torn(dual, tight)
        if site >= 0:
            heappush(self.heap, Node(dual.bound, self.nodes, site, tight, dual.price))


def _most_torn(dual: Dual, fixed: NDArray[np.int8]) -> int:
    free = np.flatnonzero(fixed == 0)
    if free.size == 0:
        return -1
    share = dual.share[free]
    return int(free[np.argmax(np.minimum(share, 1.0 - share))])
