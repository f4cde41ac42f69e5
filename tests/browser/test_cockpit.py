"""The cockpit in a real Chromium: what a leader, a planner and a reserve planner click."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as Nothing
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Cockpit

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def crumbs(cockpit: Cockpit) -> list[str | None]:
    buttons = cockpit.page.locator(".crumbs button").all()
    return [button.get_attribute("data-level") for button in buttons]


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_the_page_shows_the_run_and_says_what_it_stands_on(cockpit: Cockpit) -> None:
    cockpit.open()
    cockpit.picture("cockpit")
    badge = cockpit.text("#badge")
    for word in ("虚构数据", "模拟结果", "数据时刻", "来源", "种子", "推演", "日志摘要"):
        assert word in badge
    assert cockpit.page.locator(".redline").count() >= 1
    assert cockpit.page.locator(".mark[data-tip]").count() >= 5
    assert cockpit.page.locator(".mark.hidden-inject").count() <= 2
    assert cockpit.page.locator(".rating").count() >= 3


def test_the_clock_steps_scrubs_plays_and_rests(cockpit: Cockpit) -> None:
    cockpit.open("time=0")
    page = cockpit.page
    assert cockpit.text("#clock") == "T+00:00"
    page.click("#step-forward")
    expect(page.locator("#clock")).to_have_text("T+00:15")
    page.click("#step-back")
    expect(page.locator("#clock")).to_have_text("T+00:00")
    page.locator("#scrub").fill("7200")
    expect(page.locator("#clock")).to_have_text("T+02:00")
    page.select_option("#speed", "3600")
    page.locator("#play").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#clock")).to_have_text("T+02:15")
    page.click("#play")
    expect(page.locator("#clock")).not_to_have_text("T+02:15", timeout=20_000)
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "true")
    page.click("#play")
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    rested = cockpit.text("#clock")
    cockpit.ready()
    assert cockpit.text("#clock") == rested


def test_the_end_of_the_run_rests_or_loops(cockpit: Cockpit) -> None:
    cockpit.open("time=345000")
    page = cockpit.page
    page.select_option("#speed", "10800")
    page.click("#play")
    expect(page.locator("#clock")).to_have_text("T+96:00", timeout=20_000)
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    page.click("#loop")
    page.click("#play")
    expect(page.locator("#clock")).to_contain_text("T−", timeout=20_000)
    page.click("#play")


def test_five_levels_down_and_back_and_the_address_keeps_the_place(cockpit: Cockpit) -> None:
    cockpit.open("time=7200")
    page = cockpit.page
    for depth, level in enumerate(("district", "street", "community", "grid"), start=2):
        page.locator(".child").first.click()
        expect(page.locator(".crumbs button")).to_have_count(depth)
        assert crumbs(cockpit)[-1] == level
    cockpit.ready()
    cockpit.picture("grid")
    expect(page).to_have_url(re.compile(r"place=\d{15}"))
    page.locator(".crumbs button[data-level=street]").click()
    expect(page.locator(".crumbs button")).to_have_count(3)
    page.locator(".crumbs button[data-level=city]").click()
    expect(page.locator(".crumbs button")).to_have_count(1)


def test_a_click_on_the_map_goes_one_level_down(cockpit: Cockpit) -> None:
    cockpit.open("time=-86400&layers=-buildings,-facilities,-trips,-incidents")
    cockpit.page.mouse.move(650, 330)
    cockpit.page.locator(".hover").wait_for()
    cockpit.page.mouse.click(650, 330)
    expect(cockpit.page.locator(".crumbs button")).to_have_count(2, timeout=20_000)
    assert crumbs(cockpit) == ["city", "district"]


def find_building(cockpit: Cockpit) -> tuple[int, int]:
    """Moves the pointer over the city until a building lies under it; hover cards stand beside."""
    for y in range(270, 420, 13):
        for x in range(500, 800, 37):
            cockpit.page.mouse.move(x, y)
            here = cockpit.page.locator(f'.hover[style*="translate({x + 14}px, {y + 14}px)"]')
            try:
                here.wait_for(timeout=1500)
            except Nothing:
                continue  # nothing here that can be picked
            if here.get_attribute("data-layer") == "buildings":
                return x, y
    raise AssertionError("no building lies under the pointer anywhere")


def test_a_click_on_a_building_opens_its_card_and_escape_closes_it(cockpit: Cockpit) -> None:
    cockpit.open("time=7200&layers=-facilities,-trips,-incidents")
    page = cockpit.page
    at = find_building(cockpit)
    card = page.locator("#card[data-layer=buildings]")
    page.mouse.click(*at)
    card.wait_for(timeout=30_000)
    for word in ("用途", "层数", "高度", "户籍居民", "此刻状态", "网格", "含假设值"):
        expect(card).to_contain_text(word)
    assert len(crumbs(cockpit)) == 1
    cockpit.picture("card")
    page.click("#switch-language")
    expect(card).to_contain_text("Storeys")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_children_sum_to_their_parent(cockpit: Cockpit) -> None:
    cockpit.open()
    people = [
        int(re.sub(r"\D", "", text)) for text in cockpit.page.locator(".child em").all_inner_texts()
    ]
    total = int(re.sub(r"\D", "", cockpit.text(".figure .value")))
    assert sum(people) == total


def test_every_word_changes_with_the_language(cockpit: Cockpit) -> None:
    cockpit.open("time=7200")
    page = cockpit.page
    page.click("#switch-language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#badge")).to_contain_text("SYNTHETIC DATA")
    cockpit.ready()
    cockpit.picture("english")
    chrome = page.locator(".bar .tools, .leaders h2, .leaders dt, .badge").all_inner_texts()
    letters = re.sub("中文", "", " ".join(chrome))
    assert not re.search(r"[\u4e00-\u9fff]", letters)


def test_a_layer_that_is_switched_off_leaves_the_map_and_the_address_says_so(
    cockpit: Cockpit,
) -> None:
    cockpit.open("time=7200")
    page = cockpit.page
    page.click("#open-layers")
    before = page.locator(".map canvas").screenshot()
    page.locator("input[data-layer=buildings]").uncheck(force=True)
    expect(page).to_have_url(re.compile("layers=-buildings"))
    cockpit.ready()
    assert page.locator(".map canvas").screenshot() != before
    cockpit.picture("layers")


def test_day_and_night_have_their_own_colours(cockpit: Cockpit) -> None:
    cockpit.open("theme=light")
    cockpit.picture("light")
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--ground')"
    day = cockpit.page.evaluate(ground)
    cockpit.page.click("#switch-theme")
    expect(cockpit.page.locator("html")).to_have_attribute("data-theme", "dark")
    cockpit.ready()
    assert cockpit.page.evaluate(ground) != day


@pytest.mark.timeout(240)
def test_a_run_is_started_followed_and_opened(cockpit: Cockpit) -> None:
    cockpit.open()
    page = cockpit.page
    page.click("#open-run")
    page.fill("#run-form input[name=seed]", "2")
    page.click("#start-run")
    page.locator(".job progress").wait_for(timeout=20_000)
    page.locator(".job[data-status=successful]").wait_for(timeout=200_000)
    expect(page.locator("#badge")).to_contain_text("种子 2", timeout=30_000)
    assert page.locator("#run-picker option").count() >= 3


def test_a_placement_shows_its_depots_and_its_proof(cockpit: Cockpit) -> None:
    cockpit.open()
    page = cockpit.page
    page.click("#open-placement")
    page.fill("#placement-form input[name=depots]", "2")
    page.fill("#placement-form input[name=within]", "15")
    page.click("#solve")
    page.locator("#placement-answer").wait_for(timeout=60_000)
    assert page.locator("#placement-answer .rows li").count() == 2
    assert "已证最优" in cockpit.text("#placement-answer")
    cockpit.ready()
    cockpit.picture("placement")
    page.click("#open-layers")
    assert page.locator("input[data-layer=reach]").is_checked()


def test_events_up_to_now_stand_in_the_feed_and_lead_back_in_time(cockpit: Cockpit) -> None:
    cockpit.open("time=36000")
    page = cockpit.page
    page.click("#open-events")
    first = page.locator(".feed li").first
    moment = first.locator("time").inner_text()
    first.locator("button").click()
    expect(page.locator("#clock")).to_have_text(moment)


@pytest.mark.parametrize("cockpit", [(390, 844)], indirect=True)
def test_a_phone_shows_map_numbers_and_clock(cockpit: Cockpit) -> None:
    cockpit.open("time=7200")
    cockpit.picture("phone")
    for selector in (".leaders", "#play", "#badge"):
        box = cockpit.page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390.5


def test_a_refusal_is_shown_as_one_line(cockpit: Cockpit) -> None:
    cockpit.refused = 404
    cockpit.page.goto(f"{cockpit.address}/?city=nowhere")
    line = cockpit.page.locator("#problem")
    line.wait_for(timeout=20_000)
    assert "nowhere" in line.inner_text()


def test_nothing_serious_stands_in_the_way_of_those_who_cannot_see_or_use_a_mouse(
    cockpit: Cockpit,
) -> None:
    cockpit.open("time=7200")
    cockpit.page.click("#open-layers")
    script = (cockpit.axe).read_text(encoding="utf-8")
    cockpit.page.evaluate(f"{script}; undefined")
    found = cockpit.page.evaluate("axe.run().then(found => found.violations)")
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []
