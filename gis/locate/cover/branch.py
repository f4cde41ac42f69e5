"""Branch and bound for covers: divide by how many sites of a group open.

One site says little where many neighbours can stand in for it; how many of all sites near a place
open says much. Groups are the sites that reach a demand row, and the sites whose reach overlaps
that of a site by some share. Each division is tried out on a few groups (strong branching:
Applegate, Bixby, Chvatal & Cook 1995, DIMACS Technical Report 95-05).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.answer import proves
from gis.locate.cover.prices import Group, Limits, fix
from gis.locate.cover.relaxation import Basis, Relaxation, Relaxed

OVERLAPS = (0.6, 0.3, 0.1)
"""Shares of the rows that two sites reach together, from which they stand in one group."""
LEAST_SPLIT = 0.2
"""Groups whose sum of open sites is nearer to a whole number than this are not tried."""
FRESH, KNOWN = 5, 3
"""Groups tried at each division: new ones, and the best of those tried before."""
TRIAL_STEPS = 100
"""Steps of the simplex method for a trial."""
EVEN = 1e-6
Polish = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.int64]]]


def near_groups(reach: sparse.csr_matrix) -> sparse.csr_matrix:
    """Groups to divide by, one a row: single sites, balls of overlap, sites that reach a row."""
    shared = (reach.T @ reach).tocsr()
    size = shared.diagonal()
    rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    overlap = shared.data / np.maximum(1.0, size[rows] + size[shared.indices] - shared.data)
    balls = [
        sparse.csr_matrix(
            (np.ones(int(kept.sum())), (rows[kept], shared.indices[kept])), shape=shared.shape
        )
        for kept in (overlap > share for share in OVERLAPS)
    ]
    return sparse.vstack([sparse.eye(shared.shape[0]), *balls, reach], format="csr")


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A part of all choices that may hold a better one; the lowest ``key`` goes first."""

    key: float
    number: int
    limits: Limits = field(compare=False)
    relaxed: Relaxed = field(compare=False)


@dataclass(slots=True, kw_only=True)
class Tree:
    """A search over parts of all choices, best bound first.

    Attributes:
        relaxation: Bounds a part.
        groups: What ``near_groups`` gave.
        sites: Best choice known.
        value: What it covers.
        step: Smallest difference of two covers; 0 where unknown.
        gap: Relative gap at which to stop.
        polish: Makes a choice of how far sites are open; gives its cover and sites.
        seconds_left: Gives the time that is left [s].
        random: Draws the groups to try.
    """

    relaxation: Relaxation
    groups: sparse.csr_matrix
    sites: NDArray[np.int64]
    value: float
    step: float
    gap: float
    polish: Polish
    seconds_left: Callable[[], float]
    random: np.random.Generator
    nodes: int = 0
    settled: float = -np.inf
    heap: list[Node] = field(default_factory=list)
    known: dict[int, float] = field(default_factory=dict)

    def run(self, limits: Limits) -> float:
        """Search until it is finished or the time is over; gives the bound that is then proven."""
        self._visit(limits, self.relaxation.solve(limits))
        while self.heap and self.seconds_left() > 0 and self._may_improve(-self.heap[0].key):
            node = heappop(self.heap)
            self._divide(node)
        return max([self.value, self.settled, *(-node.key for node in self.heap)])

    def _may_improve(self, bound: float) -> bool:
        enough = self.value * (1.0 + self.gap)
        return bound > enough and not proves(self.value, bound, step=self.step)

    def _visit(self, limits: Limits, relaxed: Relaxed) -> None:
        self.nodes += 1
        if self._may_improve(relaxed.priced.bound):
            value, sites = self.polish(relaxed.opened)
            if value > self.value:
                self.value, self.sites = value, sites
        if self._may_improve(relaxed.priced.bound):
            tight = fix(relaxed.priced, limits.fixed, value=self.value, step=self.step)
            narrow = replace(limits, fixed=tight)
            heappush(self.heap, Node(-relaxed.priced.bound, self.nodes, narrow, relaxed))
        else:
            self.settled = max(self.settled, relaxed.priced.bound)

    def _divide(self, node: Node) -> None:
        parts = self._choose(node)
        if parts is None:  # a whole solution whose bound rounding errors keep above its cover
            self.settled = max(self.settled, node.relaxed.priced.bound)
            return
        for part in parts:
            self._visit(part, self.relaxation.solve(part, basis=node.relaxed.basis))

    def _choose(self, node: Node) -> tuple[Limits, Limits] | None:
        """The division that lowers both bounds most, among a few that are tried."""
        best, chosen = -1.0, None
        opened = self.groups @ node.relaxed.opened
        tried = {row: self._group(row) for row in self._to_try(opened)}
        basis = self.relaxation.hold(list(tried.values()), node.relaxed.basis)
        for row, group in tried.items():
            below = float(np.floor(opened[row]))
            parts = (
                node.limits.and_group(group, least=-np.inf, most=below),
                node.limits.and_group(group, least=below + 1.0, most=np.inf),
            )
            gains = [max(EVEN, self._gain(part, node, basis)) for part in parts]
            self.known[row] = gains[0] * gains[1]
            if self.known[row] > best:
                best, chosen = self.known[row], parts
            if self.seconds_left() <= 0:
                break
        return chosen

    def _gain(self, part: Limits, node: Node, basis: Basis | None) -> float:
        tried = self.relaxation.solve(part, basis=basis, steps=TRIAL_STEPS)
        return node.relaxed.priced.bound - max(tried.priced.bound, self.value)

    def _group(self, row: int) -> Group:
        own = self.groups.indices[self.groups.indptr[row] : self.groups.indptr[row + 1]]
        return tuple(np.sort(own).tolist())

    def _to_try(self, opened: NDArray[np.float64]) -> list[int]:
        split = np.abs(opened - np.round(opened))
        if split.max() <= EVEN:
            return []
        near = np.flatnonzero(split >= min(LEAST_SPLIT, split.max()))
        known = sorted((row for row in near.tolist() if row in self.known), key=self._rank)
        fresh = self.random.permutation(near)[:FRESH].tolist()
        return list(dict.fromkeys([*known[:KNOWN], *fresh]))

    def _rank(self, row: int) -> tuple[float, int]:
        return -self.known[row], row
