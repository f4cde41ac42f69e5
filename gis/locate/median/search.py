"""The p-median by interchange, Lagrangian bounds, fixing, kicks and branch and bound."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from gis.locate.median.annealing import anneal, begin_choice, lay_ground
from gis.locate.median.assignment import pairs_of, solve_assignment
from gis.locate.median.branch import Tree
from gis.locate.median.fixing import Remainder, remainder
from gis.locate.median.interchange import Search, begin_search, descend, move_to, wander
from gis.locate.median.lagrange import Climb, Dual, Relaxation, climb
from gis.locate.median.lists import Lists, sorted_lists
from gis.locate.median.regions import draw_region, freed_count
from gis.locate.median.shortlist import promising, search_among
from gis.locate.rules import Rules

CLIMBS: tuple[tuple[int, float], ...] = ((300, 1.0), (1200, 1.0))
"""Steps and first step scale of each climb at the root; each is followed by a descent."""
LARGE_CLIMBS: tuple[tuple[int, float], ...] = ((300, 1.0), (300, 0.5), (300, 0.2))
LAST_CLIMB = (600, 0.15)
MOST_SWAPS = 1_000_000
LARGE_PAIRS = 5_000_000
"""Above this many pairs a climb costs much: climbs have fewer steps."""
ROUNDS = 8
"""Rounds of kicks in one cycle; the leeway falls to nothing over a cycle."""
MOST_KICKS, LARGE_KICKS = 5_000, 2_000
LEEWAY, LARGE_LEEWAY = 0.0015, 0.0005
"""How much dearer than the best a choice may be, relative, for a cycle's first kicks to go on."""
IDLE_CYCLES = 2
WHOLE_PAIRS = 4_000
"""Remainders up to this size go to HiGHS, which proves them at once; larger ones may stall it."""
WHOLE_SECONDS = 10.0
BRANCH_PAIRS = 600_000
"""Remainders with more pairs than this keep being searched; branching would not end in time."""
FIRST_SHARE, REFINED_SHARE = 0.25, 0.85
"""Branching goes on until this share of the time is over, gives way to refining, and then ends."""
ANNEALED_GAP = 0.0025
"""Where the gap is wider, reduced costs tell so little that annealing finds better choices."""
ANNEALED_ROWS = 10
"""Where an open site serves more rows than this, single swaps no longer cross from one good choice
to the next, and annealing is left out."""
REGION_NODES = 40
"""Nodes after which branching in a region stops."""
REGION_KICKS = 50
"""Kicks in a round within a region, where branching does the rest."""
LEAST_REGIONS, MOST_REGIONS = 3, 2_000
"""Into how many regions the sites must fall at least; and how many are solved at most."""


@dataclass(slots=True, kw_only=True)
class MedianSearch:
    """One p-median under way.

    Attributes:
        cost: Weighted distance, shape ``(demands, sites)``; ``inf`` where not permitted.
        total: Number of open sites.
        locked: Sites that are open in every choice, bool.
        closed: Sites that no choice may open, bool; None where all may.
        step: Smallest difference of two values; 0 where unknown.
        seconds: Time allowed [s].
        timer: The clock that time is read on.
        gap: Relative gap at which to stop.
        seed: Seed of the kicks.
        branches: Whether a gap that is left is closed by branch and bound.
        most_nodes: Nodes after which branching stops; where there are few, nothing is refined.
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
    branches: bool = True
    most_nodes: int = 0
    value: float = np.inf
    bound: float = -np.inf
    sites: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    stages: list[str] = field(default_factory=list)
    timer: Callable[[], float] = perf_counter
    began: float = 0.0

    def run(self, start: NDArray[np.int64] | None = None) -> None:
        """Find ``sites``, ``value`` and ``bound``, from a first choice where one is given."""
        self.began = self.timer()
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

    def _seconds_gone(self) -> float:
        return self.timer() - self.began

    def _seconds_left(self) -> float:
        return self.seconds - self._seconds_gone()

    def _slack(self) -> float:
        return max(self.step * 0.999, 1e-9 * abs(self.value))

    def _is_done(self) -> bool:
        if self._seconds_left() <= 0 or self.value - self.bound < self._slack():
            return True
        return self.value - self.bound <= self.gap * self.value

    def _descend(self, search: Search, usable: NDArray[np.int64]) -> bool:
        value = float(descend(search, usable, 1e-9 * max(1.0, search.d1.sum()), MOST_SWAPS))
        if value >= self.value:
            return False
        self.value, self.sites = value, np.sort(search.slots)
        return True

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
        for idle in range(IDLE_CYCLES):
            while not self._is_done() and self._cycle(search, lists, dual, random):
                pass
            if self._is_done():
                break
            if idle == 0:
                dual = self._better(dual, self._raise(relaxed, dual.price, *LAST_CLIMB))
                if self._is_done() or len(self._rest(lists, dual).lists.site) <= BRANCH_PAIRS:
                    break
        return dual

    def _better(self, one: Dual, other: Dual) -> Dual:
        return other if other.bound > one.bound else one

    def _cycle(self, search: Search, lists: Lists, dual: Dual, random: np.random.Generator) -> bool:
        """Run the rounds of one cycle; tells whether the choice became better."""
        before = self.value
        rest = self._rest(lists, dual)
        if len(rest.lists.site) <= WHOLE_PAIRS and self._finish(rest):
            return False
        usable = np.flatnonzero(rest.fixed >= 0)
        kept = promising(dual, self._fixed(), self.sites, total=self.total)
        short = search_among(search, kept, chosen=self.sites, locked=self.locked)
        for number in range(ROUNDS):
            found = self._round(short, kept, random, 1.0 - number / ROUNDS)
            if found:
                self._try(search, self.sites, usable)
            if self._is_done():
                break
        return self.value < before

    def _round(
        self,
        short: Search,
        kept: NDArray[np.int64],
        random: np.random.Generator,
        share: float,
    ) -> bool:
        is_large = self.cost.size > LARGE_PAIRS
        count = min(LARGE_KICKS if is_large else MOST_KICKS, 50 + 10 * self.total)
        if self.most_nodes:
            count = min(count, REGION_KICKS)
        falling = np.linspace(share, max(0.0, share - 1.0 / ROUNDS), count)
        most = (LARGE_LEEWAY if is_large else LEEWAY) * self.value
        leeway = most * falling * random.random(count)
        best = np.searchsorted(kept, self.sites)
        value = wander(short, random.random((count, 9)), leeway, best, 1e-9 * self.value)
        if value >= self.value - 1e-9 * self.value:
            return False
        self.value, self.sites = value, kept[best]
        return True

    def _finish(self, rest: Remainder) -> bool:
        """Let HiGHS prove a small remainder; tells whether it did."""
        if (np.diff(rest.lists.start) == 0).any():
            self.bound = self.value
            return True
        pairs = pairs_of(rest.lists, sites=len(rest.fixed))
        rules = Rules(
            required=tuple(np.flatnonzero(rest.fixed > 0).tolist()),
            forbidden=tuple(np.flatnonzero(rest.fixed < 0).tolist()),
        )
        solved, sites = solve_assignment(
            pairs,
            total=self.total,
            rules=rules,
            seconds=min(WHOLE_SECONDS, self._seconds_left()),
            step=self.step,
        )
        self.stages.append(f"HiGHS on {len(pairs.site)} pairs that were left")
        if sites.size and solved.value < self.value:
            self.value, self.sites = float(solved.value), sites
        if solved.status == "stopped":
            self.bound = max(self.bound, min(self.value, solved.bound))
            return False
        self.bound = self.value
        return True

    def _branch(self, search: Search, rest: Remainder, dual: Dual) -> None:
        """Branch; refine the choice where that does not end soon, and branch on."""
        usable = np.flatnonzero(rest.fixed >= 0)
        until = self.seconds if self.most_nodes else FIRST_SHARE * self.seconds
        tree = Tree(
            remains=rest,
            total=self.total,
            best=self.value,
            step=self._slack(),
            polish=lambda sites: self._try(search, sites, usable),
            seconds_left=lambda: until - self._seconds_gone(),
            most_nodes=self.most_nodes or MOST_SWAPS,
        )
        self.bound = max(self.bound, tree.run(dual))
        if not self.most_nodes and not self._is_done():
            self._refine(search)
            tree.best, tree.seconds_left = self.value, self._seconds_left
            self.bound = max(self.bound, tree.go_on())
        self.stages.append(f"branch and bound, {tree.nodes} nodes")

    def _is_refined(self) -> bool:
        return self._is_done() or self._seconds_gone() > REFINED_SHARE * self.seconds

    def _refine(self, search: Search) -> None:
        """Anneal where the gap is wide, then solve one region after the other anew."""
        random = np.random.default_rng([self.seed, 1])
        usable = np.flatnonzero(self._fixed() >= 0)
        is_fine = len(self.cost) <= ANNEALED_ROWS * self.total
        if is_fine and self.value - self.bound > ANNEALED_GAP * self.value:
            self._anneal(search, usable, random)
        count = freed_count(demands=len(self.cost), sites=self.cost.shape[1], total=self.total)
        if self._is_refined() or self.total < LEAST_REGIONS * count:
            return
        for _ in range(MOST_REGIONS):
            self._renew(search, usable, count, random)
            if self._is_refined():
                break
        self.stages.append("regions solved anew")

    def _anneal(
        self, search: Search, usable: NDArray[np.int64], random: np.random.Generator
    ) -> None:
        may_open = np.zeros(len(search.slot_of), dtype=np.bool_)
        may_open[usable] = True
        lists = Lists(search.start, search.site, search.cost)
        ground = lay_ground(lists, search.by_site, may_open, total=self.total, far=search.far)
        choice = begin_choice(ground, self.sites, self.locked)
        sites = anneal(ground, choice, random=random, is_over=self._is_refined)
        self._try(search, sites, usable)
        self.stages.append("annealing")

    def _renew(
        self,
        search: Search,
        usable: NDArray[np.int64],
        count: int,
        random: np.random.Generator,
    ) -> None:
        """Solve one region of the best choice anew."""
        move_to(search, self.sites)
        region = draw_region(search, usable, count=count, random=random)
        columns = region.cost.shape[1]
        if not 0 < len(region.freed) < columns - 1:
            return
        inner = MedianSearch(
            cost=np.where(region.cost < search.far, region.cost, np.inf),
            total=len(region.freed) + 1,
            locked=np.arange(columns) == columns - 1,
            step=self.step,
            seconds=self._seconds_left(),
            gap=0.0,
            seed=self.seed,
            most_nodes=REGION_NODES,
            timer=self.timer,
        )
        inner.run(region.start())
        self._try(search, region.merge(inner.sites), usable)
