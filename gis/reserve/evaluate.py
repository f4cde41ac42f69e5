"""The best use of a fixed plan in every scenario."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.errors import InfeasibleError
from gis.locate.rows import Block
from gis.programme import Programme, solve
from gis.reserve.answer import Evaluation, Flows
from gis.reserve.evenness import EvenRows, districts_of, gini, is_asked, is_timely
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
    if not _is_even(instance, lanes, flow, unmet):
        even = serve_evenly(instance, plan, lanes)
        flow, unmet = even.flow, even.unmet
    return evaluation_of(instance, plan, lanes, flow=flow, unmet=unmet)


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
        even = serve_evenly(part, plan, lanes_of(part))
        flow[scenario], unmet[scenario] = even.flow[0], even.unmet[0]
    return flow, unmet


def overloaded(instance: Instance, lanes: Lanes, flow: NDArray[np.float64]) -> NDArray[np.int64]:
    """Scenarios in which some depot would have to load faster than it can."""
    if not np.isfinite(instance.loading_rate).any():
        return np.empty(0, dtype=np.int64)
    sent = np.einsum("nkru,k->nu", flow[..., lanes.is_own], instance.unit_weight)
    most = (np.asarray(instance.loading_rate) * instance.horizon)[lanes.sources.site[lanes.is_own]]
    return np.flatnonzero((sent > most * (1 + SLACK) + SLACK).any(axis=1))


def _is_even(
    instance: Instance, lanes: Lanes, flow: NDArray[np.float64], unmet: NDArray[np.float64]
) -> bool:
    rules = instance.rules
    if not is_asked(rules):
        return True
    districts = districts_of(instance)
    place, chance = districts.of_area[lanes.area], instance.probability
    lacking = np.einsum("n,nkr,k->r", chance, unmet, districts.worth)
    came = np.einsum("n,nkru,k,nkru->r", chance, flow, districts.worth, is_timely(instance, lanes))
    keep, count = place >= 0, len(districts.need)
    short = np.bincount(place[keep], weights=lacking[keep], minlength=count)
    access = np.bincount(place[keep], weights=came[keep], minlength=count) / districts.need
    most = rules.most_unmet_share * districts.need
    return bool((short <= most * (1 + SLACK) + SLACK).all()) and (
        gini(access) <= rules.most_gini + SLACK
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Even:
    """The best even use of a plan, and the prices that would make it the best use of all.

    Attributes:
        flow: Shape ``(N, K, rows, sources)``.
        unmet: Shape ``(N, K, rows)``.
        lacking: Price of the unmet part of each district's need, per unit of weighed need,
            0 or more, shape ``(D,)``.
        spread: Price of each pair's difference in access times ``Districts.scale``, the first's
            over the second's, shape ``(pairs,)``.
        limit: Price of the Gini limit; no pair's is further from 0.
    """

    flow: NDArray[np.float64]
    unmet: NDArray[np.float64]
    lacking: NDArray[np.float64]
    spread: NDArray[np.float64]
    limit: float


def serve_evenly(instance: Instance, plan: Plan, lanes: Lanes) -> Even:
    """All scenarios and items in one linear programme, the plan held fixed.

    Raises:
        InfeasibleError: No use of the plan serves the districts as evenly as asked.
    """
    values, stage = values_of(instance, plan), first_stage(instance)
    fixed = FirstStage(
        columns=stage.columns, cost=stage.cost, lower=values, upper=values, rows=_no_rows(stage)
    )
    model = assemble(
        instance,
        _stocked(lanes, held_of(values, stage.columns)),
        fixed,
        aim=Aim(objective="expected"),
        is_strong=False,
        is_soft=True,
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
    unmet = solved.columns[arcs.unmet_start :][: lanes.need.size].reshape(lanes.need.shape)
    return _even(model.even, solved.row_duals, flow=flow, unmet=np.clip(unmet, 0.0, lanes.need))


def _even(
    rows: EvenRows,
    duals: NDArray[np.float64],
    *,
    flow: NDArray[np.float64],
    unmet: NDArray[np.float64],
) -> Even:
    own = duals[len(duals) - len(rows.low) :]
    many = len(rows.pairs)
    ways = own[len(own) - 2 * many - 1 :] if many else np.zeros(1)
    spread = ways[:many] - ways[many : 2 * many]
    return Even(
        flow=np.maximum(flow, 0.0),
        unmet=unmet,
        lacking=np.maximum(-own[: rows.shares], 0.0),
        spread=spread,
        limit=max(float(-ways[-1]), float(np.abs(spread).max()) if many else 0.0),
    )


def _stocked(lanes: Lanes, held: NDArray[np.float64]) -> Lanes:
    """Lanes of sources that hold anything; the rest counts as lost."""
    empty = held[lanes.sources.slot, lanes.sources.site].sum(axis=1) <= 0
    return replace(lanes, survival=np.where(empty, 0.0, lanes.survival))


def relaxed(programme: Programme) -> Programme:
    """The same programme without whole columns."""
    return replace(programme, whole=np.zeros(len(programme.cost), dtype=bool))


def _no_rows(stage: FirstStage) -> Block:
    empty = sparse.csr_matrix((0, stage.columns.total))
    return Block(coefficients=empty, low=np.empty(0), high=np.empty(0))


def evaluation_of(
    instance: Instance,
    plan: Plan,
    lanes: Lanes,
    *,
    flow: NDArray[np.float64],
    unmet: NDArray[np.float64],
) -> Evaluation:
    """What flows and unmet needs mean, scenario by scenario."""
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
