"""One door to the reserve model: the plan of least cost, with a bound."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis.locate.answer import Effort
from gis.reserve.answer import Answer, Objective
from gis.reserve.instance import Instance
from gis.reserve.objective import Aim, check_aim
from gis.reserve.part import only, with_budget
from gis.reserve.watch import Progress, Watch, make_watch
from gis.reserve.whole import solve_whole


def minimise(
    instance: Instance,
    *,
    objective: Objective = "expected",
    beta: float = 0.5,
    alpha: float = 0.9,
    budget: float | None = None,
    effort: Effort | None = None,
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
    return best_plan(instance, aim, effort=effort, watch=watch)


def best_plan(instance: Instance, aim: Aim, *, effort: Effort, watch: Watch) -> Answer:
    """As ``minimise``, for an aim written out."""
    if aim.objective == "regret":
        aim = replace(aim, references=_references(instance, effort=effort, watch=watch))
    return solve_whole(instance, aim, effort=effort, watch=watch)


def _references(instance: Instance, *, effort: Effort, watch: Watch) -> NDArray[np.float64]:
    """Lower bound of what each scenario could have cost, had it been known [yuan]."""
    bounds = np.empty(instance.scenarios)
    for scenario in range(instance.scenarios):
        watch.report(f"best case of scenario {scenario}", value=np.inf, bound=-np.inf)
        part = only(instance, np.array([scenario]))
        bounds[scenario] = solve_whole(
            part, Aim(objective="expected"), effort=effort, watch=watch
        ).bound
    return bounds
