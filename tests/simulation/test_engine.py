"""Whole runs: the same bytes twice, everybody somewhere, evidence for every rating."""

import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson
import pytest

from gis.errors import CancelledError, DrillError, InputError
from scenarios import loader
from scenarios.drill import Drill
from simulation import engine
from simulation.frames import RESIDENT_STATES
from simulation.judgement.review import Review
from simulation.run import Run
from tests.simulation.evidence import bytes_of
from twin.city import City
from twin.synthetic import make_city

RESIDENTS = 6_000
AGAIN = f"""
from scenarios import loader
from simulation import engine
from tests.simulation.evidence import bytes_of
from twin.synthetic import make_city
print(bytes_of(engine.run(make_city(residents={RESIDENTS}), loader.load("typhoon-flood"), seed=3)))
"""


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(residents=RESIDENTS)


@pytest.fixture(scope="module")
def drill() -> Drill:
    return loader.load("typhoon-flood")


@pytest.fixture(scope="module")
def told() -> list[tuple[float, str]]:
    return []


@pytest.fixture(scope="module")
def run(city: City, drill: Drill, told: list[tuple[float, str]]) -> Run:
    return engine.run(city, drill, seed=3, progress=lambda share, line: told.append((share, line)))


def records(run: Run) -> list[dict]:
    return [orjson.loads(line) for line in run.events]


def test_another_process_gives_the_same_bytes(run: Run):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", AGAIN]
    other = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert other.stdout.strip() == bytes_of(run)


def test_every_resident_is_in_one_state_at_every_step(run: Run):
    assert (run.frames.residents.sum(axis=1) == run.result.population).all()
    dead = run.frames.residents[:, RESIDENT_STATES.index("dead")]
    assert (run.frames.grid_residents.sum(axis=1) + dead == run.result.population).all()


def test_the_sheltered_are_those_inside_shelters(run: Run, city: City):
    sheltered = run.frames.residents[:, RESIDENT_STATES.index("sheltered")]
    treats = city.facilities["kind"].isin(["hospital", "clinic"]).to_numpy()
    inside = run.frames.facility_load[:, ~treats].sum(axis=1)
    assert (inside == sheltered).all()
    assert (run.frames.facility_load[:, treats] >= 0).all()


def test_no_shelter_holds_more_than_its_places(run: Run, city: City):
    places = {r["facility"]: r["places"] for r in records(run) if r["kind"] == "shelter.open"}
    names = city.facilities["facility"].tolist()
    for name, number in places.items():
        assert run.frames.facility_load[:, names.index(name)].max() <= number


def test_every_commitment_ends_and_units_come_home(run: Run):
    kinds = Counter(r["kind"] for r in records(run))
    ended = kinds["team.done"] + kinds["team.redirected"] + kinds["team.blocked"]
    assert 0 <= kinds["resource.commit"] - ended <= 40
    assert kinds["resource.return"] <= ended


def test_people_leave_and_come_back(run: Run):
    states = run.frames.residents
    assert states[:, RESIDENT_STATES.index("sheltered")].max() > 100
    assert states[-1, RESIDENT_STATES.index("returned")] > 100


def test_water_rises_and_recedes(run: Run):
    wet = (run.frames.flood_depth > 0).sum(axis=1)
    assert wet[0] == 0
    assert wet.max() > 100
    assert wet[-1] < wet.max() / 2
    assert (np.diff(run.frames.flood_cell) > 0).all()


def test_roads_close_and_open_again(run: Run):
    closed = (run.frames.road_state == 2).sum(axis=1)
    assert closed[0] == 0
    assert closed.max() > closed[-1]


def test_frames_agree_in_shape_with_the_city(run: Run, city: City):
    frames, steps = run.frames, 577
    assert frames.time_s[[0, -1]].tolist() == [-172_800, 345_600]
    assert frames.building_state.shape == (steps, len(city.buildings))
    assert frames.road_state.shape == (steps, len(city.roads))
    assert frames.grid_service.shape == (steps, len(city.grids), 9)
    assert frames.grid_quality.max() <= 100
    order = frames.grid_service[:, :, 7]
    assert order.max() == 100
    assert order.min() < 100
    assert len(frames.trips.start) == len(frames.trips.kind) + 1
    for first, last in pairwise(frames.trips.start):
        assert (np.diff(frames.trips.time_s[first:last]) >= 0).all()


def test_events_are_numbered_and_never_go_back(run: Run):
    found = records(run)
    assert [r["sequence"] for r in found] == list(range(len(found)))
    assert all(one["tick"] <= two["tick"] for one, two in pairwise(found))
    assert all({"who", "place", "time_s"} <= r.keys() for r in found)


def test_ratings_follow_from_the_log_alone(run: Run, drill: Drill):
    again = Review(drill, run.events)
    assert again.ratings() == run.result.ratings
    assert again.kpis() == run.result.kpis
    assert again.red_lines() == run.result.red_lines
    count = len(run.events)
    assert all(0 <= n < count for rating in run.result.ratings for n in rating.evidence)


def test_the_whole_city_is_covered_by_the_index(run: Run, city: City):
    levels = run.result.resilience.levels
    assert set(levels) == set(city.places["code"])
    assert all(0 <= place.index <= 100 for place in levels.values())


def test_what_the_city_lacks_is_said_and_not_rated(run: Run):
    skipped = [r["inject"] for r in records(run) if r["kind"] == "inject.not_applicable"]
    sent = [r["inject"] for r in records(run) if r["kind"] == "inject.sent"]
    assert set(skipped + sent) | {"T09", "T13"} == {f"T{n:02d}" for n in range(1, 15)}
    assert len(set(skipped + sent)) == len(skipped + sent)
    for name in skipped:
        assert any(name in limit.en for limit in run.result.limits)


def test_the_conversion_is_signed_off(run: Run):
    (conversion,) = run.result.conversion
    assert conversion.hours == 8.0
    assert any(task.critical for task in conversion.tasks)
    assert any(task.float_s > 0 for task in conversion.tasks)


def test_progress_is_told_at_least_every_fiftieth(run: Run, told: list[tuple[float, str]]):
    assert run.result.population == RESIDENTS
    shares = [share for share, _ in told]
    assert max(np.diff(shares)) <= 0.02
    assert shares[-1] == 1.0


def test_waiting_never_brings_more_people_out_in_time(city: City, drill: Drill, run: Run):
    def out(one: Run) -> float:
        return next(r["out"] for r in records(one) if r["kind"] == "evacuation.tally")

    now = engine.run(city, drill, seed=3, decisions={"D1": "now"})
    assert out(now) >= out(run)
    assert now.id != run.id
    made = [r for r in records(now) if r["kind"] == "decision.made"]
    assert [(r["decision"], r["by_default"]) for r in made] == [
        ("D1", False),
        ("D3", True),
        ("D2", True),
    ]


def test_a_cancelled_run_stops(city: City, drill: Drill):
    with pytest.raises(CancelledError):
        engine.run(city, drill, is_cancelled=lambda: True)


@pytest.mark.parametrize(
    ("decisions", "words"),
    [({"D9": "now"}, "D1, D2, D3"), ({"D1": "never"}, "now, wait_6h, partial")],
)
def test_an_unknown_decision_is_refused(city: City, drill: Drill, decisions, words):
    with pytest.raises(DrillError, match=words):
        engine.run(city, drill, decisions=decisions)


def test_a_negative_seed_is_refused(city: City, drill: Drill):
    with pytest.raises(InputError, match="negative"):
        engine.run(city, drill, seed=-1)
