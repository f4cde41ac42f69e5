"""Points of the front: the best plan of each budget, told in names and units."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis.reserve import (
    Answer,
    Effort,
    Evaluation,
    Instance,
    Losses,
    Plan,
    Progress,
    evaluate,
    minimise,
)
from gis.reserve.lanes import MODES
from gis.reserve.part import without_evenness
from scenarios.study import Study
from simulation.run import Words
from simulation.studies.equity import evenness_row
from simulation.studies.loss import loss_row
from simulation.studies.question import Question, by_name, money
from simulation.studies.result import (
    AreaOutcome,
    Certificate,
    CostRow,
    DepotRow,
    Expectation,
    FlowRow,
    FrontPoint,
    StockRow,
    TierRow,
)

THRIFT = 1e-5
"""Share of the whole need that a whole budget may weigh, so that no plan spends for nothing."""
SCALE = 10.0
"""What a whole budget weighs in the solver: far above its tolerance, whatever is at stake."""
DUST = 1e-6
COSTS = {
    "opening": Words(zh="储备点", en="depots"),
    "holding": Words(zh="保管", en="holding"),
    "rotation": Words(zh="轮换更新", en="rotation"),
    "fees": Words(zh="协议与产能费", en="agreement and capacity fees"),
}


def best(
    question: Question,
    budget: float,
    *,
    tell: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[Answer, Certificate]:
    """Find the plan of one budget that leaves the fewest person-hours unmet.

    Yearly spending counts only as much as keeps a plan from spending for nothing.

    Args:
        question: The question.
        budget: Most that may be spent in a year [yuan/a].
        tell: Told how the search stands.
        is_cancelled: True stops the search.

    Raises:
        InfeasibleError: No plan keeps the rules at this budget; tells the smallest relaxation.
        CancelledError: ``is_cancelled`` said so.
    """
    study = question.study
    factor, weight = SCALE / budget, _weight(question.instance)
    scaled = thrifty(question.instance, factor, weight)

    def solve(instance: Instance) -> Answer:
        with by_name(question.sites.facility), money(factor):
            return minimise(
                instance,
                objective=study.objective.kind,
                alpha=study.objective.alpha,
                beta=study.objective.beta,
                budget=SCALE,
                losses=_losses(study),
                effort=Effort(seconds=study.effort.seconds, gap=study.effort.gap),
                progress=tell,
                is_cancelled=is_cancelled,
            )

    answer = solve(scaled)
    value, bound = _figures(answer, weight)
    uneven = None
    if study.rules.asks_evenness:
        uneven = min(value, _figures(solve(without_evenness(scaled)), weight)[0])
    gap = 0.0 if value <= bound else (value - bound) / max(abs(value), 1e-12)
    certificate = Certificate(
        value=value,
        bound=bound,
        unit="person h",
        gap=gap,
        is_proven=answer.is_proven and gap <= 10 * THRIFT,
        seconds=answer.seconds,
        method=answer.method,
        uneven_value=uneven,
    )
    return answer, certificate


def _figures(answer: Answer, weight: float) -> tuple[float, float]:
    """Objective of an answer and its bound, in person-hours."""
    if answer.objective == "regret":
        return answer.value / weight, answer.bound / weight
    value = (answer.value - answer.evaluation.first_stage.total) / weight
    return value, min(value, max(0.0, (answer.bound - SCALE) / weight))


def _losses(study: Study) -> Losses | None:
    asked = study.objective
    if not asked.lost_depots:
        return None
    return Losses(count=asked.lost_depots, weight=asked.loss_weight)


def _weight(instance: Instance) -> float:
    """What a person-hour weighs where the whole budget weighs ``SCALE``."""
    late = sum((np.asarray(tier.late_cost) for tier in instance.tiers if len(tier.late_cost)), 0.0)
    unmet = instance.unmet_cost + late  # what never comes is late at every tier
    worst = float(instance.probability @ (instance.need.sum(axis=1) @ unmet))
    return SCALE / (THRIFT * worst) if worst > 0 else SCALE


def thrifty(instance: Instance, factor: float, weight: float) -> Instance:
    """Count a yuan as ``factor`` and a person-hour as ``weight``.

    Both are scaled so that neither the budget nor the need, however small, drowns in the
    tolerances of the solver.
    """
    agreed, made = instance.agreement, instance.production
    return replace(
        instance,
        opening_cost=instance.opening_cost * factor,
        unit_cost=instance.unit_cost * factor,
        holding_cost=instance.holding_cost * factor,
        agreement=agreed and replace(agreed, fee=agreed.fee * factor),
        production=made and replace(made, fee=made.fee * factor),
        rules=replace(instance.rules, budget=instance.rules.budget * factor),
        unmet_cost=instance.unmet_cost * weight,
        delay_cost=instance.delay_cost * weight,
        tiers=tuple(
            replace(tier, late_cost=np.asarray(tier.late_cost) * weight) for tier in instance.tiers
        ),
    )


def point_row(
    question: Question,
    plan: Plan,
    certificate: Certificate,
    *,
    number: int,
    budget: float,
    evaluation: Evaluation | None = None,
) -> FrontPoint:
    """Tell a plan in names and units, not yet replayed.

    Args:
        question: The question.
        plan: The plan.
        certificate: How good it provably is.
        number: Number of the point.
        budget: Its budget [yuan/a].
        evaluation: What the plan does, where it is known.
    """
    found = evaluation or evaluate(question.instance, plan)
    cost = found.first_stage
    return FrontPoint(
        point=number,
        budget_yuan=budget,
        cost_yuan=cost.total,
        costs=[
            CostRow(part=part, title=title, yuan=getattr(cost, part))
            for part, title in COSTS.items()
        ],
        certificate=certificate,
        expected=expectation(question, found),
        tiers=_tiers(question, found),
        depots=depot_rows(question, plan),
        flows=_flows(question, found),
        areas=_areas(question, found),
        scenario_person_hours=found.recourse.tolist(),
        evenness=evenness_row(question, found),
        worst_loss=loss_row(question, plan, found),
        replay=None,
        disagreement=[],
    )


def expectation(question: Question, found: Evaluation) -> Expectation:
    """What the optimiser expects of a plan."""
    chance, flows = question.ensemble.probability, found.flows
    amount = chance[flows.scenario] * flows.amount
    goods = question.goods.name
    delivered = np.bincount(flows.item, amount, minlength=len(goods))
    first = np.full(len(chance), np.inf)
    np.minimum.at(first, flows.scenario, flows.hours)
    came = np.isfinite(first)
    return Expectation(
        unmet_person_hours=float(chance @ found.recourse),
        cvar_person_hours=found.cvar(question.study.objective.alpha),
        worst_person_hours=float(found.recourse.max()),
        first_supply_hours=float(chance[came] @ first[came] / chance[came].sum())
        if came.any()
        else None,
        response_hours=float(amount @ flows.hours / amount.sum()) if amount.sum() > 0 else None,
        delivered={name: float(units) for name, units in zip(goods, delivered, strict=True)},
    )


def _tiers(question: Question, found: Evaluation) -> list[TierRow]:
    flows, instance = found.flows, question.instance
    weight = instance.probability[flows.scenario] * flows.amount * question.worth[flows.item]
    total = float(instance.probability @ (instance.need.sum(axis=1) @ question.worth))
    return [
        TierRow(
            tier=tier.id,
            title=Words(zh=tier.title.zh, en=tier.title.en),
            within_hours=tier.within_hours.value,
            share=float(weight[flows.hours <= tier.within_hours.value].sum()) / max(total, 1e-12),
        )
        for tier in question.study.tiers
    ]


def depot_rows(question: Question, plan: Plan) -> list[DepotRow]:
    """What stands where, in the order of the sites."""
    rows = []
    held = (plan.stock, plan.agreement, plan.production)
    for site in range(question.instance.sites):
        stock = [
            _stock(question, mode, item, float(amount[site, item]))
            for mode, amount in enumerate(held)
            for item in range(question.instance.items)
            if amount[site, item] > DUST
        ]
        size = int(plan.classes[site])
        if size >= 0 or stock:
            rows.append(_depot(question, site, size=size, stock=stock))
    return rows


def _depot(question: Question, site: int, *, size: int, stock: list[StockRow]) -> DepotRow:
    sites, sizes = question.sites, question.study.sizes
    return DepotRow(
        facility=sites.facility[site],
        name=sites.name[site],
        lon=float(sites.degrees[site, 0]),
        lat=float(sites.degrees[site, 1]),
        size=sizes[size].id if size >= 0 else "",
        is_existing=sites.state[site] == "existing",
        volume_m3=sizes[size].volume_m3.value if size >= 0 else 0.0,
        stock=stock,
    )


def _stock(question: Question, mode: int, item: int, amount: float) -> StockRow:
    instance, goods = question.instance, question.goods
    yearly = instance.holding_cost[item] + instance.rotation_cost[item]
    if mode == 1 and instance.agreement is not None:
        yearly = instance.agreement.fee[item]
    elif mode == 2 and instance.production is not None:
        yearly = instance.production.fee[item]
    return StockRow(
        item=goods.name[item],
        unit=goods.unit[item],
        mode=("physical", "agreement", "production")[mode],
        quantity=amount * (24 if MODES[mode] == "production" else 1),
        volume_m3=amount * float(goods.m3[item]) if mode == 0 else 0.0,
        yuan=amount * float(yearly),
    )


def _flows(question: Question, found: Evaluation) -> list[FlowRow]:
    """Expected flows by depot, area and item; the hours are the amount-weighted mean."""
    flows, instance = found.flows, question.instance
    shape = (instance.sites, instance.areas, instance.items)
    amount = instance.probability[flows.scenario] * flows.amount
    key = np.ravel_multi_index((flows.site, flows.area, flows.item), shape)
    size = int(np.prod(shape))
    total = np.bincount(key, amount, minlength=size)
    late = np.bincount(key, amount * flows.hours, minlength=size)
    rows = []
    for cell in np.flatnonzero(total > DUST):
        site, area, item = (int(i) for i in np.unravel_index(cell, shape))
        rows.append(
            FlowRow(
                facility=question.sites.facility[site],
                area=question.areas.code[area],
                item=question.goods.name[item],
                quantity=float(total[cell]),
                hours=float(late[cell] / total[cell]),
            )
        )
    return rows


def _areas(question: Question, found: Evaluation) -> list[AreaOutcome]:
    chance = question.ensemble.probability
    unmet, need = found.expected_unmet, np.tensordot(chance, question.ensemble.need, axes=1)
    rows = []
    for area, code in enumerate(question.areas.code):
        asked = float(need[area] @ question.worth)
        lacking = float(unmet[area] @ question.worth)
        rows.append(
            AreaOutcome(
                area=code,
                unmet=dict(zip(question.goods.name, unmet[area].tolist(), strict=True)),
                unmet_person_hours=lacking,
                unmet_share=lacking / asked if asked > 0 else 0.0,
                hours=_first(found.first_hours[:, area], chance),
            )
        )
    return rows


def _first(hours: NDArray[np.float64], chance: NDArray[np.float64]) -> float | None:
    came = np.isfinite(hours)
    return float(hours[came] @ chance[came] / chance[came].sum()) if came.any() else None
