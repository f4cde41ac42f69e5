"""What the next yuan buys: single steps from one point of the front, each with cost and gain.

A depot or a tonne is reckoned by the optimiser in every scenario with the plan's other stock as it
is; a truck or a generator moves through the drill, so it is played there, seed by seed against the
same plan without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from gis.reserve import Evaluation, Plan, evaluate
from gis.reserve.plan import first_stage_cost
from scenarios.drill import Drill
from scenarios.study import Study
from simulation.intervals import CONFIDENCE, DIGITS, Interval, interval, scaled
from simulation.run import Words
from simulation.studies.question import Question
from simulation.studies.replay import MEASURES, Trial, measures_of, trials_of
from simulation.studies.result import FrontPoint, Measure, YuanRow
from simulation.studies.tasks import Task
from simulation.supply.plan import ReservePlan

YUAN = 10_000.0
TEAMS = {"truck": "supply_truck", "generator": "generator_truck"}
TITLES = {
    "depot": Words(zh="再设一处储备点", en="one more depot"),
    "truck": Words(zh="再增一辆运输车", en="one more supply truck"),
    "generator": Words(zh="再增一台发电车", en="one more generator truck"),
}
PLAYED: dict[str, tuple[Measure, ...]] = {
    "truck": ("unmet_person_hours", "resilience"),
    "generator": ("unmet_person_hours", "red_line_hours", "resilience"),
}
"""What is measured of the steps that are played."""


def reckoned(question: Question, plan: Plan) -> list[YuanRow]:
    """The steps that the optimiser reckons: one more depot, one more tonne of each item."""
    asked = question.study.next_yuan
    if asked is None:
        return []
    before = evaluate(question.instance, plan)
    rows: list[YuanRow] = []
    if "depot" in asked.options:
        rows += _best(question, plan, before, _depots(question, plan))
    if "tonne" in asked.options:
        for item in range(question.instance.items):
            rows += _best(question, plan, before, _tonnes(question, plan, item))
    return rows


Step = tuple[Plan, int, int]
"""A changed plan, the site that changed, and the item; -1 where it is a depot."""


def _depots(question: Question, plan: Plan) -> Iterator[Step]:
    """The smallest depot at each closed site that shares no risk circle with an open one.

    It is filled with the plan's own mix of items, or with equal rooms where the plan holds none.
    """
    instance = question.instance
    opened = {int(site) for site in plan.sites}
    held = plan.stock.sum(axis=0) * instance.unit_volume
    mix = held / held.sum() if held.sum() > 0 else np.full(instance.items, 1 / instance.items)
    for site in range(instance.sites):
        shares = any(site in group and opened & set(group) for group in instance.rules.apart)
        if site in opened or shares:
            continue
        classes, stock = plan.classes.copy(), plan.stock.copy()
        classes[site] = 0
        stock[site] = mix * instance.volume[site, 0] / instance.unit_volume
        yield replace(plan, classes=classes, stock=stock), site, -1


def _tonnes(question: Question, plan: Plan, item: int) -> Iterator[Step]:
    """One more tonne of an item at each open depot that has room for it."""
    instance = question.instance
    units = 1.0 / instance.unit_weight[item]
    for site in plan.sites:
        room = instance.volume[site, plan.classes[site]] - plan.stock[site] @ instance.unit_volume
        if room >= units * instance.unit_volume[item] - 1e-9:
            stock = plan.stock.copy()
            stock[site, item] += units
            yield replace(plan, stock=stock), int(site), item


def _best(
    question: Question, plan: Plan, before: Evaluation, steps: Iterator[Step]
) -> list[YuanRow]:
    """The step that gains most for its cost; none where no step is possible."""
    cost = first_stage_cost(question.instance, plan).total
    found: list[tuple[float, Step, NDArray[np.float64], float]] = []
    for step in steps:
        after = evaluate(question.instance, step[0])
        more = max(after.first_stage.total - cost, 1e-9)
        gain = before.recourse - after.recourse
        found.append((float(question.ensemble.probability @ gain) / more, step, gain, more))
    if not found:
        return []
    _, step, gain, more = max(found, key=lambda one: (one[0], -one[1][1]))
    return [_reckoned_row(question, step, gain=gain, cost=more)]


def _reckoned_row(
    question: Question, step: Step, *, gain: NDArray[np.float64], cost: float
) -> YuanRow:
    _, site, item = step
    name = question.sites.name[site]
    value = over_scenarios(gain, question.ensemble.probability)
    goods = None if item < 0 else question.goods.title[item]
    where = Words(
        zh=f"优化模型：全部 {len(gain)} 个情景、其余储备不变；最划算的位置是{name.zh}。",
        en=f"Optimiser: all {len(gain)} scenarios, the rest of the plan as it is; the best place "
        f"is {name.en}.",
    )
    return YuanRow(
        option="depot" if item < 0 else "tonne",
        title=TITLES["depot"]
        if goods is None
        else Words(zh=f"再存一吨：{goods.zh}", en=f"one more tonne: {goods.en}"),
        facility=question.sites.facility[site],
        item=None if item < 0 else question.goods.name[item],
        cost_yuan=cost,
        measure="unmet_person_hours",
        unit=MEASURES["unmet_person_hours"][1],
        gain=value,
        gain_per_10000_yuan=scaled(value, YUAN / cost),
        how="optimiser",
        because=where,
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


def steps(
    study: Study, drills: Sequence[Drill], reserve: ReservePlan | None
) -> dict[str, list[Task]]:
    """The runs that price the steps which are played, by option."""
    options = study.next_yuan.options if study.next_yuan else ()
    return {
        option: trials_of(study, drills, reserve, extra={kind: 1})
        for option, kind in TEAMS.items()
        if option in options
    }


def played(
    study: Study,
    option: str,
    *,
    point: FrontPoint,
    before: Sequence[Trial],
    after: Sequence[Trial],
) -> list[YuanRow]:
    """What one more team gains in the drills, against the same plan without it.

    Args:
        study: The study.
        option: ``truck`` or ``generator``.
        point: The point of the front they start from.
        before: Runs of the plan.
        after: Runs of the plan with the team, in the same order.
    """
    asked = study.next_yuan
    if asked is None:
        return []
    cost = (asked.truck_yuan if option == "truck" else asked.generator_yuan).value
    weights = [part.weight.value for part in study.drills]
    strata = [run.part for run in after]
    old = [measures_of(study, run) for run in before]
    new = [measures_of(study, run) for run in after]
    rows = []
    for measure in PLAYED[option]:
        _, unit, better = MEASURES[measure]
        sign = -1.0 if better == "lower" else 1.0
        gains = [sign * (b[measure] - a[measure]) for a, b in zip(old, new, strict=True)]
        gain = interval(gains, weights, strata)
        rows.append(
            YuanRow(
                option=option,
                title=TITLES[option],
                facility=None,
                item=None,
                cost_yuan=cost,
                measure=measure,
                unit=unit,
                gain=gain,
                gain_per_10000_yuan=scaled(gain, YUAN / max(cost, 1e-9)),
                how="simulation",
                because=Words(
                    zh=f"演练检验：方案 {point.point} 加一队与不加，同一随机种子逐次比较，"
                    f"共 {len(gains)} 对。",
                    en=f"Drills: plan {point.point} with and without it, seed by seed, "
                    f"{len(gains)} pairs.",
                ),
            )
        )
    return rows
