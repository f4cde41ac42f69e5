"""Cities that cannot be played are refused at the border; what is odd but possible is said."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gis.errors import InputError
from scenarios.drill import Drill
from simulation import engine
from simulation.engine import Play
from twin.city import City
from twin.validate import problems, refuse_unplayable


def with_values(city: City, table: str, column: str, row: object, value: float) -> City:
    frame: pd.DataFrame = getattr(city, table).copy()
    values = frame[column].to_numpy().copy()
    values[row] = value
    frame[column] = values
    return replace(city, **{table: frame})


def cut_in_pieces(city: City) -> City:
    """Leave only every third road."""
    roads = city.roads.iloc[::3].reset_index(drop=True)
    return replace(city, roads=roads.assign(road=np.arange(len(roads), dtype=np.int32)))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: with_values(c, "roads", "speed_kmh", 3, -30), r"speed_kmh is not above 0 km/h"),
        (lambda c: with_values(c, "roads", "speed_kmh", 3, np.nan), r"road 3: nan"),
        (lambda c: with_values(c, "roads", "length_m", 0, 0), "length_m is not above 0 m"),
        (lambda c: with_values(c, "roads", "lanes", 1, -1), "negative number of lanes"),
        (lambda c: with_values(c, "roads", "to_node", 1, 10**6), "unknown node"),
        (lambda c: with_values(c, "people", "building", 0, -1), "people live in unknown buildings"),
        (lambda c: with_values(c, "facilities", "capacity", 0, -5), "capacity is not 0 or more"),
        (lambda c: with_values(c, "teams", "speed_kmh", 0, 0), "speed_kmh is not above 0"),
        (lambda c: replace(c, roads=c.roads.iloc[:0]), "no roads"),
        (cut_in_pieces, r"roads in \d+ pieces, the largest with \d+% of the junctions"),
    ],
)
def test_a_city_that_cannot_be_played_is_refused_in_one_line(
    small_city: City, short_drill: Drill, spoil: Callable[[City], City], said: str
):
    with pytest.raises(InputError, match=said) as caught:
        engine.run(spoil(small_city), short_drill)
    assert "\n" not in str(caught.value)


def test_a_sound_city_has_no_problems(small_city: City):
    refuse_unplayable(small_city)
    assert problems(small_city) == []


def test_shelters_without_places_are_said_and_never_opened(small_city: City, short_drill: Drill):
    shelters = (small_city.facilities["kind"] == "shelter").to_numpy()
    city = with_values(small_city, "facilities", "capacity", shelters, 0)
    play = Play(city, short_drill, seed=1, decisions={})
    said = [limit.en for limit in play.setting.limits]
    assert f"{shelters.sum()} shelters have no places in the data and are never opened" in said
    assert not set(np.flatnonzero(shelters)) & set(play.parts.shelters.candidates().tolist())


def test_residents_on_an_island_of_roads_are_counted(small_city: City, short_drill: Drill):
    """The last node is joined to the town by its roads only; without them it is an island."""
    play = Play(small_city, short_drill, seed=1, decisions={})
    home = int(np.bincount(play.setting.atlas.building_node).argmax())
    ends = small_city.roads[["from_node", "to_node"]].to_numpy()
    touching = (ends == home).any(axis=1)
    kept = small_city.roads[~touching].reset_index(drop=True)
    loop = small_city.roads[touching].iloc[[0]].assign(from_node=home, to_node=home)
    roads = pd.concat([kept, loop], ignore_index=True)
    city = replace(small_city, roads=roads.assign(road=np.arange(len(roads), dtype=np.int32)))
    limits = [limit.en for limit in Play(city, short_drill, seed=1, decisions={}).setting.limits]
    assert any("do not join the main network" in line for line in limits)
