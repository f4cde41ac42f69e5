"""One door to the reserve model: the plan of least cost, with a bound."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError
from gis.locate.answer import Effort
from gis.reserve.answer import Answer, Objective
from gis.reserve.evenness import is_asked
from gis.reserve.instance import Instance
from gis.reserve.losses import Hunt, Losses, check_losses
from gis.reserve.objective import Aim, check_aim
from gis.reserve.part import only, with_budget
from gis.reserve.plan import Plan
from gis.reserve.pricing import solve_priced
from gis.reserve.watch import Progress, Watch, make_watch
from gis.reserve.whole import solve_decomposed, solve_whole

Method = Literal["auto", "whole", "decomposed"]
WHOLE_ARCS = 2_000
"""Up to so many arcs over all scenarios and items the whole model is solved at once; above it the
decomposition is quicker."""
WHOLE_EVEN_ARCS = 20_000
"""The same where districts must be served evenly, which couples all scenarios: above it prices on
late supplies, district by district, take the place of the limits."""
REFERENCE_SHARE, REFERENCE_GAP = 0.3, 0.003
"""Share of the time spent on what each scenario alone could have cost, and how exactly."""


def minimise(
    instance: Instance,
    *,
    objective: Objective = "expected",
    beta: float = 0.5,
    alpha: float = 0.9,
    budget: float | None = None,
    effort: Effort | None = None,
    method: Method = "auto",
    losses: Losses | None = None,
    progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Find where depots stand and what they hold, at least cost.

    Args:
        instance: The question.
        objective: ``expected``: yearly cost plus expected cost of an emergency. ``cvar``: the same
            with weight ``beta`` on the mean of the worst ``1 - alpha``. ``regret``: the largest
            excess, over all scenarios, of yearly plus scenario cost above the least it could have
            been, had this scenario been known.
        beta: Weight of the tail, 0 to 1.
        alpha: Where the tail begins, 0 or more and below 1.
        budget: Replaces the budget of the rules [yuan/a].
        effort: Time, gap and seed.
        method: ``whole`` hands HiGHS one programme; ``decomposed`` cuts and branches; ``auto``
            takes the first for small instances.
        losses: Choose the plan also against its worst loss of depots.
        progress: Called with how the search stands.
        is_cancelled: Asked between steps; True stops the search.

    Returns:
        The best plan found, its evaluation and its certificate.

    Raises:
        InputError: The objective or its weights are wrong.
        InfeasibleError: No plan is permitted; tells the smallest relaxation.
        CancelledError: ``is_cancelled`` said so.
    """
    check_aim(objective, beta=beta, alpha=alpha)
    effort = effort or Effort()
    if budget is not None:
        instance = with_budget(instance, budget)
    watch = make_watch(effort, progress=progress, is_cancelled=is_cancelled)
    aim = Aim(objective=objective, beta=beta, alpha=alpha)
    if losses is not None and losses.weight > 0:
        return withstand(instance, aim, losses, effort=effort, watch=watch, method=method)
    return best_plan(instance, aim, effort=effort, watch=watch, method=method)


def withstand(
    instance: Instance,
    aim: Aim,
    losses: Losses,
    *,
    effort: Effort,
    watch: Watch,
    method: Method = "auto",
) -> Answer:
    """Choose a plan against its worst loss: column-and-constraint generation (Zeng & Zhao 2013).

    A master knows a growing list of lost sets, each with a recourse of its own in every scenario;
    the plan it gives is asked for its worst loss, which joins the list. A master that knows fewer
    sets is a relaxation, so that every round's bound holds; the value is always that of the true
    worst loss, or of its bound where that search was cut short.

    Raises:
        InputError: Losses go with neither regret, required tiers nor evenness.
        InfeasibleError: No plan is permitted; tells the smallest relaxation.
        CancelledError: Somebody stopped it.
    """
    check_losses(instance, aim, losses)
    hunt = Hunt(instance, aim, losses, gap=effort.gap)
    tight = replace(effort, gap=effort.gap / 2)
    while True:
        own = replace(watch, seconds=hunt.share(watch))
        question, mixed = hunt.master()
        try:
            answer = best_plan(
                question, mixed, effort=tight, watch=own, method=method, starts=hunt.starts
            )
        except InfeasibleError:  # a later master only lacks time: its first plan is permitted too
            if hunt.best is None:
                raise
            return hunt.answer(watch)
        watch.report("asking for the worst loss", value=hunt.value, bound=hunt.bound)
        if not hunt.learn(answer) or watch.left <= 0:
            return hunt.answer(watch)


def best_plan(
    instance: Instance,
    aim: Aim,
    *,
    effort: Effort,
    watch: Watch,
    method: Method = "auto",
    starts: Sequence[Plan] = (),
) -> Answer:
    """As ``minimise``, for an aim written out and perhaps with permitted plans to begin with."""
    slack = np.empty(0)
    if aim.objective == "regret":
        references, slack = _references(instance, effort=effort, watch=watch, method=method)
        aim = replace(aim, references=references)
    if _is_whole(instance, method):
        answer = solve_whole(instance, aim, effort=effort, watch=watch)
    elif is_asked(instance.rules):
        answer = solve_priced(instance, aim, effort=effort, watch=watch, starts=starts)
    else:
        answer = solve_decomposed(instance, aim, effort=effort, watch=watch, starts=starts)
        if answer.evaluation.missed.sum() > 1e-6 * float(instance.need.sum()):
            answer = solve_whole(instance, aim, effort=effort, watch=watch)
    return replace(answer, reference_slack=slack)


def _is_whole(instance: Instance, method: Method) -> bool:
    if method != "auto":
        return method == "whole"
    most = WHOLE_EVEN_ARCS if is_asked(instance.rules) else WHOLE_ARCS
    return instance.hours.size * instance.items <= most


def _references(
    instance: Instance, *, effort: Effort, watch: Watch, method: Method
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower bound of what each scenario could have cost, if known, and its slack [yuan]."""
    bounds, slack = np.empty(instance.scenarios), np.empty(instance.scenarios)
    each = REFERENCE_SHARE * watch.left / instance.scenarios
    exact = replace(effort, gap=min(REFERENCE_GAP, effort.gap / 3))
    for scenario in range(instance.scenarios):
        watch.report(f"best case of scenario {scenario}", value=np.inf, bound=-np.inf)
        part = only(instance, np.array([scenario]))
        own = replace(watch, seconds=each)
        solver = solve_whole if _is_whole(part, method) else solve_decomposed
        if solver is solve_decomposed and is_asked(part.rules):
            solver = solve_priced
        answer = solver(part, Aim(objective="expected"), effort=exact, watch=own)
        bounds[scenario], slack[scenario] = answer.bound, max(0.0, answer.value - answer.bound)
    return bounds, slack
