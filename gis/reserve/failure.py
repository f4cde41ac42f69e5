"""What a plan loses when depots fail: on average, and in the worst case."""

from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from gis.reserve.answer import Evaluation
from gis.reserve.evaluate import evaluate_lanes
from gis.reserve.instance import Instance
from gis.reserve.lanes import Lanes, lanes_of
from gis.reserve.plan import Plan

MOST_SETS = 20_000
"""Most sets of depots that are tried one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What failing depots cost.

    Attributes:
        sites: The depots that fail in the worst case, rising.
        recourse: Expected cost of an emergency then [yuan].
        excess: By how much more than with all depots standing [yuan].
        unmet: Expected unmet need then [unit], shape ``(K,)``.
        tried: Sets of depots that were compared.
    """

    sites: tuple[int, ...]
    recourse: float
    excess: float
    unmet: NDArray[np.float64]
    tried: int


def worst_loss(instance: Instance, plan: Plan, count: int) -> Loss:
    """Find the ``count`` open depots whose joint loss costs most; exact, by trying every set.

    What stands at a lost depot is lost in every scenario: own stock, and the agreements and lines
    beside it.

    Args:
        instance: The question.
        plan: The plan.
        count: How many depots fail at once.

    Raises:
        InputError: There are fewer open depots, or too many sets to try.
    """
    opened = plan.sites
    if not 1 <= count <= len(opened):
        raise InputError(f"{count} depots cannot fail of {len(opened)} open; give 1 or more")
    sets = comb(len(opened), count)
    if sets > MOST_SETS:
        raise InputError(
            f"{sets} sets of {count} depots are too many to try; give fewer than {count}"
        )
    lanes = lanes_of(instance)
    before = expected_recourse(evaluate_lanes(instance, plan, lanes))
    worst: tuple[int, ...] = ()
    found, most = None, -np.inf
    for lost in combinations(opened.tolist(), count):
        evaluation = evaluate_lanes(instance, plan, without(lanes, lost))
        cost = expected_recourse(evaluation)
        if cost > most:
            worst, found, most = lost, evaluation, cost
    unmet = np.zeros(instance.items) if found is None else found.expected_unmet.sum(axis=0)
    return Loss(sites=worst, recourse=most, excess=most - before, unmet=unmet, tried=sets)


def expected_failure(instance: Instance, plan: Plan, probability: float, *, levels: int) -> float:
    """Expected cost of an emergency when each open depot fails alone with equal probability.

    Sets of up to ``levels`` failing depots are evaluated; the rest of the probability is charged
    with the worst of all, everything unmet, so that the figure is never too low (Snyder & Daskin
    2005 charge the same penalty beyond their last level).

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
    lanes = lanes_of(instance)
    total, weight = 0.0, 0.0
    for count in range(min(levels, len(opened)) + 1):
        chance = probability**count * (1 - probability) ** (len(opened) - count)
        for lost in combinations(opened, count):
            cost = expected_recourse(evaluate_lanes(instance, plan, without(lanes, lost)))
            total, weight = total + chance * cost, weight + chance
    nothing = replace(
        plan,
        stock=np.zeros_like(plan.stock),
        agreement=np.zeros_like(plan.agreement),
        production=np.zeros_like(plan.production),
    )
    rest = max(0.0, 1.0 - weight)
    return total + rest * expected_recourse(evaluate_lanes(instance, nothing, lanes))


def expected_recourse(evaluation: Evaluation) -> float:
    """Expected cost of an emergency [yuan]."""
    return float(evaluation.probability @ evaluation.recourse)


def without(lanes: Lanes, lost: tuple[int, ...]) -> Lanes:
    """Lanes of which nothing at some sites survives."""
    gone = np.isin(lanes.sources.site, lost)
    return replace(lanes, survival=np.where(gone, 0.0, lanes.survival))
