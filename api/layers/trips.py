"""The layer of moving people and teams: packed trips, six hours at a time."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.layers.definition import FLAT, Dress, Layer
from api.layers.packed import VERSION, middle
from api.layers.scene import RunView, Scene, rgba, words
from api.layers.spec import Colour, LegendEntry
from gis.crs import to_degrees
from gis.errors import NotFoundError
from simulation.frames import TRIP_KINDS

CHUNK_SECONDS = 6 * 3600
WALK_TRAIL_S, VEHICLE_TRAIL_S = 480, 45
"""Trail behind a person on foot and behind a vehicle [s]: some hundred metres of either."""
TITLES = {
    "walk": words("步行居民", "people on foot"),
    "car": words("私家车", "cars"),
    "bus": words("转运大巴", "buses"),
    "ambulance": words("救护车", "ambulances"),
    "fire_engine": words("消防车", "fire engines"),
    "boat": words("救援艇", "boats"),
    "supply_truck": words("物资车", "supply trucks"),
    "other": words("其他队伍", "other teams"),
}


def chunks(run: RunView) -> int:
    """How many chunks of six hours cover the run."""
    duration = run.result.end_s - run.result.start_s
    return max(-(-duration // CHUNK_SECONDS), 1)


def moving(run: RunView, chunk: int) -> NDArray[np.int64]:
    """Trips that move in a chunk's hours, shape ``(trips,)``.

    Raises:
        NotFoundError: The run has no such chunk.
    """
    if not 0 <= chunk < chunks(run):
        raise NotFoundError(f"chunk is {chunk}; wanted 0 to {chunks(run) - 1}", field="chunk")
    start, time = run.frame("trips_start"), run.frame("trips_time_s")
    if len(start) < 2:
        return np.zeros(0, np.int64)
    first, last = time[start[:-1]], time[start[1:] - 1]
    begin = chunk * CHUNK_SECONDS
    return np.flatnonzero((last >= begin) & (first < begin + CHUNK_SECONDS))


def points_of(start: NDArray[np.int64], trips: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the points of some trips, in their order, shape ``(points,)``."""
    count = start[trips + 1] - start[trips]
    skipped = np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.arange(int(count.sum())) - skipped + np.repeat(start[trips], count))


def pack(run: RunView, crs: str, chunk: int) -> bytes:
    """One chunk as ``packed-trips``; time is seconds from the run's first tick.

    Args:
        run: The run.
        crs: CRS of the trips.
        chunk: Which six hours, from 0.
    """
    trips, start = moving(run, chunk), np.asarray(run.frame("trips_start"))
    points = points_of(start, trips) if len(trips) else np.zeros(0, np.int64)
    x, y = run.frame("trips_x")[points], run.frame("trips_y")[points]
    xy = np.column_stack(to_degrees(x, y, crs=crs)) if len(points) else np.zeros((0, 2))
    origin = middle(xy)
    counts = start[trips + 1] - start[trips] if len(trips) else np.zeros(0, np.int64)
    columns = [
        (xy - np.array(origin)).astype("<f4"),
        run.frame("trips_time_s")[points].astype("<f4"),
        np.concatenate([[0], np.cumsum(counts)]).astype("<u4"),
        run.frame("trips_kind")[trips].astype("u1"),
    ]
    header = struct.pack("<4I2d", len(trips), len(points), 0, VERSION, *origin)
    return b"".join([header, *(column.tobytes() for column in columns)])


def paths(run: RunView, crs: str, step: int) -> list[dict[str, Any]]:
    """Trips of the chunk around one step, as rows of a stock TripsLayer.

    Returns:
        Rows ``{path: [[lon, lat], ...], times: [s from the first tick], kind}``.
    """
    now = int(run.frame("time_s")[step]) - run.result.start_s
    chunk = min(now // CHUNK_SECONDS, chunks(run) - 1)
    trips, start = moving(run, chunk), np.asarray(run.frame("trips_start"))
    rows = []
    for trip in trips:
        part = slice(int(start[trip]), int(start[trip + 1]))
        lon, lat = to_degrees(run.frame("trips_x")[part], run.frame("trips_y")[part], crs=crs)
        rows.append(
            {
                "path": np.round(np.column_stack([lon, lat]), 7).tolist(),
                "times": run.frame("trips_time_s")[part].astype(float).tolist(),
                "kind": int(run.frame("trips_kind")[trip]),
            }
        )
    return rows


def _only(colour: Colour, *, shown: bool) -> Colour:
    red, green, blue, opacity = colour
    return red, green, blue, opacity if shown else 0


def _dress(scene: Scene) -> Dress:
    run, colours = scene.the_run(), scene.palette.trips
    drawn = {
        "@@type": "PackedTripsLayer",
        "data": f"{scene.base}/trips/{{chunk}}",
        "chunkSeconds": CHUNK_SECONDS,
        "chunks": chunks(run),
        "fadeTrail": True,
        "widthUnits": "pixels",
        "capRounded": True,
        "jointRounded": True,
        "peoplePerTrip": float(run.frame("trips_people_per_trip")),
        "parameters": FLAT,
    }
    people = drawn | {"id": "trips", "trailLength": WALK_TRAIL_S, "getWidth": 2.4}
    teams = drawn | {"id": "trips-vehicles", "trailLength": VEHICLE_TRAIL_S, "getWidth": 2.0}
    for style, is_people in ((people, True), (teams, False)):
        style["palette"] = rgba(
            [_only(colours[kind], shown=(kind == "walk") is is_people) for kind in TRIP_KINDS]
        )
    present = np.unique(run.frame("trips_kind"))
    legend = [
        LegendEntry(colour=colours[TRIP_KINDS[i]], title=TITLES[TRIP_KINDS[i]]) for i in present
    ]
    return Dress(style=[people, teams], legend=legend)


LAYER = Layer(
    id="trips",
    title=words("人员与队伍", "People and teams"),
    kind="agents",
    order=60,
    visible=True,
    encoding="packed-trips",
    dress=_dress,
    leaf="trips",
    is_of_run=True,
)
