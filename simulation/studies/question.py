"""The question a study puts to the optimiser: its instance, its names, and its goods."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from gis.errors import InfeasibleError, InputError
from gis.reserve.instance import Instance
from gis.reserve.modes import Agreement, Production, Tier
from gis.reserve.rules import Rules, ZoneShare
from scenarios.drill import Drill
from scenarios.norms import Norm
from scenarios.study import ReserveMode, Study
from simulation.run import Words
from simulation.studies.areas import Areas
from simulation.studies.ensemble import Ensemble
from simulation.studies.sites import Sites
from twin.city import DIGITS

LATE_HOURS = (*range(13), 15, 18, 21, 24, 30, 36, 48, 60)
"""Moments after the order [h] at which the need that has passed is counted as lost."""
SOON = 1e-6
"""Share of a unit's worth that an hour on the way costs: of equal ways the short one is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """The study's items as numbers, in its order.

    Attributes:
        is_issued: Handed out once and then in use, not used up.
        kg, m3: Weight [kg] and room with aisles [m3] of a unit.
        price: [yuan/unit]. holding: [yuan/(unit a)]. life: Years until replaced [a].
    """

    name: tuple[str, ...]
    title: tuple[Words, ...]
    unit: tuple[str, ...]
    is_issued: tuple[bool, ...]
    kg: NDArray[np.float64]
    m3: NDArray[np.float64]
    price: NDArray[np.float64]
    holding: NDArray[np.float64]
    life: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An instance and what its numbers mean.

    Attributes:
        instance: Objective in person-hours without an item; costs in yuan a year.
        worth: Person-hours that a unit spares, shape ``(items,)``.
        load_t_per_hour: What one dock loads [t/h].
    """

    study: Study
    goods: Goods
    sites: Sites
    areas: Areas
    ensemble: Ensemble
    instance: Instance
    worth: NDArray[np.float64]
    load_t_per_hour: float


def goods_of(study: Study, drill: Drill) -> Goods:
    """Read the study's items in a drill's catalogue.

    Raises:
        InputError: The catalogue lacks an item.
    """
    catalogue = {str(item.id): item for item in drill.relief.items}
    for asked in study.items:
        if asked.item not in catalogue:
            known = ", ".join(catalogue)
            message = f"study {study.id} names item {asked.item!r}, which drill {drill.id} lacks"
            raise InputError(f"{message}; it has {known}", field=f"items.{asked.item}")
    found = [catalogue[asked.item] for asked in study.items]
    life = []
    for asked, item in zip(study.items, found, strict=True):
        kept = item.shelf_life_days.value / 365 if item.shelf_life_days else np.inf
        own = asked.shelf_life.value if asked.shelf_life else kept
        life.append(min(own, study.write_off_years.value))
    return Goods(
        name=tuple(asked.item for asked in study.items),
        title=tuple(Words(zh=item.title.zh, en=item.title.en) for item in found),
        unit=tuple(item.unit for item in found),
        is_issued=tuple(item.use == "issued" for item in found),
        kg=np.array([item.kg_per_unit.value for item in found]),
        m3=np.array(
            [
                asked.volume.value if asked.volume else item.m3_per_unit.value
                for asked, item in zip(study.items, found, strict=True)
            ]
        ),
        price=np.array([asked.price.value for asked in study.items]),
        holding=np.array([asked.holding.value for asked in study.items]),
        life=np.array(life),
    )


def ask(
    study: Study,
    goods: Goods,
    *,
    sites: Sites,
    areas: Areas,
    ensemble: Ensemble,
    load_t_per_hour: float,
) -> Question:
    """Put a study to the optimiser.

    Args:
        study: The study.
        goods: Its items.
        sites: Candidate sites.
        areas: Areas.
        ensemble: Scenarios.
        load_t_per_hour: What one dock loads [t/h].

    Raises:
        InfeasibleError: The rules contradict each other; sites are called by their names.
    """
    worth, late = _worth(ensemble), _late_shares(ensemble)
    count = len(sites.facility)
    with by_name(sites.facility):
        instance = Instance(
            probability=ensemble.probability,
            hours=ensemble.hours,
            need=ensemble.need,
            survival=ensemble.survival,
            opening_cost=np.tile([one.yearly_yuan.value for one in study.sizes], (count, 1)),
            volume=np.tile([one.volume_m3.value for one in study.sizes], (count, 1)),
            unit_volume=goods.m3,
            unit_weight=goods.kg / 1000,
            unit_cost=goods.price,
            holding_cost=goods.holding,
            shelf_life=goods.life,
            unmet_cost=worth * np.maximum(1.0 - late.sum(axis=0), 0.0),
            delay_cost=worth * SOON,
            loading_rate=np.full(count, study.docks.value * load_t_per_hour),
            horizon=study.horizon_hours.value,
            agreement=_agreement(study, goods, ensemble, count),
            production=_production(study, goods, ensemble, count),
            tiers=_tiers(study, worth=worth, late=late),
            rules=_rules(study, sites=sites, areas=areas, ensemble=ensemble, worth=worth),
        )
    return Question(
        study=study,
        goods=goods,
        sites=sites,
        areas=areas,
        ensemble=ensemble,
        instance=instance,
        worth=worth,
        load_t_per_hour=load_t_per_hour,
    )


def _worth(ensemble: Ensemble) -> NDArray[np.float64]:
    """Person-hours without an item for each unit that is lacking, over all scenarios."""
    people = np.tensordot(ensemble.probability, ensemble.person_hours.sum(axis=3), axes=1)
    units = np.tensordot(ensemble.probability, ensemble.need, axes=1)
    total = units.sum(axis=0)
    worth: NDArray[np.float64] = people.sum(axis=0) / np.where(total > 0, total, 1.0)
    return worth


def _late_shares(ensemble: Ensemble) -> NDArray[np.float64]:
    """Share of an item's person-hours lost by arriving after each of ``LATE_HOURS`` [1].

    Shape ``(moments, items)``. Who arrives after an hour has begun loses that hour's need, and all
    need until the next moment; the last moment loses what comes until the moment's own next.
    """
    people = np.tensordot(ensemble.probability, ensemble.person_hours, axes=1).sum(axis=0)
    total = people.sum(axis=1)
    moments = [hour for hour in LATE_HOURS if hour < people.shape[1]]
    edges = [*moments, min(moments[-1] + 12, people.shape[1])]
    lost = [people[:, start:end].sum(axis=1) for start, end in pairwise(edges)]
    return np.array(lost) / np.where(total > 0, total, 1.0)


def _mode(study: Study, kind: str) -> ReserveMode | None:
    return next((mode for mode in study.modes if mode.kind == kind), None)


def _most(ensemble: Ensemble, mode: ReserveMode, count: int) -> NDArray[np.float64]:
    """A mode's limit beside each site [unit], shape ``(sites, items)``: shared out evenly."""
    largest = ensemble.need.sum(axis=1).max(axis=0)
    return np.tile(largest * mode.limit.value / count, (count, 1))


def _agreement(study: Study, goods: Goods, ensemble: Ensemble, count: int) -> Agreement | None:
    mode = _mode(study, "agreement")
    if mode is None or mode.limit.value == 0:
        return None
    return Agreement(
        limit=_most(ensemble, mode, count),
        fee=goods.price * mode.fee_share.value,
        lead_hours=np.full(len(goods.name), mode.lead_hours.value),
    )


def _production(study: Study, goods: Goods, ensemble: Ensemble, count: int) -> Production | None:
    mode = _mode(study, "production")
    hours = study.horizon_hours.value - (mode.lead_hours.value if mode else 0.0)
    if mode is None or mode.limit.value == 0 or hours <= 0:
        return None
    return Production(
        limit=_most(ensemble, mode, count) / hours,
        fee=goods.price * mode.fee_share.value * hours,
        lead_hours=np.full(len(goods.name), mode.lead_hours.value),
    )


def _tiers(
    study: Study, *, worth: NDArray[np.float64], late: NDArray[np.float64]
) -> tuple[Tier, ...]:
    """The study's required tiers, and the moments after which need has passed, by hours."""
    required = [
        Tier(hours=tier.within_hours.value, required=tier.required_share.value)
        for tier in study.tiers
        if tier.required_share is not None and tier.required_share.value > 0
    ]
    passed = [
        Tier(hours=float(hour), late_cost=worth * share)
        for hour, share in zip(LATE_HOURS, late, strict=False)
    ]
    return tuple(sorted([*required, *passed], key=lambda tier: float(np.min(tier.hours))))


def district_codes(study: Study, areas: Areas) -> tuple[str, ...]:
    """Code of the district, at the level at which evenness is asked, that each area lies in."""
    digits = DIGITS[study.rules.evenness_level]
    return tuple(code[:digits] for code in areas.code)


def _rules(
    study: Study,
    *,
    sites: Sites,
    areas: Areas,
    ensemble: Ensemble,
    worth: NDArray[np.float64],
) -> Rules:
    existing = [i for i, state in enumerate(sites.state) if state == "existing"]
    place = {name: number for number, name in enumerate(sorted(set(sites.district)))}
    of_area = district_codes(study, areas)
    even = {name: number for number, name in enumerate(sorted(set(of_area)))}
    share, access = study.rules.max_zone_share, study.rules.access_hours
    zones: tuple[ZoneShare, ...] = ()
    if share is not None and len(set(sites.district)) > 1:
        zones = tuple(
            ZoneShare(
                sites=tuple(i for i, own in enumerate(sites.district) if own == district),
                share=share.value,
            )
            for district in sorted(set(sites.district))
        )
    return Rules(
        existing=tuple((site, 0) for site in existing),
        may_close=tuple(existing) if study.candidates.may_close else (),
        required=tuple(i for i, state in enumerate(sites.state) if state == "required"),
        apart=risk_circles(study, sites=sites, ensemble=ensemble),
        zones=zones,
        site_districts=tuple(place[name] for name in sites.district),
        district_minimum=study.rules.district_minimum,
        area_districts=tuple(even[code] for code in of_area),
        most_unmet_share=_limit(study.rules.most_unmet_share),
        most_gini=_limit(study.rules.most_gini),
        access_hours=math.inf if access is None else access.value,
        item_worth=tuple(worth.tolist()),
    )


def _limit(share: Norm | None) -> float:
    """A limit, or 1, which asks nothing."""
    return 1.0 if share is None else share.value


def risk_circles(study: Study, *, sites: Sites, ensemble: Ensemble) -> tuple[tuple[int, ...], ...]:
    """Groups of sites of which one may be open: maximal cliques of the pairs that share a risk.

    Two sites share a risk when they lie closer than the separation, or when one run of the hazard
    wets both at least to the footprint's depth.
    """
    near = cdist(sites.xy, sites.xy) < study.rules.separation_m.value
    depth = study.rules.footprint_depth_m
    if depth is not None:
        wet = ensemble.deepest_m >= max(depth.value, 1e-9)
        near |= (wet.T.astype(np.int64) @ wet.astype(np.int64)) > 0
    np.fill_diagonal(near, val=False)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from((int(i), int(j)) for i, j in np.argwhere(np.triu(near)))
    cliques = nx.find_cliques(graph)
    return tuple(sorted(tuple(sorted(clique)) for clique in cliques))


def in_words(message: str, names: tuple[str, ...]) -> str:
    """Call sites by their facilities where a message numbers them.

    >>> in_words("site 1 must be open; risk circle (0, 1)", ("depot-01", "school-07"))
    'school-07 must be open; risk circle (depot-01, school-07)'
    """

    def one(found: re.Match[str]) -> str:
        number = int(found.group(1))
        return names[number] if number < len(names) else found.group(0)

    def several(found: re.Match[str]) -> str:
        return found.group(1) + re.sub(r"(\d+)", one, found.group(2))

    message = re.sub(r"(risk circle )(\([\d, ]+\))", several, message)
    message = re.sub(r"(sites )(\d+ and \d+)", several, message)
    return re.sub(r"\bsite (\d+)", one, message)


@contextmanager
def by_name(names: tuple[str, ...]) -> Iterator[None]:
    """Tell the names of sites in what the optimiser refuses.

    Raises:
        InputError: As the optimiser raised it, in the user's words.
    """
    try:
        yield
    except InputError as error:
        raise type(error)(in_words(error.message, names), field=error.field) from None


@contextmanager
def money(factor: float) -> Iterator[None]:
    """Tell budgets in yuan where the optimiser counted them in other units.

    Args:
        factor: Units of the optimiser for one yuan.

    Raises:
        InputError: As the optimiser raised it, in the user's words.
    """
    try:
        yield
    except InfeasibleError as error:
        text = re.sub(r"([\d.e+]+)( yuan/a)", lambda found: _yuan(found, factor), error.message)
        raise InfeasibleError(text, field=error.field) from None


def _yuan(found: re.Match[str], factor: float) -> str:
    return f"{math.ceil(float(found.group(1)) / factor - 1e-6):,}{found.group(2)}"
