"""Solve the model: as one programme, or by decomposition."""

from collections.abc import Sequence

import numpy as np

from gis.locate.answer import Effort
from gis.programme import solve
from gis.reserve.answer import Answer
from gis.reserve.evaluate import evaluate_lanes
from gis.reserve.first_stage import first_stage, plan_of
from gis.reserve.instance import Instance
from gis.reserve.lanes import lanes_of
from gis.reserve.monolith import assemble
from gis.reserve.objective import Aim
from gis.reserve.plan import Plan
from gis.reserve.relaxation import refuse
from gis.reserve.search import Search
from gis.reserve.watch import Watch


def solve_whole(
    instance: Instance,
    aim: Aim,
    *,
    effort: Effort,
    watch: Watch,
    is_strong: bool | None = None,
) -> Answer:
    """Hand the whole model to HiGHS: exact for small instances, slow for large ones.

    Raises:
        InfeasibleError: No plan is permitted, or none was found in the time given.
    """
    watch.report("writing the model", value=np.inf, bound=-np.inf)
    lanes, stage = lanes_of(instance), first_stage(instance)
    model = assemble(instance, lanes, stage, aim=aim, is_strong=is_strong)
    watch.report("solving the whole model", value=np.inf, bound=-np.inf)
    solved = solve(model.programme, seconds=watch.left, gap=max(effort.gap, 1e-7))
    if solved.columns.size == 0:
        refuse(instance)
    plan = plan_of(instance, solved.columns[: stage.columns.total])
    evaluation = evaluate_lanes(instance, plan, lanes)
    return Answer(
        objective=aim.objective,
        plan=plan,
        evaluation=evaluation,
        value=aim.of(evaluation),
        bound=solved.bound,
        seconds=watch.spent,
        is_cut=solved.status != "optimal",
        method="whole model, HiGHS",
        references=aim.references,
        seed=effort.seed,
    )


def solve_decomposed(
    instance: Instance,
    aim: Aim,
    *,
    effort: Effort,
    watch: Watch,
    starts: Sequence[Plan] = (),
) -> Answer:
    """Branch and bound on a master that learns the recourse by cuts.

    Loading rates are not in the master: the bound is that of the model without them, the value is
    the plan's own, with them.

    Raises:
        InfeasibleError: No plan is permitted, or none was found in the time given.
    """
    search = Search(instance, aim, watch=watch, gap=max(effort.gap, 1e-6), starts=starts)
    search.run()
    if search.plan is None or search.evaluation is None:
        refuse(instance)
    return Answer(
        objective=aim.objective,
        plan=search.plan,
        evaluation=search.evaluation,
        value=search.value,
        bound=search.bound,
        seconds=watch.spent,
        is_cut=not search.is_closed and watch.left <= 0,
        method=f"multi-cut decomposition, {search.nodes} nodes",
        references=aim.references,
        seed=effort.seed,
    )
