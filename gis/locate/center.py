"""The p-center: the smallest distance within which p depots reach everybody.

Solved as a row of set-covering questions over the distinct distances (Minieka 1970, SIAM Review
12): the radius R is proven when p sites cover everybody within R and no p sites do within the next
smaller distance.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InfeasibleError
from gis.locate import rows
from gis.locate.answer import Answer, Effort, nearest, proves
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.coverage import merge_rows
from gis.locate.programme import Programme, solve
from gis.locate.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A p-center: cost of each pair, rows that count, open sites, rules and time."""

    cost: NDArray[np.float64]
    total: int
    rules: Rules
    until: float

    def programme(self, radius: float, *, is_relaxed: bool) -> Programme:
        """Write "at most ``total`` sites cover every row within ``radius``", fewest sites first."""
        sites = self.cost.shape[1]
        merged = merge_rows(self.cost <= radius, np.ones(len(self.cost)))
        count = len(merged.weight)
        reach = rows.Block(
            coefficients=merged.reach,
            low=np.full(count, float(self.rules.cover)),
            high=np.full(count, np.inf),
        )
        most = rows.at_most(self.total, sites=sites, columns=sites)
        body = rows.stack([reach, most, *rows.apart(self.rules, columns=sites)])
        lower, upper = rows.opening_bounds(self.rules, sites=sites)
        return Programme(
            cost=np.ones(sites),
            lower=lower,
            upper=upper,
            whole=np.full(sites, not is_relaxed),
            rows=body.coefficients,
            low=body.low,
            high=body.high,
        )

    def relaxed_fits(self, radius: float) -> bool:
        """Whether fractions of sites could cover everybody: if not, whole sites cannot either."""
        seconds = max(0.1, self.until - perf_counter())
        return solve(self.programme(radius, is_relaxed=True), seconds=seconds).status != (
            "infeasible"
        )

    def cover(self, radius: float) -> NDArray[np.int64] | None:
        """Sites that cover everybody; empty where there are none, None when the time is over."""
        seconds = self.until - perf_counter()
        if seconds <= 0:
            return None
        solved = solve(
            self.programme(radius, is_relaxed=False), seconds=seconds, target=self.total + 0.5
        )
        if solved.columns.size:
            return np.flatnonzero(solved.columns > 0.5).astype(np.int64)
        return np.empty(0, dtype=np.int64) if solved.status == "infeasible" else None


def p_center(
    distance: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    sites: int,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose at most ``sites`` sites so that the worst served demand is served best.

    Args:
        distance: Distance or time, shape ``(demands, sites)``; ``inf`` where no way leads.
        weights: Factor on each row's distance; ones where not given. Rows of weight 0 do not count.
        sites: How many sites may be chosen, besides the existing ones.
        rules: Site rules; with ``cover`` r the r-th nearest open site counts.
        effort: Time and seed.

    Returns:
        The choice; ``value`` and ``bound`` are the largest weighted distance.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: No choice satisfies the rules.

    >>> p_center([[0, 9], [1, 9], [9, 0]], sites=2).value
    1.0
    """
    began = perf_counter()
    rules, effort = rules or Rules(), effort or Effort()
    matrix = check_distance(distance)
    weight = check_weights(weights, demands=matrix.shape[0])
    total = check_count(sites, rules, sites=matrix.shape[1])
    check_reach(matrix, weight, rules)
    permitted = np.where(matrix <= rules.max_distance, matrix, np.inf)[weight > 0]
    question = Question(
        cost=permitted * weight[weight > 0, None],
        total=total,
        rules=rules,
        until=began + effort.seconds,
    )
    chosen, bound = _climb(question)
    value = center_value(question.cost, chosen, cover=rules.cover)
    return Answer(
        model="p-center",
        value=value,
        bound=min(bound, value),
        is_proven=proves(value, min(bound, value)),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=nearest(matrix, chosen),
        method="set covers over the distinct distances",
        seed=effort.seed,
    )


def center_value(cost: NDArray[np.float64], sites: NDArray[np.int64], *, cover: int = 1) -> float:
    """Largest cost from any row to its ``cover``-th nearest open site."""
    return float(np.partition(cost[:, sites], cover - 1, axis=1)[:, cover - 1].max(initial=0.0))


def _climb(question: Question) -> tuple[NDArray[np.int64], float]:
    allowed = np.delete(question.cost, list(question.rules.forbidden), axis=1)
    least = np.partition(allowed, question.rules.cover - 1, axis=1)[:, question.rules.cover - 1]
    radii = np.unique(allowed[np.isfinite(allowed)])
    radii = radii[radii >= least.max(initial=0.0)]
    low, high = 0, len(radii) - 1
    while low < high:
        middle = (low + high) // 2
        if question.relaxed_fits(radii[middle]):
            high = middle
        else:
            low = middle + 1
    return _first_cover(question, radii, start=low)


def _first_cover(
    question: Question, radii: NDArray[np.float64], *, start: int
) -> tuple[NDArray[np.int64], float]:
    for number in range(start, len(radii)):
        found = question.cover(radii[number])
        if found is None:
            return _any_cover(question, radii[number:]), float(radii[number])
        if found.size:
            return found, float(radii[number])
    raise InfeasibleError(
        f"{question.total} open sites cannot serve every demand under the site rules; "
        "ask for more sites or less separation",
        field="sites",
    )


def _any_cover(question: Question, radii: NDArray[np.float64]) -> NDArray[np.int64]:
    """A choice for when the time is over: opens the site nearest to the worst row, greedily."""
    chosen = list(question.rules.open) or [int(question.cost.sum(axis=0).argmin())]
    banned = set(question.rules.forbidden)
    while len(chosen) < question.total:
        worst = int(question.cost[:, chosen].min(axis=1).argmax())
        order = np.argsort(question.cost[worst], kind="stable")
        fits = (int(j) for j in order if int(j) not in banned and int(j) not in chosen)
        site = next((j for j in fits if _is_apart(question.rules, [*chosen, j])), None)
        if site is None:
            break
        chosen.append(site)
    sites = np.array(sorted(chosen), dtype=np.int64)
    if center_value(question.cost, sites, cover=question.rules.cover) > radii[-1]:
        raise InfeasibleError("no choice was found in the time given; give more seconds")
    return sites


def _is_apart(rules: Rules, chosen: list[int]) -> bool:
    return all(len(set(group) & set(chosen)) <= 1 for group in rules.apart)
