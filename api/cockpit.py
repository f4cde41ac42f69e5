"""The cockpit page: the built bundle where there is one, else a page that says how to build it."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.caching import IMMUTABLE, REVALIDATE

BUNDLE = Path(__file__).parent / "static"

_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shapan 沙盘</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 1rem}
code{background:#eee;padding:.1em .4em;border-radius:4px}</style></head>
<body><h1>Shapan 沙盘</h1>
<p>The service runs, but the cockpit page has not been built yet. Build it once with Node 20:</p>
<p><code>make web</code></p>
<p>then load this page again. The interface answers already:
<a href="/api/cities">cities</a>, <a href="/api/drills">drills</a>, <a href="/api/runs">runs</a>,
<a href="/api/openapi.json">OpenAPI</a>.</p>
<p lang="zh">服务已运行，驾驶舱页面尚未构建：
安装 Node 20 后执行 <code>make web</code>，再刷新本页。</p>
</body></html>
"""


class _Bundle(StaticFiles):
    """Files whose name carries their hash never change; the page itself is asked for each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = IMMUTABLE if is_hashed else REVALIDATE
        return response


def mount(app: FastAPI, bundle: Path = BUNDLE) -> None:
    """Serve the cockpit at ``/``.

    Args:
        app: The service; its other routes must be there already.
        bundle: Folder of the built page.
    """
    if (bundle / "index.html").is_file():
        app.mount("/", _Bundle(directory=bundle, html=True), name="cockpit")
        return

    @app.get("/", include_in_schema=False)
    def missing() -> HTMLResponse:
        return HTMLResponse(_MISSING)
