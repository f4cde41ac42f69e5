"""Branch and bound over depots and classes on a master that learns the recourse by cuts.

Decomposition after Van Slyke & Wets (1969), one cut per scenario and item (Birge & Louveaux 1988),
made between the master's point and an inner one (Ben-Ameur & Neto 2007) that moves half-way each
time (Papadakos 2008). Nodes are taken best bound first; every cut holds everywhere.
"""

import heapq
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis.programme import Programme, solve
from gis.reserve.answer import Evaluation
from gis.reserve.branching import WHOLE, Node, split
from gis.reserve.cuts import Cuts, Cutter
from gis.reserve.evaluate import evaluate_lanes
from gis.reserve.first_stage import first_stage, most_behind_door, plan_of
from gis.reserve.instance import Instance
from gis.reserve.lanes import lanes_of
from gis.reserve.master import Master, Point, frame_of
from gis.reserve.neighbourhood import between, opened_by, swaps
from gis.reserve.objective import Aim
from gis.reserve.plan import Plan
from gis.reserve.watch import Watch

ROOT_ROUNDS, NODE_ROUNDS, PLAN_ROUNDS = 80, 5, 12
"""Most rounds of cuts at the root, at a node, and for the stock of one choice of depots."""
MANY, IDLE = 800, 1e-5
"""With more cuts than this, those with more slack, relative, go back to the pool at each node."""
BROKEN, RECALLS = 2e-5, 4
"""Cuts of the pool that a point breaks by more than this, relative, come back; so many times."""
ROUND_EVERY, INDUCE_EVERY = 4, 12
"""Every so many nodes, depots are rounded from a point, or sought between it and the best."""
FAINT = 1e-3
"""Openings of the inner point below this are left out."""
ROOT_SHARE = 0.55
"""Share of the time after which the root stops, so that some is left to find plans."""
NEAR, KEPT = 0.1, 0.25
"""Above this gap better plans are sought before branching, but this share of the time is kept."""
TRIES = 4
"""Choices of depots that are rounded from the root and settled."""
FEW = 0.15
"""Below this share of pairs cut in between, cuts at the master's own point join."""


class Search:
    """One search; ``run`` ends with the best plan, its value and a bound.

    Args:
        instance: The question, without evenness.
        aim: What is minimised.
        watch: Clock and stop button.
        gap: Relative gap at which to stop.
        starts: Permitted plans to begin with, such as those of a smaller budget.
    """

    def __init__(
        self,
        instance: Instance,
        aim: Aim,
        *,
        watch: Watch,
        gap: float,
        starts: Sequence[Plan] = (),
    ) -> None:
        self.instance, self.aim, self.watch, self.gap = instance, aim, watch, gap
        self.starts = tuple(starts)
        self.stage, self.lanes = first_stage(instance), lanes_of(instance)
        self.master = Master(frame_of(instance, self.stage, aim))
        typical = _typical(instance)
        self.cutter = Cutter(lanes_of(instance, is_split=True), rough=self.lanes, typical=typical)
        self.inner = (np.full((instance.sites, instance.classes), 0.15), 0.15 * typical)
        self.value, self.bound, self.floor = np.inf, -np.inf, np.inf
        self.plan: Plan | None = None
        self.evaluation: Evaluation | None = None
        self.settled: dict[bytes, float] = {}
        self.hopeful = np.ones(instance.sites, dtype=bool)
        self.nodes = 0

    @property
    def is_closed(self) -> bool:
        """Value and bound are as near as asked."""
        return self.value - self.bound <= self.gap * abs(self.value)

    @property
    def _is_near(self) -> bool:
        """The gap is small enough to branch at once; better plans come up on the way."""
        return self.value - self.bound <= NEAR * abs(self.value)

    def run(self) -> None:
        """Search until the gap is closed or the time is over."""
        self._start()
        root = self.tighten(ROOT_ROUNDS, accuracy=max(2e-4, self.gap / 6), until=ROOT_SHARE)
        if root is None:
            self.bound = np.inf
            return
        self.bound = root.bound
        self.master.forget(1e-3)
        self.hopeful = self.inner[0].sum(axis=1) > 0
        self._round(root)
        while not self._is_near and self._induce(root):
            pass
        if not self._is_near:
            self._improve()
        self._branch()

    def _start(self) -> None:
        """Take the cheapest permitted plan first, so that there is one whatever the time."""
        stage = self.stage
        cheapest = Programme(
            cost=stage.cost,
            lower=stage.lower,
            upper=stage.upper,
            whole=stage.whole,
            rows=stage.rows.coefficients,
            low=stage.rows.low,
            high=stage.rows.high,
        )
        solved = solve(cheapest, seconds=self.watch.seconds, gap=0.01)
        if solved.columns.size:
            self._take(plan_of(self.instance, solved.columns))
            for plan in self.starts:
                self._take(plan)

    def _take(self, plan: Plan) -> None:
        """Keep a plan that is better than the best and within the budget."""
        evaluation = evaluate_lanes(self.instance, plan, self.lanes)
        value = self.aim.of(evaluation)
        if value < self.value and evaluation.first_stage.total <= _most(self.instance):
            self.value, self.plan, self.evaluation = value, plan, evaluation

    def _branch(self) -> None:
        shape = self.inner[0].shape
        free = np.zeros(self.instance.classes)
        queue = [
            Node(
                self.bound,
                0,
                self.master.upper.reshape(shape),
                self.master.must,
                free,
                free + self.instance.sites,
            )
        ]
        while queue and self.watch.left > 0:
            self._raise_bound(min(self.floor, queue[0].bound))
            if self.is_closed:
                return
            self._tell("branching")
            self._lighten()
            node = heapq.heappop(queue)
            for child in self._expand(node):
                if self._is_hopeless(child.bound):
                    self.floor = min(self.floor, child.bound)
                else:
                    heapq.heappush(queue, child)
        self._raise_bound(min([self.floor, *(node.bound for node in queue)]))

    def _lighten(self) -> None:
        if self.master.rows > MANY:
            self.master.forget(IDLE)

    def _raise_bound(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.value))

    def _tell(self, step: str) -> None:
        self.watch.report(step, value=self.value, bound=self.bound)

    def _is_hopeless(self, bound: float) -> bool:
        return bound >= self.value - self.gap * abs(self.value)

    def _expand(self, node: Node) -> list[Node]:
        """Bound a node and split it; a node that is done lowers the floor to its bound."""
        self.nodes += 1
        self.master.box(node.upper, node.must, least=node.least, most=node.most)
        point = self.tighten(NODE_ROUNDS, accuracy=self.gap / 8)
        if point is None:
            return []
        bound = max(node.bound, point.bound)
        if self._is_hopeless(bound):
            self.floor = min(self.floor, bound)
            return []
        opened = self.master.frame.open_share(point.values)
        if self.nodes % ROUND_EVERY == 0:
            self._round(point, tries=1, around=1)
        if self.nodes % INDUCE_EVERY == 6:
            self._induce(point)
        parts = split(node, opened, self.instance.opening_cost)
        if not parts:
            self.floor = min(self.floor, max(bound, self._settle(np.round(opened))))
        return [
            replace(part, bound=bound, number=2 * self.nodes + number)
            for number, part in enumerate(parts)
        ]

    def tighten(
        self, rounds: int, *, accuracy: float, until: float = 1.0, margin: float | None = None
    ) -> Point | None:
        """Solve the boxed master and cut, up to a number of rounds; None where it is empty.

        ``until`` is the share of the time after which it stops; ``margin`` how much cheaper than
        the best plan a point must be to go on, relative, by default the gap asked for.
        """
        margin = self.gap if margin is None else margin
        spare = (1.0 - until) * self.watch.seconds
        frame, best, before = self.master.frame, np.inf, -np.inf
        point = None
        for number in range(rounds):
            point = self._solve()
            if point is None:
                return None
            if point.bound >= self.value * (1 - margin) or (number and self.watch.left <= spare):
                return point
            opened, held = frame.open_share(point.values), frame.held(point.values)
            own = self.cutter.cut(opened, held)
            yearly = float(self.stage.cost @ point.values[: frame.columns.total])
            relaxed = self.aim.value(yearly, own.cost.sum(axis=1), self.instance.probability)
            if relaxed < best:
                best = relaxed
                self._offer(point, relaxed)
            if best - point.bound <= accuracy * abs(best):
                return point
            if rounds <= PLAN_ROUNDS and number > 1 and point.bound - before < 1e-5 * abs(best):
                return point
            before = point.bound
            self._cut(point, own)
            if number % 8 == 7:
                self._tell("cutting")
                self.master.forget(0.05)
        return point

    def _solve(self) -> Point | None:
        """Solve the boxed master until it keeps the pool's cuts too, or nearly."""
        point = self.master.solve()
        for _ in range(RECALLS):
            if point is None or not self.master.recall(point, BROKEN):
                break
            point = self.master.solve()
        return point

    def _cut(self, point: Point, own: Cuts) -> None:
        frame = self.master.frame
        opened, held = frame.open_share(point.values), frame.held(point.values)
        theta = frame.costs(point.values)
        least = theta + 1e-6 * (1.0 + np.abs(theta))
        between = self.cutter.cut(
            0.5 * (opened + self.inner[0]), 0.5 * (held + self.inner[1]), is_rough=True
        )
        chosen = between.at(opened, held) > least
        self.master.add(between, chosen)
        if chosen.mean() < FEW:
            self.master.add(own, (own.at(opened, held) > least) & ~chosen)
        share, store = 0.5 * (self.inner[0] + opened), 0.5 * (self.inner[1] + held)
        faint = share < FAINT
        share[faint] = 0.0
        store[: share.shape[1]][faint.T] = 0.0
        self.inner = (share, store)

    def _offer(self, point: Point, relaxed: float) -> None:
        """Take the point as a plan where its depots are whole and it beats the best."""
        opened = self.master.frame.open_share(point.values)
        if np.abs(opened - np.round(opened)).max() > WHOLE or relaxed >= self.value:
            return
        self._take(plan_of(self.instance, point.values[: self.stage.columns.total]))

    def _settle(self, opened: NDArray[np.float64]) -> float:
        """Find the best stock for a choice of depots; gives the bound of this choice."""
        key = opened.tobytes()
        if key not in self.settled:
            self._lighten()
            self.master.box(opened, opened.sum(axis=1))
            accuracy = min(5e-4, self.gap / 8)
            point = self.tighten(PLAN_ROUNDS, accuracy=accuracy, margin=accuracy)
            self.settled[key] = np.inf if point is None else point.bound
        return self.settled[key]

    def _round(self, point: Point, *, tries: int = TRIES, around: int | None = None) -> None:
        """Open the sites most open at a point, few or many, and settle the likely choices.

        ``around`` limits how many more or fewer sites than the point opens.
        """
        opened = self.master.frame.open_share(point.values)
        share = np.where(self.master.must > 0, 2.0, opened.sum(axis=1))
        order = np.argsort(-share, kind="stable")
        sizes = opened.argmax(axis=1)
        ranked = []
        counts = np.arange(1, int((share > WHOLE).sum()) + 1)
        if around is not None:
            counts = counts[np.abs(counts - opened.sum()) <= around]
        for count in counts:
            classes = np.full(len(share), -1)
            classes[order[:count]] = sizes[order[:count]]
            choice = opened_by(self.instance, classes)
            self.master.box(choice, choice.sum(axis=1))
            boxed = self._solve()
            if boxed is not None:
                ranked.append((boxed.bound, int(count), choice))
        self._tell("rounding")
        for bound, _, choice in sorted(ranked, key=lambda entry: entry[:2])[:tries]:
            if self.watch.left > 0 and bound < self.value * (1 - self.gap / 8):
                self._settle(choice)
                self._tell("rounding")

    def _induce(self, point: Point) -> bool:
        """Settle choices between the best plan and a relaxed point; True where one is better."""
        if self.plan is None or self.is_closed or self.watch.left <= 0:
            return False
        before, shape = self.value, self.inner[0].shape
        self.master.box(self.master.upper.reshape(shape), self.master.must)
        self._lighten()
        self._solve()
        choices = between(
            self.master,
            opened_by(self.instance, self.plan.classes),
            self.master.frame.open_share(point.values),
            cutoff=self.value * (1 - self.gap / 8),
            watch=self.watch,
        )
        for opened in choices[:TRIES]:
            if self.watch.left > 0:
                self._settle(opened)
        self._tell("between plans")
        return self.value < before

    def _improve(self) -> None:
        """Change one depot or swap two while the master does not rule it out."""
        done = self.plan is None
        while not done:
            done = True
            before = self.value
            for opened in swaps(self.instance, self.plan, self.hopeful):  # type: ignore[arg-type] # set above
                if self._is_near or self.watch.left <= KEPT * self.watch.seconds:
                    return
                self.master.box(opened, opened.sum(axis=1))
                point = self._solve()
                if point is None or point.bound >= self.value * (1 - self.gap / 8):
                    continue
                self._settle(opened)
                if self.value < before:
                    done = False
                    break
            self._tell("swapping")


def _most(instance: Instance) -> float:
    budget = instance.rules.budget
    return budget * (1 + 1e-6) + 1e-6 if np.isfinite(budget) else np.inf


def _typical(instance: Instance) -> NDArray[np.float64]:
    """What a fully open depot might hold [unit], shape ``(L + 2, S, K)``."""
    most = most_behind_door(instance).transpose(1, 0, 2)
    mean = np.tensordot(instance.probability, instance.need.sum(axis=1), axes=1)
    none = np.zeros((2, instance.sites, instance.items))
    return np.concatenate([np.minimum(most, mean / 8), none])
