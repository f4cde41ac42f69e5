"""How soon a truck from each site reaches each area on a damaged network, from the order on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis import network, paths
from scenarios.drill import Drill
from simulation.studies.areas import Areas
from simulation.studies.rehearsal import Rehearsal
from simulation.studies.sites import Sites
from twin.city import City

LOOKS_H = (0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 60, 72, 96, 120, 144)
"""Hours after the order at which the open roads are looked at; the worst hour is added."""
FALLBACK_PAYLOAD_T = 5.0
_MINUTES_PER_KM_KMH = 0.06
_SHORTEST_M = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Arrivals in one scenario.

    Attributes:
        hours: From the order to the first arrival [h], shape ``(sites, areas)``, loading and
            unloading included; ``inf`` where no way opens within the horizon.
        is_lost: Sites that flood, or reach no area, at some hour looked at, shape ``(sites,)``.
        spoils: How often water enters each site, shape ``(sites,)``.
        deepest_m: Deepest water at each site within the horizon [m], shape ``(sites,)``.
        roads_closed: Drivable roads closed at the worst hour looked at.
        reopened_h: Need-weighted mean hours that trucks wait for a road to reopen.
    """

    hours: NDArray[np.float64]
    is_lost: NDArray[np.bool_]
    spoils: NDArray[np.int64]
    deepest_m: NDArray[np.float64]
    roads_closed: int
    reopened_h: float


def handling_hours(city: City, drill: Drill) -> float:
    """From the order to a truck's leaving, and its unloading, without the way [h].

    Mobilising the depot, the crew's turnout, loading one truck at one dock, and unloading it.
    """
    relief, norms = drill.relief, drill.norms
    hour = (drill.t0.hour + drill.t0.minute / 60 + relief.order / 3600) % 24
    is_day = 6 <= hour < 19
    wait = relief.mobilise_minutes if is_day else relief.mobilise_off_minutes
    minutes = wait.value + norms.turnout_minutes.value + norms.unloading_minutes.value
    return minutes / 60 + payload_t(city, drill) / relief.load_t_per_hour.value


def payload_t(city: City, drill: Drill) -> float:
    """What a supply truck carries [t]: the mean of the city's, else of the drill's roster."""
    trucks = city.teams[city.teams["kind"] == "supply_truck"] if len(city.teams) else city.teams
    if len(trucks):
        return float(trucks["payload_kg"].mean()) / 1000
    named = [team.payload_kg for team in drill.teams if team.kind == "supply_truck"]
    return named[0] / 1000 if named else FALLBACK_PAYLOAD_T


def travel(
    city: City,
    drill: Drill,
    rehearsal: Rehearsal,
    *,
    sites: Sites,
    areas: Areas,
    horizon_h: float,
    worst: bool,
) -> Travel:
    """Measure arrivals on the roads that were open in one run.

    At every look the open roads give driving times; a truck leaves at the look from which it
    arrives first, and only while its site stands dry.

    Args:
        city: The city.
        drill: The drill that was played.
        rehearsal: What the run left.
        sites: Candidate sites.
        areas: Areas.
        horizon_h: Arrivals after so many hours do not count.
        worst: An area is reached when its worst grid is; else the need-weighted mean counts.
    """
    closed = rehearsal.relief.roads_closed
    looks = _looks(rehearsal, horizon_h=horizon_h)
    first = np.full((len(sites.facility), len(areas.node)), np.inf)
    now = first.copy()
    is_lost = np.zeros(len(sites.facility), bool)
    most = 0
    grids = (areas.of_grid >= 0) & (areas.node >= 0)
    sill = drill.norms.building_wet_depth_m.value
    for hour in looks:
        shut = _shut(closed, rehearsal.order_s + hour * 3600)
        most = max(most, len(shut))
        driving = _driving_hours(city, shut, sites.node, areas.node, grids)
        driving[_wet(rehearsal, sites, hour, sill=sill)] = np.inf
        is_lost |= ~np.isfinite(driving[:, grids]).any(axis=1)
        if hour == 0:
            now = driving.copy()
        first = np.minimum(first, hour + driving)
    hours = _by_area(first, areas, worst=worst) + handling_hours(city, drill)
    return Travel(
        hours=np.where(hours <= horizon_h, hours, np.inf),
        is_lost=is_lost,
        spoils=_spoils(rehearsal, sites, horizon_h=horizon_h, sill=sill),
        deepest_m=_deepest(rehearsal, sites, horizon_h=horizon_h),
        roads_closed=most,
        reopened_h=_waiting(first, now, areas),
    )


def _looks(rehearsal: Rehearsal, *, horizon_h: float) -> list[int]:
    end_h = min(horizon_h, (int(rehearsal.facts["end_s"]) - rehearsal.order_s) / 3600)
    looks = {hour for hour in LOOKS_H if hour < max(end_h, 1)}
    starts = rehearsal.relief.roads_closed["from_s"].to_numpy(np.int64)
    ends = rehearsal.relief.roads_closed["to_s"].to_numpy(np.int64)
    hours = np.arange(int(max(end_h, 1)))
    at = rehearsal.order_s + hours * 3600
    count = [int(((starts <= moment) & (moment < ends)).sum()) for moment in at]
    return sorted(looks | {int(np.argmax(count))})


def _shut(closed: pd.DataFrame, moment_s: float) -> NDArray[np.int64]:
    is_shut = (closed["from_s"] <= moment_s) & (moment_s < closed["to_s"])
    return np.unique(closed.loc[is_shut, "road"].to_numpy(np.int64))


def _wet(rehearsal: Rehearsal, sites: Sites, hour: int, *, sill: float) -> NDArray[np.bool_]:
    wet = rehearsal.wet_m
    if hour >= len(wet):
        return np.zeros(len(sites.facility), bool)
    return np.asarray(wet[hour, sites.row] > sill)


def _spoils(
    rehearsal: Rehearsal, sites: Sites, *, horizon_h: float, sill: float
) -> NDArray[np.int64]:
    """How often water enters a site within the horizon; each time spoils a share of its stock."""
    wet = rehearsal.wet_m[: int(horizon_h), :][:, sites.row] > sill
    before = np.vstack([np.zeros((1, wet.shape[1]), bool), wet[:-1]])
    return np.asarray((wet & ~before[: len(wet)]).sum(axis=0), dtype=np.int64)


def _deepest(rehearsal: Rehearsal, sites: Sites, *, horizon_h: float) -> NDArray[np.float64]:
    wet = rehearsal.wet_m[: int(horizon_h), :][:, sites.row]
    return np.asarray(wet.max(axis=0, initial=0.0), dtype=np.float64)


def _driving_hours(
    city: City,
    shut: NDArray[np.int64],
    sources: NDArray[np.int64],
    node: NDArray[np.int64],
    grids: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Driving from sites to grids on the open roads [h], shape ``(sites, grids)``."""
    drive = city.roads["drive"].to_numpy(bool).copy()
    drive[shut] = False
    roads = city.roads[drive]
    length = np.maximum(roads["length_m"].to_numpy(np.float64), _SHORTEST_M)
    built = network.build(
        roads["from_node"].to_numpy(np.int64),
        roads["to_node"].to_numpy(np.int64),
        weight=length * _MINUTES_PER_KM_KMH / roads["speed_kmh"].to_numpy(np.float64) / 60,
        oneway=roads["oneway"].to_numpy(bool),
        nodes=len(city.nodes),
    )
    hours = np.full((len(sources), len(node)), np.inf)
    if grids.any():
        hours[:, grids] = paths.shortest(built, sources, node[grids])
    return hours


def _by_area(first: NDArray[np.float64], areas: Areas, *, worst: bool) -> NDArray[np.float64]:
    """Arrivals by area: need-weighted mean of the grids that are reached, or the worst grid."""
    hours = np.full((first.shape[0], len(areas.code)), np.inf)
    for area in range(len(areas.code)):
        inside = np.flatnonzero((areas.of_grid == area) & (areas.weight > 0))
        part, weight = first[:, inside], areas.weight[inside]
        reached = np.isfinite(part)
        if worst:
            hours[:, area] = part.max(axis=1)
            continue
        total = (reached * weight).sum(axis=1)
        mean = np.where(reached, part, 0.0) @ weight / np.where(total > 0, total, 1.0)
        hours[:, area] = np.where(total > 0, mean, np.inf)
    return hours


def _waiting(first: NDArray[np.float64], now: NDArray[np.float64], areas: Areas) -> float:
    """Need-weighted mean of what the best site's truck waits for roads to reopen [h]."""
    best, free = first.min(axis=0), now.min(axis=0)
    both = np.isfinite(best) & (areas.weight > 0)
    late = np.where(np.isfinite(free[both]), best[both] - free[both], best[both])
    weight = areas.weight[both]
    return float(late @ weight / weight.sum()) if weight.sum() > 0 else 0.0
