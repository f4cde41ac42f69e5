"""One headless Chromium for all tests of this process; it reaches this machine only."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

PACKAGES = "chromium fonts-noto-cjk libegl1 libgl1-mesa-dri"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=gl-egl",
    "--ignore-gpu-blocklist",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

settings.register_profile("same", derandomize=True)
settings.load_profile("same")
"""Every run of the tests tries the same examples: a failure is a failure for everybody."""


def lacking(what: str) -> None:
    """Skip the test for what the machine lacks; fail where the caller demands a browser."""
    if os.environ.get("SHAPAN_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        lacking(f"Chromium is missing: install {PACKAGES}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=60_000)
        yield chromium
        chromium.close()
