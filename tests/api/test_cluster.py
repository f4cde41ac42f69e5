"""Runs on a Dask cluster: the same bytes as on this machine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from api import cluster
from api.cluster import DaskHands
from api.studying import hands_of
from gis.errors import CancelledError, InputError
from simulation.studies.hands import LocalHands
from simulation.studies.tasks import Task
from tests.simulation.study_cities import short_drill, small_city


def never() -> bool:
    return False


def started(*arguments: str, until: str) -> tuple[subprocess.Popen[str], str]:
    """Start a part of Dask by its own command and give what it logs beside ``until``."""
    command = [sys.executable, "-m", "dask", *arguments]
    part = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert part.stderr is not None
    seen = []
    for line in part.stderr:
        seen.append(line)
        if until in line:
            Thread(target=part.stderr.read, daemon=True).start()  # so that its pipe never fills
            return part, line.split(until)[1].strip()
    part.wait()
    raise AssertionError("".join(seen))


def ended(*parts: subprocess.Popen[str]) -> None:
    for part in parts:
        part.terminate()
    for part in parts:
        part.wait()


@pytest.fixture
def scheduler() -> Iterator[str]:
    """A scheduler in a process of its own, as on another machine."""
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    arguments = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    part, address = started(*arguments, until="Scheduler at:")
    yield address
    ended(part)


@pytest.fixture
def worker(scheduler: str) -> Iterator[None]:
    """A worker in a process of its own."""
    arguments = ("worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    part, _ = started(*arguments, until="Registered to:")
    yield
    ended(part)


@pytest.mark.filterwarnings("ignore")  # the scheduler's own libraries warn of themselves
@pytest.mark.usefixtures("worker")
def test_a_cluster_gives_the_same_bytes_as_this_machine(scheduler: str):
    address = scheduler.replace("tcp://", "dask://")
    city = small_city()
    task = Task(drill=short_drill(), seed=1)
    tasks = {task.key(city): task}
    here = dict(LocalHands().play(city, tasks, is_cancelled=never))
    assert dict(DaskHands(address).play(city, tasks, is_cancelled=never)) == here
    with pytest.raises(CancelledError):
        dict(DaskHands(address).play(city, tasks, is_cancelled=lambda: True))


@pytest.mark.filterwarnings("ignore")  # as above
def test_a_cluster_without_workers_is_told_before_anything_is_played(scheduler: str):
    with pytest.raises(InputError, match="no workers"):
        hands_of(workers=1, on=scheduler.replace("tcp://", "dask://"))


@pytest.mark.filterwarnings("ignore")  # as above
def test_an_address_where_nothing_answers_is_told_before_anything_is_played(
    monkeypatch: pytest.MonkeyPatch,
):
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        hands_of(workers=1, on=f"dask://127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["here", "tcp://127.0.0.1:8786", "dask://here", "dask://a:b"])
def test_an_address_that_is_no_cluster_is_refused(address: str):
    with pytest.raises(InputError, match="dask://HOST:PORT"):
        DaskHands(address)


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"install shapan\[dask\]"):
        DaskHands("dask://127.0.0.1:8786")
