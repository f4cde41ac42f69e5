"""Whatever is asked over HTTP, the service never fails: generated requests to every route."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from api.app import create_app
from api.jobs.worker import open_queue, work_once
from api.settings import Settings
from tests.api.layered import lively_run
from twin.city import City

SEVERAL = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def known(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> dict[str, Any]:
    """A service over one city, one run, one placement and one job that has ended."""
    app = create_app(Settings(home=tmp_path_factory.mktemp("home"), workers=0, queue_limit=10_000))
    store = app.state.store
    city = store.cities.publish(make_tiny_city())
    run = lively_run(city)
    store.runs.write(run)
    queue = open_queue(store)
    request = {"city": "tiny", "depots": 1, "within_minutes": 10.0, "model": "p-median"}
    job, _ = queue.submit("placement", "a" * 64, request=request | {"release": city.release})
    assert work_once(store, queue, "test:1")
    assert queue.get(job.job).status == "successful"
    placement = store.placements.summaries()[0]["placement"]
    return {
        "app": app,
        "city": "tiny",
        "run": run.id,
        "placement": placement,
        "job": job.job,
        "drill": "typhoon-flood",
        "code": "990101001001",
        "layer": "buildings",
        "state": "building_state",
        "z": 14,
        "x": 13_500,
        "y": 6_700,
    }


@pytest.fixture(scope="module")
def documented(known: dict[str, Any]) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", known["app"])


@pytest.mark.parametrize(
    "tag", ["health", "cities", "drills", "runs", "jobs", "placements", "layers"]
)
def test_no_request_makes_the_service_fail(documented: Any, known: dict[str, Any], tag: str):
    found = [result.ok() for result in documented.get_all_operations()]
    operations = [one for one in found if tag in one.definition.raw["tags"]]
    assert operations
    for operation in operations:
        _ask(operation, known)


def _ask(operation: Any, known: dict[str, Any]) -> None:
    """Ask generated questions; half of the names in a path are ones that exist."""

    @settings(SEVERAL, max_examples=4 if operation.path.endswith("report.html") else 25)
    @given(case=operation.as_strategy(), exists=st.lists(st.booleans(), min_size=6, max_size=6))
    def ask(case: Any, exists: list[bool]) -> None:
        for name, there in zip(case.path_parameters, exists, strict=False):
            if there and name in known:
                case.path_parameters[name] = known[name]
        case.call_and_validate(checks=(not_a_server_error, status_code_conformance))

    ask()
