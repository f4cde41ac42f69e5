"""A report opens with no network, tells what the run concluded, and trusts no text it is given."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.reports import write_html, write_json
from api.reports.curve import service_curve
from api.reports.gantt import gantt
from api.reports.page import bundle
from gis.errors import NotFoundError
from simulation.run import Conversion, RunResult, Words
from tests.api.layered import Service, lively_run, serve
from twin.city import City

WORDS = {"zh": "字", "en": "word"}
HOSPITAL = {
    "facility": "hospital-01",
    "beds": 30,
    "icu_beds": 2,
    "bays": 2,
    "theatres": 1,
    "surge_beds": 5,
    "peak_occupancy": 1.2,
    "treated": {"immediate": 2, "minor": 3},
    "operated": 1,
    "died": 1,
    "diverted": 4,
    "transferred": 0,
    "diversion_hours": 46.5,
    "early_discharged": 0,
    "postponed": 0,
}
IDLE = HOSPITAL | {"facility": "clinic-idle", "beds": 0, "died": 0, "diverted": 0, "treated": {}}
BLANKETS = {
    "item": "blanket",
    "title": WORDS,
    "unit": "pieces",
    "need": 12_000.0,
    "met": 5640.0,
    "person_hours": 12_000.0,
    "unmet_person_hours": 6360.0,
    "cover": 0.47,
}
DISTRICT = {"place": "990101", "needed_s": 900, "reached_s": None, "hours": None}
LEVEL = {
    "level": "street",
    "matters": 9,
    "closed": 7,
    "escalated": 2,
    "wait_p50_minutes": 4.5,
    "wait_p90_minutes": None,
    "work_p50_minutes": None,
    "work_p90_minutes": None,
    "load": 0.3,
}
OPERATIONS = {
    "hospitals": [IDLE, HOSPITAL],
    "relief": {"items": [BLANKETS], "districts": [DISTRICT]},
    "levels": [LEVEL],
}
HOSTILE = "</script><script>document.title='stolen'</script>&\"'"


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[Service]:
    opened = serve(tmp_path_factory.mktemp("service"), make_tiny_city())
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def page(service: Service) -> str:
    return write_html(service.store, service.run.id).decode()


def own_part(page: str) -> str:
    return page.replace(bundle(), "")


def test_the_page_names_no_outside_address(page: str):
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", own_part(page)) == []
    assert re.findall(r"(?:src|href)=\"(?!data:)", own_part(page)) == []


def test_the_bundle_names_no_outside_host():
    assert set(re.findall(r"https?://[a-zA-Z0-9][a-zA-Z0-9.-]*", bundle())) == {"http://www.w3.org"}


def test_the_page_tells_run_city_and_every_conclusion(service: Service, page: str):
    result = service.run.result
    for text in (result.run, result.digest, result.release, "Tiny", "小城", result.drill):
        assert text in page
    assert page.count("grade-S") == 2  # one rating and its style
    assert "simulated" in page
    assert "synthetic" in page


def test_the_json_report_holds_the_whole_result(service: Service):
    told = json.loads(write_json(service.store, service.run.id))
    assert RunResult.model_validate(told["result"]) == service.run.result
    assert [row["level"] for row in told["places"]][:3] == ["city", "district", "street"]
    load = service.run.frames.facility_load
    assert told["shelters"][0]["peak"] == load[:, 1].max()  # the school is the second facility


def test_the_same_run_gives_the_same_bytes(service: Service, page: str):
    assert write_html(service.store, service.run.id).decode() == page


def test_an_unknown_run_is_not_found(service: Service):
    with pytest.raises(NotFoundError):
        write_html(service.store, "0" * 64)


def test_texts_of_a_run_never_become_markup(service: Service):
    made = lively_run(service.city, seed=9)
    rating = made.result.ratings[0].model_copy(update={"because": Words(zh=HOSTILE, en=HOSTILE)})
    result = made.result.model_copy(update={"ratings": [rating], "limits": [rating.because]})
    service.store.runs.write(replace(made, result=result))
    page = own_part(write_html(service.store, made.id).decode())
    assert "document.title='stolen'</script>" not in page
    assert page.count("&lt;/script&gt;") == 8  # two texts, two languages, opened and closed


def test_the_page_tells_of_hospitals_supplies_and_command_and_leaves_them_out_without(
    service: Service, page: str
):
    assert all(f'id="{name}"' not in page for name in ("hospitals", "relief", "levels"))
    made = lively_run(service.city, seed=11)
    kept = json.loads(made.result.model_dump_json(by_alias=True)) | OPERATIONS
    kept["kpis"][0] |= {"id": "district_relief_h", "pass": 8.0}
    result = RunResult.model_validate(kept)
    service.store.runs.write(replace(made, result=result))
    page = write_html(service.store, made.id).decode()
    told = re.sub(r"<[^>]+>", " ", own_part(page))
    for words in ("120 %", "46.5", "12\u2009000", "6\u2009360", "47 %", "never reached", "4.5"):
        assert words in told, words
    assert "hospital-01" in told
    assert "clinic-idle" not in told
    assert all(f'id="{name}"' in page for name in ("hospitals", "relief", "districts", "levels"))


def test_a_curve_is_drawn_inside_its_frame(service: Service):
    curve = {"time_s": [-3600, 0, 3600], "quality": [1.0, 0.25, 0.75]}
    result = service.run.result.model_copy(
        update={"curve": type(service.run.result.curve)(**curve)}
    )
    drawing = str(service_curve(result))
    points = re.search(r"<polyline class='line' points='([^']*)'", drawing).group(1)
    places = [tuple(map(float, point.split(","))) for point in points.split()]
    assert places == [(52.0, 22.0), (497.0, 200.5), (942.0, 81.5)]
    assert "lowest 25 %, T+0:00" in drawing


def test_a_gantt_shows_every_task_between_start_and_latest_end():
    task = {"title": {"zh": "清", "en": "clear"}, "crew": 3, "critical": True}
    conversion = Conversion(
        facility="hall",
        role="shelter",
        ready_s=7200,
        hours=2.0,
        tasks=[
            {"id": "a", "start_s": 0, "end_s": 3600, "float_s": 0, **task},
            {"id": "b", "start_s": 3600, "end_s": 5400, "float_s": 1800, **task},
        ],
    )
    drawing = str(gantt(conversion))
    bars = re.findall(r"class='critical' x='([\d.]+)' y='\d+' width='([\d.]+)'", drawing)
    assert [tuple(map(float, bar)) for bar in bars] == [(250.0, 340.0), (590.0, 170.0)]
    assert "x='760.0'" in drawing
    assert "width='170.0' height='6'" in drawing


@pytest.mark.browser
def test_the_page_draws_its_map_and_asks_nothing_of_any_network(
    tmp_path: Path, page: str, browser: Browser
):
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    asked: list[str] = []
    told: list[str] = []
    context = browser.new_context(viewport={"width": 1000, "height": 700}, locale="zh-CN")
    tab = context.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.on("console", lambda m: m.type in ("error", "warning") and told.append(m.text))
    tab.goto(path.as_uri())
    tab.wait_for_function("document.documentElement.dataset.map === 'drawn'", timeout=60_000)
    assert tab.locator("h1 [lang=en]").is_hidden()
    tab.click("[data-say=en]")
    assert tab.locator("h1 [lang=en]").is_visible()
    tab.click("[data-view=flood]")
    assert tab.evaluate("document.documentElement.dataset.view") == "flood"
    context.close()
    outside = [url for url in asked if not url.startswith(("data:", "blob:", path.as_uri()))]
    assert (outside, told) == ([], [])
