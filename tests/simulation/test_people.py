"""What residents do: gather, leave, need, and be in exactly one place at every step."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import loader
from scenarios.drill import Drill
from simulation.clock import TICKS_PER_SECOND
from simulation.crowd.layout import WHERE
from simulation.engine import Play
from simulation.people.residents import MOVING, SHELTERED, STAYING, UNWARNED
from simulation.teams.responders import Incident
from twin.city import City

HOUR = 3600
MINUTE = 60 * TICKS_PER_SECOND


def drill_with(hours: tuple[int, int] = (-24, 3), **behaviour: object) -> Drill:
    """Cut the typhoon flood to some hours, with other behaviour."""
    drill = loader.load("typhoon-flood")
    start, end = (hour * HOUR for hour in hours)
    content = drill.model_dump(mode="json", by_alias=True)
    content["horizon"] |= {"from": start, "to": end}
    content["injects"] = [
        one for one in content["injects"] if one["at"] is None or start <= one["at"] <= end
    ]
    content["conversions"] = [] if start > -24 * HOUR else content["conversions"]
    kept = {task["id"] for one in content["injects"] for task in one["expect"]}
    for objective in content["objectives"]:
        objective["actions"] = [name for name in objective["actions"] if name in kept]
    for name, value in behaviour.items():
        part = content["behaviour"]
        if isinstance(value, dict):
            part[name] |= value
        else:
            part[name] |= {"value": value}
    return Drill.model_validate(content)


def play(city: City, drill: Drill, *, seed: int = 1, until: int | None = None) -> Play:
    """Play to a moment [s from T0], or begin only."""
    found = Play(city, drill, seed=seed, decisions={"D1": "now"})
    if until is not None:
        found.until(found.setting.tick_at(until))
    return found


def ordered_at(city: City, hour: int, mode: str) -> Play:
    """Begin a drill and order the whole city out at an hour of the day, heard at once."""
    drill = drill_with(
        gathering={"mode": mode, "school_by_hour": [0.6] * 24, "work_by_hour": [0.5] * 24},
        compliance=1,
    )
    found = play(city, drill)
    evacuation = found.parts.evacuation
    found.setting.clock.tick = found.setting.tick_at(-24 * HOUR) + hour
    evacuation._prepare_to_leave(np.arange(found.parts.residents.households))
    return found


def test_a_household_waits_for_its_last_member(small_city: City):
    none, home = (ordered_at(small_city, 0, mode).parts for mode in ("none", "home"))
    alone = none.evacuation.leave_at
    together = home.evacuation.leave_at
    assert (together >= alone).all()
    later = together > alone
    assert 0.05 < later.mean() < 0.8
    residents = home.residents
    rules = home.setting.drill.behaviour.gathering
    assert rules is not None
    works = (residents.age >= rules.school_ages[0]) & (residents.age <= rules.work_ages[1])
    has_worker = np.bincount(residents.household, works & (residents.mobility == 0)) > 0
    assert not later[~has_worker].any()


def test_who_meets_at_the_shelter_walks_there_from_school_or_work(small_city: City):
    found = ordered_at(small_city, 0, "shelter")
    parts = found.parts
    meeting, residents = parts.evacuation.meeting, parts.residents
    apart = np.flatnonzero(meeting.apart)
    assert len(apart) > 100
    assert (residents.mobility[apart] == 0).all()
    for row in parts.shelters.rows.tolist():
        parts.shelters.open(row)
    households = np.unique(residents.household[apart])
    parts.evacuation._leave(households)
    gone = apart[residents.state[apart] == MOVING]
    assert len(gone) > 0.9 * len(apart)
    walkers = parts.journeys.movement["walk"]._arrays.agents[gone, WHERE] >= 0
    assert walkers[~parts.evacuation.riding[gone]].all()
    away = meeting.place[gone] != residents.grid[residents.household[gone]]
    assert away.mean() > 0.3
    assert not meeting.apart.any()


def test_gathering_shifts_nobody_elses_draws(small_city: City):
    none, home = (ordered_at(small_city, 0, mode).parts.evacuation for mode in ("none", "home"))
    for name in ("_belief", "_shadow", "_prepare", "_elsewhere"):
        assert (getattr(none, name) == getattr(home, name)).all()


@pytest.mark.parametrize("share", [0.05, 0.4])
def test_the_shadow_share_is_that_of_the_scenario(small_city: City, share: float):
    """Four standard errors; of those outside the zone who heard that an order was given."""
    found = play(small_city, drill_with(shadow_share=share))
    evacuation = found.parts.evacuation
    evacuation.order(evacuation.zone, "D1")
    evacuation.hear_at[evacuation.hear_at < 2**62] = found.setting.clock.tick
    evacuation.step()
    outside = evacuation.heard & ~evacuation.zone
    number = int(outside.sum())
    leaves = evacuation.leave_at[outside] < 2**62
    assert number > 500
    assert leaves.mean() == pytest.approx(share, abs=4 * (share * (1 - share) / number) ** 0.5)


@pytest.fixture(scope="module")
def flooded(small_city: City) -> Play:
    return play(small_city, drill_with((-18, 3)), until=2 * HOUR)


def test_the_sheltered_ask_for_medicine_and_warmth_beside_what_else_they_need(flooded: Play):
    assert (flooded.parts.residents.state == SHELTERED).sum() > 50
    needs = flooded.parts.logistics.record().needs
    wanted = needs.groupby("item")["need"].sum()
    asked = {
        item.id
        for item in flooded.setting.drill.relief.items
        for need in item.needs
        if (need.who, need.when) == ("sheltered", "always")
    }
    assert {"medicine", "blanket"} <= asked
    assert asked <= set(wanted.index)
    assert (wanted[sorted(asked)] > 0).all()


def test_a_unit_that_finds_every_road_closed_brings_nobody_to_a_shelter(small_city: City):
    found = play(small_city, drill_with((-18, 3)))
    rescue, residents = found.parts.rescue, found.parts.residents
    shelter = int(found.parts.shelters.rows[0])
    found.parts.shelters.open(shelter)
    bus = found.parts.responders.by_kind["bus"][0]
    node = found.parts.dispatch.ways.passage.stop(int(found.setting.atlas.facility_node[shelter]))
    for reached in (False, True):
        residents.state[:10] = MOVING
        bus.aboard, bus.node = list(range(10)), node if reached else node + 1
        incident = Incident(
            number=1, kind="bus_pickup", node=0, place="", created_tick=0, priority=3
        )
        incident.facility = shelter
        rescue._deliver(incident, bus)
        assert (residents.state[:10] == (SHELTERED if reached else STAYING)).all()
        assert (residents.facility[:10] == (shelter if reached else -1)).all()


def smaller(city: City, households: int) -> City:
    """Keep the first members of a city."""
    people = city.people[city.people["household"] < households]
    return replace(city, people=people.reset_index(drop=True))


def steps(found: Play) -> Iterator[None]:
    """Play step by step."""
    horizon = found.horizon
    for time_s in range(horizon.start, horizon.end + 1, horizon.step):
        found.until(found.setting.tick_at(time_s))
        yield


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    households=st.integers(30, 300),
    mode=st.sampled_from(["none", "home", "shelter"]),
    shares=st.sampled_from([(0.3, 0.5), (1.0, 0.0), (1.0, 0.5)]),
)
def test_everyone_is_in_exactly_one_place_at_every_step(
    small_city: City, seed: int, households: int, mode: str, shares: tuple[float, float]
):
    drill = drill_with(
        (-14, -8),
        gathering={"mode": mode, "school_by_hour": [0.6] * 24, "work_by_hour": [0.5] * 24},
        compliance=shares[0],
        elsewhere_share=shares[1],
        walk_limit_m=200.0 if seed % 2 else 1500.0,
    )
    found = play(smaller(small_city, households), drill, seed=seed)
    parts, residents = found.parts, found.parts.residents
    evacuation = parts.evacuation
    evacuation.order(np.ones(residents.households, bool), "D1")
    for row in parts.shelters.rows.tolist():
        parts.shelters.open(row)
    moved = 0
    for _ in steps(found):
        assert residents.counts().sum() == residents.count
        walkers = parts.journeys.movement["walk"]._arrays.agents[: residents.count, WHERE] >= 0
        on_foot = np.zeros(residents.count, bool)
        on_foot[: len(walkers)] = walkers
        carried = np.zeros(residents.count, np.int64)
        for unit in parts.responders.roll:
            np.add.at(carried, unit.aboard, 1)
        ways = on_foot.astype(np.int64) + evacuation.riding + carried
        assert ways.max() <= 1
        assert (np.flatnonzero(ways) == np.flatnonzero(residents.state == MOVING)).all()
        inside = residents.facility >= 0
        assert not (inside & (ways > 0)).any()
        moved += int(ways.sum())
    assert moved > 0
    assert (residents.state != UNWARNED).any()
