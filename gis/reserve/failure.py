"""What a plan loses when depots fail: in the worst case, and on average."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from gis.reserve.answer import Evaluation, Loss
from gis.reserve.evaluate import evaluate, serve
from gis.reserve.instance import Instance
from gis.reserve.lanes import Lanes, lanes_of
from gis.reserve.part import without_promises, without_sites
from gis.reserve.plan import Plan

MOST_SETS = 20_000
"""Most sets of depots that are tried one by one."""
MOST_TRIED = 3_000
"""Most sets of depots that the search for the worst evaluates before it tells its bound."""


def worst_loss(instance: Instance, plan: Plan, count: int, *, most_tried: int = MOST_TRIED) -> Loss:
    """Find the ``count`` sites whose joint loss costs most.

    What stands at a lost site is lost in every scenario: own stock, and the agreements and lines
    beside it. Evenness and required tiers are promised with all depots standing only.

    Sets grow site by site, best bound first. Whatever a set T of sites is lost, dropping what
    another site j sends is one way to live without it, so that a loss of T and more costs at most
    what T costs plus, for each further site, its flow times what the needs it serves would cost
    unmet. The bound is exact once nothing in the queue is above the worst set found.

    Args:
        instance: The question.
        plan: The plan.
        count: How many sites fail at once.
        most_tried: Sets evaluated at most; then the bound tells how much worse it might be.

    Raises:
        InputError: Fewer sites hold anything.
    """
    held = holding(plan)
    if not 1 <= count <= len(held):
        raise InputError(
            f"{count} depots cannot fail of {len(held)} that hold anything; give 1 to {len(held)}"
        )
    return worst_of(instance, plan, count, most_tried=most_tried)


def worst_of(instance: Instance, plan: Plan, count: int, *, most_tried: int = MOST_TRIED) -> Loss:
    """As ``worst_loss``; where fewer sites hold anything, all of them fail."""
    held = holding(plan)
    hunt = _Hunt(without_promises(instance), plan, min(count, len(held)))
    before = hunt.look(()).cost
    bound = hunt.run(held, most_tried=most_tried)
    found = hunt.seen[hunt.worst]
    return Loss(
        sites=tuple(sorted(hunt.worst)),
        recourse=found.cost,
        bound=max(bound, found.cost),
        excess=found.cost - before,
        unmet=found.unmet,
        tried=len(hunt.seen) - 1,
    )


def holding(plan: Plan) -> list[int]:
    """Sites where a depot is open or anything is promised, rising."""
    promised = plan.agreement.sum(axis=1) + plan.production.sum(axis=1)
    return np.flatnonzero((plan.classes >= 0) | (promised > 0)).tolist()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a lost set costs, lacks by item, and the most that each further site's loss adds."""

    cost: float
    unmet: NDArray[np.float64]
    more: NDArray[np.float64]


_Part = tuple[float, int, tuple[int, ...], tuple[int, ...]]
"""Bound (negative), number, a lost set, and the sites that may follow."""


class _Hunt:
    """A search for the sites whose loss costs most."""

    def __init__(self, instance: Instance, plan: Plan, count: int) -> None:
        self.instance, self.plan, self.count = instance, plan, count
        self.lanes = lanes_of(instance)
        self.seen: dict[tuple[int, ...], _Seen] = {}
        self.worst: tuple[int, ...] = ()

    def look(self, lost: tuple[int, ...]) -> _Seen:
        """Evaluate a set, once."""
        key = tuple(sorted(lost))
        if key not in self.seen:
            instance = without_sites(self.instance, lost)
            self.seen[key] = _seen(instance, self.plan, _without(self.lanes, lost))
        found = self.seen[key]
        if len(key) == self.count and (
            len(self.worst) < self.count or found.cost > self.seen[self.worst].cost
        ):
            self.worst = key
        return found

    def run(self, held: Sequence[int], *, most_tried: int) -> float:
        """Search; gives what no set costs more than."""
        self._dive(held)
        number = 0
        queue: list[_Part] = [(-np.inf, number, (), tuple(held))]
        while queue:
            bound, _, lost, free = heapq.heappop(queue)
            worst = self.seen[self.worst].cost
            if -bound <= worst + 1e-9 * max(1.0, abs(worst)):
                return worst
            if len(self.seen) > most_tried:
                return -bound
            found = self.look(lost)
            for most, child, rest in self._parts(found, lost, free):
                number += 1
                heapq.heappush(queue, (-most, number, child, rest))
        return self.seen[self.worst].cost

    def _dive(self, held: Sequence[int]) -> None:
        """Lose, one after the other, the site whose flow is worth most."""
        lost: tuple[int, ...] = ()
        while len(lost) < self.count:
            more = self.look(lost).more
            free = [site for site in held if site not in lost]
            lost = (*lost, max(free, key=lambda site: (more[site], -site)))
        self.look(lost)

    def _parts(
        self, found: _Seen, lost: tuple[int, ...], free: tuple[int, ...]
    ) -> list[tuple[float, tuple[int, ...], tuple[int, ...]]]:
        """Split the sets above one by the first further site: bound, set, and what may follow."""
        wanted = self.count - len(lost)
        order = sorted(free, key=lambda site: (-found.more[site], site))
        more = found.more[order]
        return [
            (
                found.cost + float(more[place : place + wanted].sum()),
                (*lost, order[place]),
                tuple(order[place + 1 :]),
            )
            for place in range(len(order) - wanted + 1 if wanted else 0)
        ]


def _seen(instance: Instance, plan: Plan, lanes: Lanes) -> _Seen:
    flow, unmet = serve(instance, plan, lanes)
    chance = instance.probability
    cost = np.where(np.isfinite(lanes.cost), lanes.cost, 0.0)
    spent = float(np.einsum("n,nkru,nkru->", chance, flow, cost))
    lacking = np.einsum("n,nkr->kr", chance, unmet)
    spared = np.einsum("n,nkru,nkru->u", chance, flow, lanes.price[None, :, :, None] - cost)
    more = np.bincount(lanes.sources.site, np.maximum(spared, 0.0), minlength=instance.sites)
    return _Seen(
        cost=spent + float((lanes.price * lacking).sum()),
        unmet=lacking.sum(axis=1),
        more=more.astype(np.float64),
    )


def expected_failure(instance: Instance, plan: Plan, probability: float, *, levels: int) -> float:
    """Expected cost of an emergency when each open depot fails alone with equal probability.

    Sets of up to ``levels`` failing depots are evaluated; the rest of the probability is charged
    with the worst of all, everything unmet, so that the figure is never too low (Snyder & Daskin
    2005 charge the same penalty beyond their last level). Evenness and required tiers are promised
    with all depots standing only.

    Args:
        instance: The question; failures common to depots belong into its ``survival``.
        plan: The plan.
        probability: That one depot fails, 0 to 1.
        levels: Most depots that fail at once.

    Returns:
        Expected cost of an emergency [yuan].

    Raises:
        InputError: The probability or the number of sets is out of range.
    """
    if not 0 <= probability <= 1:
        raise InputError(f"probability is {probability}; give 0 to 1", field="probability")
    opened = plan.sites.tolist()
    sets = sum(comb(len(opened), count) for count in range(min(levels, len(opened)) + 1))
    if sets > MOST_SETS:
        raise InputError(f"{sets} sets of depots are too many to try; give fewer levels")
    instance = without_promises(instance)
    total, weight = 0.0, 0.0
    for count in range(min(levels, len(opened)) + 1):
        chance = probability**count * (1 - probability) ** (len(opened) - count)
        for lost in combinations(opened, count):
            cost = expected_recourse(evaluate(without_sites(instance, lost), plan))
            total, weight = total + chance * cost, weight + chance
    nothing = replace(
        plan,
        stock=np.zeros_like(plan.stock),
        agreement=np.zeros_like(plan.agreement),
        production=np.zeros_like(plan.production),
    )
    rest = max(0.0, 1.0 - weight)
    return total + rest * expected_recourse(evaluate(instance, nothing))


def expected_recourse(evaluation: Evaluation) -> float:
    """Expected cost of an emergency [yuan]."""
    return float(evaluation.probability @ evaluation.recourse)


def _without(lanes: Lanes, lost: tuple[int, ...]) -> Lanes:
    """Lanes of which nothing at some sites survives."""
    gone = np.isin(lanes.sources.site, lost)
    return replace(lanes, survival=np.where(gone, 0.0, lanes.survival))
