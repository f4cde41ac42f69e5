"""The p-dispersion: p sites as far from each other as can be (Kuby 1987, Geographical Analysis 19).

For each distance D the question is whether p sites exist of which no two are closer than D: an
independent set, written with one row per clique of sites that are too close.
"""

from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from gis.locate import rows
from gis.locate.answer import Answer, Effort, proves
from gis.locate.checks import check_count, check_distance
from gis.locate.mending import Limits, infeasible
from gis.locate.rules import Rules, separation_groups
from gis.programme import Programme, solve


def p_dispersion(
    between: ArrayLike,
    *,
    sites: int,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose sites whose smallest distance from each other is largest.

    Args:
        between: Distance between sites, shape ``(sites, sites)``; the smaller direction counts.
        sites: How many sites to choose, besides the existing ones.
        rules: Site rules; ``max_distance`` and ``cover`` have no meaning here.
        effort: Time and seed.

    Returns:
        The choice; ``value`` is the smallest distance between two open sites and ``bound`` an
        upper bound of it. ``assignment`` is empty.

    Raises:
        InputError: The matrix is not square or holds wrong numbers, or one site is asked for.
        InfeasibleError: No choice satisfies the rules.

    >>> p_dispersion([[0, 1, 5], [1, 0, 4], [5, 4, 0]], sites=2).value
    5.0
    """
    began = perf_counter()
    rules, effort = rules or Rules(), effort or Effort()
    matrix = check_distance(between)
    if matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"between is {matrix.shape}; give one row and column per site")
    total = check_count(sites, rules, sites=len(matrix))
    if total < 2:
        raise InputError("one site has no distance to another; ask for 2 or more", field="sites")
    apart = np.minimum(matrix, matrix.T)
    until = began + effort.seconds
    chosen, bound = _bisect(apart, total=total, rules=rules, until=until)
    value = _least(apart, chosen)
    return Answer(
        model="p-dispersion",
        value=value,
        bound=max(value, bound),
        is_proven=proves(value, max(value, bound)),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=np.empty(0, dtype=np.int64),
        method="independent sets over the distinct distances",
        seed=effort.seed,
    )


def _least(apart: NDArray[np.float64], sites: NDArray[np.int64]) -> float:
    part = apart[np.ix_(sites, sites)] + np.where(np.eye(len(sites), dtype=bool), np.inf, 0.0)
    return float(part.min())


def _bisect(
    apart: NDArray[np.float64], *, total: int, rules: Rules, until: float
) -> tuple[NDArray[np.int64], float]:
    values = np.unique(apart[np.triu_indices(len(apart), 1)])
    best = _independent(apart, values[0], total=total, rules=rules, until=until + 1.0)
    if best is None or best.size == 0:
        limits = Limits(distance=apart[:0], least=total, most=total, rules=rules)
        what = f"no {total} sites may be open together under the site rules"
        raise infeasible(limits, what, field="sites")
    low, high = int(np.searchsorted(values, _least(apart, best))), len(values) - 1
    while low < high:
        middle = (low + high + 1) // 2
        found = _independent(apart, values[middle], total=total, rules=rules, until=until)
        if found is None:
            return best, float(values[high])
        if found.size == 0:
            high = middle - 1
        else:
            best = found
            low = int(np.searchsorted(values, _least(apart, best)))
    return best, float(values[low])


def _independent(
    apart: NDArray[np.float64], minimum: float, *, total: int, rules: Rules, until: float
) -> NDArray[np.int64] | None:
    if perf_counter() >= until:
        return None
    count = len(apart)
    both = Rules(apart=(*rules.apart, *separation_groups(apart, minimum=minimum)))
    most = rows.exactly(total, sites=count, columns=count)
    body = rows.stack([most, *rows.apart(both, columns=count)])
    lower, upper = rows.opening_bounds(rules, sites=count)
    programme = Programme(
        cost=np.zeros(count),
        lower=lower,
        upper=upper,
        whole=np.ones(count, dtype=bool),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )
    solved = solve(programme, seconds=until - perf_counter())
    if solved.columns.size:
        return np.flatnonzero(solved.columns > 0.5).astype(np.int64)
    return np.empty(0, dtype=np.int64) if solved.status == "infeasible" else None
