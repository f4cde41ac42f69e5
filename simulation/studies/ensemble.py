"""Scenarios of a study: need, damage and weights, from runs of its drills without any reserve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.drill import Drill
from scenarios.study import Study
from simulation.run import Words
from simulation.studies.areas import Areas, gather_areas
from simulation.studies.reduction import reduce_scenarios
from simulation.studies.rehearsal import Rehearsal
from simulation.studies.result import ScenarioRow
from simulation.studies.sites import Sites
from simulation.studies.travel import Travel, travel
from twin.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One run without any reserve, and its share of the study's probability."""

    part: int
    drill: Drill
    rehearsal: Rehearsal
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Scenarios as arrays: N scenarios, S sites, A areas, K items, H hours from the order.

    Attributes:
        probability: Shape ``(N,)``, sums to 1.
        need: What a reserve is asked for [unit], shape ``(N, A, K)``.
        by_hour: Unmet need by hour [unit], shape ``(N, A, K, H)``; of issued items the stock that
            should be there.
        person_hours: People lacking an item, by hour [person-hours], shape ``(N, A, K, H)``.
        hours: First arrival [h], shape ``(N, S, A)``; inf where none.
        survival: Share of a site's stock that survives, shape ``(N, S)``.
        roads_closed: At the worst hour, shape ``(N,)``.
        is_lost: Sites flooded or cut off at some hour, shape ``(N, S)``.
        deepest_m: Deepest water at each site [m], shape ``(N, S)``.
        waiting_h: Mean wait of trucks for roads to reopen [h], shape ``(N,)``.
    """

    probability: NDArray[np.float64]
    need: NDArray[np.float64]
    by_hour: NDArray[np.float64]
    person_hours: NDArray[np.float64]
    hours: NDArray[np.float64]
    survival: NDArray[np.float64]
    roads_closed: NDArray[np.int64]
    is_lost: NDArray[np.bool_]
    deepest_m: NDArray[np.float64]
    waiting_h: NDArray[np.float64]


def amounts_by_grid(
    source: Source, items: tuple[str, ...], *, grids: int, hours: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unmet units and person-hours by grid, item and hour from the order, ``(grids, K, H)``."""
    table = source.rehearsal.relief.needs
    order_h = source.rehearsal.order_s // 3600
    place = {name: number for number, name in enumerate(items)}
    hour = table["hour"].to_numpy(np.int64) - order_h
    item = table["item"].map(place).fillna(-1).to_numpy(np.int64)
    inside = (hour >= 0) & (hour < hours) & (item >= 0)
    key = (table["grid"].to_numpy(np.int64)[inside], item[inside], hour[inside])
    unmet, people = np.zeros((2, grids, len(items), hours))
    lacking = table["unmet"].to_numpy(np.float64)
    wanted = table["need"].to_numpy(np.float64)
    share = lacking / np.where(wanted > 0, wanted, 1.0)
    np.add.at(unmet, key, lacking[inside])
    np.add.at(people, key, (table["people"].to_numpy(np.float64) * share)[inside])
    return unmet, people


def gather(
    city: City, study: Study, sources: Sequence[Source], *, sites: Sites
) -> tuple[Ensemble, Areas, list[ScenarioRow], list[Words]]:
    """Turn runs into scenarios.

    Args:
        city: The city.
        study: The study.
        sources: Runs without any reserve.
        sites: Candidate sites.

    Returns:
        Scenarios, areas, what each scenario is, and what was assumed on the way.

    Raises:
        InputError: No run leaves any need.
    """
    items = tuple(item.item for item in study.items)
    hours, grids = max(1, round(study.horizon_hours.value)), len(city.grids)
    total = np.zeros(grids)
    for source in sources:
        lacking = amounts_by_grid(source, items, grids=grids, hours=hours)[1]
        total += source.weight * lacking.sum(axis=(1, 2))
    areas = gather_areas(city, study.areas, need=total)
    whole = _arrays(city, study, sources, areas=areas, sites=sites, hours=hours)
    features = whole.person_hours.sum(axis=3).reshape(len(sources), -1)
    kept, owner = reduce_scenarios(features, whole.probability, limit=study.scenarios)
    rows = [
        _row(study, sources, whole, number, keeps=int(index), owner=owner, sites=sites)
        for number, index in enumerate(kept)
    ]
    return _only(whole, kept, owner), areas, rows, _assumptions(study, areas, sites, kept, owner)


def _arrays(
    city: City,
    study: Study,
    sources: Sequence[Source],
    *,
    areas: Areas,
    sites: Sites,
    hours: int,
) -> Ensemble:
    items, grids = tuple(item.item for item in study.items), len(city.grids)
    by_hour, people, needs, trips, survival = [], [], [], [], []
    for source in sources:
        unmet, lacking = amounts_by_grid(source, items, grids=grids, hours=hours)
        by_hour.append(areas.gather(unmet))
        people.append(areas.gather(lacking))
        needs.append(_need(source.drill, items, by_hour[-1]))
        trip = _trip(city, study, source, sites=sites, areas=areas)
        trips.append(trip)
        left = 1.0 - source.drill.relief.wet_loss_share.value
        survival.append(left**trip.spoils)
    weight = np.array([source.weight for source in sources])
    return Ensemble(
        probability=weight / weight.sum(),
        need=np.array(needs),
        by_hour=np.array(by_hour),
        person_hours=np.array(people),
        hours=np.array([trip.hours for trip in trips]),
        survival=np.array(survival),
        roads_closed=np.array([trip.roads_closed for trip in trips], dtype=np.int64),
        is_lost=np.array([trip.is_lost for trip in trips]),
        deepest_m=np.array([trip.deepest_m for trip in trips]),
        waiting_h=np.array([trip.reopened_h for trip in trips]),
    )


def _trip(city: City, study: Study, source: Source, *, sites: Sites, areas: Areas) -> Travel:
    return travel(
        city,
        source.drill,
        source.rehearsal,
        sites=sites,
        areas=areas,
        horizon_h=study.horizon_hours.value,
        worst=study.areas.hours == "worst",
    )


def _need(
    drill: Drill, items: tuple[str, ...], by_hour: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Units asked of the reserve: the sum of what is used up, the peak of what is issued."""
    use = {str(item.id): item.use for item in drill.relief.items}
    issued = np.array([use.get(name) == "issued" for name in items])
    return np.asarray(np.where(issued, by_hour.max(axis=2), by_hour.sum(axis=2)))


def _only(whole: Ensemble, kept: NDArray[np.int64], owner: NDArray[np.int64]) -> Ensemble:
    """Keep some scenarios; each takes over the probability of those it stands for."""
    weight = np.array([whole.probability[owner == index].sum() for index in kept])
    return Ensemble(
        probability=weight / weight.sum(),
        need=whole.need[kept],
        by_hour=whole.by_hour[kept],
        person_hours=whole.person_hours[kept],
        hours=whole.hours[kept],
        survival=whole.survival[kept],
        roads_closed=whole.roads_closed[kept],
        is_lost=whole.is_lost[kept],
        deepest_m=whole.deepest_m[kept],
        waiting_h=whole.waiting_h[kept],
    )


def _row(
    study: Study,
    sources: Sequence[Source],
    whole: Ensemble,
    number: int,
    *,
    keeps: int,
    owner: NDArray[np.int64],
    sites: Sites,
) -> ScenarioRow:
    source = sources[keeps]
    facts = source.rehearsal.facts
    others = [i for i in np.flatnonzero(owner == keeps).tolist() if i != keeps]
    need = whole.need[keeps].sum(axis=0)
    return ScenarioRow(
        scenario=number,
        drill=source.drill.id,
        seed=int(facts["seed"]),
        decisions=study.drills[source.part].decisions,
        run=facts["run"],
        weight=float(whole.probability[owner == keeps].sum()),
        stands_for=[sources[i].rehearsal.facts["run"] for i in (keeps, *others)],
        need={item.item: float(amount) for item, amount in zip(study.items, need, strict=True)},
        need_person_hours=float(whole.person_hours[keeps].sum()),
        roads_closed=int(whole.roads_closed[keeps]),
        depots_lost=[sites.facility[i] for i in np.flatnonzero(whole.is_lost[keeps])],
    )


def _assumptions(
    study: Study,
    areas: Areas,
    sites: Sites,
    kept: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> list[Words]:
    joined = sum(len(names) for names in areas.joined)
    hours = study.horizon_hours.value
    way = {"mean": ("按需求加权平均", "need-weighted mean"), "worst": ("最迟网格", "worst")}
    zh, en = way[study.areas.hours]
    return [
        Words(
            zh=f"需求：无储备时演练中下令后 {hours:g} 小时内未满足的量，汇总到 {len(areas.code)} "
            f"个片区（另有 {joined} 个需求较小的片区并入最近片区）；片区到达时间取{zh}。",
            en=f"Need: what stays unmet in {hours:g} h from the order when the drill is played "
            f"without any reserve, gathered into {len(areas.code)} areas ({joined} places of less "
            f"need joined the nearest); an area's arrival is the {en} of its grids.",
        ),
        Words(
            zh=f"候选点 {len(sites.facility)} 处，另有 {sites.left_out} 处因数量上限未列入；"
            "行车时间取下令后各时刻开放路网上的最早到达，车速为道路自由流速度，含集结、装卸时间。",
            en=f"{len(sites.facility)} candidate sites, {sites.left_out} more left out by the "
            "limit; travel is the first arrival over the roads open at moments from the order on, "
            "at free speed, with mobilising, loading and unloading.",
        ),
        Words(
            zh=f"{len(owner)} 次无储备演练归并为 {len(kept)} 个情景（前向选择）。",
            en=f"{len(owner)} runs without reserve became {len(kept)} scenarios (forward "
            "selection).",
        ),
    ]
