"""A service of layers alone over a store, and a run in which everything moves."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import orjson
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import errors
from api.layers.routes import router
from api.settings import Settings
from api.store import Store, open_store
from simulation.frames import Trips
from simulation.run import Run
from tests.api.made_runs import STEPS, make_run
from twin.city import City


def event(sequence: int, kind: str, time_s: int, place: str, **details: object) -> bytes:
    line = {"kind": kind, "place": place, "sequence": sequence, "tick": 100 * time_s}
    return orjson.dumps(line | {"time_s": time_s, "who": None, **details})


EVENTS = [
    event(5, "inject.sent", 1800, "990101001", text={"zh": "停电", "en": "Power out"}),
    event(6, "inject.sent", 1800, "9901", text={"zh": "台风", "en": "Typhoon"}),
    event(7, "facility.failed", 2700, "990101001001001", facility="school-01"),
    event(8, "whistle.blown", 3600, "990101001"),
    event(9, "team.arrive", 4000, "990101001"),
    event(10, "whistle.answered", 6000, "990101001"),
    event(11, "facility.repaired", 9000, "990101001001001", facility="school-01"),
    event(12, "network.lost", 9900, "990101001"),
]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service with one city and one run."""

    store: Store
    city: City
    run: Run
    client: TestClient

    @property
    def bases(self) -> tuple[str, str]:
        return "/api/cities/tiny", f"/api/runs/{self.run.id}"


def serve(home: Path, city: City) -> Service:
    store = open_store(Settings(home=home, workers=0))
    published = store.cities.publish(city)
    run = lively_run(published)
    store.runs.write(run)
    return Service(store=store, city=published, run=run, client=client_of(store))


def client_of(store: Store) -> TestClient:
    app = FastAPI()
    app.state.library = store
    errors.register(app)
    app.include_router(router)
    return TestClient(app, raise_server_exceptions=False)


def lively_run(city: City, seed: int = 7) -> Run:
    """A run whose every state changes, with three trips."""
    run = make_run(city, seed=seed)
    chance = np.random.default_rng(seed)
    frames = run.frames
    x0, _, _, y1 = city.places.total_bounds
    points = np.array([[10, 0], [60, 3600], [90, 7200], [5, 20_000], [9, 24_000], [50, 25_000.0]])
    trips = Trips(
        start=np.array([0, 3, 5, 6]),
        x=x0 + points[:, 0],
        y=y1 - points[:, 0],
        time_s=points[:, 1].astype(np.float32),
        kind=np.array([0, 2, 5], np.uint8),
        people_per_trip=4.0,
    )
    columns = city.terrain.elevation_m.shape[1]
    cells = np.array([columns + 2, columns + 5, 4 * columns + 3], np.int32)
    moved = replace(
        frames,
        grid_quality=chance.integers(0, 101, frames.grid_quality.shape).astype(np.uint8),
        building_state=chance.integers(0, 5, frames.building_state.shape).astype(np.uint8),
        road_state=chance.integers(0, 3, frames.road_state.shape).astype(np.uint8),
        flood_cell=cells,
        flood_depth=chance.integers(0, 256, (STEPS, 3)).astype(np.uint8),
        facility_load=chance.integers(0, 60, frames.facility_load.shape).astype(np.int32),
        facility_open=chance.integers(0, 5, frames.facility_open.shape).astype(np.uint8),
        trips=trips,
    )
    return replace(run, events=EVENTS, frames=moved)
