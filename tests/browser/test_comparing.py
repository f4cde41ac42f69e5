"""What if: a run is forked on the page, and held against the run it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Cockpit

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SERIOUS = """axe.run().then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => [one.id, one.nodes.map(node => node.target)]))"""


def test_the_operations_of_a_run_are_shown_and_can_be_read_by_everybody(cockpit: Cockpit) -> None:
    cockpit.open("time=7200")
    page = cockpit.page
    page.click("#open-operations")
    for block in ("#ops-hospitals li", "#ops-relief li", "#ops-districts li", "#ops-levels tr"):
        page.locator(block).first.wait_for()
    assert page.locator("#ops-levels tbody tr").count() == 5
    cockpit.picture("operations")
    page.evaluate(f"{cockpit.axe.read_text(encoding='utf-8')}; undefined")
    assert page.evaluate(SERIOUS) == []
    page.click("#switch-language")
    expect(page.locator("#ops-levels")).to_contain_text("Passed up")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("#side-operations").inner_text())


@pytest.mark.timeout(240)
def test_a_run_is_forked_here_and_held_against_the_run_it_left(cockpit: Cockpit) -> None:
    cockpit.open("time=345000")
    page = cockpit.page
    page.click("#open-compare")
    expect(page.locator("#fork-none")).to_be_visible()
    page.locator("#scrub").fill("-57600")
    page.click("#start-fork")
    expect(page.locator("#problem")).to_contain_text("请先选一个不同的决策")
    page.select_option("#fork-form select[name=D1]", "now")
    page.click("#start-fork")
    page.locator("#versus").wait_for(timeout=200_000)
    expect(page).to_have_url(re.compile(r"versus=[0-9a-f]{64}"))
    expect(page.locator("#versus-asked [data-asked=D1]")).to_contain_text("立即全部转移")
    expect(page.locator(".versus-fork")).to_contain_text("T−16:00")
    assert page.locator("#versus-outcomes li").count() >= 1
    cockpit.ready()
    cockpit.picture("compare")
    parting = page.locator("#versus-parting")
    moment = parting.locator("b").inner_text()
    parting.click()
    expect(page.locator("#clock")).to_have_text(moment)
    if page.locator("#versus-grids button").count() > 0:
        page.locator("#versus-grids button").first.click()
        expect(page).to_have_url(re.compile(r"place=\d{15}"))
    page.evaluate(f"{cockpit.axe.read_text(encoding='utf-8')}; undefined")
    assert page.evaluate(SERIOUS) == []
    page.click("#switch-language")
    expect(page.locator("#versus")).to_contain_text("What came of it")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("#side-compare").inner_text())
    page.reload()
    page.locator("#versus").wait_for(timeout=60_000)
    page.select_option("#versus-picker", "")
    expect(page.locator("#versus")).to_have_count(0)
