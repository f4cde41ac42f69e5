"""What the next yuan buys: single steps from one point of the front, each with cost and gain.

A depot or a tonne is reckoned by the optimiser in every scenario with the plan's other stock as it
is, and played through the drills where the study asks for it; a truck or a generator moves through
the drill, so it is only played there, seed by seed against the same plan without it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from gis.reserve import Evaluation, Plan, evaluate, shadow_price
from gis.reserve.plan import first_stage_cost
from scenarios.drill import Drill
from scenarios.study import Study
from simulation.intervals import CONFIDENCE, DIGITS, Interval, interval, scaled
from simulation.run import Words
from simulation.studies.points import depot_rows
from simulation.studies.question import Question
from simulation.studies.replay import MEASURES, Trial, measures_of, reserve_plan, trials_of
from simulation.studies.result import FrontPoint, Measure, YuanRow
from simulation.studies.standing import BudgetPrice
from simulation.studies.tasks import Task

YUAN = 10_000.0
TEAMS = {"truck": "supply_truck", "generator": "generator_truck"}
TITLES = {
    "budget": Words(zh="同样的储备点再添 1 万元", en="10,000 yuan more for the same depots"),
    "depot": Words(zh="再设一处储备点", en="one more depot"),
    "truck": Words(zh="再增一辆运输车", en="one more supply truck"),
    "generator": Words(zh="再增一台发电车", en="one more generator truck"),
}
PLAYED: dict[str, tuple[Measure, ...]] = {
    "truck": ("unmet_person_hours", "resilience"),
    "generator": ("unmet_person_hours", "red_line_hours", "resilience"),
}
"""What is measured of the steps that are played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One single step.

    Attributes:
        plan: The plan after it; the plan as it was where only a team joins.
        row: What it buys to the optimiser; None where that knows nothing of it.
        bought: What is bought.
    """

    plan: Plan
    row: YuanRow | None
    bought: "Bought"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What a step buys, where, and for how much [yuan/a]."""

    option: Literal["budget", "depot", "tonne", "truck", "generator"]
    title: Words
    cost: float
    facility: str | None = None
    item: str | None = None


def reckoned(question: Question, plan: Plan) -> list[Step]:
    """The steps that the optimiser reckons: one more depot, one more tonne of each item."""
    asked = question.study.next_yuan
    if asked is None:
        return []
    before = evaluate(question.instance, plan)
    found: list[Step] = []
    if "depot" in asked.options:
        found += _best(question, plan, before, _depots(question, plan))
    if "tonne" in asked.options:
        for item in range(question.instance.items):
            found += _best(question, plan, before, _tonnes(question, plan, item))
    return found


def price_of(
    question: Question, plan: Plan, *, row: FrontPoint, before: Sequence[FrontPoint]
) -> BudgetPrice:
    """What more budget buys at a plan.

    Args:
        question: The question.
        plan: The plan.
        row: Its figures.
        before: Plans of smaller budgets.
    """
    shadow, slope = shadow_price(question.instance, plan) * YUAN, None
    cheaper = [point for point in before if point.cost_yuan < row.cost_yuan - 1.0]
    if cheaper:
        last = max(cheaper, key=lambda point: point.cost_yuan)
        less = last.expected.unmet_person_hours - row.expected.unmet_person_hours
        slope = less / (row.cost_yuan - last.cost_yuan) * YUAN
    return BudgetPrice(shadow=None if math.isnan(shadow) else shadow, slope=slope)


def budget_row(question: Question, price: BudgetPrice | None) -> list[YuanRow]:
    """What 10,000 yuan more buy in the depots that there are; nothing where it is not known."""
    if price is None or price.shadow is None:
        return []
    count = len(question.ensemble.probability)
    gain = Interval(mean=round(price.shadow, DIGITS), low=None, high=None, n=count)
    how = Words(
        zh="优化模型：储备点与规模不变，全部库存可重新调配；预算约束的影子价格（对偶值）。",
        en="Optimiser: the same depots and sizes, all stocks free to change; the budget's shadow "
        "price (its dual in the linear programme).",
    )
    bought = Bought(option="budget", title=TITLES["budget"], cost=YUAN)
    return [_row(bought, "unmet_person_hours", gain, how="optimiser", because=how)]


Changed = tuple[Plan, int, int, Words]
"""A changed plan, the site that changed, the item (-1 where it is a depot), and what is bought."""


def _depots(question: Question, plan: Plan) -> Iterator[Changed]:
    """A depot of each size at each closed site that shares no risk circle with an open one.

    It is filled with the plan's own mix of items, or with equal rooms where the plan holds none;
    of no item with more than the largest scenario needs.
    """
    instance, sizes = question.instance, question.study.sizes
    opened = {int(site) for site in plan.sites}
    held = plan.stock.sum(axis=0) * instance.unit_volume
    mix = held / held.sum() if held.sum() > 0 else np.full(instance.items, 1 / instance.items)
    most = instance.need.sum(axis=1).max(axis=0)
    barred = opened | set(instance.rules.forbidden)
    for site in range(instance.sites):
        shares = any(site in group and opened & set(group) for group in instance.rules.apart)
        if site in barred or shares:
            continue
        for size, one in enumerate(sizes):
            classes, stock = plan.classes.copy(), plan.stock.copy()
            classes[site] = size
            filled = mix * instance.volume[site, size] / instance.unit_volume
            stock[site] = np.minimum(filled, most)
            title = Words(
                zh=f"{TITLES['depot'].zh}（{one.title.zh}）",
                en=f"{TITLES['depot'].en} ({one.title.en})",
            )
            yield replace(plan, classes=classes, stock=stock), site, -1, title


def _tonnes(question: Question, plan: Plan, item: int) -> Iterator[Changed]:
    """One more tonne of an item: in each open depot, grown where it is full, or at suppliers."""
    instance, name = question.instance, question.goods.name[item]
    units = 1.0 / instance.unit_weight[item]
    own = Words(zh=f"再存一吨：{name}", en=f"one more tonne: {name}")
    for site in plan.sites:
        classes, stock = plan.classes.copy(), plan.stock.copy()
        stock[site, item] += units
        wanted = stock[site] @ instance.unit_volume
        fits = np.flatnonzero(instance.volume[site] >= wanted - 1e-9)
        fits = fits[fits >= classes[site]]
        if fits.size:
            classes[site] = fits[0]
            yield replace(plan, classes=classes, stock=stock), int(site), item, own
    if instance.agreement is None:
        return
    agreed = Words(zh=f"再协议一吨：{name}", en=f"one more tonne under agreement: {name}")
    left = instance.agreement.limit[:, item] - plan.agreement[:, item]
    for site in np.flatnonzero(left >= units):
        held = plan.agreement.copy()
        held[site, item] += units
        yield replace(plan, agreement=held), int(site), item, agreed


def _best(
    question: Question, plan: Plan, before: Evaluation, steps: Iterator[Changed]
) -> list[Step]:
    """The step that gains most for its cost; none where no step is possible."""
    cost = first_stage_cost(question.instance, plan).total
    found: list[tuple[float, Changed, NDArray[np.float64], float]] = []
    for step in steps:
        after = evaluate(question.instance, step[0])
        more = max(after.first_stage.total - cost, 1e-9)
        gain = before.recourse - after.recourse
        found.append((float(question.ensemble.probability @ gain) / more, step, gain, more))
    if not found:
        return []
    _, step, gain, more = max(found, key=lambda one: (one[0], -one[1][1]))
    return [_reckoned(question, step, gain=gain, cost=more)]


def _reckoned(question: Question, step: Changed, *, gain: NDArray[np.float64], cost: float) -> Step:
    plan, site, item, title = step
    name = question.sites.name[site]
    where = Words(
        zh=f"优化模型：全部 {len(gain)} 个情景、其余储备不变；最划算的位置是{name.zh}。",
        en=f"Optimiser: all {len(gain)} scenarios, the rest of the plan as it is; the best place "
        f"is {name.en}.",
    )
    bought = Bought(
        option="depot" if item < 0 else "tonne",
        title=title,
        cost=cost,
        facility=question.sites.facility[site],
        item=None if item < 0 else question.goods.name[item],
    )
    value = over_scenarios(gain, question.ensemble.probability)
    row = _row(bought, "unmet_person_hours", value, how="optimiser", because=where)
    return Step(plan=plan, row=row, bought=bought)


def _row(
    bought: Bought,
    measure: Measure,
    gain: Interval,
    *,
    how: Literal["optimiser", "simulation"],
    because: Words,
) -> YuanRow:
    return YuanRow(
        option=bought.option,
        title=bought.title,
        facility=bought.facility,
        item=bought.item,
        cost_yuan=bought.cost,
        measure=measure,
        unit=MEASURES[measure][1],
        gain=gain,
        gain_per_10000_yuan=scaled(gain, YUAN / max(bought.cost, 1e-9)),
        how=how,
        because=because,
    )


def over_scenarios(gain: NDArray[np.float64], chance: NDArray[np.float64]) -> Interval:
    """Expected gain and its 95 % interval over weighted scenarios (effective sample of Kish)."""
    mean = float(chance @ gain)
    size = 1.0 / float((chance**2).sum())
    if size < 2:
        return Interval(mean=round(mean, DIGITS), low=None, high=None, n=len(gain))
    spread = float(chance @ (gain - mean) ** 2) * size / (size - 1)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, size - 1)) * (spread / size) ** 0.5
    low, high = round(mean - half, DIGITS), round(mean + half, DIGITS)
    return Interval(mean=round(mean, DIGITS), low=low, high=high, n=len(gain))


def team_steps(study: Study, plan: Plan) -> list[Step]:
    """The steps that only the drills know: one more team."""
    asked = study.next_yuan
    if asked is None:
        return []
    cost = {"truck": asked.truck_yuan.value, "generator": asked.generator_yuan.value}
    return [
        Step(
            plan=plan,
            row=None,
            bought=Bought(option=option, title=TITLES[option], cost=cost[option]),
        )
        for option in TEAMS
        if option in asked.options
    ]


def tasks_of(
    question: Question, drills: Sequence[Drill], step: Step, *, start: FrontPoint
) -> list[Task]:
    """The runs that judge a step; none where only the optimiser is asked.

    Args:
        question: The question.
        drills: Its drills.
        step: The step.
        start: The point of the front it starts from.
    """
    study, option = question.study, step.bought.option
    asked = study.next_yuan
    if option in TEAMS:
        reserve = reserve_plan(study, start)
        return trials_of(study, drills, reserve, extra={TEAMS[option]: 1})
    if asked is None or not asked.is_replayed:
        return []
    changed = start.model_copy(update={"depots": depot_rows(question, step.plan)})
    return trials_of(study, drills, reserve_plan(study, changed))


def played(
    study: Study,
    step: Step,
    *,
    point: FrontPoint,
    before: Sequence[Trial],
    after: Sequence[Trial],
) -> list[YuanRow]:
    """What a step gains in the drills, against the same plan without it.

    Args:
        study: The study.
        step: The step.
        point: The point of the front it starts from.
        before: Runs of the plan.
        after: Runs after the step, in the same order.
    """
    weights = [part.weight.value for part in study.drills]
    strata = [run.part for run in after]
    old = [measures_of(study, run) for run in before]
    new = [measures_of(study, run) for run in after]
    rows = []
    for measure in PLAYED.get(step.bought.option, ("unmet_person_hours",)):
        sign = -1.0 if MEASURES[measure][2] == "lower" else 1.0
        gains = [sign * (b[measure] - a[measure]) for a, b in zip(old, new, strict=True)]
        how = Words(
            zh=f"演练检验：方案 {point.point} 加这一步与不加，同一随机种子逐次比较，"
            f"共 {len(gains)} 对。",
            en=f"Drills: plan {point.point} with and without it, seed by seed, {len(gains)} pairs.",
        )
        gain = interval(gains, weights, strata)
        rows.append(_row(step.bought, measure, gain, how="simulation", because=how))
    return rows
