"""Evenness at sizes where the whole model is too large: prices on late supplies by district.

Limits on evenness couple all scenarios. Priced instead (Lagrangian relaxation; Geoffrion 1974) they
fall apart into scenarios and items again, so that the decomposition can bound and search. Prices
come from the linear programme that serves a plan's districts evenly: its duals are the prices at
which the plan's best use would be even of itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError
from gis.locate.answer import Effort
from gis.reserve.answer import Answer
from gis.reserve.evaluate import Even, evaluation_of, serve_evenly
from gis.reserve.evenness import districts_of
from gis.reserve.instance import Instance
from gis.reserve.lanes import Lanes, lanes_of
from gis.reserve.modes import Levy
from gis.reserve.objective import Aim
from gis.reserve.part import without_evenness
from gis.reserve.plan import Plan
from gis.reserve.relaxation import refuse
from gis.reserve.watch import Watch
from gis.reserve.whole import solve_decomposed

ROUNDS = 6
"""Most times that prices are set anew."""
ROUND_SHARE = 0.4
"""Share of the time left that one search at given prices may take."""
NEGLIGIBLE = 1e-6
"""Relative change of prices that counts as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Multipliers of the limits; any of them give a valid bound.

    Attributes:
        lacking: Of each district's limit on unmet need, 0 or more, shape ``(D,)`` or empty.
        spread: Of each pair's difference in access, shape ``(pairs,)``.
        limit: Of the Gini limit; at least the largest ``spread`` in size.
    """

    lacking: NDArray[np.float64]
    spread: NDArray[np.float64]
    limit: float

    def towards(self, other: "Prices") -> "Prices":
        """Half-way to others; valid prices again, for they form a convex set."""
        return Prices(
            lacking=(self.lacking + other.lacking) / 2,
            spread=(self.spread + other.spread) / 2,
            limit=(self.limit + other.limit) / 2,
        )

    def times(self, share: float) -> "Prices":
        """The same prices, smaller."""
        return Prices(
            lacking=share * self.lacking, spread=share * self.spread, limit=share * self.limit
        )

    @property
    def size(self) -> float:
        """The largest of them."""
        return max(self.limit, float(self.lacking.max(initial=0.0)))


def solve_priced(
    instance: Instance,
    aim: Aim,
    *,
    effort: Effort,
    watch: Watch,
    starts: Sequence[Plan] = (),
) -> Answer:
    """Search at prices, serve each plan found evenly, and set prices anew.

    The value is that of an even use of the plan. The bound is the best of all prices where the mean
    is minimised; for the tail and regret, in which prices are no plain sum, that without limits.

    Raises:
        InfeasibleError: No plan found can be served as evenly as asked.
    """
    lanes, free = lanes_of(instance), without_evenness(instance)
    best: Answer | None = None
    prices, bound, rounds = None, -np.inf, 0
    plans = tuple(starts)
    while rounds < ROUNDS and (rounds == 0 or watch.left > 0):
        rounds += 1
        levies, constant = _levied(instance, lanes, prices) if prices else ((), 0.0)
        own = replace(watch, seconds=max(ROUND_SHARE * watch.left, 1e-3))
        found = solve_decomposed(
            replace(free, levies=levies), aim, effort=effort, watch=own, starts=plans
        )
        if prices is None or aim.objective == "expected":
            bound = max(bound, found.bound + constant)
        try:
            even = serve_evenly(instance, found.plan, lanes)
        except InfeasibleError:
            break
        evaluation = evaluation_of(instance, found.plan, lanes, flow=even.flow, unmet=even.unmet)
        value = aim.of(evaluation)
        if best is None or value < best.value:
            best = replace(found, evaluation=evaluation, value=value)
        plans = (best.plan,)
        new = _prices(even)
        changed = new if prices is None else prices.towards(new)
        if best.value - bound <= effort.gap * abs(best.value) or _is_same(prices, changed):
            break
        prices = changed
    if best is None:
        refuse(instance)
    bound = min(bound, best.value)
    return replace(
        best,
        bound=bound,
        seconds=watch.spent,
        is_cut=watch.left <= 0 and best.value - bound > effort.gap * abs(best.value),
        method=f"evenness priced by district, {rounds} rounds; {best.method}",
    )


def _prices(even: Even) -> Prices:
    return Prices(lacking=even.lacking, spread=even.spread, limit=even.limit)


def _is_same(before: Prices | None, after: Prices) -> bool:
    if before is None:
        return after.size <= 0
    change = max(
        float(np.abs(before.spread - after.spread).max(initial=0.0)),
        float(np.abs(before.lacking - after.lacking).max(initial=0.0)),
    )
    return change <= NEGLIGIBLE * max(before.size, after.size, 1e-12)


def _levied(instance: Instance, lanes: Lanes, prices: Prices) -> tuple[tuple[Levy, ...], float]:
    """Prices as levies on late and unmet supplies, and the constant that makes them a bound.

    Lowered where a levy would make a way or an unmet need cost less than nothing.
    """
    levies, constant = _written(instance, prices)
    share = 1.0
    for levy in levies:
        share = min(share, _permitted(instance, lanes, levy))
    if share < 1.0:
        levies, constant = _written(instance, prices.times(share))
    return levies, constant


def _written(instance: Instance, prices: Prices) -> tuple[tuple[Levy, ...], float]:
    """``obj + sum lambda a + sum mu (u - phi)`` with ``a = 1 - late``, per unit of need."""
    districts, rules = districts_of(instance), instance.rules
    count, has = len(districts.need), districts.of_area >= 0
    levies, constant = [], 0.0
    if prices.spread.size:
        weight = np.full(count, -prices.limit * count * rules.most_gini)
        for (one, other), price in zip(combinations(range(count), 2), prices.spread, strict=True):
            weight[one] += price
            weight[other] -= price
        per_need = -weight * districts.scale / districts.need
        levies.append((rules.access_hours, per_need))
        constant += float(weight.sum()) * districts.scale
    if prices.lacking.size:
        levies.append((instance.horizon, prices.lacking))
        constant -= rules.most_unmet_share * float(prices.lacking @ districts.need)
    return tuple(
        Levy(
            hours=min(hours, instance.horizon),
            cost=np.where(has, per_need[districts.of_area], 0.0)[:, None] * districts.worth,
        )
        for hours, per_need in levies
    ), constant


def _permitted(instance: Instance, lanes: Lanes, levy: Levy) -> float:
    """Share of a levy at which no way and no unmet need costs less than nothing."""
    least = lanes.price.copy()
    cost = levy.cost.T[:, lanes.area]
    sources = lanes.sources
    hours = instance.hours[:, sources.site][:, :, lanes.area].transpose(0, 2, 1)
    is_late = hours[:, None] + sources.delay.T[None, :, None, :] > levy.hours
    late = np.where(is_late, lanes.cost, np.inf).min(axis=(0, 3))
    least = np.minimum(least, late)
    over = cost < 0
    if not over.any():
        return 1.0
    return float(min(1.0, (least[over] / -cost[over]).min()))
