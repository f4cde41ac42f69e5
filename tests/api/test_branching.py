"""Runs that are killed, resumed, forked, compared and swept, as a person does it."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import yaml
from fastapi.testclient import TestClient

from api import performance
from api.app import create_app
from api.jobs.requests import RunRequest, submit_run
from api.jobs.worker import open_queue, work_once
from api.performance import Listeners
from api.settings import Settings
from api.store import Store, open_store
from api.store.checkpoints import Order
from gis.errors import CancelledError
from scenarios import loader
from scenarios.change import Change
from tests.api.commands import Say, copy_home, environment

DYING = """
import os, signal, sys
from api.cli import main
from api.store.checkpoints import CheckpointStore

keep, written = CheckpointStore.keep, []

def dying(store, *arguments):
    keep(store, *arguments)
    written.append(1)
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

CheckpointStore.keep = dying
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(small_home, tmp_path_factory.mktemp("branching"))


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library's drill, cut off twelve hours after T0, as a file."""
    content = Change(without=("T12",)).apply(loader.load("typhoon-flood"))
    data = content.model_dump(mode="json", by_alias=True)
    data["horizon"]["to"] = "PT12H"
    path = tmp_path_factory.mktemp("drills") / "short.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def run_and_kill(home: Path, drill: Path, seed: int) -> str:
    """Play until the second checkpoint and be killed; gives the run's id."""
    command = [sys.executable, "-c", DYING, "drill", "run", drill, "--city", "small"]
    killed = subprocess.run(
        [*map(str, command), "--seed", str(seed)],
        env=environment(home),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    (run,) = {path.stem for path in (home / "checkpoints").glob("*.checkpoint")}
    return run


def leave(store: Store, order: Order) -> str:
    """Stop a run after its first checkpoint; gives the run's id."""
    run = performance.id_of(store, order)
    has_left = Listeners(is_cancelled=lambda: store.checkpoints.read(run) is not None)
    with pytest.raises(CancelledError):
        performance.play(store, order, has_left, keep_as=run)
    return run


@pytest.fixture(scope="module")
def parent(home: Path, drill: Path) -> str:
    """A run that was never interrupted, kept."""
    store = open_store(Settings(home=home))
    order = order_for(store, drill)
    result = performance.perform(store, order, Listeners())
    store.close()
    return result.run


def order_for(store: Store, drill: Path, *, seed: int = 1) -> Order:
    release = store.cities.summary("small")["release"]
    return Order(release=release, drill=loader.load(drill), seed=seed, decisions={})


@pytest.mark.parametrize("again", ["run", "resume"])
def test_a_run_that_was_killed_goes_on_from_its_checkpoint_and_ends_the_same(
    home: Path, drill: Path, say: Say, again: str
):
    seed = {"run": 5, "resume": 6}[again]
    run = run_and_kill(home, drill, seed)
    arguments = {"run": [drill, "--city", "small", "--seed", seed], "resume": [run[:12]]}[again]
    code, out, err = say("drill", again, *arguments, "--json")
    assert code == 0, err
    assert f"run {run[:12]} goes on from its checkpoint at T+0 h" in err
    assert not list((home / "checkpoints").iterdir())
    store = open_store(Settings(home=home))
    unbroken = performance.play(store, order_for(store, drill, seed=seed), Listeners())
    assert orjson.loads(out)["digest"] == unbroken.result.digest
    assert store.runs.events(run) == unbroken.events
    store.close()


def test_a_damaged_checkpoint_is_told_and_the_run_begins_anew(home: Path, drill: Path, say: Say):
    store = open_store(Settings(home=home))
    run = leave(store, order_for(store, drill, seed=7))
    store.close()
    path = home / "checkpoints" / f"{run}.checkpoint"
    path.write_bytes(path.read_bytes()[:-100])
    code, _, err = say("drill", "resume", run)
    assert (code, err.count("\n")) == (2, 1)
    assert "cut short" in err
    code, _, err = say("drill", "run", drill, "--city", "small", "--seed", 7)
    assert code == 0
    assert f"the checkpoint of run {run[:12]} is of no use" in err


def test_a_worker_picks_up_what_another_one_left(
    small_home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    store = open_store(Settings(home=copy_home(small_home, tmp_path)))
    request = RunRequest(city="small", drill="typhoon-flood", seed=2)
    queue = open_queue(store)
    job, _ = submit_run(store, queue, request)
    release = store.cities.summary("small")["release"]
    order = Order(release=release, drill=loader.load("typhoon-flood"), seed=2, decisions={})
    run = leave(store, order)
    with caplog.at_level(logging.INFO, logger="shapan.api"):
        assert work_once(store, queue, "test")
    assert f"run {run[:12]} goes on from its checkpoint" in caplog.text
    assert queue.get(job.job).status == "successful"
    assert (
        store.runs.result(run).digest == performance.play(store, order, Listeners()).result.digest
    )
    store.close()


def test_a_fork_is_kept_listed_and_compared(parent: str, say: Say):
    code, out, err = say("drill", "fork", parent, "--at", "T+1h", "--without", "T08", "--json")
    assert code == 0, err
    made = orjson.loads(out)
    assert (made["parent"], made["forked_at_s"]) == (parent, 3600)
    assert made["change"] == {"without": ["T08"]}
    _, out, _ = say("drill", "runs", "--json")
    listed = {item["run"]: item for item in orjson.loads(out)["items"]}
    assert listed[made["run"]]["parent"] == parent
    _, out, _ = say("drill", "compare", parent[:16], made["run"][:16], "--json")
    found = orjson.loads(out)
    assert found["parting"]["a"]["inject"] == "T08"
    assert found["parting"]["a"]["time_s"] > 3600
    code, out, _ = say("drill", "compare", parent, made["run"], "--lang", "zh")
    assert code == 0
    assert "首次出现差异：T+2 h" in out


def test_a_fork_of_a_fork_has_its_own_parent(parent: str, say: Say):
    _, out, _ = say("drill", "fork", parent, "--at", "T+1h", "--without", "T08", "--json")
    first = orjson.loads(out)["run"]
    arguments = ["--at", "T+3h", "--move", "T11=T+9h", "--set", "norms.turnout_minutes=20"]
    _, out, err = say("drill", "fork", first, *arguments, "--json")
    second = orjson.loads(out)
    assert second["parent"] == first, err
    assert second["change"] == {"moves": {"T11": 32400}, "norms": {"norms.turnout_minutes": 20.0}}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "T+2h", "--without", "T05"], "inject T05 was sent before T+2 h"),
        (["--at", "noon", "--without", "T05"], "--at 'noon' is no moment"),
        (["--at", "T+2h"], "changes nothing"),
        (["--at", "T+2h", "--set", "behaviour.compliance=much"], "'much' is no number"),
        (["--at", "T+2h", "--inject", "none.yaml"], "no file none.yaml"),
    ],
)
def test_a_fork_that_cannot_be_is_refused_in_one_line(
    parent: str, say: Say, arguments: list[str], said: str
):
    code, _, err = say("drill", "fork", parent, *arguments)
    assert code == 2
    assert said in err.splitlines()[-1]


def test_nothing_to_resume_is_said(say: Say):
    code, _, err = say("drill", "resume", "latest")
    assert code == 2
    assert "no unfinished run" in err


def test_a_sweep_plays_what_is_not_kept_and_tells_paired_differences(
    home: Path, drill: Path, say: Say
):
    arguments = ["drill", "sweep", drill, "--city", "small", "--seeds", "11-12"]
    code, out, err = say(*arguments, "--json")
    assert code == 0, err
    kept = {row["run"] for row in orjson.loads(out)["runs"]}
    code, out, err = say(*arguments, "--vary", "D1=wait_6h", "--json")
    assert code == 0, err
    swept = orjson.loads(out)
    assert [row["decisions"] for row in swept["ways"]] == [{"D1": "wait_6h"}]
    assert swept["ways"][0]["figures"]["resilience"]["n"] == 2
    code, out, err = say(*arguments)
    assert "2 of 2 runs are kept already" in err
    store = open_store(Settings(home=home))
    assert kept <= {item["run"] for item in store.runs.summaries()}
    store.close()


@pytest.mark.parametrize("seeds", ["", "a", "3-1", "1-99999"])
def test_seeds_that_are_none_are_refused(drill: Path, say: Say, seeds: str):
    code, _, err = say("drill", "sweep", drill, "--city", "small", "--seeds", seeds)
    assert code == 2
    assert "is no list of at most" in err


@pytest.fixture(scope="module")
def client(home: Path, parent: str) -> Iterator[TestClient]:
    assert (home / "runs" / parent).is_dir()
    with TestClient(create_app(Settings(home=home, workers=0))) as opened:
        yield opened


def test_a_fork_asked_over_http_becomes_a_job_and_a_run(client: TestClient, parent: str):
    asked = {"at_s": -57600, "decisions": {"D1": "now"}}
    first = client.post(f"/api/runs/{parent}/forks", json=asked)
    again = client.post(f"/api/runs/{parent}/forks", json=asked)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["job"] == again.json()["job"]
    store = client.app.state.store
    assert work_once(store, open_queue(store), "test")
    job = client.get(first.headers["location"]).json()
    assert (job["kind"], job["status"]) == ("fork", "successful"), job
    made = client.get(job["result"]["href"]).json()
    assert (made["parent"], made["forked_at_s"]) == (parent, -57600)
    assert made["change"] == {"decisions": {"D1": "now"}}
    assert made["decisions"] == {"D1": "now"}
    found = client.get(f"/api/runs/{parent}/compare/{made['run']}").json()
    assert found["parting"]["b"]["option"] == "now"
    assert found["parting"]["b"]["time_s"] > -57600
    assert client.post(f"/api/runs/{parent}/forks", json=asked).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"at_s": 0, "decisions": {"D1": "now"}}, "decision D1 was made at T-"),
        ({"at_s": -57600, "decisions": {"D1": "pray"}}, "no option 'pray'"),
        ({"at_s": -57600, "decisions": {"D9": "now"}}, "no decision 'D9'"),
        ({"at_s": 99_999_999, "decisions": {"D1": "now"}}, "cannot be forked at"),
        ({"at_s": -57600}, "changes nothing"),
        ({"at_s": -57600, "norms": {"behaviour.luck": 1.0}}, "no norm 'behaviour.luck'"),
        ({"at_s": -57600, "without": ["T99"]}, "no inject 'T99'"),
        ({"at_s": "noon", "decisions": {"D1": "now"}}, "valid integer"),
        ({"at_s": -57600, "file": "/etc/passwd"}, "Extra inputs"),
    ],
)
def test_a_fork_that_cannot_be_is_a_problem_at_once(
    client: TestClient, parent: str, asked: dict[str, object], said: str
):
    answer = client.post(f"/api/runs/{parent}/forks", json=asked)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert client.get("/api/jobs?status=accepted").json()["items"] == []


def test_a_fork_of_a_run_that_nobody_played_is_a_problem(client: TestClient):
    asked = {"at_s": -57600, "decisions": {"D1": "now"}}
    assert client.post(f"/api/runs/{'0' * 64}/forks", json=asked).status_code == 404
