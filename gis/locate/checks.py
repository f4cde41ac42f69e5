"""What every solver asks of its matrices, checked once at the border."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InfeasibleError, InputError, ShapeMismatchError
from gis.locate.mending import Limits, infeasible
from gis.locate.rules import Rules, check_rules


def check_distance(distance: ArrayLike) -> NDArray[np.float64]:
    """Accept a matrix of distances, shape ``(demands, sites)``; ``inf`` means no way leads.

    Raises:
        ShapeMismatchError: It is not a matrix, or has no demand row.
        InputError: It has no site, a negative or missing (nan) entry.
    """
    matrix = np.ascontiguousarray(distance, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] == 0:
        raise ShapeMismatchError(f"distance is {matrix.shape}; give (demands, sites)")
    if matrix.shape[1] == 0:
        raise InputError("there are 0 candidate sites; give at least one", field="distance")
    wrong = np.argwhere(~(matrix >= 0))
    if len(wrong):
        row, column = (int(number) for number in wrong[0])
        raise InputError(
            f"distance from demand {row} to site {column} is {matrix[row, column]}; "
            "give 0 or more, or inf where no way leads",
            field="distance",
        )
    return matrix


def check_weights(
    weights: ArrayLike | None, *, demands: int, what: str = "weight of demand"
) -> NDArray[np.float64]:
    """Accept one number per row; ones where none are given.

    Args:
        weights: Numbers, or None.
        demands: How many there must be.
        what: What one number is, for messages.

    Raises:
        ShapeMismatchError: Their number differs from the number of rows.
        InputError: A weight is negative, nan or infinite.
    """
    if weights is None:
        return np.ones(demands)
    array = np.ascontiguousarray(weights, dtype=np.float64)
    if array.shape != (demands,):
        raise ShapeMismatchError(
            f"{array.shape} numbers were given as {what}, but there are {demands} rows",
            field=what.split(maxsplit=1)[0],
        )
    wrong = np.flatnonzero(~((array >= 0) & np.isfinite(array)))
    if wrong.size:
        raise InputError(
            f"{what} {wrong[0]} is {array[wrong[0]]}; give a finite number of 0 or more",
            field=what.split(maxsplit=1)[0],
        )
    return array


def check_count(count: int, rules: Rules, *, sites: int) -> int:
    """Accept a number of sites to choose; give the number of open sites with the existing ones.

    Raises:
        InputError: The number is not positive, or the rules name unknown sites.
        InfeasibleError: More must open than are wanted, or fewer may open than are wanted.
    """
    check_rules(rules, sites=sites)
    if count < 1:
        raise InputError(f"{count} sites were asked for; ask for at least 1", field="sites")
    total = count + len(set(rules.existing))
    if len(rules.open) > total:
        raise InfeasibleError(
            f"{len(rules.open)} sites must be open but only {total} may be; "
            f"ask for {len(rules.open) - len(set(rules.existing))} or more",
            field="sites",
        )
    free = sites - len(set(rules.forbidden))
    if total > free:
        spare = max(0, free - len(set(rules.existing)))
        raise InfeasibleError(
            f"{total} open sites were asked for but only {free} may open; "
            + (f"ask for {spare} or fewer" if spare else "forbid fewer sites, or add some"),
            field="sites",
        )
    return total


def check_reach(
    distance: NDArray[np.float64],
    weights: NDArray[np.float64],
    rules: Rules,
    *,
    least: int = 0,
    most: int | None = None,
) -> None:
    """Refuse demand rows that fewer than ``rules.cover`` permitted sites can serve.

    Args:
        distance: Distance, shape ``(demands, sites)``.
        weights: Weight of each row; rows of weight 0 need no service.
        rules: Site rules.
        least: Fewest open sites.
        most: Most open sites; None where any number may open.

    Raises:
        InfeasibleError: Names the first such row and what would mend it.
    """
    allowed = np.ones(distance.shape[1], dtype=bool)
    allowed[list(rules.forbidden)] = False
    if allowed.sum() < rules.cover:
        raise InfeasibleError(
            f"{rules.cover} sites must serve each demand but only {allowed.sum()} may open; "
            f"{allowed.sum()} is the most that can",
            field="cover",
        )
    reach = np.partition(distance[:, allowed], rules.cover - 1, axis=1)[:, rules.cover - 1]
    reach = np.where(weights > 0, reach, 0.0)
    wrong = np.flatnonzero(~(reach <= rules.max_distance) | np.isinf(reach))
    if wrong.size == 0:
        return
    unreachable = np.flatnonzero(np.isinf(reach))
    if unreachable.size:
        raise InfeasibleError(
            f"demand {_with_others(unreachable)} cannot be reached from "
            f"{'any site' if rules.cover == 1 else f'{rules.cover} sites'} that may open; "
            "leave such rows out or add a site",
            field="distance",
        )
    most = distance.shape[1] if most is None else most
    limits = Limits(distance=distance[weights > 0], least=least, most=most, rules=rules)
    raise infeasible(
        limits,
        f"demand {_with_others(wrong)} has fewer than {rules.cover} site(s) "
        f"within {rules.max_distance:g}",
        field="max_distance",
    )


def _with_others(rows: NDArray[np.int64]) -> str:
    return f"{rows[0]} (and {rows.size - 1} more)" if rows.size > 1 else f"{rows[0]}"
