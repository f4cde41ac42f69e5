"""State chunks and trips over the wire are the run's frames, no more and no less."""

import struct
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from api.layers.flood import window
from api.layers.scene import CHUNK_STEPS
from gis.crs import to_metres
from tests.api.layered import Service, serve
from tests.api.made_runs import STEPS
from twin.city import City


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[Service]:
    opened = serve(tmp_path_factory.mktemp("service"), make_tiny_city())
    yield opened
    opened.store.close()


def whole(service: Service, name: str, dtype: str) -> np.ndarray:
    chunks = range(-(-STEPS // CHUNK_STEPS))
    parts = [
        service.client.get(f"/api/runs/{service.run.id}/state/{name}/{chunk}").content
        for chunk in chunks
    ]
    return np.frombuffer(b"".join(parts), dtype).reshape(STEPS, -1)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("building_state", "u1"),
        ("road_state", "u1"),
        ("grid_quality", "u1"),
        ("grid_residents", "<i4"),
        ("facility_load", "<i4"),
        ("facility_open", "u1"),
        ("residents", "<i4"),
    ],
)
def test_the_chunks_of_a_state_join_to_its_frames(service: Service, name: str, dtype: str):
    assert (whole(service, name, dtype) == getattr(service.run.frames, name)).all()


def test_flood_water_lies_on_its_window_and_nowhere_else(service: Service):
    frames, terrain = service.run.frames, service.city.terrain
    spec = service.client.get(f"/api/runs/{service.run.id}/layers/flood").json()
    rows, columns = (spec["style"][0][key] for key in ("rows", "columns"))
    raster = whole(service, "flood", "u1").reshape(STEPS, rows, columns)
    assert raster.sum(axis=(1, 2)).tolist() == frames.flood_depth.sum(axis=1).tolist()
    here = window(terrain, frames.flood_cell)
    row, column = np.divmod(frames.flood_cell, terrain.elevation_m.shape[1])
    assert (raster[:, row - here.top, column - here.left] == frames.flood_depth).all()


def test_the_window_lies_where_the_water_lies(service: Service):
    terrain, crs = service.city.terrain, service.city.crs
    spec = service.client.get(f"/api/runs/{service.run.id}/layers/flood").json()
    corners = np.array(spec["style"][0]["bounds"])
    x, y = to_metres(corners[:, 0], corners[:, 1], crs=crs)
    # cells (1,2), (1,5), (4,3): rows 1-4, columns 2-5 of 10 m
    west, north = terrain.west + 20, terrain.north - 10
    wanted = [(west, north - 40), (west, north), (west + 40, north), (west + 40, north - 40)]
    assert np.column_stack([x, y]) == pytest.approx(np.array(wanted), abs=0.05)


def test_a_dry_run_has_an_empty_window(service: Service):
    here = window(service.city.terrain, np.zeros(0, np.int32))
    assert here.spread(np.zeros((3, 0), np.uint8)).shape == (3, 0, 0)


def read_trips(content: bytes) -> tuple[tuple[float, float], np.ndarray, np.ndarray, list, list]:
    trips, points, _, version, lon, lat = struct.unpack_from("<4I2d", content)
    assert version == 1
    at = struct.calcsize("<4I2d")
    xy = np.frombuffer(content, "<f4", 2 * points, at).reshape(-1, 2)
    time = np.frombuffer(content, "<f4", points, at + 8 * points)
    start = np.frombuffer(content, "<u4", trips + 1, at + 12 * points)
    kind = np.frombuffer(content, "u1", trips, at + 12 * points + 4 * (trips + 1))
    assert at + 12 * points + 4 * (trips + 1) + trips == len(content)
    return (lon, lat), xy, time, start.tolist(), kind.tolist()


def test_a_chunk_of_trips_holds_those_that_move_in_its_hours(service: Service):
    address = f"/api/runs/{service.run.id}/trips"
    origin, xy, time, start, kind = read_trips(service.client.get(f"{address}/0").content)
    # the first trip moves at 0-2 h, the second from 5.6 to 6.7 h, the third stands at 6.9 h
    assert (start, kind) == ([0, 3, 5], [0, 2])
    assert time.tolist() == [0, 3600, 7200, 20_000, 24_000]
    trips = service.run.frames.trips
    x, y = to_metres(*(xy + np.array(origin)).T.astype(float), crs=service.city.crs)
    assert np.abs(x - trips.x[:5]).max() < 0.02
    assert np.abs(y - trips.y[:5]).max() < 0.02
    _, _, _, start, kind = read_trips(service.client.get(f"{address}/1").content)
    assert (start, kind) == ([0, 2, 3], [2, 5])


def test_marks_last_from_an_event_to_the_one_that_ends_it(service: Service):
    spec = service.client.get(f"/api/runs/{service.run.id}/layers/incidents").json()
    dots, labels = spec["style"]
    assert dots["window"] == labels["window"] == ["from_s", "to_s"]
    lasting = {row["sequence"]: (row["from_s"], row["to_s"], row["kind"]) for row in dots["data"]}
    end_s = service.run.result.end_s
    # the whole city has no point, a team's arrival no mark, and the network stays lost
    assert lasting == {
        5: (1800, 1800 + 3 * 3600, "inject"),
        7: (2700, 9000, "incident"),
        8: (3600, 6000, "whistle"),
        12: (9900, end_s + 1, "incident"),
    }
    assert dots["data"][0]["en"] == "Power out"
    facility = service.city.facilities.set_index("facility").geometry["school-01"]
    lon, lat, _ = dots["data"][1]["position"]
    x, y = to_metres(np.array([lon]), np.array([lat]), crs=service.city.crs)
    assert (x[0], y[0]) == pytest.approx((facility.x, facility.y), abs=0.05)
