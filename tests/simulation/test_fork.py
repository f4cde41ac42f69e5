"""Forks: equal to their parent up to the moment, changed after it, and never in the past."""

import orjson
import pytest

from gis.errors import DrillError, InputError
from scenarios.change import Change
from scenarios.drill import Drill
from simulation import engine
from simulation.fork import Branch, fork, stages
from simulation.run import Run
from twin.city import City

SEED = 3
HOUR = 3_600


@pytest.fixture(scope="module")
def city(small_city: City) -> City:
    return small_city


@pytest.fixture(scope="module")
def drill(short_drill: Drill) -> Drill:
    return short_drill


@pytest.fixture(scope="module")
def parent(city: City, drill: Drill) -> Run:
    return engine.run(city, drill, seed=SEED)


def at(hour: float, **change: object) -> Branch:
    return Branch(at_s=round(hour * HOUR), change=Change.model_validate(change))


def before(run: Run, hour: float) -> list[bytes]:
    return [line for line in run.events if orjson.loads(line)["time_s"] <= hour * HOUR]


@pytest.mark.parametrize(
    "branch",
    [
        at(-14, decisions={"D1": "wait_6h"}),
        at(0, norms={"norms.turnout_minutes": 30}),
        at(1, without=("T08",)),
        at(3, moves={"T11": 5 * HOUR}),
    ],
)
def test_a_fork_equals_its_parent_up_to_the_moment_and_differs_after_it(
    city: City, drill: Drill, parent: Run, branch: Branch
):
    run = fork(city, drill, [branch], seed=SEED)
    hour = branch.at_s / HOUR
    assert before(run, hour) == before(parent, hour)
    assert run.events != parent.events
    assert run.id != parent.id
    assert (run.result.parent, run.result.forked_at_s) == (parent.id, branch.at_s)
    assert run.result.change == branch.change.content()


def test_a_change_back_gives_the_parent_again(city: City, drill: Drill, parent: Run):
    value = drill.behaviour.compliance.value
    run = fork(city, drill, [at(-13.5, norms={"behaviour.compliance": value})], seed=SEED)
    assert run.events == parent.events


def test_a_decision_changed_before_it_is_asked_is_that_of_another_run(city: City, drill: Drill):
    run = fork(city, drill, [at(-30, decisions={"D1": "wait_6h"})], seed=SEED)
    other = engine.run(city, drill, seed=SEED, decisions={"D1": "wait_6h"})
    assert run.events == other.events


def test_a_fork_resumes_from_every_checkpoint_of_its_own(city: City, drill: Drill):
    kept: list[bytes] = []
    branches = [at(1, without=("T08",)), at(3, moves={"T11": 5 * HOUR})]
    run = fork(city, drill, branches, seed=SEED, keep=kept.append, keep_every_s=16 * HOUR)
    assert len(kept) == 3
    for content in kept:
        again = fork(city, drill, branches, seed=SEED, resume_from=content)
        assert again.events == run.events
        assert again.id == run.id


def test_an_added_inject_is_sent_at_its_time(city: City, drill: Drill, parent: Run):
    content = next(one for one in drill.injects if one.id == "T11").model_dump(by_alias=True)
    tasks = [task | {"id": "X1.1"} for task in content["expect"]]
    added = content | {"id": "X1", "at": 9 * HOUR, "expect": tasks}
    run = fork(city, drill, [at(2, injects=(added,))], seed=SEED)
    sent = [orjson.loads(line) for line in run.events if b'"inject":"X1"' in line]
    assert (sent[0]["kind"], sent[0]["time_s"]) == ("inject.sent", 9 * HOUR)
    assert len(run.events) > len(parent.events)


@pytest.mark.parametrize(
    ("branch", "said"),
    [
        (at(2, without=("T05",)), r"inject T05 was sent before T\+2 h"),
        (at(2, moves={"T05": 4 * HOUR}), "inject T05 was sent before"),
        (at(7, moves={"T11": 5 * HOUR}), r"inject T11 at T\+5 h lies in the past of T\+7 h"),
        (at(2, decisions={"D1": "wait_6h"}), "decision D1 was made before"),
        (at(-99, decisions={"D1": "now"}), r"cannot be forked at T-99 h; choose .* T-48 h"),
        (at(12, decisions={"D1": "now"}), "cannot be forked"),
        (at(2), "changes nothing"),
    ],
)
def test_the_past_cannot_be_forked(city: City, drill: Drill, branch: Branch, said: str):
    with pytest.raises(InputError, match=said):
        fork(city, drill, [branch], seed=SEED)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"norms": {"behaviour.complience": 0.5}}, "did you mean behaviour.compliance"),
        ({"norms": {"behaviour": 0.5}}, "no norm 'behaviour'"),
        ({"norms": {"behaviour.prepare_t50_minutes": 1e9}}, "no valid drill: behaviour"),
        ({"without": ("T99",)}, "no inject 'T99'"),
        ({"moves": {"T09": 0}}, "sent by a condition"),
        ({"moves": {"T11": 10**9}}, "outside the horizon"),
        ({"decisions": {"D9": "now"}}, "no decision 'D9'"),
    ],
)
def test_a_change_that_does_not_fit_the_drill_is_refused(
    city: City, drill: Drill, change: dict, said: str
):
    with pytest.raises(DrillError, match=said):
        fork(city, drill, [at(-47.9, **change)], seed=SEED)


def test_a_fork_is_named_by_parent_moment_and_change(city: City, drill: Drill):
    branches = [at(1, without=("T08",)), at(1, without=("T10",)), at(2, without=("T08",))]
    names = [
        stages(city, drill, [branch], seed=SEED, decisions={})[-1].head.run for branch in branches
    ]
    assert len({*names, engine.run_id(city, drill, seed=SEED, decisions={})}) == 4
