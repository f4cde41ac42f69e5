"""Walkers: speeds by density, age and mobility, and the dose that stops them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.crowd import toxicity, weidmann

speeds = st.lists(st.floats(0.3, 2.0), min_size=1, max_size=60)


@settings(deadline=None)
@given(speeds, st.integers(1, 8))
def test_pace_classes_keep_the_mean_walking_time_and_leave_nobody_out(
    own: list[float], classes: int
) -> None:
    pace, number = weidmann.pace_classes(own, classes=classes)
    assert len(pace) <= classes
    assert len(number) == len(own)
    classed = np.array(pace)[number] * weidmann.FREE_SPEED_MPS
    assert (1 / classed).mean() == pytest.approx((1 / np.array(own)).mean())


@settings(deadline=None)
@given(st.floats(0.0, 5.4), st.floats(0.0, 5.4))
def test_denser_crowds_never_walk_faster(one: float, other: float) -> None:
    thin, dense = sorted((one, other))
    assert weidmann.speed(dense) <= weidmann.speed(thin)
    assert 0 <= weidmann.speed(dense) <= weidmann.FREE_SPEED_MPS


@settings(deadline=None)
@given(st.floats(0, 10_000), st.floats(0, 10), st.floats(5, 20.9))
def test_more_carbon_monoxide_is_never_healthier(co: float, co2: float, o2: float) -> None:
    dose = toxicity.dose_per_s(co, co2, o2)
    assert dose > 0
    assert toxicity.dose_per_s(co + 100, co2, o2) > dose


def test_the_same_stream_draws_the_same_walkers() -> None:
    age = np.arange(5, 95)
    draws = [
        weidmann.draw_free_speeds(age, age > 80, rng=np.random.default_rng(5)) for _ in range(2)
    ]
    assert draws[0].tobytes() == draws[1].tobytes()


def test_smoke_never_stops_a_walker_altogether() -> None:
    assert weidmann.smoke_speed([0.0, 1.0, 10.0]).tolist() == [1.25, 0.625, 0.3]
