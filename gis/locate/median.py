"""The p-median: where p depots make the whole travel of all residents least.

Hakimi 1964 (Operations Research 12); weighted, conditional on existing depots, with site rules.
"""

from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InfeasibleError
from gis.locate.answer import Answer, Effort, nearest, proves
from gis.locate.assignment import all_pairs, solve_assignment
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.cover import set_cover
from gis.locate.rules import Rules


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


def whole_step(*arrays: NDArray[np.float64]) -> float:
    """Smallest difference two values can have: 1 where all finite data are whole, else 0."""
    return 1.0 if all(_is_whole(array) for array in arrays) else 0.0


def _is_whole(array: NDArray[np.float64]) -> bool:
    finite = array[np.isfinite(array)]
    return bool((finite == np.floor(finite)).all())


def _too_few(
    matrix: NDArray[np.float64], weight: NDArray[np.float64], rules: Rules, *, total: int
) -> InfeasibleError:
    farthest = matrix[np.isfinite(matrix)].max(initial=0.0)
    within = min(rules.max_distance, farthest)
    fewest = len(set_cover(matrix[weight > 0], within=within, rules=rules).sites)
    if fewest <= total:
        return InfeasibleError(
            f"no {total} sites fit the separation rules; {fewest} sites serve every demand",
            field="sites",
        )
    return InfeasibleError(
        f"{total} open sites cannot serve every demand; {fewest} are the fewest that can",
        field="sites",
    )


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
    check_reach(matrix, weight, rules)
    step = whole_step(matrix, weight)
    solved, chosen = solve_assignment(
        all_pairs(matrix, weight, rules),
        total=total,
        rules=rules,
        seconds=effort.seconds,
        gap=effort.gap,
        step=step,
    )
    if chosen.size == 0:
        raise _too_few(matrix, weight, rules, total=total)
    value = median_value(matrix, weight, sites=chosen, cover=rules.cover)
    bound = min(value, solved.bound)
    return Answer(
        model="p-median",
        value=value,
        bound=bound,
        is_proven=proves(value, bound, step=step),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=nearest(matrix, chosen),
        method="HiGHS on the assignment model",
        seed=effort.seed,
    )
