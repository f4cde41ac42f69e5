"""Comparison: nothing between a run and itself, and every difference told once."""

import orjson
import pytest

from gis.errors import InputError
from scenarios.change import Change
from scenarios.drill import Drill
from simulation import engine
from simulation.compare import Comparison, compare
from simulation.fork import Branch, fork
from simulation.run import Run
from twin.city import City

SEED = 3


@pytest.fixture(scope="module")
def run(small_city: City, short_drill: Drill) -> Run:
    return engine.run(small_city, short_drill, seed=SEED)


@pytest.fixture(scope="module")
def forked(small_city: City, short_drill: Drill) -> Run:
    branch = Branch(at_s=3600, change=Change(without=("T08",), moves={"T11": 9 * 3600}))
    return fork(small_city, short_drill, [branch], seed=SEED)


def held(a: Run, b: Run) -> Comparison:
    return compare(a.result, a.events, b.result, b.events)


def test_a_run_does_not_differ_from_itself(run: Run):
    found = held(run, run)
    assert found.parting is None
    assert (found.moved, found.only_a, found.only_b, found.grids) == ([], [], [], [])
    assert sum(row.same for row in found.kinds) == len(run.events)
    assert [line.en for line in found.summary] == ["Both event logs are the same"]


def test_every_event_is_counted_once(run: Run, forked: Run):
    found = held(run, forked)
    both = sum(row.same + row.moved + row.changed for row in found.kinds)
    assert both + sum(row.only_a for row in found.kinds) == len(run.events)
    assert both + sum(row.only_b for row in found.kinds) == len(forked.events)
    assert len(found.only_a) == sum(row.only_a for row in found.kinds)


def test_what_was_left_out_and_what_was_moved_is_found(run: Run, forked: Run):
    found = held(run, forked)
    assert {"inject": "T08"}.items() <= (found.parting.a or {}).items()
    assert "T08" in {event.get("inject") for event in found.only_a}
    moved = {row.names.get("inject"): row.later_s for row in found.moved}
    assert moved["T11"] == 3600


def test_the_other_way_round_gives_the_opposite(run: Run, forked: Run):
    there, back = held(run, forked), held(forked, run)
    assert (len(there.only_a), len(there.only_b)) == (len(back.only_b), len(back.only_a))
    assert sorted(row.later_s for row in there.moved) == sorted(-row.later_s for row in back.moved)
    assert [row.difference for row in there.grids] == [-row.difference for row in back.grids]
    assert there.resilience.difference == -back.resilience.difference


def test_a_comparison_is_json_and_speaks_both_languages(run: Run, forked: Run):
    found = held(run, forked)
    assert Comparison.model_validate_json(orjson.dumps(found.model_dump())) == found
    assert all(line.zh and line.en for line in found.summary)


def test_runs_on_two_releases_are_refused(run: Run):
    other = run.result.model_copy(update={"release": "f" * 64})
    with pytest.raises(InputError, match="on release"):
        compare(run.result, run.events, other, run.events)
