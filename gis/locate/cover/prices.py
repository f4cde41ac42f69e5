"""What prices of demand rows tell of a part of all choices: a bound, and sites that are settled.

For prices u between 0 and the weights w a cover is at most ``sum (w - u)`` plus what its sites are
worth, ``sum over the rows a site reaches of u``: the closed form of Cordeau, Furini & Ljubic 2019,
European Journal of Operational Research 275. A limit on how many sites of a group open adds a toll
that each of them pays, and that comes back for as many as may open.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.locate.cover.merging import Merged

Group = tuple[int, ...]
"""Sites, rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A part of all choices.

    Attributes:
        fixed: Per site 1 open, -1 closed, 0 free.
        ranges: Fewest and most open sites of each limited group.
    """

    fixed: NDArray[np.int8]
    ranges: dict[Group, tuple[float, float]] = field(default_factory=dict)

    def and_group(self, group: Group, *, least: float, most: float) -> "Limits":
        """The part of these choices that keeps one more limit."""
        below, above = self.ranges.get(group, (-np.inf, np.inf))
        narrow = (max(least, below), min(most, above))
        return Limits(fixed=self.fixed, ranges={**self.ranges, group: narrow})


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What prices say of a part of all choices.

    Attributes:
        bound: No choice of this part covers more; ``-inf`` where there is none.
        worth: What opening each site is worth.
        left: How many sites are still to be chosen among those that are not fixed.
    """

    bound: float
    worth: NDArray[np.float64]
    left: int


def bound_by_price(
    merged: Merged,
    price: NDArray[np.float64],
    limits: Limits,
    *,
    total: int,
    toll: dict[Group, float] | None = None,
) -> Priced:
    """Bound the covers of a part of all choices by prices of rows and tolls of limited groups.

    Args:
        merged: Rows of demand.
        price: Price of each row, between 0 and its weight.
        limits: The part.
        total: Number of open sites.
        toll: What each limited group charges for an open site; negative where it pays.
    """
    worth = np.asarray(merged.reach.T @ price)
    bound = float((merged.weight - price).sum())
    for group, each in (toll or {}).items():
        least, most = limits.ranges[group]
        limit = most if each > 0 else least
        if each and np.isfinite(limit):
            worth[list(group)] -= each
            bound += each * limit
    fixed, left = limits.fixed, total - int((limits.fixed > 0).sum())
    free = np.sort(worth[fixed == 0])[::-1]
    if not 0 <= left <= len(free):
        return Priced(bound=-np.inf, worth=worth, left=0)
    bound += float(worth[fixed > 0].sum() + free[:left].sum())
    return Priced(bound=bound, worth=worth, left=left)


def fix(priced: Priced, fixed: NDArray[np.int8], *, value: float, step: float) -> NDArray[np.int8]:
    """Fix the sites that no choice better than a known one opens or closes.

    Args:
        priced: What prices say of a part of all choices.
        fixed: What is fixed in this part.
        value: Cover of the best choice known.
        step: Smallest difference of two covers; 0 where unknown.
    """
    slack = max(0.0, priced.bound - value - 0.999 * step) + 1e-9 * max(1.0, abs(priced.bound))
    free = np.sort(priced.worth[fixed == 0])[::-1]
    last_in = free[priced.left - 1] if priced.left else np.inf
    first_out = free[priced.left] if priced.left < len(free) else -np.inf
    tight = fixed.copy()
    tight[(fixed == 0) & (last_in - priced.worth > slack)] = -1
    tight[(fixed == 0) & (priced.worth - first_out > slack)] = 1
    return tight
