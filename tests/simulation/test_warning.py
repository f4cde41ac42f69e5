"""Warning channels: each reaches whom it can, when it can, and shifts nobody else's draws."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from scenarios import loader
from scenarios.channels import Door, Media, Siren
from scenarios.drill import Drill
from simulation.engine import Play
from simulation.people.doors import MINUTE, Doors
from simulation.people.evacuation import Evacuation
from simulation.people.media import noticed_after
from simulation.people.neighbours import passed_on
from simulation.people.sirens import excess_db, level_db
from simulation.people.warning import Heard
from twin.city import City


@pytest.fixture(scope="module")
def drill() -> Drill:
    return loader.load("typhoon-flood")


def channels(drill: Drill) -> dict[str, object]:
    return {channel.id: channel for channel in drill.behaviour.channels}


def with_channels(drill: Drill, keep: tuple[str, ...], **fields: object) -> Drill:
    """Keep some channels, with other fields."""
    content = drill.model_dump(mode="json", by_alias=True)
    kept = [one | fields for one in content["behaviour"]["channels"] if one["id"] in keep]
    content["behaviour"]["channels"] = kept
    return Drill.model_validate(content)


def evacuation_of(city: City, drill: Drill) -> Evacuation:
    return Play(city, drill, seed=2, decisions={}).parts.evacuation


def order_all(evacuation: Evacuation, ordered: NDArray[np.bool_] | None = None) -> Heard:
    everybody = np.ones(evacuation.residents.households, bool)
    return evacuation.warning.first_heard(
        "order",
        has_network=evacuation.has_network,
        ordered=everybody if ordered is None else ordered,
    )


def test_a_siren_loses_ten_decibels_with_each_doubling(drill: Drill):
    siren = channels(drill)["siren"]
    assert isinstance(siren, Siren)
    metres = siren.level_at_m.value * 2.0 ** np.arange(-1, 4)
    assert level_db(siren, metres) == pytest.approx([115, 115, 105, 95, 85])


def test_a_siren_reaches_farther_at_night_and_is_heard_to_its_threshold(drill: Drill):
    siren = channels(drill)["siren"]
    assert isinstance(siren, Siren)
    away = np.array([[30.5 * 2**4, 0.0]])
    by_day, by_night = (
        excess_db(siren, away, np.zeros((1, 2)), is_night=night) for night in (False, True)
    )
    assert by_day == pytest.approx([115 - 40 - 75])
    assert by_night - by_day == pytest.approx([10])


def test_near_homes_hear_the_siren_and_far_ones_do_not(small_city: City, drill: Drill):
    evacuation = evacuation_of(small_city, with_channels(drill, ("siren",)))
    atlas = evacuation.setting.atlas
    sites = atlas.facility_xy[atlas.facilities_of("police", "fire_station", "government")]
    homes = atlas.node_xy[evacuation.residents.node]
    metres = np.hypot(*(homes[:, None] - sites[None]).T).min(axis=0)
    hears = np.isfinite(order_all(evacuation).minutes)
    assert hears[metres < 200].mean() == pytest.approx(0.7, abs=0.1)
    assert hears.mean() < 0.7
    assert not hears[metres > 3_000].any()


def test_a_city_without_siren_sites_falls_back_to_a_stated_share(small_city: City, drill: Drill):
    kinds = small_city.facilities["kind"].isin(["police", "fire_station", "government"])
    silent = small_city.facilities.assign(
        kind=small_city.facilities["kind"].where(~kinds, "warehouse")
    )
    evacuation = evacuation_of(
        replace(small_city, facilities=silent), with_channels(drill, ("siren",))
    )
    hears = np.isfinite(order_all(evacuation).minutes)
    assert hears.mean() == pytest.approx(0.55, abs=4 * (0.25 / len(hears)) ** 0.5)
    assert any("no site for sirens" in limit.en for limit in evacuation.setting.limits)


def test_a_cut_network_silences_the_cell_broadcast(small_city: City, drill: Drill):
    evacuation = evacuation_of(small_city, with_channels(drill, ("cell_broadcast",)))
    evacuation.has_network[::2] = False
    hears = np.isfinite(order_all(evacuation).minutes)
    assert not hears[::2].any()
    assert hears[1::2].mean() > 0.7


@pytest.fixture(scope="module")
def knocking(small_city: City, drill: Drill) -> tuple[Evacuation, Door]:
    door = channels(drill)["grid_worker"]
    assert isinstance(door, Door)
    even = {"value": 4, "sigma": 0, "unit": "min", "basis": "A"}
    door = Door.model_validate(
        door.model_dump()
        | {
            "visit_minutes": even,
            "mobilise_minutes": even | {"value": 10},
            "reach": {"value": 1, "unit": "1", "basis": "A"},
        }
    )
    return evacuation_of(small_city, drill), door


def test_workers_take_doors_in_turns_the_frail_first(knocking: tuple[Evacuation, Door]):
    evacuation, door = knocking
    residents = evacuation.residents
    doors = Doors(door, residents, grids=len(evacuation.setting.atlas.grid_codes))
    ordered = residents.grid == np.bincount(residents.grid).argmax()
    told = doors.rounds(ordered, now=0, random=np.random.default_rng(1))
    assert np.isinf(told[~ordered]).all()
    number = int(ordered.sum())
    turns = np.arange(number) // 4 + 1
    assert np.sort(told[ordered]) == pytest.approx(10 + 4 * turns)
    frail = np.zeros(residents.households, bool)
    frail[residents.household[(residents.mobility == 2)]] = True
    assert frail[ordered].any()
    assert told[ordered & frail].max() <= told[ordered & ~frail].min()


def test_busy_workers_come_to_the_next_order_when_they_are_done(
    knocking: tuple[Evacuation, Door],
):
    evacuation, door = knocking
    residents = evacuation.residents
    doors = Doors(door, residents, grids=len(evacuation.setting.atlas.grid_codes))
    mine = np.flatnonzero(residents.grid == np.bincount(residents.grid).argmax())
    first, second = (
        np.isin(np.arange(residents.households), part) for part in (mine[:8], mine[8:12])
    )
    told = doors.rounds(first, now=0, random=np.random.default_rng(1))
    again = doors.rounds(second, now=5 * MINUTE, random=np.random.default_rng(1))
    assert told[first].max() == pytest.approx(18)
    assert again[second] == pytest.approx(18 - 5 + 4)
    assert doors.knocked == 12


def test_talk_spreads_by_the_logistic_curve():
    count, begun = 40_000, 0.05
    heard = np.full(count, np.inf)
    heard[: int(begun * count)] = 0.0
    resistance = np.random.default_rng(3).standard_exponential(count)
    found = passed_on(
        heard,
        np.zeros(count, np.int64),
        resistance=resistance,
        tells_per_hour=1.0,
        for_minutes=600.0,
    )
    hours = np.arange(1, 8)
    share = (found[:, None] <= 60.0 * hours).mean(axis=0)
    grown = begun * np.exp(hours)
    assert share == pytest.approx(grown / (1 - begun + grown), abs=0.015)


def test_talk_stays_in_the_building_and_the_silent_hear_nothing():
    heard = np.array([0.0, np.inf, np.inf, np.inf, np.inf])
    resistance = np.array([1.0, 0.5, np.inf, 0.5, 0.5])
    group = np.array([0, 0, 0, 1, 1])
    found = passed_on(heard, group, resistance=resistance, tells_per_hour=6.0, for_minutes=600.0)
    assert found[1] == pytest.approx(15.0, abs=2.0)
    assert np.isinf(found[2:]).all()


@pytest.mark.parametrize("hour", [3.0, 19.25])
def test_media_reach_the_share_of_the_hour(drill: Drill, hour: float):
    media = channels(drill)["media"]
    assert isinstance(media, Media)
    on_air = media.model_copy(
        update={"delay_minutes": media.delay_minutes.model_copy(update={"value": 0.0})}
    )
    resistance = np.random.default_rng(4).standard_exponential(40_000)
    share = (noticed_after(on_air, resistance, hour=hour) <= 60.0).mean()
    part = hour % 1
    now, after = media.by_hour[int(hour)], media.by_hour[int(hour) + 1]
    assert share == pytest.approx(1 - (1 - now) ** (1 - part) * (1 - after) ** part, abs=0.01)


def test_no_channel_shifts_the_draws_of_another(small_city: City, drill: Drill):
    alone = evacuation_of(small_city, with_channels(drill, ("cell_broadcast",)))
    among = evacuation_of(small_city, with_channels(drill, ("siren", "media", "cell_broadcast")))
    one, several = order_all(alone), order_all(among)
    names = [channel.id for channel in among.setting.drill.behaviour.channels]
    same = several.channel == names.index("cell_broadcast")
    assert same.sum() > 100
    assert (one.minutes[same] == several.minutes[same]).all()
    assert (several.minutes <= one.minutes).all()


@pytest.mark.parametrize(
    ("channel", "field", "value", "said"),
    [
        ("siren", "spread_db", 0, "spread_db is 0.0, wanted above 0"),
        ("grid_worker", "workers", 1.5, "wanted a whole number"),
        ("media", "by_hour", [1.0] * 24, "24 shares"),
        ("neighbours", "for_hours", 100, "at most 72"),
        ("cell_broadcast", "reach", 1.2, "wanted 0 to 1"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(
    drill: Drill, channel: str, field: str, value: object, said: str
):
    if not isinstance(value, list):
        value = {"value": value, "unit": "1", "basis": "A"}
    with pytest.raises(ValidationError, match=said):
        with_channels(drill, (channel,), **{field: value})
