"""A reserve plan is drawn as what stays unmet, what is delivered and what stands where."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from api.layers.packed import from_bytes
from api.settings import Settings
from api.store import Store, open_store
from simulation.studies.result import StudyResult
from tests.api.layered import client_of
from tests.api.made_studies import make_moved, make_study
from twin.city import City


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[Store]:
    opened = open_store(Settings(home=tmp_path_factory.mktemp("reserves"), workers=0))
    study = make_study(opened.cities.publish(make_tiny_city()))
    opened.studies.write(study, {"instance.npz": b"arrays"})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def study(store: Store) -> StudyResult:
    return store.studies.result(store.studies.find("latest"))


@pytest.fixture(scope="module")
def client(store: Store) -> TestClient:
    return client_of(store)


def base(study: StudyResult, plan: str = "0") -> str:
    return f"/api/studies/{study.study}/plans/{plan}"


def test_every_layer_of_every_point_answers(client: TestClient, study: StudyResult):
    for point in study.points:
        specs = client.get(f"{base(study, str(point.point))}/layers").json()["items"]
        assert [spec["id"] for spec in specs] == ["unmet", "sites", "deliveries", "stock"]
        for spec in specs:
            assert client.get(spec["links"]["self"]).json() == spec
            assert client.get(spec["links"]["deck"]).json() == {"layers": spec["style"]}
            assert client.get(spec["geometry"]["href"]).status_code == 200


def test_places_are_coloured_by_the_share_that_stays_unmet(client: TestClient, study: StudyResult):
    packed = from_bytes(client.get(f"{base(study)}/layers/unmet/geometry.bin").content, lines=False)
    rows = client.get(f"{base(study)}/layers/unmet/items").json()["features"]
    assert [row["properties"]["unmet_share"] for row in rows] == [
        area.unmet_share for area in study.points[0].areas
    ]
    assert packed.kind.tolist() == [4, 2][: len(rows)]


def test_depots_are_as_tall_as_they_are_full(client: TestClient, study: StudyResult):
    rows = client.get(f"{base(study)}/layers/stock/items?look=true").json()["features"]
    volume = [row["properties"]["stock_m3"] for row in rows]
    height = [row["properties"]["height"] for row in rows]
    assert volume == [45.0, 90.0]
    assert height[0] < height[1]


def test_sites_say_which_hold_a_depot(client: TestClient, study: StudyResult):
    packed = from_bytes(client.get(f"{base(study)}/layers/sites/geometry.bin").content, lines=False)
    assert packed.kind.tolist() == [1, 1]


def test_an_unknown_point_is_a_problem_that_names_the_points(
    client: TestClient, study: StudyResult
):
    answer = client.get(f"{base(study, '9')}/layers")
    assert answer.status_code == 404
    assert "0, 1, 2" in answer.json()["detail"]
    assert client.get(f"{base(study, 'nonsense')}/layers").status_code == 404
    assert client.get("/api/studies/nonsense/plans/0/layers").status_code == 404


def test_a_moved_plan_is_kept_and_drawn(store: Store, client: TestClient, study: StudyResult):
    moved = make_moved(study)
    plan = store.studies.write_plan(moved)
    assert store.studies.write_plan(moved) == plan
    assert store.studies.moved(study.study, plan) == moved
    assert client.get(f"{base(study, plan)}/layers").status_code == 200


def test_a_study_is_kept_once_with_its_files(store: Store, study: StudyResult):
    store.studies.write(study, {"instance.npz": b"others"})
    assert store.studies.file(study.study, "instance.npz") == b"arrays"
    assert len(store.studies.summaries(city=study.city)) == 1
    assert store.studies.summaries(city="elsewhere") == []
