"""The best use of a fixed plan in every scenario."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.errors import InfeasibleError
from gis.locate.rows import Block
from gis.programme import Programme, solve
from gis.reserve.answer import Evaluation, Flows
from gis.reserve.first_stage import FirstStage, first_stage, held_of, values_of
from gis.reserve.instance import Instance
from gis.reserve.lanes import Lanes, lanes_of
from gis.reserve.monolith import assemble, prices
from gis.reserve.objective import Aim
from gis.reserve.part import only, without_evenness
from gis.reserve.plan import Plan, first_stage_cost
from gis.reserve.transport import serve_all

SLACK = 1e-7
"""Relative excess of a linked limit that rounding may cause."""


def evaluate(instance: Instance, plan: Plan) -> Evaluation:
    """Give what a plan costs, leaves unmet and sends, scenario by scenario.

    Each scenario and item is a transport problem of its own. Where depots load too slowly for
    that, the items of the scenario are planned together as one linear programme; where districts
    must be served evenly, all scenarios are.

    Args:
        instance: The question.
        plan: The first stage; ``make_plan`` checks one made by hand.

    Raises:
        InfeasibleError: No use of the plan's stock serves the districts as evenly as asked.
    """
    return evaluate_lanes(instance, plan, lanes_of(instance))


def evaluate_lanes(instance: Instance, plan: Plan, lanes: Lanes) -> Evaluation:
    """As ``evaluate``, for lanes laid out before."""
    flow, unmet = serve(instance, plan, lanes)
    if not _is_even(instance, lanes, unmet):
        flow, unmet = _together(instance, plan, lanes)
    return _evaluation(instance, plan, lanes, flow=flow, unmet=unmet)


def serve(
    instance: Instance, plan: Plan, lanes: Lanes
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Flows ``(N, K, rows, sources)`` and unmet needs ``(N, K, rows)`` of a plan."""
    stage_values = values_of(instance, plan)
    held = held_of(stage_values, first_stage(instance).columns)
    flow, unmet = np.empty(lanes.cost.shape), np.empty(lanes.need.shape)
    share = np.where(lanes.is_own, (plan.classes >= 0)[lanes.sources.site], 1.0)
    serve_all(
        lanes.cost,
        lanes.need,
        prices(lanes),
        lanes.supply(held),
        share,
        flow,
        unmet,
        np.empty(lanes.need.shape),
    )
    for scenario in overloaded(instance, lanes, flow):
        part = without_evenness(only(instance, np.array([scenario])))
        flow[scenario], unmet[scenario] = (array[0] for array in _together(part, plan))
    return flow, unmet


def overloaded(instance: Instance, lanes: Lanes, flow: NDArray[np.float64]) -> NDArray[np.int64]:
    """Scenarios in which some depot would have to load faster than it can."""
    if not np.isfinite(instance.loading_rate).any():
        return np.empty(0, dtype=np.int64)
    sent = np.einsum("nkru,k->nu", flow[..., lanes.is_own], instance.unit_weight)
    most = (np.asarray(instance.loading_rate) * instance.horizon)[lanes.sources.site[lanes.is_own]]
    return np.flatnonzero((sent > most * (1 + SLACK) + SLACK).any(axis=1))


def _is_even(instance: Instance, lanes: Lanes, unmet: NDArray[np.float64]) -> bool:
    share = instance.rules.most_unmet_share
    if share >= 1:
        return True
    district = instance.rules.districts(instance.areas)[lanes.area]
    weight = instance.probability[:, None, None]
    lacking = np.bincount(district, weights=(weight * unmet).sum(axis=(0, 1)))
    wanted = np.bincount(district, weights=(weight * lanes.need).sum(axis=(0, 1)))
    return bool((lacking <= share * wanted * (1 + SLACK) + SLACK).all())


def _together(
    instance: Instance, plan: Plan, lanes: Lanes | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All scenarios and items of an instance in one linear programme, the plan held fixed."""
    lanes = lanes or lanes_of(instance)
    values = values_of(instance, plan)
    stage = first_stage(instance)
    fixed = FirstStage(
        columns=stage.columns,
        cost=stage.cost,
        lower=values,
        upper=values,
        rows=_no_rows(stage),
    )
    model = assemble(
        instance, lanes, fixed, aim=Aim(objective="expected"), is_strong=False, is_soft=True
    )
    solved = solve(relaxed(model.programme), seconds=600.0)
    if solved.status != "optimal":
        raise InfeasibleError(
            f"this plan cannot keep every district's unmet share at "
            f"{instance.rules.most_unmet_share:g}; add stock or allow a larger share",
            field="most_unmet_share",
        )
    flow, arcs = np.zeros(lanes.cost.shape), model.arcs
    flow[arcs.scenario, arcs.item, arcs.row, arcs.source] = solved.columns[arcs.column]
    unmet = solved.columns[arcs.unmet_start :].reshape(lanes.need.shape)
    return np.maximum(flow, 0.0), np.clip(unmet, 0.0, lanes.need)


def relaxed(programme: Programme) -> Programme:
    """The same programme without whole columns."""
    return replace(programme, whole=np.zeros(len(programme.cost), dtype=bool))


def _no_rows(stage: FirstStage) -> Block:
    empty = sparse.csr_matrix((0, stage.columns.total))
    return Block(coefficients=empty, low=np.empty(0), high=np.empty(0))


def _evaluation(
    instance: Instance,
    plan: Plan,
    lanes: Lanes,
    *,
    flow: NDArray[np.float64],
    unmet: NDArray[np.float64],
) -> Evaluation:
    spent = np.where(flow > 0, flow * np.where(np.isfinite(lanes.cost), lanes.cost, 0.0), 0.0)
    recourse = spent.sum(axis=(1, 2, 3)) + (prices(lanes)[None] * unmet).sum(axis=(1, 2))
    shape = (instance.scenarios, instance.areas, instance.items)
    lacking, missed = np.zeros(shape), np.zeros(shape)
    for row, area in enumerate(lanes.area):
        lacking[:, area] += unmet[:, :, row]
        if lanes.is_strict[row]:
            missed[:, area] += unmet[:, :, row]
    flows = _flows(instance, lanes, flow)
    return Evaluation(
        first_stage=first_stage_cost(instance, plan),
        recourse=recourse,
        probability=instance.probability,
        unmet=lacking,
        missed=missed,
        first_hours=_first_hours(instance, flows),
        flows=flows,
    )


def _flows(instance: Instance, lanes: Lanes, flow: NDArray[np.float64]) -> Flows:
    dust = 1e-9 * max(1.0, float(lanes.need.max()))
    scenario, item, row, source = np.nonzero(flow > dust)
    site, area = lanes.sources.site[source], lanes.area[row]
    return Flows(
        scenario=scenario.astype(np.int64),
        site=site,
        mode=lanes.sources.mode[source],
        area=area,
        item=item.astype(np.int64),
        amount=flow[scenario, item, row, source],
        hours=instance.hours[scenario, site, area] + lanes.sources.delay[source, item],
    )


def _first_hours(instance: Instance, flows: Flows) -> NDArray[np.float64]:
    first = np.full((instance.scenarios, instance.areas), np.inf)
    np.minimum.at(first, (flows.scenario, flows.area), flows.hours)
    first[instance.need.sum(axis=2) <= 0] = np.nan
    return first
