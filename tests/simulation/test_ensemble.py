"""Ensembles: the same bytes with any number of workers, chance shared between ways to decide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CancelledError, DrillError, InputError
from scenarios.drill import Drill
from simulation.ensemble import play_many, tasks
from simulation.intervals import estimate
from simulation.run import Run
from simulation.ways import paired, summarise, variants
from tests.simulation.evidence import bytes_of
from twin.city import City

SEEDS = [1, 2]
WAYS = [{"D1": "now"}, {"D1": "wait_6h"}]
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@pytest.fixture(scope="module")
def runs(small_city: City, short_drill: Drill) -> list[Run]:
    return list(play_many(small_city, short_drill, seeds=SEEDS, decisions=WAYS))


def test_two_workers_give_the_bytes_of_one_in_the_same_order(
    small_city: City, short_drill: Drill, runs: list[Run]
):
    told: list[float] = []
    both = play_many(
        small_city,
        short_drill,
        seeds=SEEDS,
        decisions=WAYS,
        workers=2,
        skip={runs[0].id},
        progress=lambda share, _: told.append(share),
    )
    assert [bytes_of(run) for run in both] == [bytes_of(run) for run in runs[1:]]
    assert told == [0.5, 0.75, 1.0]


def test_runs_are_named_before_they_are_played(
    small_city: City, short_drill: Drill, runs: list[Run]
):
    asked = tasks(small_city, short_drill, seeds=SEEDS, decisions=WAYS)
    assert [task.run for task in asked] == [run.id for run in runs]
    assert [(task.seed, task.decisions) for task in asked] == [
        (run.result.seed, run.result.decisions) for run in runs
    ]


def test_the_same_seed_is_the_same_world_until_the_decision(runs: list[Run]):
    first = {run.result.seed: run.frames for run in runs[:2]}
    for run in runs[2:]:
        base = first[run.result.seed]
        steps = int(np.searchsorted(base.time_s, -14 * 3600))
        assert (base.residents[:steps] == run.frames.residents[:steps]).all()


def test_a_cancelled_ensemble_stops_between_its_runs(small_city: City, short_drill: Drill):
    stop: list[str] = []
    playing = play_many(small_city, short_drill, seeds=SEEDS, is_cancelled=lambda: bool(stop))
    stop.append(next(playing).id)
    with pytest.raises(CancelledError):
        next(playing)


def test_ways_are_summarised_with_paired_differences(runs: list[Run]):
    rows = summarise([run.result for run in runs])
    assert [row["decisions"] for row in rows] == WAYS
    assert [row["runs"] for row in rows] == [2, 2]
    assert rows[0]["differences"] == {}
    mean = np.mean([run.result.resilience.city for run in runs[:2]])
    other = np.mean([run.result.resilience.city for run in runs[2:]])
    assert rows[0]["figures"]["resilience"]["mean"] == pytest.approx(mean)
    assert rows[1]["differences"]["resilience"]["mean"] == pytest.approx(other - mean)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"seeds": []}, InputError, "at least one seed"),
        ({"seeds": [1, 1]}, InputError, "seed is given twice"),
        ({"seeds": [-1]}, InputError, "seed -1 is negative"),
        ({"seeds": [1], "decisions": [{"D1": "now"}, {"D1": "now"}]}, InputError, "twice"),
        ({"seeds": [1], "decisions": [{"D9": "now"}]}, DrillError, "no decision 'D9'"),
        ({"seeds": [1], "workers": 0}, InputError, "0 workers"),
    ],
)
def test_an_ensemble_that_cannot_be_is_refused(
    small_city: City, short_drill: Drill, asked: dict, error: type[Exception], said: str
):
    with pytest.raises(error, match=said):
        list(play_many(small_city, short_drill, **asked))


def test_ways_are_all_combinations_of_options():
    assert variants({}) == [{}]
    found = variants({"D1": ["a", "b"], "D2": ["x", "y"]})
    assert [f"{way['D1']}{way['D2']}" for way in found] == ["ax", "ay", "bx", "by"]


def test_the_interval_is_students_of_a_published_sample():
    """Student 1908 (Biometrika 6, p. 20): sleep gained by ten patients on two soporifics.

    The ten paired differences have mean 1.58 and standard deviation 1.23 (n - 1); with
    t(0.975; 9) = 2.262 the interval is 0.70 to 2.46, as any textbook on the data gives it.
    """
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = paired(dict(enumerate(first)), dict(enumerate(second)))
    assert (found.n, round(found.mean, 2)) == (10, 1.58)
    assert (round(found.low, 2), round(found.high, 2)) == (0.70, 2.46)


@given(VALUES, st.floats(-1e3, 1e3))
def test_an_interval_holds_its_mean_and_moves_with_the_values(values: list[float], shift: float):
    found, moved = estimate(values), estimate([value + shift for value in values])
    assert found.low <= found.mean <= found.high
    assert moved.mean == pytest.approx(found.mean + shift, abs=1e-6, rel=1e-9)
    assert moved.high - moved.low == pytest.approx(found.high - found.low, abs=1e-6, rel=1e-6)


@given(VALUES)
def test_chance_shared_by_both_ways_drops_out_of_the_difference(values: list[float]):
    base = dict(enumerate(values))
    found = paired(base, {seed: value + 2.0 for seed, value in base.items()})
    assert found.mean == pytest.approx(2.0, abs=1e-6)
    assert found.high - found.low < 1e-6


def test_one_run_leaves_no_interval():
    found = estimate([4.0])
    assert (found.mean, found.low, found.high, found.n) == (4.0, None, None, 1)
