"""What the next yuan buys: the gain of each single addition to a plan, and the budget's price."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from gis.programme import solve
from gis.reserve.answer import Evaluation
from gis.reserve.evaluate import evaluate_lanes, relaxed
from gis.reserve.first_stage import first_stage, values_of
from gis.reserve.instance import Instance
from gis.reserve.lanes import lanes_of
from gis.reserve.monolith import assemble
from gis.reserve.objective import Aim
from gis.reserve.part import with_budget
from gis.reserve.plan import Plan, first_stage_cost, limits, room

MOST_ARCS, SECONDS = 40_000, 60.0
"""Size and time [s] up to which the price of the budget is found as one programme."""
Kind = Literal["depot", "class", "stock", "agreement", "production"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that could be bought.

    Attributes:
        kind: A new depot, a larger class, more own stock, more under agreement, a larger line.
        site: Where.
        item: Which item (all kinds but ``class``; a new depot is filled with it, or with -1 with
            every item as the whole plan has them).
        amount: Units, or units per hour of a line; ignored for ``class``. A ``depot`` is filled to
            this amount, or to its room where that is less.
        size: Size class of a new depot.
    """

    kind: Kind
    site: int
    item: int = -1
    amount: float = 0.0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an option buys.

    Attributes:
        option: What is bought.
        cost: More per year [yuan/a].
        recourse: Less expected cost of an emergency [yuan].
        unmet: Less expected unmet need [unit], shape ``(K,)``.
        unmet_hours: Less expected unmet need times the hours from the order to the horizon
            [unit h].
        per_yuan: ``recourse`` per yuan of yearly cost; ``inf`` where it costs nothing and gains.
        unmet_hours_per_yuan: ``unmet_hours`` per yuan of yearly cost.
    """

    option: Option
    cost: float
    recourse: float
    unmet: NDArray[np.float64]
    unmet_hours: float
    per_yuan: float
    unmet_hours_per_yuan: float


def marginal(instance: Instance, plan: Plan, options: Sequence[Option] | None = None) -> list[Gain]:
    """Evaluate a plan with each option alone and rank what the next yuan buys.

    Args:
        instance: The question.
        plan: What there is.
        options: What might be bought; by default every addition that ``all_options`` names.

    Returns:
        Exact differences of two evaluations, the most gain per yuan first.

    Raises:
        InputError: An option is impossible.
    """
    lanes = lanes_of(instance)
    before = evaluate_lanes(instance, plan, lanes)
    gains = []
    for option in all_options(instance, plan) if options is None else options:
        bought = buy(instance, plan, option)
        after = evaluate_lanes(instance, bought, lanes)
        gains.append(_gain(instance, option, before, after))
    return sorted(gains, key=lambda gain: -gain.per_yuan)


def _gain(instance: Instance, option: Option, before: Evaluation, after: Evaluation) -> Gain:
    cost = after.first_stage.total - before.first_stage.total
    recourse = float(before.probability @ (before.recourse - after.recourse))
    unmet = (before.expected_unmet - after.expected_unmet).sum(axis=0)
    hours = float(unmet.sum()) * instance.horizon
    return Gain(
        option=option,
        cost=cost,
        recourse=recourse,
        unmet=unmet,
        unmet_hours=hours,
        per_yuan=_ratio(recourse, cost),
        unmet_hours_per_yuan=_ratio(hours, cost),
    )


def _ratio(gain: float, cost: float) -> float:
    if cost > 0:
        return gain / cost
    return np.inf if gain > 0 else 0.0


def shadow_price(instance: Instance, plan: Plan, aim: Aim | None = None) -> float:
    """What one more yuan a year buys where the depots stay as they are.

    The dual of the budget in the linear programme over all stocks, agreements and lines of the
    plan's own depots and classes, its own cost the budget: all other rules hold. At a plan where
    one kind of purchase ends and the next begins it lies between the gains of both.

    Args:
        instance: The question.
        plan: The plan.
        aim: What is lessened, without regard to cost; by default the expected cost of an emergency.

    Returns:
        Less of the aim per yuan, 0 or more; nan where there are too many arcs for one programme
        (``MOST_ARCS``) or the plan keeps not all rules.
    """
    if instance.hours.size * instance.items > MOST_ARCS:
        return np.nan
    spent = first_stage_cost(instance, plan).total
    asked = with_budget(instance, spent * (1 + 1e-9) + 1e-9)
    stage = first_stage(asked)
    values = values_of(asked, plan)
    lower, upper = stage.lower.copy(), stage.upper.copy()
    opens = stage.columns.open.ravel()
    lower[opens] = upper[opens] = values[opens]
    model = assemble(
        asked,
        lanes_of(asked),
        replace(stage, lower=lower, upper=upper),
        aim=replace(aim or Aim(objective="expected"), weight=0.0),
        is_strong=False,
        is_soft=True,
    )
    solved = solve(relaxed(model.programme), seconds=SECONDS)
    if solved.status != "optimal":
        return np.nan
    return max(0.0, -float(solved.row_duals[stage.rows.coefficients.shape[0] - 1]))


def all_options(instance: Instance, plan: Plan) -> list[Option]:
    """Every next depot, next class, next tonne of each item and mode that still fits."""
    options = []
    with np.errstate(divide="ignore"):
        tonne = np.where(instance.unit_weight > 0, 1.0 / instance.unit_weight, 1.0)
    left = room(instance, plan.classes) - plan.stock @ instance.unit_volume
    forbidden = set(instance.rules.forbidden)
    most = limits(instance)
    for site in range(instance.sites):
        if plan.classes[site] < 0 and site not in forbidden:
            options += [Option(kind="depot", site=site, size=n) for n in range(instance.classes)]
        elif 0 <= plan.classes[site] < instance.classes - 1:
            options.append(Option(kind="class", site=site))
        for item in range(instance.items):
            volume = instance.unit_volume[item]
            fits = tonne[item] if volume == 0 else min(tonne[item], left[site] / volume)
            if plan.classes[site] >= 0 and fits > 1e-9:
                options.append(Option(kind="stock", site=site, item=item, amount=float(fits)))
            for kind, step in (("agreement", tonne[item]), ("production", tonne[item] / 24)):
                rest = most[kind][site, item] - getattr(plan, kind)[site, item]
                if rest > 1e-9:
                    options.append(
                        Option(kind=kind, site=site, item=item, amount=float(min(step, rest)))  # type: ignore[arg-type]  # two of the kinds
                    )
    return options


def buy(instance: Instance, plan: Plan, option: Option) -> Plan:
    """Add an option to a plan.

    Raises:
        InputError: The depot is open, closed or at its largest, or there is no room.
    """
    site, classes = option.site, plan.classes.copy()
    if not 0 <= site < instance.sites:
        raise InputError(f"option names site {site}; sites run from 0 to {instance.sites - 1}")
    if option.kind == "depot":
        if classes[site] >= 0:
            raise InputError(f"site {site} is open already; ask for a larger class", field="site")
        classes[site] = option.size
        return _filled(instance, replace(plan, classes=classes), option)
    if option.kind == "class":
        if not 0 <= classes[site] < instance.classes - 1:
            raise InputError(f"site {site} has no larger class to grow to", field="site")
        classes[site] += 1
        return _filled(instance, replace(plan, classes=classes), option)
    amounts = getattr(plan, option.kind).copy()
    amounts[site, option.item] += option.amount
    bought = replace(plan, **{option.kind: amounts})
    _check_fits(instance, bought, option)
    return bought


def _check_fits(instance: Instance, plan: Plan, option: Option) -> None:
    used = plan.stock @ instance.unit_volume
    if (used > room(instance, plan.classes) * (1 + 1e-6) + 1e-6).any():
        raise InputError(f"{option.kind} at site {option.site} has no room", field="amount")
    for kind, most in limits(instance).items():
        if (getattr(plan, kind) > most * (1 + 1e-6) + 1e-6).any():
            raise InputError(f"{kind} at site {option.site} is above its limit", field="amount")


def _filled(instance: Instance, plan: Plan, option: Option) -> Plan:
    """Fill the free room of a site: with one item, or with a mix as expected need has it."""
    site = option.site
    free = float(room(instance, plan.classes)[site] - plan.stock[site] @ instance.unit_volume)
    mix = instance.probability @ instance.need.sum(axis=1)
    if option.item >= 0:
        mix = np.where(np.arange(instance.items) == option.item, 1.0, 0.0)
        mix = mix * (option.amount or np.inf if instance.unit_volume[option.item] == 0 else 1.0)
    volume = float(mix @ instance.unit_volume)
    scale = free / volume if volume > 0 else 1.0
    if option.item < 0:
        scale = min(scale, 1.0)
    elif option.amount > 0:
        scale = min(scale, option.amount)
    stock = plan.stock.copy()
    stock[site] += mix * scale
    return replace(plan, stock=stock)
