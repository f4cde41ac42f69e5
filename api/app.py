"""The service: routes, errors, headers, the cockpit page, and the workers behind them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import cockpit, errors
from api.jobs.crew import Crew
from api.jobs.worker import open_queue
from api.layers.routes import router as layers
from api.middleware import BodyLimit, SecurityHeaders
from api.routes import cities, drills, health, jobs, placements, questions, runs, studies
from api.settings import Settings
from api.store import open_store

logger = logging.getLogger("shapan.api")

_DESCRIPTION = """\
A geospatial digital twin and emergency-drill simulation service: cities, drills, runs, supply
placements and their map layers.

Times are integer seconds relative to the drill's T0 unless said otherwise; shares are 0-1;
coordinates are degrees, WGS 84, longitude first. Place codes have 4 digits for a city, 6 for a
district, 9 for a street, 12 for a community and 15 for a grid; a parent is a prefix.
Every error is an RFC 9457 problem document that names the field.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: Where it keeps things and how it serves; from the environment where absent.

    Raises:
        InputError: The home folder or database address cannot be used.
        IntegrityError: The control plane is damaged or newer than this Shapan.
    """
    chosen = settings or Settings()
    app = FastAPI(
        title="Shapan",
        version=version("shapan"),
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0"},
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_serve,
    )
    store = open_store(chosen)
    app.state.store = store
    app.state.library = store
    app.state.queue = open_queue(store)
    errors.register(app)
    for router in (health, cities, drills, runs, jobs, placements, questions, studies):
        app.include_router(router.router, prefix="/api")
    app.include_router(
        layers, responses=errors.problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
    )
    cockpit.mount(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(BodyLimit, limit=chosen.body_limit_bytes)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _serve(app: FastAPI) -> AsyncIterator[None]:
    store = app.state.store
    store.runs.adopt()
    store.studies.adopt()
    crew = Crew(store.settings, app.state.queue)
    crew.start()
    try:
        yield
    finally:
        crew.stop()
        store.close()
