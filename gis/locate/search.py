"""The p-median by interchange, Lagrangian bounds, fixing, merging and branch and bound."""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from gis.locate.branch import Tree
from gis.locate.fixing import Remainder, fix_sites, remainder
from gis.locate.interchange import Search, begin_search, descend, kick, move_to
from gis.locate.lagrange import Climb, Dual, Relaxation, climb
from gis.locate.lists import Lists, sorted_lists

CLIMBS: tuple[tuple[int, float], ...] = ((300, 1.0), (1200, 1.0))
"""Steps and first step scale of each climb at the root; each is followed by a descent."""
LARGE_CLIMBS: tuple[tuple[int, float], ...] = ((300, 1.0), (300, 0.5), (300, 0.2))
LAST_CLIMB = (600, 0.15)
MOST_SWAPS = 1_000_000
MOST_KICKS = 40
MANY_KICKS = 400
LARGE_PAIRS = 5_000_000
"""Above this many pairs a kick costs much less than a merge or a climb: rounds have more kicks and
climbs fewer steps."""
IDLE_ROUNDS = 2
ELITES = 10
BRANCH_PAIRS = 600_000
"""Remainders with more pairs than this keep being searched; branching would not end in time."""


@dataclass(slots=True, kw_only=True)
class MedianSearch:
    """One p-median under way.

    Attributes:
        cost: Weighted distance, shape ``(demands, sites)``; ``inf`` where not permitted.
        total: Number of open sites.
        locked: Sites that are open in every choice, bool.
        closed: Sites that no choice may open, bool; None where all may.
        step: Smallest difference of two values; 0 where unknown.
        seconds: Wall time allowed [s].
        gap: Relative gap at which to stop.
        seed: Seed of the kicks.
        merges: Whether good choices are merged by solving over their sites alone.
        branches: Whether a gap that is left is closed by branch and bound.
        value: Value of the best choice found.
        bound: Lower bound of every choice.
        sites: The best choice found, rising.
        stages: What has been done, in words.
    """

    cost: NDArray[np.float64]
    total: int
    locked: NDArray[np.bool_]
    step: float
    seconds: float
    gap: float
    seed: int
    closed: NDArray[np.bool_] | None = None
    merges: bool = True
    branches: bool = True
    value: float = np.inf
    bound: float = -np.inf
    sites: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    stages: list[str] = field(default_factory=list)
    elites: dict[bytes, float] = field(default_factory=dict)
    began: float = field(default_factory=perf_counter)

    def run(self, start: NDArray[np.int64] | None = None) -> None:
        """Find ``sites``, ``value`` and ``bound``, from a first choice where one is given."""
        lists = sorted_lists(self.cost)
        random = np.random.default_rng(self.seed)
        first = self._draw(random) if start is None else start
        search = self._begin(lists, first)
        usable = np.flatnonzero(self._fixed() >= 0)
        self._descend(search, usable)
        dual = self._climb(lists, search, usable)
        self.stages.append("interchange and Lagrangian bound")
        if not self._is_done():
            dual = self._improve(search, lists, dual, random)
        if self.branches and not self._is_done():
            self._branch(search, self._rest(lists, dual), dual)

    def _begin(self, lists: Lists, sites: NDArray[np.int64]) -> Search:
        far = 1.0 + float(lists.cost.max(initial=0.0)) * (len(self.cost) + 1)
        by_site = np.ascontiguousarray(np.where(np.isfinite(self.cost), self.cost, far).T)
        return begin_search(lists, by_site, sites=sites, locked=self.locked, far=far)

    def _draw(self, random: np.random.Generator) -> NDArray[np.int64]:
        fixed = self._fixed()
        locked, free = np.flatnonzero(fixed == 1), np.flatnonzero(fixed == 0)
        drawn = random.choice(free, self.total - len(locked), replace=False)
        return np.sort(np.concatenate([locked, drawn])).astype(np.int64)

    def _fixed(self) -> NDArray[np.int8]:
        fixed = self.locked.astype(np.int8)
        if self.closed is not None:
            fixed[self.closed] = -1
        return fixed

    def _seconds_left(self) -> float:
        return self.seconds - (perf_counter() - self.began)

    def _slack(self) -> float:
        return max(self.step * 0.999, 1e-9 * abs(self.value))

    def _is_done(self) -> bool:
        if self._seconds_left() <= 0 or self.value - self.bound < self._slack():
            return True
        return self.value - self.bound <= self.gap * self.value

    def _descend(self, search: Search, usable: NDArray[np.int64]) -> bool:
        value = float(descend(search, usable, 1e-9 * max(1.0, search.d1.sum()), MOST_SWAPS))
        self._remember(value, np.sort(search.slots))
        if value >= self.value:
            return False
        self.value, self.sites = value, np.sort(search.slots)
        return True

    def _remember(self, value: float, sites: NDArray[np.int64]) -> None:
        if not self.merges:
            return
        self.elites[sites.tobytes()] = value
        if len(self.elites) > ELITES:
            del self.elites[max(self.elites, key=lambda key: self.elites[key])]

    def _try(self, search: Search, sites: NDArray[np.int64], usable: NDArray[np.int64]) -> float:
        move_to(search, sites)
        self._descend(search, usable)
        return self.value

    def _climb(self, lists: Lists, search: Search, usable: NDArray[np.int64]) -> Dual:
        price = (search.d1 + np.minimum(search.d2, 4.0 * search.d1 + 1.0)) / 2.0
        relaxed = Relaxation(*lists, self._fixed(), self.total)
        for steps, scale in CLIMBS if self.cost.size <= LARGE_PAIRS else LARGE_CLIMBS:
            dual = self._raise(relaxed, price, steps, scale)
            price = dual.price
            self._try(search, np.flatnonzero(dual.chosen), usable)
            if self._is_done():
                break
        return dual

    def _raise(
        self, relaxed: Relaxation, price: NDArray[np.float64], steps: int, scale: float
    ) -> Dual:
        how = Climb(self.value, self.value - self._slack(), steps, scale)
        dual = climb(relaxed, price, how)
        self.bound = max(self.bound, dual.bound)
        return dual

    def _rest(self, lists: Lists, dual: Dual) -> Remainder:
        slack = self.value - dual.bound - self._slack()
        return remainder(lists, dual, self._fixed(), total=self.total, slack=max(0.0, slack))

    def _improve(
        self, search: Search, lists: Lists, dual: Dual, random: np.random.Generator
    ) -> Dual:
        relaxed = Relaxation(*lists, self._fixed(), self.total)
        idle, climbed = 0, False
        while not self._is_done():
            if idle >= IDLE_ROUNDS and not climbed:
                dual, climbed = self._raise(relaxed, dual.price, *LAST_CLIMB), True
                if self._is_done() or len(self._rest(lists, dual).lists.site) <= BRANCH_PAIRS:
                    break
            slack = max(0.0, self.value - dual.bound - self._slack())
            fixed = fix_sites(dual, relaxed.fixed, total=self.total, slack=slack)
            usable = np.flatnonzero(fixed >= 0)
            before = self.value
            self._kicks(search, usable, random)
            if self.merges and not self._is_done():
                self._merge(search, usable)
            idle, climbed = (0, False) if self.value < before else (idle + 1, climbed)
        return dual

    def _kicks(
        self, search: Search, usable: NDArray[np.int64], random: np.random.Generator
    ) -> None:
        most = MOST_KICKS if self.cost.size <= LARGE_PAIRS else MANY_KICKS
        for _ in range(max(3, min(most, 10 * self.total))):
            move_to(search, self.sites)
            kick(search, random.random(1 + 2 * int(random.integers(2, 7))))
            self._descend(search, usable)
            if self._seconds_left() <= 0:
                break

    def _merge(self, search: Search, usable: NDArray[np.int64]) -> None:
        sets = [np.frombuffer(key, dtype=np.int64) for key in self.elites]
        union = np.unique(np.concatenate(sets))
        if len(union) <= self.total:
            return
        part = MedianSearch(
            cost=self.cost[:, union],
            total=self.total,
            locked=self.locked[union],
            step=self.step,
            seconds=self._seconds_left() / 4,
            gap=0.0,
            seed=self.seed,
            merges=False,
        )
        part.run(np.searchsorted(union, self.sites))
        self._try(search, union[part.sites], usable)
        self.elites = {self.sites.tobytes(): self.value}

    def _branch(self, search: Search, rest: Remainder, dual: Dual) -> None:
        usable = np.flatnonzero(rest.fixed >= 0)
        tree = Tree(
            remains=rest,
            total=self.total,
            best=self.value,
            step=self._slack(),
            polish=lambda sites: self._try(search, sites, usable),
            seconds_left=self._seconds_left,
        )
        self.bound = max(self.bound, tree.run(dual))
        self.stages.append(f"branch and bound, {tree.nodes} nodes")
