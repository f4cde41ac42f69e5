"""Takes the picture in the README from a running service: ``python tests/browser/picture.py``.

``SHAPAN_ADDRESS`` names the service (default http://127.0.0.1:8000); it must hold the demo city
with a run of the typhoon flood.
"""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "cockpit.png"
VIEW = {"width": 1600, "height": 1000}
QUERY = "city=demo&time=10800&language=en"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=gl-egl"]


def take(address: str) -> bytes:
    """Gives the page as PNG, once every layer is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, "--ignore-gpu-blocklist"]
        )
        context = browser.new_context(viewport=VIEW, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{address}/?{QUERY}")
        page.wait_for_selector("html[data-ready=true]", state="attached", timeout=180_000)
        picture = page.screenshot()
        browser.close()
    return picture


def main() -> None:
    """Writes the picture with a palette, so that it stays below 600 kB."""
    picture = take(os.environ.get("SHAPAN_ADDRESS", "http://127.0.0.1:8000"))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    whole = Image.open(BytesIO(picture)).convert("RGB")
    small = whole.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
