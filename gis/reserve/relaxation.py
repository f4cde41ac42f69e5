"""Why no plan is permitted, and the smallest change that permits one."""

from dataclasses import dataclass, replace
from typing import Literal, NoReturn

import numpy as np
from scipy import sparse

from gis.errors import InfeasibleError
from gis.programme import Programme, Solved, solve
from gis.reserve.evenness import is_asked
from gis.reserve.first_stage import FirstStage, first_stage
from gis.reserve.instance import Instance
from gis.reserve.lanes import lanes_of
from gis.reserve.modes import Tier
from gis.reserve.monolith import assemble
from gis.reserve.objective import Aim
from gis.reserve.part import with_budget

SECONDS = 120.0
"""Time for each question asked of an infeasible instance [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The smallest change of one limit that permits a plan.

    Attributes:
        field: The limit: ``rules``, ``budget``, ``tiers``, ``most_unmet_share`` or
            ``most_gini``.
        given: What was asked.
        needed: What is possible, in the same unit; nan where no value helps.
        message: One line for people.
    """

    field: str
    given: float
    needed: float
    message: str


def refuse(instance: Instance) -> NoReturn:
    """Raise the error that tells the smallest relaxation.

    Raises:
        InfeasibleError: Always.
    """
    found = relax(instance)
    if found is None:
        raise InfeasibleError("no plan was found in the time given; allow more seconds")
    raise InfeasibleError(found.message, field=found.field)


def relax(instance: Instance) -> Relaxation | None:
    """Find the smallest change that permits a plan; None where one is permitted already.

    Asked in this order: do the site rules contradict each other; does the budget pay for what the
    rules, tiers and evenness force; can tiers and evenness be met at any price.
    """
    return _rules(instance) or _budget(instance) or _tiers(instance) or _evenness(instance)


def smallest_budget(instance: Instance) -> float:
    """Least yearly cost of any plan that keeps all rules [yuan/a]; ``inf`` where none does.

    Counts a proven lower bound plus what the search left open, so that a plan exists at this cost.
    """
    free = with_budget(instance, np.inf)
    solved = _cheapest(free)
    return solved.value if solved.columns.size else np.inf


def _cheapest(instance: Instance) -> Solved:
    """The cheapest plan that keeps rules, required tiers and evenness, whatever it does else."""
    stage = first_stage(instance)
    if not any(tier.required > 0 for tier in instance.tiers) and not is_asked(instance.rules):
        return solve(_alone(stage), seconds=SECONDS)
    model = assemble(instance, lanes_of(instance), stage, aim=Aim(objective="expected"))
    cost = np.zeros(len(model.programme.cost))
    cost[: stage.columns.total] = stage.cost
    return solve(replace(model.programme, cost=cost), seconds=SECONDS)


def _alone(stage: FirstStage) -> Programme:
    return Programme(
        cost=stage.cost,
        lower=stage.lower,
        upper=stage.upper,
        whole=stage.whole,
        rows=stage.rows.coefficients,
        low=stage.rows.low,
        high=stage.rows.high,
    )


def _rules(instance: Instance) -> Relaxation | None:
    """Fewest risk circles and district minima to give up, where they contradict each other."""
    free = with_budget(instance, np.inf)
    if solve(_alone(first_stage(free)), seconds=SECONDS).status == "optimal":
        return None
    bare = replace(free, rules=replace(free.rules, apart=(), district_minimum=0))
    groups, districts = instance.rules.apart, instance.rules.site_districts
    stage = first_stage(bare)
    opens = stage.columns.open
    rows = [np.isin(np.arange(instance.sites), group).astype(float) for group in groups]
    minima = sorted(set(districts)) if instance.rules.district_minimum else []
    rows += [-(np.array(districts) == district).astype(float) for district in minima]
    of_site = np.zeros((instance.sites, stage.columns.total))
    of_site[np.arange(instance.sites)[:, None], opens] = 1.0
    elastic = sparse.hstack(
        [np.array(rows) @ of_site, -sparse.eye(len(rows))] if rows else [of_site[:0]], format="csr"
    )
    high = np.concatenate(
        [np.ones(len(groups)), np.full(len(minima), -float(instance.rules.district_minimum))]
    )
    base = stage.rows.coefficients.copy()
    base.resize((base.shape[0], elastic.shape[1]))
    extra = len(rows)
    solved = solve(
        Programme(
            cost=np.concatenate([np.zeros(stage.columns.total), np.ones(extra)]),
            lower=np.concatenate([stage.lower, np.zeros(extra)]),
            upper=np.concatenate([stage.upper, np.full(extra, np.inf)]),
            whole=np.concatenate([stage.whole, np.zeros(extra, dtype=bool)]),
            rows=sparse.vstack([base, elastic], format="csr"),
            low=np.concatenate([stage.rows.low, np.full(extra, -np.inf)]),
            high=np.concatenate([stage.rows.high, high]),
        ),
        seconds=SECONDS,
    )
    if not solved.columns.size:
        return Relaxation(
            field="rules",
            given=np.nan,
            needed=np.nan,
            message="required and existing sites cannot all be open; permit larger classes",
        )
    broken = np.flatnonzero(solved.columns[stage.columns.total :] > 0.5)
    names = [
        f"risk circle {tuple(groups[row])}"
        if row < len(groups)
        else f"the minimum of district {minima[row - len(groups)]}"
        for row in broken
    ]
    return Relaxation(
        field="rules",
        given=float(extra),
        needed=float(extra - len(names)),
        message=f"the site rules contradict each other; giving up {' and '.join(names)} "
        "is the smallest change that permits a plan",
    )


def _budget(instance: Instance) -> Relaxation | None:
    least = smallest_budget(instance)
    budget = instance.rules.budget
    if least <= budget * (1 + 1e-9) or not np.isfinite(least):
        return None
    return Relaxation(
        field="budget",
        given=budget,
        needed=least,
        message=f"a budget of {budget:.6g} yuan/a permits no plan; {_up(least)} yuan/a is the "
        "smallest that does",
    )


def _up(number: float) -> str:
    """Round up to six figures, so that what is told is enough."""
    if number <= 0:
        return "0"
    step = 10.0 ** (np.floor(np.log10(number)) - 5)
    return f"{np.ceil(number / step - 1e-9) * step:.10g}"


def _tiers(instance: Instance) -> Relaxation | None:
    """Least later deadline of the first required tier that cannot be met."""
    if np.isfinite(smallest_budget(instance)):
        return None
    for number, tier in enumerate(instance.tiers):
        if tier.required <= 0 or np.isfinite(smallest_budget(_keep(instance, number))):
            continue
        hours = _deadline(instance, number)
        if np.isfinite(hours):
            text = f"{_up(hours)} h is the shortest time in which it can"
        else:
            text = "not even within the horizon; require less, or add sites and agreements"
        return Relaxation(
            field="tiers",
            given=float(np.min(tier.hours)),
            needed=hours if np.isfinite(hours) else np.nan,
            message=f"no plan delivers {tier.required:.0%} of every need within "
            f"{np.min(tier.hours):g} h in every scenario; {text}",
        )
    return None


def _keep(instance: Instance, number: int) -> Instance:
    """Ask for the tiers up to one only."""
    rules = replace(instance.rules, most_unmet_share=1.0, most_gini=1.0, budget=np.inf)
    return replace(instance, tiers=instance.tiers[: number + 1], rules=rules)


def _deadline(instance: Instance, number: int) -> float:
    """Shortest deadline of a tier that some plan meets [h], by bisection over arrival times."""
    lanes = lanes_of(replace(instance, tiers=()))
    sources = lanes.sources
    arrival = instance.hours[:, sources.site][:, None] + sources.delay.T[None, :, :, None]
    given = float(np.min(instance.tiers[number].hours))
    times = np.unique(arrival[np.isfinite(arrival) & (arrival <= instance.horizon)])
    times = times[times > given]
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        if np.isfinite(smallest_budget(_later(instance, number, float(times[middle])))):
            high = middle
        else:
            low = middle + 1
    return float(times[low]) if low < len(times) else np.inf


def _later(instance: Instance, number: int, hours: float) -> Instance:
    """Set one tier's deadline and postpone earlier ones of which it would fall short."""
    tiers = tuple(
        Tier(
            hours=np.maximum(tier.hours, hours) if place == number else tier.hours,
            required=tier.required,
            late_cost=tier.late_cost,
        )
        for place, tier in enumerate(instance.tiers[: number + 1])
    )
    return _keep(replace(instance, tiers=tiers), number)


def _evenness(instance: Instance) -> Relaxation | None:
    """Least share of unmet need, or Gini index, that districts can be held to."""
    if not is_asked(instance.rules) or np.isfinite(smallest_budget(instance)):
        return None
    rules = instance.rules
    alone = replace(instance, rules=replace(rules, most_gini=1.0))
    if np.isfinite(smallest_budget(alone)):
        least = _least(instance, "most_gini")
        text = (
            f"no plan keeps the Gini index of the districts' access at {rules.most_gini:g} beside "
            f"the other rules; {np.ceil(least * 1000) / 1000:.3f} is the smallest that one does"
        )
        return Relaxation(field="most_gini", given=rules.most_gini, needed=least, message=text)
    least = _least(alone, "most_unmet_share")
    return Relaxation(
        field="most_unmet_share",
        given=rules.most_unmet_share,
        needed=least,
        message=f"no plan keeps every district's unmet share at {rules.most_unmet_share:.1%}; "
        f"{np.ceil(least * 1000) / 10:.1f}% is the smallest that one does",
    )


def _least(instance: Instance, limit: Literal["most_gini", "most_unmet_share"]) -> float:
    """The smallest value of a limit on evenness that permits a plan, to 0.001, by bisection."""
    low, high = float(getattr(instance.rules, limit)), 1.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        rules = replace(instance.rules, budget=np.inf)
        if limit == "most_gini":
            rules = replace(rules, most_gini=middle)
        else:
            rules = replace(rules, most_unmet_share=middle)
        if np.isfinite(smallest_budget(replace(instance, rules=rules))):
            high = middle
        else:
            low = middle
    return high
