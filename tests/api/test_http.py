"""Every question over HTTP gets an answer or a problem document that names the field."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from api import cockpit
from api.app import create_app
from api.cli import app
from api.jobs.worker import open_queue, work_once
from api.settings import Settings
from api.store import Store
from tests.api.made_runs import STEPS, make_run
from twin.city import City

ROOT = Path(__file__).parents[2]
RUN = {"city": "tiny", "drill": "typhoon-flood", "seed": 1}
PLACEMENT = {"city": "tiny", "depots": 1, "within_minutes": 10}


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("home")
    with TestClient(create_app(Settings(home=home, workers=0))) as opened:
        opened.app.state.store.cities.publish(make_tiny_city())
        yield opened


@pytest.fixture(scope="module")
def store(client: TestClient) -> Store:
    return client.app.state.store


@pytest.fixture(scope="module")
def kept_run(store: Store) -> str:
    run = make_run(store.city("tiny"))
    store.runs.write(run)
    return run.id


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "field"}
    assert body["status"] == status
    assert "\n" not in body["detail"]
    return body


def test_health_names_both_versions(client: TestClient):
    assert set(client.get("/api/health").json()) == {"status", "version", "engine"}


def test_a_city_is_listed_and_described(client: TestClient):
    (listed,) = client.get("/api/cities").json()["items"]
    detail = client.get("/api/cities/tiny").json()
    assert listed.items() <= detail.items()
    assert len(listed["release"]) == 64
    assert detail["provenance"]["kind"] == "synthetic"
    assert detail["counts"]["buildings"] == 4
    assert detail["counts"]["grid"] == 4
    west, south, east, north = detail["bbox"]
    assert west < detail["camera"]["longitude"] < east
    assert south < detail["camera"]["latitude"] < north


def test_places_are_listed_by_level_and_parent_and_their_residents_add_up(client: TestClient):
    every = client.get("/api/cities/tiny/places").json()["items"]
    grids = client.get("/api/cities/tiny/places", params={"level": "grid"}).json()["items"]
    below = client.get("/api/cities/tiny/places", params={"parent": "990101001001"}).json()["items"]
    assert len(every) == 9
    assert sum(place["residents"] for place in grids) == every[0]["residents"] == 12
    assert [place["code"] for place in below] == ["990101001001001", "990101001001002"]
    assert {place["parent"] for place in below} == {"990101001001"}
    assert every[0]["parent"] is None


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/cities/atlantis", 404, "city"),
        ("/api/cities/atlantis/places", 404, "city"),
        ("/api/cities/tiny/places?level=village", 422, "level"),
        ("/api/cities/tiny/places?parent=12", 422, "parent"),
        ("/api/cities/tiny/places?parent=1234", 404, "parent"),
        ("/api/drills/earthquake", 404, "drill"),
        ("/api/drills/..%2F..%2Fetc%2Fpasswd", 404, None),
        ("/api/runs/nobody", 404, "run"),
        ("/api/runs/nobody/events", 404, "run"),
        ("/api/runs/nobody/report.html", 404, "run"),
        ("/api/runs/nobody/places/9901/curve", 404, "run"),
        ("/api/runs?limit=0", 422, "limit"),
        ("/api/runs?limit=many", 422, "limit"),
        ("/api/jobs/nobody", 404, "job"),
        ("/api/jobs/nobody/events", 404, "job"),
        ("/api/jobs?status=lost", 422, "status"),
        ("/api/placements/nobody", 404, "placement"),
        ("/api/nothing", 404, None),
    ],
)
def test_what_is_not_there_is_a_problem_that_names_the_field(
    client: TestClient, path: str, status: int, field: str | None
):
    assert problem(client.get(path), status)["field"] == field


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"city": "atlantis"}, 404, "city"),
        ({"city": "../tiny"}, 422, "city"),
        ({"drill": "earthquake"}, 404, "drill"),
        ({"drill": "/etc/passwd"}, 404, "drill"),
        ({"drill": ""}, 422, "drill"),
        ({"seed": -1}, 422, "seed"),
        ({"seed": 2**63}, 422, "seed"),
        ({"seed": 1.5}, 422, "seed"),
        ({"seed": "one"}, 422, "seed"),
        ({"seed": None}, 422, "seed"),
        ({"decisions": {"D1": "nonsense"}}, 422, "D1"),
        ({"decisions": {"D99": "now"}}, 422, "D99"),
        ({"decisions": {"D1": 3}}, 422, "decisions.D1"),
        ({"surprise": 1}, 422, "surprise"),
    ],
)
def test_a_run_that_cannot_be_is_refused_before_it_is_queued(
    client: TestClient, change: dict, status: int, field: str
):
    before = client.get("/api/jobs").json()
    assert problem(client.post("/api/runs", json=RUN | change), status)["field"] == field
    assert client.get("/api/jobs").json() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"city": "\\ud800", "drill": "typhoon-flood"}',
        b'{"city": "tiny", "drill": "typhoon-flood", "seed": 1e999}',
        b'{"city": "tiny", "drill": "typhoon-flood", "seed": NaN}',
        b'{"city": "tiny", "drill": "typhoon-flood", "seed": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "open", "null", "list", "bytes", "deep", "surrogate", "inf", "nan", "long"],
)
def test_a_body_that_is_no_request_is_refused(client: TestClient, body: bytes):
    headers = {"content-type": "application/json"}
    answer = client.post("/api/runs", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"depots": 0}, "depots"),
        ({"depots": 1.5}, "depots"),
        ({"within_minutes": 0}, "within_minutes"),
        ({"within_minutes": "soon"}, "within_minutes"),
        ({"model": "guess"}, "model"),
    ],
)
def test_a_placement_that_cannot_be_is_refused(client: TestClient, change: dict, field: str):
    answer = client.post("/api/placements", json=PLACEMENT | change)
    assert problem(answer, 422)["field"] == field


def test_a_body_that_is_too_large_is_refused_announced_or_streamed(client: TestClient):
    large = b" " * 1_000_001
    headers = {"content-type": "application/json"}
    problem(client.post("/api/runs", content=large, headers=headers), 413)
    streamed = client.post("/api/runs", content=iter([large[:600_000]] * 2), headers=headers)
    problem(streamed, 413)


def test_a_wrong_method_is_a_problem_too(client: TestClient):
    answer = client.put("/api/runs")
    problem(answer, 405)
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


def test_the_same_request_is_one_job_and_a_placement_ends_with_its_answer(
    client: TestClient, store: Store
):
    first = client.post("/api/placements", json=PLACEMENT)
    assert first.status_code == 201
    where = first.headers["location"]
    again = client.post("/api/placements", json=PLACEMENT)
    assert (again.status_code, again.headers["location"]) == (200, where)
    assert client.get(where).json()["status"] == "accepted"
    assert work_once(store, open_queue(store), "test:1")
    job = client.get(where).json()
    assert (job["status"], job["progress"]) == ("successful", 1.0)
    answer = client.get(job["result"]["href"])
    assert answer.json()["city"] == "tiny"
    assert answer.json()["open"]
    kept = client.post("/api/placements", json=PLACEMENT)
    assert kept.status_code == 200
    assert kept.json()["result"] == job["result"]
    listed = client.get("/api/placements").json()["items"]
    assert answer.json()["placement"] in {item["placement"] for item in listed}


def test_a_placement_that_has_no_answer_fails_with_a_problem(client: TestClient, store: Store):
    where = client.post("/api/placements", json=PLACEMENT | {"depots": 900}).headers["location"]
    assert work_once(store, open_queue(store), "test:1")
    job = client.get(where).json()
    assert job["status"] == "failed"
    assert job["problem"]["status"] == 422
    assert job["problem"]["field"] == "depots"


def test_a_dismissed_job_is_never_done(client: TestClient, store: Store):
    where = client.post("/api/placements", json=PLACEMENT | {"depots": 2}).headers["location"]
    assert client.delete(where).json()["status"] == "dismissed"
    assert not work_once(store, open_queue(store), "test:1")
    assert client.get(where).json()["status"] == "dismissed"


def test_a_job_can_be_followed_to_its_end_and_from_the_middle(client: TestClient, store: Store):
    asked = PLACEMENT | {"model": "coverage"}
    where = client.post("/api/placements", json=asked).headers["location"]
    work_once(store, open_queue(store), "test:1")
    whole = client.get(f"{where}/events").text
    assert whole.count("event: progress") >= 2
    assert whole.rstrip().count("event: successful") == 1
    last = whole.rstrip().splitlines()[-1]
    assert orjson.loads(last.removeprefix("data: "))["result"]
    rest = client.get(f"{where}/events", headers={"last-event-id": "1"}).text
    assert whole.endswith(rest)
    assert len(rest) < len(whole)
    odd = client.get(f"{where}/events", headers={"last-event-id": "x" * 50}).text
    assert odd == whole


def test_a_run_is_listed_and_read(client: TestClient, kept_run: str):
    (listed,) = client.get("/api/runs", params={"city": "tiny"}).json()["items"]
    assert listed["run"] == kept_run
    assert client.get("/api/runs", params={"city": "other"}).json()["items"] == []
    result = client.get(f"/api/runs/{kept_run}").json()
    assert result["kpis"][0]["pass"] == 0.9
    assert result["digest"] == listed["digest"]


def test_the_event_log_is_read_in_pieces_and_by_kind(client: TestClient, kept_run: str):
    where = f"/api/runs/{kept_run}/events"
    first = client.get(where, params={"limit": 2}).json()
    assert [event["sequence"] for event in first["items"]] == [0, 1]
    rest = client.get(where, params={"after": first["next"]}).json()
    assert [event["sequence"] for event in rest["items"]] == [2, 3, 4]
    assert rest["next"] is None
    full = client.get(where, params={"kind": "shelter.full"}).json()["items"]
    shelter = client.get(where, params={"kind": "shelter."}).json()["items"]
    assert full == shelter
    assert [event["sequence"] for event in full] == [1, 3]


def test_the_curve_of_a_place_is_a_mean_over_its_residents(client: TestClient, kept_run: str):
    curve = client.get(f"/api/runs/{kept_run}/places/990101001001/curve").json()
    assert curve["quality"] == [0.8] * STEPS
    assert curve["functions"]["power"] == [0.8] * STEPS
    assert curve["functions"]["order"] is None
    assert curve["residents_present"] == [6] * STEPS
    problem(client.get(f"/api/runs/{kept_run}/places/99/curve"), 404)


def test_what_is_named_by_its_hash_never_changes(client: TestClient, kept_run: str):
    answer = client.get(f"/api/runs/{kept_run}")
    assert "immutable" in answer.headers["cache-control"]
    held = client.get(f"/api/runs/{kept_run}", headers={"if-none-match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    city = client.get("/api/cities/tiny")
    assert city.headers["cache-control"] == "no-cache"
    assert city.headers["etag"]


def test_every_answer_carries_the_security_headers(client: TestClient):
    for path in ("/", "/api/health", "/api/nothing", "/api/cities/atlantis"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_large_answers_are_compressed(client: TestClient):
    headers = client.get("/api/openapi.json", headers={"accept-encoding": "gzip"}).headers
    assert headers["content-encoding"] == "gzip"


def test_without_the_bundle_the_page_says_how_to_build_it(
    settings: Settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(cockpit.mount, "__defaults__", (tmp_path / "nothing",))
    page = TestClient(create_app(settings)).get("/").text
    assert "make web" in page
    assert "Node 20" in page


def test_the_bundle_is_served_and_its_hashed_files_are_kept(
    settings: Settings, tmp_path, monkeypatch
):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>cockpit</title>")
    (tmp_path / "assets" / "page-1f0c.js").write_text("1")
    monkeypatch.setattr(cockpit.mount, "__defaults__", (tmp_path,))
    client = TestClient(create_app(settings))
    assert "cockpit" in client.get("/").text
    assert client.get("/").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/assets/page-1f0c.js").headers["cache-control"]
    assert client.get("/api/health").status_code == 200
    problem(client.get("/missing.js"), 404)


def test_every_operation_and_parameter_is_described(client: TestClient):
    paths = client.get("/api/openapi.json").json()["paths"]
    operations = [
        (f"{method} {path}", operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 17
    silent = [name for name, operation in operations if not operation.get("description")]
    silent += [
        f"{name}: {parameter['name']}"
        for name, operation in operations
        for parameter in operation.get("parameters", [])
        if not parameter.get("description") and operation["tags"] != ["layers"]
    ]
    assert silent == []


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"SHAPAN_{name.upper()}" not in page] == []


def test_every_command_is_documented():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    groups = [app, *(group.typer_instance for group in app.registered_groups)]
    names = [command.name for group in groups for command in group.registered_commands]
    assert len(names) >= 13
    assert [name for name in names if f" {name}" not in page] == []
