"""The p-median: where p depots make the whole travel of all residents least.

Hakimi 1964 (Operations Research 12); weighted, conditional on existing depots, with site rules.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.locate.answer import Answer, Effort, nearest, proves, whole_step
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.median.assignment import all_pairs, solve_assignment
from gis.locate.median.lists import permitted_cost
from gis.locate.median.search import MedianSearch
from gis.locate.mending import Limits, infeasible
from gis.locate.rules import Rules

SMALL_PAIRS = 6_000
"""Up to this many pairs HiGHS solves the whole model faster than kernels are loaded."""


def median_value(
    distance: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    sites: NDArray[np.int64],
    cover: int = 1,
) -> float:
    """Weighted distance of all demand to its ``cover`` nearest open sites.

    >>> median_value(np.array([[0.0, 4.0], [4.0, 1.0]]), np.array([1.0, 2.0]), sites=np.array([1]))
    6.0
    """
    needed = weights > 0
    part = np.partition(distance[needed][:, sites], cover - 1, axis=1)[:, :cover]
    return float(weights[needed] @ part.sum(axis=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A p-median whose parts were checked."""

    distance: NDArray[np.float64]
    weights: NDArray[np.float64]
    total: int
    rules: Rules
    effort: Effort
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Open sites (empty where there are none), a lower bound, and how they were found."""

    sites: NDArray[np.int64]
    bound: float
    method: str


def _is_large(question: Question) -> bool:
    is_plain = not question.rules.apart and question.rules.cover == 1
    return is_plain and (question.total == 1 or question.distance.size > SMALL_PAIRS)


def _round_up(bound: float, step: float) -> float:
    return float(np.ceil(bound - 1e-6)) if step == 1.0 and np.isfinite(bound) else bound


def _exact(question: Question) -> Found:
    solved, sites = solve_assignment(
        all_pairs(question.distance, question.weights, question.rules),
        total=question.total,
        rules=question.rules,
        seconds=question.effort.seconds,
        gap=question.effort.gap,
        step=question.step,
    )
    return Found(sites=sites, bound=solved.bound, method="HiGHS on the assignment model")


def _quick(question: Question) -> Found:
    cost = permitted_cost(question.distance, question.weights, question.rules)
    locked = np.zeros(cost.shape[1], dtype=bool)
    locked[list(question.rules.open)] = True
    closed = np.zeros(cost.shape[1], dtype=bool)
    closed[list(question.rules.forbidden)] = True
    if question.total == 1:
        return _single(cost, locked)
    search = MedianSearch(
        cost=cost,
        total=question.total,
        locked=locked,
        closed=closed,
        step=question.step,
        seconds=question.effort.seconds,
        gap=question.effort.gap,
        seed=question.effort.seed,
        timer=question.effort.timer,
    )
    search.run()
    if not np.isfinite(cost[:, search.sites].min(axis=1)).all():
        return _exact(question)
    return Found(sites=search.sites, bound=search.bound, method=", ".join(search.stages))


def _single(cost: NDArray[np.float64], locked: NDArray[np.bool_]) -> Found:
    sums = np.where(locked | ~locked.any(), cost.sum(axis=0), np.inf)
    best = int(sums.argmin())
    sites = np.array([best] if np.isfinite(sums[best]) else [], dtype=np.int64)
    return Found(sites=sites, bound=float(sums[best]), method="every site tried")


def p_median(
    distance: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    sites: int,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose the sites with the least weighted travel.

    Args:
        distance: Distance or time of each demand row to each site, shape ``(demands, sites)``;
            ``inf`` where no way leads.
        weights: Weight of each demand row, such as residents; ones where not given.
        sites: How many sites to choose, besides the existing ones.
        rules: Site rules; none where not given.
        effort: Time, gap and seed.

    Returns:
        The choice; ``value`` and ``bound`` in weight x distance.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: No choice satisfies the rules.

    >>> p_median([[0, 9], [1, 9], [9, 0]], sites=2).value
    1.0
    """
    began = perf_counter()
    rules, effort = rules or Rules(), effort or Effort()
    matrix = check_distance(distance)
    weight = check_weights(weights, demands=matrix.shape[0])
    total = check_count(sites, rules, sites=matrix.shape[1])
    check_reach(matrix, weight, rules, least=total, most=total)
    step = whole_step(matrix, weight)
    question = Question(
        distance=matrix, weights=weight, total=total, rules=rules, effort=effort, step=step
    )
    found = _quick(question) if _is_large(question) else _exact(question)
    if found.sites.size == 0:
        limits = Limits(distance=matrix[weight > 0], least=total, most=total, rules=rules)
        what = f"no {total} open sites serve every demand under the site rules"
        raise infeasible(limits, what, field="sites")
    chosen = found.sites
    value = median_value(matrix, weight, sites=chosen, cover=rules.cover)
    bound = min(value, _round_up(found.bound, step))
    return Answer(
        model="p-median",
        value=value,
        bound=bound,
        is_proven=proves(value, bound, step=step),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=nearest(matrix, chosen),
        method=found.method,
        seed=effort.seed,
    )
