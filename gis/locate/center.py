"""The p-center: the smallest distance within which p depots reach everybody.

Solved as a row of set-covering questions over the distinct distances (Minieka 1970, SIAM Review
12): the radius R is proven when p sites cover everybody within R and no p sites do within the next
smaller distance.
"""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from gis.errors import InfeasibleError
from gis.locate import rows
from gis.locate.answer import Answer, Effort, nearest, proves
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.cover.dominance import undominated
from gis.locate.mending import Limits, infeasible
from gis.locate.rules import Rules
from gis.programme import Programme, solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A p-center: cost and distance of each pair of the rows that count, and what is asked."""

    cost: NDArray[np.float64]
    distance: NDArray[np.float64]
    total: int
    rules: Rules
    until: float

    def programme(self, radius: float) -> tuple[Programme, NDArray[np.int64]]:
        """Write "the fewest sites that cover every row within ``radius``"; names its sites."""
        reached = self.cost <= radius
        reached[:, list(self.rules.forbidden)] = False
        count = reached.shape[1]
        lasting = np.full(count, self.rules.cover > 1 or bool(self.rules.apart))
        lasting[list(self.rules.open)] = True
        kept, sites = undominated(reached, lasting=lasting)
        reach = rows.Block(
            coefficients=sparse.csr_matrix(reached[np.ix_(kept, sites)].astype(np.float64)),
            low=np.full(len(kept), float(self.rules.cover)),
            high=np.full(len(kept), np.inf),
        )
        whole = rows.apart(self.rules, columns=count)
        body = rows.stack(
            [reach, *(replace(b, coefficients=b.coefficients[:, sites]) for b in whole)]
        )
        lower, upper = rows.opening_bounds(self.rules, sites=count)
        programme = Programme(
            cost=np.ones(len(sites)),
            lower=lower[sites],
            upper=upper[sites],
            whole=np.ones(len(sites), dtype=bool),
            rows=body.coefficients,
            low=body.low,
            high=body.high,
        )
        return programme, sites

    def relaxed_fits(self, radius: float) -> bool:
        """Whether fractions of sites could cover everybody: if not, whole sites cannot either."""
        seconds = max(0.1, self.until - perf_counter())
        programme, _ = self.programme(radius)
        relaxed = solve(replace(programme, whole=np.zeros_like(programme.whole)), seconds=seconds)
        if relaxed.status == "optimal":
            return relaxed.value <= self.total + 1e-6
        return relaxed.status != "infeasible"

    def cover(self, radius: float) -> NDArray[np.int64] | None:
        """Sites that cover everybody; empty where there are none, None when the time is over."""
        seconds = self.until - perf_counter()
        if seconds <= 0:
            return None
        programme, sites = self.programme(radius)
        enough = self.total + 0.5
        solved = solve(programme, seconds=seconds, step=1.0, target=enough, cutoff=enough)
        if solved.columns.size and solved.value <= enough:
            return sites[solved.columns > 0.5]
        is_none = solved.status != "stopped" or solved.bound > self.total + 1e-6
        return np.empty(0, dtype=np.int64) if is_none else None


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
    check_reach(matrix, weight, rules, most=total)
    permitted = np.where(matrix <= rules.max_distance, matrix, np.inf)[weight > 0]
    question = Question(
        cost=permitted * weight[weight > 0, None],
        distance=matrix[weight > 0],
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
        method="set covers over the distinct distances, without dominated rows and sites",
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
    what = f"no {question.total} open sites serve every demand under the site rules"
    limits = Limits(distance=question.distance, least=0, most=question.total, rules=question.rules)
    raise infeasible(limits, what, field="sites")


def _any_cover(question: Question, radii: NDArray[np.float64]) -> NDArray[np.int64]:
    """A choice for when the time is over: the better of two greedy ones."""
    choices = [_open_for_the_worst(question)]
    if not question.rules.apart and question.rules.cover == 1:
        choices.append(_bisect_greedily(question, radii))
    sites = min(
        choices, key=lambda one: center_value(question.cost, one, cover=question.rules.cover)
    )
    if center_value(question.cost, sites, cover=question.rules.cover) > radii[-1]:
        raise InfeasibleError("no choice was found in the time given; give more seconds")
    return sites


def _open_for_the_worst(question: Question) -> NDArray[np.int64]:
    """Open the site nearest to the worst served row, again and again."""
    banned = set(question.rules.forbidden)
    total = question.cost.sum(axis=0)
    total[list(banned)] = np.inf
    fit = [j for j in range(len(total)) if j not in banned]
    chosen = list(question.rules.open) or [min(fit, key=lambda j: float(total[j]))]
    while len(chosen) < question.total:
        worst = int(question.cost[:, chosen].min(axis=1).argmax())
        order = np.argsort(question.cost[worst], kind="stable")
        fits = (int(j) for j in order if int(j) not in banned and int(j) not in chosen)
        site = next((j for j in fits if _is_apart(question.rules, [*chosen, j])), None)
        if site is None:
            break
        chosen.append(site)
    return np.array(sorted(chosen), dtype=np.int64)


def _bisect_greedily(question: Question, radii: NDArray[np.float64]) -> NDArray[np.int64]:
    """The smallest radius found at which opening the site with most new rows suffices."""
    best, low, high = _open_for_the_worst(question), 0, len(radii) - 1
    while low <= high:
        middle = (low + high) // 2
        found = _greedy_cover(question, radii[middle])
        if found.size:
            best, high = found, middle - 1
        else:
            low = middle + 1
    return best


def _greedy_cover(question: Question, radius: float) -> NDArray[np.int64]:
    reached = question.cost <= radius
    reached[:, list(question.rules.forbidden)] = False
    chosen = list(question.rules.open)
    left = ~reached[:, chosen].any(axis=1)
    while left.any() and len(chosen) < question.total:
        chosen.append(int(reached[left].sum(axis=0).argmax()))
        left &= ~reached[:, chosen[-1]]
    return np.array([] if left.any() else sorted(set(chosen)), dtype=np.int64)


def _is_apart(rules: Rules, chosen: list[int]) -> bool:
    return all(len(set(group) & set(chosen)) <= 1 for group in rules.apart)
