"""Reserve studies in a real Chromium: what a reserve planner clicks."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Cockpit

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LIBRARY = Path(__file__).parents[2] / "scenarios" / "library_studies"


@pytest.fixture(scope="module")
def study(
    address: str, shapan: Callable[..., list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A study of one planned and one replayed run, answered for the service's city."""
    del address  # it has made the city
    asked = yaml.safe_load((LIBRARY / "typhoon_reserve.yaml").read_text(encoding="utf-8"))
    asked["drills"][0] |= {"seeds": [101], "replay_seeds": [1]}
    asked["front"] = {"budgets_yuan": [150_000, 300_000]}
    asked["next_yuan"] |= {"options": ["depot", "tonne"]}
    file = tmp_path_factory.mktemp("study") / "small.yaml"
    file.write_text(yaml.safe_dump(asked, allow_unicode=True), encoding="utf-8")
    words = ("place", str(file), "--city", "small", "--json")
    subprocess.run(shapan(*words), check=True, capture_output=True, timeout=240)


@pytest.mark.usefixtures("study")
def test_a_planner_reads_the_front_closes_a_depot_replays_that_and_takes_it_back(
    cockpit: Cockpit,
) -> None:
    cockpit.open("language=en")
    page = cockpit.page
    page.click("#open-placement")
    page.locator("[data-study]").first.click()
    expect(page.locator("[data-point]")).to_have_count(2)
    expect(page.locator("#front-base")).to_be_visible()
    cockpit.ready()
    cockpit.picture("reserves")
    expect(page.locator("#replay li").first).to_be_visible()
    assert page.locator("#next-yuan li").count() >= 2
    expect(page.locator("#worst-loss li")).to_contain_text("+")
    expect(page.locator("#gini")).to_contain_text("Gini index")
    assert page.locator("#evenness li").count() >= 1
    page.locator("[data-depot]").first.click()
    page.select_option("#move-depot select", "close")
    expect(page.locator("#moved-plan")).to_contain_text("not yet replayed")
    cockpit.ready()
    expect(page.locator("#replay")).to_have_count(0)
    page.click("#replay-plan")
    expect(page.locator("#moved-plan")).to_contain_text("replayed in the drills", timeout=120_000)
    expect(page.locator("#replay-plan")).to_have_count(0)
    expect(page.locator("#replay li").first).to_be_visible()
    cockpit.picture("replayed")
    page.click("#undo-move")
    expect(page.locator("#moved-plan")).to_have_count(0)
    page.click("#close-study")
    expect(page.locator("#study-form")).to_be_visible()


@pytest.mark.usefixtures("study")
def test_the_reports_of_a_study_open(cockpit: Cockpit) -> None:
    cockpit.open()
    page = cockpit.page
    page.click("#open-placement")
    page.locator("[data-study]").first.click()
    links = page.locator(".downloads a")
    expect(links).to_have_count(3)
    for link in links.all():
        answer = page.request.get(cockpit.address + (link.get_attribute("href") or ""))
        assert answer.ok
        assert len(answer.body()) > 5000
