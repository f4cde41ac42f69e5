"""The front: what each budget buys, each point with its own bound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gis.errors import InfeasibleError, InputError
from gis.locate.answer import Effort
from gis.reserve.answer import Answer, Evaluation
from gis.reserve.evaluate import evaluate
from gis.reserve.instance import Instance
from gis.reserve.minimise import best_plan
from gis.reserve.objective import Aim
from gis.reserve.plan import Plan
from gis.reserve.watch import Progress, Watch, make_watch

Measure = Literal["cost", "response", "unmet"]
THRIFT = 1e-4
"""Share of the measure that a whole budget may weigh, so that no point spends for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a front.

    Attributes:
        budget: Most that might be spent [yuan/a].
        spent: What the plan costs [yuan/a].
        measure: What was minimised under the budget, of this plan: expected cost of an emergency
            [yuan], hours that a needed unit waits [h], or unmet share [1].
        bound: No plan within the budget has a smaller measure.
        unmet_share: Expected unmet share of all needs in units [1].
        mean_hours: Mean hours until a unit arrives, of those that do [h].
        answer: The plan with its certificate, evaluated at the instance's own costs.
    """

    budget: float
    spent: float
    measure: float
    bound: float
    unmet_share: float
    mean_hours: float
    answer: Answer


def front(
    instance: Instance,
    budgets: Sequence[float],
    *,
    measure: Measure = "response",
    unmet_shares: Sequence[float] = (1.0,),
    effort: Effort | None = None,
    progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> list[Point]:
    """Minimise a measure under each budget (exact epsilon-constraint, Haimes et al. 1971).

    Items count equally: ``response`` is the mean over items of the hours a needed unit waits, where
    an unmet one waits the whole horizon; ``unmet`` the mean over items of the unmet share.

    Args:
        instance: The question; its own budget is replaced.
        budgets: Ladder of budgets [yuan/a].
        measure: What is minimised.
        unmet_shares: Limits on each district's unmet share; a third objective.
        effort: Time and gap for each point.
        progress: Called with how each search stands.
        is_cancelled: True stops the whole front.

    Returns:
        The points, by rising cost, without those that another point beats in cost, measure and
        unmet share. Points that no plan reaches are left out.

    Raises:
        InputError: No budget was given.
        InfeasibleError: No point can be reached; tells the smallest relaxation of the last.
    """
    if not len(budgets):
        raise InputError("front needs at least one budget", field="budgets")
    effort = effort or Effort()
    asked = [(budget, share) for share in unmet_shares for budget in sorted(budgets)]
    points: list[Point] = []
    refusal: InfeasibleError | None = None
    for budget, share in asked:
        rules = replace(instance.rules, budget=float(budget), most_unmet_share=float(share))
        watch = make_watch(effort, progress=progress, is_cancelled=is_cancelled)
        try:
            starts = [point.answer.plan for point in points if point.spent <= budget]
            changed = replace(instance, rules=rules)
            points.append(_point(changed, measure, effort, watch, starts=starts[-1:]))
        except InfeasibleError as error:
            refusal = error
    if not points and refusal is not None:
        raise refusal
    return undominated(points)


def priced(instance: Instance, measure: Measure) -> Instance:
    """Let the recourse cost be the measure itself."""
    if measure == "cost":
        return instance
    total = instance.probability @ instance.need.sum(axis=1)
    weight = np.where(total > 0, 1.0 / np.where(total > 0, total, 1.0), 0.0) / instance.items
    waits = measure == "response"
    return replace(
        instance,
        delay_cost=weight if waits else np.zeros(instance.items),
        unmet_cost=weight * (instance.horizon if waits else 1.0),
        tiers=tuple(replace(tier, late_cost=()) for tier in instance.tiers),
    )


def _point(
    instance: Instance,
    measure: Measure,
    effort: Effort,
    watch: Watch,
    *,
    starts: Sequence[Plan],
) -> Point:
    budget = instance.rules.budget
    own = priced(instance, measure)
    worst = float(own.probability @ (own.need.sum(axis=1) @ own.unmet_cost))
    thrift = THRIFT * worst / budget if 0 < budget < np.inf else 0.0
    aim = Aim(objective="expected", weight=thrift)
    answer = best_plan(own, aim, effort=effort, watch=watch, starts=starts)
    found, shown = answer.evaluation, evaluate(instance, answer.plan)
    reached = float(found.probability @ found.recourse)
    needed = float(instance.probability @ instance.need.sum(axis=(1, 2)))
    unmet = float(shown.expected_unmet.sum())
    spent = shown.first_stage.total
    return Point(
        budget=budget,
        spent=spent,
        measure=reached,
        bound=min(reached, max(0.0, answer.bound - thrift * min(budget, 1e300))),
        unmet_share=unmet / needed if needed > 0 else 0.0,
        mean_hours=mean_hours(instance, shown),
        answer=replace(answer, evaluation=shown),
    )


def mean_hours(instance: Instance, evaluation: Evaluation) -> float:
    """Mean hours until a unit arrives, of those that do [h]; nan where none does."""
    flows = evaluation.flows
    weight = instance.probability[flows.scenario] * flows.amount
    total = float(weight.sum())
    return float(weight @ flows.hours) / total if total > 0 else np.nan


def undominated(points: Sequence[Point]) -> list[Point]:
    """Points by rising cost that no other beats in cost, measure and unmet share."""
    kept = []
    for place, point in enumerate(points):
        beaten = any(
            _beats(other, point, is_first=number < place)
            for number, other in enumerate(points)
            if number != place
        )
        if not beaten:
            kept.append(point)
    return sorted(kept, key=lambda point: (point.spent, point.measure))


def _beats(one: Point, other: Point, *, is_first: bool) -> bool:
    """Nowhere worse beyond rounding, and better somewhere or named first."""
    pairs = [
        (one.spent, other.spent),
        (one.measure, other.measure),
        (one.unmet_share, other.unmet_share),
    ]
    slack = [1e-7 * max(1e-9, abs(right)) for _, right in pairs]
    if any(left > right + room for (left, right), room in zip(pairs, slack, strict=True)):
        return False
    better = any(left < right - room for (left, right), room in zip(pairs, slack, strict=True))
    return better or is_first
