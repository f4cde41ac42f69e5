"""Studies over HTTP: lists, answers and reports in every form and language."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.store import open_store
from tests.api.made_studies import make_moved, make_study
from twin.city import City


@pytest.fixture
def moved(client: TestClient) -> str:
    """The id of a moved plan."""
    studies = client.app.state.store.studies
    return studies.write_plan(make_moved(studies.result(newest(client).rsplit("/", 1)[1])))


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("studies"), workers=0)
    store = open_store(settings)
    city = store.cities.publish(make_tiny_city())
    text = make_study(city).model_dump_json()
    study = type(make_study(city)).model_validate_json(
        text.replace("depot-a", "school-01").replace("depot-b", "depot-01")
    )
    store.studies.write(study, {"instance.npz": b""})
    store.close()
    with TestClient(create_app(settings)) as opened:
        yield opened


def newest(client: TestClient) -> str:
    items = client.get("/api/studies?city=tiny").json()["items"]
    assert [item["points"] for item in items] == [3]
    return f"/api/studies/{items[0]['study']}"


def test_a_study_is_read_whole(client: TestClient):
    study = client.get(newest(client)).json()
    assert [point["point"] for point in study["points"]] == [0, 1, 2]


@pytest.mark.parametrize(
    ("kind", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF"), ("xlsx", b"PK")]
)
def test_a_report_has_its_media_type_and_a_name(client: TestClient, kind: str, begins: bytes):
    for language in ("zh", "en"):
        answer = client.get(f"{newest(client)}/report.{kind}?language={language}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].endswith(f'.{kind}"')


def test_unknown_forms_and_studies_are_problems(client: TestClient):
    assert client.get(f"{newest(client)}/report.docx").status_code == 422
    assert client.get("/api/studies/none/report.pdf").status_code == 404


def test_the_library_offers_questions(client: TestClient):
    names = [item["name"] for item in client.get("/api/questions").json()["items"]]
    assert "typhoon-reserve" in names


def test_a_question_becomes_a_job_once(client: TestClient):
    asked = {"city": "tiny", "study": "typhoon-reserve"}
    first = client.post("/api/studies", json=asked)
    again = client.post("/api/studies", json=asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["kind"] == "study"
    assert first.json()["job"] == again.json()["job"]
    client.delete(first.headers["location"])


def test_a_file_on_the_server_is_no_question(client: TestClient):
    answer = client.post("/api/studies", json={"city": "tiny", "study": "/etc/passwd"})
    assert answer.status_code == 404
    assert "typhoon-reserve" in answer.json()["detail"]


def test_the_replay_of_a_moved_plan_is_a_job_that_leads_back_to_it(client: TestClient, moved: str):
    address = f"{newest(client)}/plans/{moved}"
    asked = client.post(f"{address}/replay")
    again = client.post(f"{address}/replay")
    assert (asked.status_code, again.status_code) == (201, 200)
    assert asked.json()["kind"] == "replay"
    assert asked.json()["job"] == again.json()["job"]
    assert client.post(f"{newest(client)}/plans/{'0' * 16}/replay").status_code == 404
    assert client.post(f"{newest(client)}/plans/1/replay").status_code == 404
    client.delete(asked.headers["location"])


def test_moves_of_an_unknown_study_are_a_problem(client: TestClient):
    moves = {"point": 0, "moves": [{"facility": "depot-01"}]}
    assert client.post("/api/studies/none/plans", json=moves).status_code == 404
    assert client.post(f"{newest(client)}/plans", json=moves | {"moves": []}).status_code == 422
