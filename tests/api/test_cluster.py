"""Runs on a Dask cluster: the same bytes as on this machine."""

import sys
from collections.abc import Iterator

import pytest

from api.cluster import DaskHands
from gis.errors import CancelledError, InputError
from simulation.studies.hands import LocalHands
from simulation.studies.tasks import Task
from tests.simulation.study_cities import short_drill, small_city


def never() -> bool:
    return False


@pytest.fixture
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    cluster = distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        protocol="tcp",
        host="127.0.0.1",
    )
    with cluster:
        yield cluster.scheduler_address.replace("tcp://", "dask://")


@pytest.mark.filterwarnings("ignore")  # the scheduler's own libraries warn of themselves
def test_a_cluster_gives_the_same_bytes_as_this_machine(scheduler: str):
    city = small_city()
    task = Task(drill=short_drill(), seed=1)
    tasks = {task.key(city): task}
    here = dict(LocalHands().play(city, tasks, is_cancelled=never))
    assert dict(DaskHands(scheduler).play(city, tasks, is_cancelled=never)) == here
    with pytest.raises(CancelledError):
        dict(DaskHands(scheduler).play(city, tasks, is_cancelled=lambda: True))


@pytest.mark.parametrize("address", ["here", "tcp://127.0.0.1:8786", "dask://here", "dask://a:b"])
def test_an_address_that_is_no_cluster_is_refused(address: str):
    with pytest.raises(InputError, match="dask://HOST:PORT"):
        DaskHands(address)


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"install shapan\[dask\]"):
        DaskHands("dask://127.0.0.1:8786")
