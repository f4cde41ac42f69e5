"""Cover: as many people as p depots can reach in time, or all of them with the fewest depots.

Maximal covering (MCLP): Church & ReVelle 1974, Papers of the Regional Science Association 32.
Set covering (LSCP): Toregas, Swain, ReVelle & Bergman 1971, Operations Research 19.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from gis.locate import rows
from gis.locate.answer import Answer, Effort, nearest, proves, whole_step
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.cover.coverage import cover_most
from gis.locate.cover.merging import Merged, merge_rows
from gis.locate.mending import Limits, infeasible
from gis.locate.rules import Rules, check_rules
from gis.programme import Programme, solve


def maximal_cover(
    distance: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    sites: int,
    within: float,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose the sites that reach the most weight in time (MCLP).

    Args:
        distance: Distance or time, shape ``(demands, sites)``; ``inf`` where no way leads.
        weights: Weight of each demand row, such as residents; ones where not given.
        sites: How many sites to choose, besides the existing ones.
        within: Distance or time that counts as reached, itself included.
        rules: Site rules; ``cover`` sites must reach a demand before it counts.
        effort: Time, gap and seed.

    Returns:
        The choice; ``value`` is the weight reached and ``bound`` an upper bound of it.
        ``assignment`` is -1 for rows that are not reached in time.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: No choice satisfies the rules.

    >>> maximal_cover([[0, 9], [1, 9], [9, 0]], [1, 1, 5], sites=1, within=2).value
    5.0
    """
    began = perf_counter()
    rules, effort = rules or Rules(), effort or Effort()
    matrix = check_distance(distance)
    weight = check_weights(weights, demands=matrix.shape[0])
    total = check_count(sites, rules, sites=matrix.shape[1])
    reached = matrix <= _check_within(within, rules)
    merged = merge_rows(reached, weight)
    found = cover_most(merged, total=total, rules=rules, effort=effort)
    if found.sites.size == 0:
        limits = Limits(distance=matrix[:0], least=total, most=total, rules=rules)
        what = f"no {total} sites may be open together under the site rules"
        raise infeasible(limits, what, field="sites")
    value = float(weight[reached[:, found.sites].sum(axis=1) >= rules.cover].sum())
    bound = max(value, found.bound)
    step = whole_step(weight)
    return Answer(
        model="mclp",
        value=value,
        bound=np.floor(bound + 1e-6) if step else bound,
        is_proven=proves(value, bound, step=step),
        seconds=perf_counter() - began,
        sites=found.sites,
        assignment=nearest(np.where(reached, matrix, np.inf), found.sites),
        method=found.method,
        seed=effort.seed,
    )


def _check_within(within: float, rules: Rules) -> float:
    if not (within >= 0 and np.isfinite(within)):
        raise InputError(f"within is {within}; give a finite number of 0 or more", field="within")
    return min(within, rules.max_distance)


def set_cover(
    distance: ArrayLike,
    cost: ArrayLike | None = None,
    *,
    within: float,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose the cheapest sites that reach every demand row in time (LSCP).

    Args:
        distance: Distance or time, shape ``(demands, sites)``; ``inf`` where no way leads.
        cost: Cost of opening each site, shape ``(sites,)``; ones where not given. Existing sites
            cost nothing.
        within: Distance or time that counts as reached, itself included.
        rules: Site rules; ``cover`` sites must reach every row.
        effort: Time, gap and seed.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: Some row is out of reach; names the smallest ``within`` that mends it.

    >>> set_cover([[0, 9], [1, 9], [9, 0]], within=2).sites.tolist()
    [0, 1]
    """
    began = perf_counter()
    rules, effort = rules or Rules(), effort or Effort()
    matrix = check_distance(distance)
    sites = matrix.shape[1]
    check_rules(rules, sites=sites)
    price = check_weights(cost, demands=sites, what="cost of site").copy()
    price[list(rules.existing)] = 0.0
    limit = _check_within(within, rules)
    reachable = replace(rules, max_distance=limit)
    check_reach(matrix, np.ones(len(matrix)), reachable)
    merged = merge_rows(matrix <= limit, np.ones(len(matrix)))
    step = 1.0 if (price == np.floor(price)).all() else 0.0
    solved = solve(
        _cover_programme(merged, price, rules), seconds=effort.seconds, gap=effort.gap, step=step
    )
    if solved.columns.size == 0:
        limited = replace(rules, max_distance=limit)
        limits = Limits(distance=matrix, least=0, most=sites, rules=limited)
        what = "no sites that may be open together reach every demand"
        raise infeasible(limits, what, field="within")
    chosen = np.flatnonzero(solved.columns > 0.5).astype(np.int64)
    value = float(price[chosen].sum())
    bound = min(value, solved.bound)
    return Answer(
        model="lscp",
        value=value,
        bound=bound,
        is_proven=proves(value, bound, step=step),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=nearest(matrix, chosen),
        method=f"HiGHS on {len(merged.weight)} merged rows",
        seed=effort.seed,
    )


def _cover_programme(merged: Merged, price: NDArray[np.float64], rules: Rules) -> Programme:
    count, sites = merged.reach.shape
    reach = rows.Block(
        coefficients=merged.reach,
        low=np.full(count, float(rules.cover)),
        high=np.full(count, np.inf),
    )
    body = rows.stack([reach, *rows.apart(rules, columns=sites)])
    lower, upper = rows.opening_bounds(rules, sites=sites)
    return Programme(
        cost=price,
        lower=lower,
        upper=upper,
        whole=np.ones(sites, dtype=bool),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )
