"""A real service on a small city with one real run, and a Chromium that may go nowhere else."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import lacking

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "test-results"
RESIDENTS = 4000
CITY = "small"
DRILL = "typhoon-flood"
READY_MS = 120_000


@pytest.fixture(scope="session", autouse=True)
def _able() -> None:
    if not (ROOT / "api" / "static" / "index.html").is_file():
        lacking("the cockpit page is not built: make web")


@pytest.fixture(scope="session")
def shapan(tmp_path_factory: pytest.TempPathFactory, _able: None) -> Callable[..., list[str]]:
    """Gives the command line of a ``shapan`` verb; its home folder is of this session."""
    os.environ["SHAPAN_HOME"] = str(tmp_path_factory.mktemp("home"))
    program = Path(sys.executable).parent / "shapan"
    return lambda *words: [str(program), *words]


@pytest.fixture(scope="session")
def address(shapan: Callable[..., list[str]]) -> Iterator[str]:
    """Address of a service with one city and one run; `SHAPAN_ADDRESS` names one that runs."""
    if running := os.environ.get("SHAPAN_ADDRESS"):
        yield running
        return
    make = ("city", "make", "--name", CITY, "--residents", str(RESIDENTS), "--json")
    play = ("drill", "run", DRILL, "--city", CITY, "--seed", "1", "--json")
    for words in (make, play):
        subprocess.run(shapan(*words), check=True, capture_output=True, timeout=240)
    with subprocess.Popen(
        shapan("serve", "--port", "0", "--workers", "1"), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield "http://" + line.split("http://")[1].split("/")[0]
        server.terminate()


@dataclass
class Cockpit:
    """The page under test and all that went wrong in it."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    refused: int | None = None
    """The HTTP status which the page's requests are meant to be refused with, if any."""
    axe: Path = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.address}/?city={CITY}&{query}")
        self.ready()

    def ready(self) -> None:
        """Waits for the page's done flag: every layer loaded, all state here, camera at rest."""
        self.page.wait_for_selector("html[data-ready=true]", state="attached", timeout=READY_MS)

    def meant(self, line: str) -> bool:
        """Whether a console line is Chromium's own note of a refusal that the test asked for.

        The page asks several things at once, so the notes come when they come: they are sorted out
        at the end, never cleared in the middle.
        """
        return self.refused is not None and f"status of {self.refused} " in line

    def picture(self, name: str) -> bytes:
        RESULTS.mkdir(exist_ok=True)
        return self.page.screenshot(path=RESULTS / f"{name}.png")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()


def listen(context: BrowserContext, address: str) -> list[str]:
    """Collects what must not happen: outside requests, faults, warnings, refused requests."""
    wrong: list[str] = []
    own = (address, "data:", "blob:")
    context.on("request", lambda one: None if one.url.startswith(own) else wrong.append(one.url))
    context.on("weberror", lambda one: wrong.append(str(one.error)))
    context.on(
        "console",
        lambda one: wrong.append(one.text) if one.type in {"error", "warning"} else None,
    )
    return wrong


@pytest.fixture
def cockpit(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Cockpit]:
    """A fresh page, not opened yet; at the end nothing may have gone wrong in it."""
    width, height = getattr(request, "param", (1000, 620))
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    cockpit = Cockpit(context.new_page(), address)
    cockpit.wrong = listen(context, address)
    yield cockpit
    context.close()
    assert [one for one in cockpit.wrong if not cockpit.meant(one)] == []
