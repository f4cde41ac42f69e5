"""Moving depots: a planner's changes to a plan, reckoned anew in every scenario at once."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError
from gis.reserve import Evaluation, Plan, evaluate, make_plan
from gis.reserve.part import without_evenness
from simulation.run import Words
from simulation.studies.equity import broken_evenness
from simulation.studies.points import point_row
from simulation.studies.question import Question, by_name
from simulation.studies.result import Certificate, FrontPoint, Move, MovedPlan, StudyResult

NOT_REPLAYED = Words(
    zh="尚未经演练检验：仅为优化模型在全部情景下的核算",
    en="not yet replayed: the optimiser's recourse in all scenarios only",
)
REPLAYED = Words(zh="已经演练检验", en="replayed in the drills")
_KINDS = ("physical", "agreement", "production")


def plan_of(question: Question, point: FrontPoint) -> Plan:
    """A plan of the front as the optimiser's arrays."""
    shape = (question.instance.sites, question.instance.items)
    classes = np.full(shape[0], -1, dtype=np.int64)
    held = {kind: np.zeros(shape) for kind in _KINDS}
    sizes = [size.id for size in question.study.sizes]
    for depot in point.depots:
        site = question.sites.number(depot.facility)
        if depot.size:
            classes[site] = sizes.index(depot.size)
        for row in depot.stock:
            item = question.goods.name.index(row.item)
            amount = row.quantity / (24 if row.mode == "production" else 1)
            held[row.mode][site, item] += amount
    return Plan(
        classes=classes,
        stock=held["physical"],
        agreement=held["agreement"],
        production=held["production"],
    )


def evaluate_moves(
    question: Question, result: StudyResult, *, point: int, moves: Sequence[Move]
) -> MovedPlan:
    """Reckon a changed plan in all scenarios.

    Args:
        question: The prepared question, as it was kept with the study.
        result: The study.
        point: Number of the point the changes start from.
        moves: The changes, one after the other.

    Returns:
        The new figures and their difference to the point; not yet replayed.

    Raises:
        InputError: A point, facility, size or item is unknown, a move asks for a closed depot, or
            the stock has no room where it goes.
    """
    began = perf_counter()
    origin = _point(result, point)
    plan = plan_of(question, origin)
    for move in moves:
        plan = _moved(question, plan, move)
    found = _served(question, plan)
    value = float(question.ensemble.probability @ found.recourse)
    row = point_row(
        question,
        plan,
        Certificate(
            value=value,
            bound=min(value, origin.certificate.bound),
            unit="person h",
            gap=0.0 if value <= 0 else max(0.0, 1 - origin.certificate.bound / value),
            is_proven=False,
            seconds=perf_counter() - began,
            method="recourse of a plan made by hand",
        ),
        number=point,
        budget=origin.budget_yuan,
        evaluation=found,
    )
    return MovedPlan(
        study=result.study,
        point=point,
        moves=list(moves),
        is_replayed=False,
        label=NOT_REPLAYED,
        plan=row,
        difference_person_hours=row.expected.unmet_person_hours
        - origin.expected.unmet_person_hours,
        difference_yuan=row.cost_yuan - origin.cost_yuan,
        broken_rules=[
            *broken_rules(question, plan, budget=origin.budget_yuan, cost=row.cost_yuan),
            *broken_evenness(question, found),
        ],
        seconds=perf_counter() - began,
    )


def _served(question: Question, plan: Plan) -> Evaluation:
    """The best even use of a plan, or its best use where none is even."""
    try:
        return evaluate(question.instance, plan)
    except InfeasibleError:
        return evaluate(without_evenness(question.instance), plan)


def _point(result: StudyResult, point: int) -> FrontPoint:
    found = [row for row in result.points if row.point == point]
    if not found:
        known = ", ".join(str(row.point) for row in result.points)
        raise InputError(f"the study has no point {point}; it has {known}", field="point")
    return found[0]


def _moved(question: Question, plan: Plan, move: Move) -> Plan:
    """Apply one move."""
    site = question.sites.number(move.facility)
    classes, stock = plan.classes.copy(), plan.stock.copy()
    if move.to is not None:
        _carry(question, classes, stock, site=site, to=question.sites.number(move.to))
    elif move.size is not None:
        classes[site] = _size(question, move.size)
    elif move.stock is None:
        _must_be_open(question, classes, site)
        classes[site], stock[site] = -1, 0.0
    end = site if move.to is None else question.sites.number(move.to)
    if move.to is not None and move.size is not None:
        classes[end] = _size(question, move.size)
    for name, amount in (move.stock or {}).items():
        stock[end, _item(question, name)] = amount
    with by_name(question.sites.facility):
        return make_plan(
            question.instance,
            classes,
            stock=stock,
            agreement=plan.agreement,
            production=plan.production,
        )


def _carry(
    question: Question,
    classes: NDArray[np.int64],
    stock: NDArray[np.float64],
    *,
    site: int,
    to: int,
) -> None:
    """Close one depot and bring its stock and size to another site, larger if it must be."""
    _must_be_open(question, classes, site)
    if to == site:
        raise InputError(f"{question.sites.facility[site]} moves to itself; name another site")
    stock[to] += stock[site]
    wanted = float(stock[to] @ question.instance.unit_volume)
    fits = np.flatnonzero(question.instance.volume[to] >= wanted - 1e-6)
    largest = question.instance.classes - 1
    least = int(fits[0]) if len(fits) else largest
    classes[to] = max(int(classes[to]), int(classes[site]), least)
    classes[site], stock[site] = -1, 0.0


def _must_be_open(question: Question, classes: NDArray[np.int64], site: int) -> None:
    if classes[site] < 0:
        open_ones = ", ".join(question.sites.facility[i] for i in np.flatnonzero(classes >= 0))
        message = f"no depot is open at {question.sites.facility[site]}; open are {open_ones}"
        raise InputError(message, field="moves")


def _size(question: Question, name: str) -> int:
    sizes = [size.id for size in question.study.sizes]
    if name not in sizes:
        message = f"size {name!r} is no class of the study; it has {', '.join(sizes)}"
        raise InputError(message, field="moves")
    return sizes.index(name)


def _item(question: Question, name: str) -> int:
    if name not in question.goods.name:
        known = ", ".join(question.goods.name)
        raise InputError(f"item {name!r} is none of the study's; it has {known}", field="moves")
    return question.goods.name.index(name)


def broken_rules(question: Question, plan: Plan, *, budget: float, cost: float) -> list[Words]:
    """Rules that a plan does not keep, in the order of the study's file."""
    rules, names = question.instance.rules, question.sites.facility
    opened = {int(site) for site in plan.sites}
    broken = []
    if cost > budget * (1 + 1e-6):
        over = cost - budget
        broken.append(
            Words(zh=f"超出年度预算 {over:,.0f} 元", en=f"{over:,.0f} yuan a year above the budget")
        )
    kept = {site for site, _ in rules.existing} - set(rules.may_close)
    broken += [
        Words(zh=f"必设点 {names[site]} 未启用", en=f"{names[site]} must be open")
        for site in sorted(set(rules.required) - opened)
    ]
    broken += [
        Words(zh=f"现有点 {names[site]} 不可关闭", en=f"{names[site]} may not close")
        for site in sorted(kept - opened)
    ]
    for group in rules.apart:
        both = sorted(opened & set(group))
        if len(both) > 1:
            named = ", ".join(names[site] for site in both)
            broken.append(Words(zh=f"同一风险圈：{named}", en=f"one risk circle: {named}"))
    return broken + _broken_shares(question, plan) + _broken_minimum(question, opened)


def _broken_shares(question: Question, plan: Plan) -> list[Words]:
    total, broken = plan.stock.sum(axis=0), []
    for zone in question.instance.rules.zones:
        held = plan.stock[list(zone.sites)].sum(axis=0)
        over = np.flatnonzero(held > zone.share * total * (1 + 1e-6) + 1e-6)
        for item in over:
            name = question.goods.name[int(item)]
            district = question.sites.district[zone.sites[0]]
            broken.append(
                Words(
                    zh=f"{district} 区 {name} 储量超过全市的 {zone.share:.0%}",
                    en=f"district {district} holds more than {zone.share:.0%} of all {name}",
                )
            )
    return broken


def _broken_minimum(question: Question, opened: set[int]) -> list[Words]:
    least = question.instance.rules.district_minimum
    count = dict.fromkeys(sorted(set(question.sites.district)), 0)
    for site in opened:
        count[question.sites.district[site]] += 1
    return [
        Words(
            zh=f"{name} 区启用 {number} 处，少于 {least} 处",
            en=f"district {name} has {number} open depots, fewer than {least}",
        )
        for name, number in count.items()
        if number < least
    ]
