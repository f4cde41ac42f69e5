"""Laws of the connected-fill flood."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError, ShapeMismatchError
from simulation.hazards.flood import FloodModel, Ground, Rates
from simulation.hazards.footprint import Footprint

RATES = Rates(runoff_share=1.0, drainage_mm_h=0.0, pond_drain_m_h=0.0)


def ground(elevation: np.ndarray) -> Ground:
    river = np.zeros(elevation.shape, bool)
    river[:, 0] = True
    outlet = river.copy()
    return Ground(
        elevation_m=elevation.astype(float),
        cell_m=10.0,
        is_river=river,
        is_outlet=outlet,
        reference_m=np.zeros(elevation.shape),
    )


def hills(seed: int) -> np.ndarray:
    elevation = np.random.default_rng(seed).uniform(0, 3, (12, 14))
    elevation[:, 0] = -1.0
    return elevation


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 3), st.floats(0, 3))
def test_a_higher_stage_never_floods_less(seed, one, other):
    low, high = sorted((one, other))
    depths = []
    for stage in (low, high):
        model = FloodModel(ground(hills(seed)), RATES, highest_stage_m=3.0)
        model.step(900, time_s=0, rain_mm_h=0, stage_m=stage)
        depths.append(model.depth_m.copy())
    assert (depths[0] <= depths[1] + 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_rain_water_is_conserved(seed, rain):
    model = FloodModel(ground(hills(seed)), RATES, highest_stage_m=3.0)
    model.set_pumps(np.array([0]), np.array([0.001]))
    for step, intensity in enumerate(rain):
        model.step(900, time_s=900 * step, rain_mm_h=intensity, stage_m=-5)
    assert model.budget()["relative_error"] < 1e-12
    assert (model.volume_m3 >= 0).all()
    assert (model.volume_m3 <= model.capacity_m3 + 1e-9).all()


def test_water_stays_behind_a_sill_when_the_river_falls():
    elevation = np.array([[-1.0, 2.0, 0.5, 2.5]])
    model = FloodModel(ground(elevation), RATES, highest_stage_m=3.0)
    model.step(900, time_s=0, rain_mm_h=0, stage_m=2.2)
    assert model.depth_m.tolist() == pytest.approx([0, 0.2, 1.7, 0])
    model.step(900, time_s=900, rain_mm_h=0, stage_m=0.0)
    assert model.depth_m.tolist() == pytest.approx([0, 0.0, 1.5, 0])


def test_a_dyke_keeps_water_out_until_it_breaches():
    model = FloodModel(ground(np.array([[-1.0, 0.2, 0.1]])), RATES, highest_stage_m=3.0)
    cells = np.array([1, 2])
    model.raise_sill(cells, 2.0)
    model.step(900, time_s=0, rain_mm_h=0, stage_m=1.0)
    assert model.depth_m.max() == 0
    model.breach(cells, 900, fill_hours=1.0)
    model.step(900, time_s=2700, rain_mm_h=0, stage_m=1.0)
    half = model.depth_m[2]
    model.step(900, time_s=4500, rain_mm_h=0, stage_m=1.0)
    assert 0 < half < model.depth_m[2] == pytest.approx(0.9)


def test_terrain_with_holes_in_its_numbers_is_refused():
    elevation = hills(1)
    elevation[3, 3] = np.nan
    with pytest.raises(InputError, match="finite"):
        FloodModel(ground(elevation), RATES, highest_stage_m=3.0)


def test_rasters_of_two_shapes_are_refused():
    field = ground(hills(1))
    broken = Ground(
        elevation_m=field.elevation_m,
        cell_m=10.0,
        is_river=field.is_river[:-1],
        is_outlet=field.is_outlet,
        reference_m=field.reference_m,
    )
    with pytest.raises(ShapeMismatchError, match="is_river"):
        FloodModel(broken, RATES, highest_stage_m=3.0)


def test_a_footprint_knows_peak_and_arrival():
    footprint = Footprint(hazard="flood", imts={"depth": "m"}, support="cell", limits=())
    for time_s, depth in ((0, [0, 0.1]), (900, [0.5, 0.4]), (1800, [0.2, 0])):
        footprint.record(time_s, np.array(depth, np.float32), above=0.02)
    assert footprint.peak(2).tolist() == pytest.approx([0.5, 0.4])
    assert footprint.arrival(2, threshold=0.3).tolist() == [900, 900]
    assert footprint.at(1000)[0].tolist() == [0, 1]
    with pytest.raises(InputError, match="does not follow"):
        footprint.record(1800, np.zeros(2, np.float32), above=0.02)
