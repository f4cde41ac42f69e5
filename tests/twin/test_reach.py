"""Travel times and people reached on the hand-made city."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gis.errors import InputError
from twin.city import City
from twin.reach import minutes_to_nearest, people_reached, travel_minutes

MakeCity = Callable[[], City]


def test_driving_across_town_takes_its_length_over_its_speed(make_tiny_city: MakeCity) -> None:
    minutes = travel_minutes(make_tiny_city(), np.array([0]), np.array([0, 2, 8]))
    # 200 m and 400 m at 30 km/h
    assert minutes[0] == pytest.approx([0.0, 0.4, 0.8])


def test_walking_is_slower_and_ignores_one_way_streets(make_tiny_city: MakeCity) -> None:
    city = make_tiny_city()
    city.roads["oneway"] = True
    back = np.array([8]), np.array([0])
    assert np.isinf(travel_minutes(city, *back)).all()
    assert travel_minutes(city, *back, mode="walk")[0, 0] == pytest.approx(0.4 / 4.3 * 60)


def test_more_time_never_reaches_fewer(make_tiny_city: MakeCity) -> None:
    city = make_tiny_city()
    node = np.array([0])
    reached = [people_reached(city, node, within_minutes=m) for m in (0.0, 0.2, 0.4, 0.8)]
    assert reached == sorted(reached)
    assert reached[0] == 3
    assert reached[-1] == 12


def test_one_way_streets_tell_coming_from_going(make_tiny_city: MakeCity) -> None:
    city = make_tiny_city()
    city.roads["oneway"] = True
    out = minutes_to_nearest(city, np.array([0]))
    home = minutes_to_nearest(city, np.array([0]), outbound=False)
    assert np.isfinite(out).all()
    assert np.isinf(home).sum() == 3


def test_an_unknown_mode_is_named(make_tiny_city: MakeCity) -> None:
    with pytest.raises(InputError, match="drive or walk"):
        travel_minutes(make_tiny_city(), np.array([0]), np.array([1]), mode="fly")


def test_a_town_of_footpaths_has_no_driving(make_tiny_city: MakeCity) -> None:
    city = make_tiny_city()
    walkers = replace(city, roads=city.roads.assign(drive=False))
    with pytest.raises(InputError, match="no road to drive on"):
        minutes_to_nearest(walkers, np.array([0]))
