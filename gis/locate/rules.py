"""Which sites may open together, and how far they may serve."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Limits on the choice, in site numbers (columns of the distance matrix).

    Attributes:
        existing: Depots that stand already: open, and not counted among the sites to choose.
        required: Sites that must be among the chosen.
        forbidden: Sites that may not open.
        apart: Groups of which at most one may be open, such as sites in one risk circle.
        max_distance: Farthest a demand may be served from, in the matrix's unit.
        cover: How many open sites must serve each demand (backup cover).
    """

    existing: tuple[int, ...] = ()
    required: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    max_distance: float = math.inf
    cover: int = 1

    @property
    def open(self) -> tuple[int, ...]:
        """Sites that are open in every permitted choice, rising."""
        return tuple(sorted({*self.existing, *self.required}))


def check_rules(rules: Rules, *, sites: int) -> None:
    """Refuse rules that name unknown sites or contradict each other.

    Raises:
        InputError: A site number is outside the matrix, or a limit is not positive.
        InfeasibleError: A site is both open and forbidden, or two open sites exclude each other.
    """
    for name in ("existing", "required", "forbidden"):
        _check_numbers(name, getattr(rules, name), sites=sites)
    for group in rules.apart:
        _check_numbers("apart", group, sites=sites)
    if rules.cover < 1:
        raise InputError(f"cover is {rules.cover}; give 1 or more", field="cover")
    if not rules.max_distance > 0:
        raise InputError(
            f"max_distance is {rules.max_distance}; give more than 0", field="max_distance"
        )
    clash = sorted(set(rules.open) & set(rules.forbidden))
    if clash:
        raise InfeasibleError(
            f"site {clash[0]} is both open and forbidden; drop it from one list", field="forbidden"
        )
    _check_apart(rules)


def _check_numbers(name: str, numbers: tuple[int, ...], *, sites: int) -> None:
    wrong = [number for number in numbers if not 0 <= number < sites]
    if wrong:
        raise InputError(
            f"{name} names site {wrong[0]}; sites run from 0 to {sites - 1}", field=name
        )
    if len(set(numbers)) < len(numbers):
        twice = next(number for number in numbers if numbers.count(number) > 1)
        raise InputError(f"{name} names site {twice} twice; name it once", field=name)


def _check_apart(rules: Rules) -> None:
    for group in rules.apart:
        together = sorted(set(group) & set(rules.open))
        if len(together) > 1:
            raise InfeasibleError(
                f"sites {together[0]} and {together[1]} must both be open but exclude each other; "
                "drop one, or reduce the minimum separation",
                field="apart",
            )


def separation_groups(
    between: NDArray[np.float64], *, minimum: float
) -> tuple[tuple[int, ...], ...]:
    """Group the sites that stand too close: maximal cliques that hold every pair in conflict.

    One row "at most one of the clique" is stronger in a linear programme than a row per pair.
    Cliques are found greedily, because their full number can be exponential.

    Args:
        between: Distance between sites, shape ``(sites, sites)``; the smaller direction counts.
        minimum: Two open sites must be at least this far apart, in the same unit.

    Raises:
        InputError: The matrix is not square.

    >>> separation_groups(np.array([[0., 1., 9.], [1., 0., 9.], [9., 9., 0.]]), minimum=2.0)
    ((0, 1),)
    """
    if between.ndim != 2 or between.shape[0] != between.shape[1]:
        raise InputError(f"between is {between.shape}; give one row and column per site")
    close = (np.minimum(between, between.T) < minimum) & ~np.eye(len(between), dtype=bool)
    left = np.triu(close)
    groups = []
    for site in range(len(close)):
        while left[site].any():
            group = _clique(close, left, site=site, other=int(left[site].argmax()))
            left[np.ix_(group, group)] = False
            groups.append(tuple(sorted(group)))
    return tuple(groups)


def _clique(
    close: NDArray[np.bool_], left: NDArray[np.bool_], *, site: int, other: int
) -> list[int]:
    group, shared = [site, other], close[site] & close[other]
    while shared.any():
        worth = np.where(shared, 1 + left[site] + left[other], 0)
        group.append(int(worth.argmax()))
        shared = shared & close[group[-1]]
    return group
