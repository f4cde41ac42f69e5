"""A run made by hand: the smallest that has every part."""

import hashlib

import numpy as np
import orjson

from simulation.frames import FUNCTIONS, RESIDENT_STATES, Frames, Trips
from simulation.run import Run, RunResult
from simulation.supply.record import TABLES, ReliefRecord, as_table
from twin.city import City

STEPS = 30
WORDS = {"zh": "字", "en": "word"}

KPI = {
    "id": "k",
    "title": WORDS,
    "value": None,
    "unit": "1",
    "op": ">=",
    "pass": 0.9,
    "target": 0.95,
    "met": False,
    "basis": "A",
}
RED_LINE = {
    "id": "N1",
    "title": WORDS,
    "broken": True,
    "first_s": 900,
    "hours": 2.0,
    "grace_hours": 0.0,
    "place": "9901",
}
INDEX = {
    "index": 90,
    "mean": 91,
    "tail": 88,
    "band": 4,
    "worst_function": "power",
    "worst_s": 900,
}


def make_run(city: City, *, seed: int = 1) -> Run:
    run = hashlib.sha256(f"{city.release}-{seed}".encode()).hexdigest()
    events = [_event(number) for number in range(5)]
    return Run(
        id=run,
        result=_result(city, run, seed, events),
        events=events,
        frames=_frames(city),
        relief=_relief(),
    )


def _relief() -> ReliefRecord:
    needs: list[tuple[object, ...]] = [(0, "water", 3, 12.0, 90.0, 60.0, 30.0)]
    closed: list[tuple[object, ...]] = [(1, 900, 2700)]
    tables = {name: as_table(name, []) for name in TABLES}
    tables |= {"needs": as_table("needs", needs), "roads_closed": as_table("roads_closed", closed)}
    return ReliefRecord(**tables)


def _event(number: int) -> bytes:
    event = {
        "kind": "shelter.full" if number % 2 else "whistle.blown",
        "place": "990101001001001",
        "sequence": number,
        "tick": 90_000 * number,
        "time_s": 900 * number,
        "who": None,
    }
    return orjson.dumps(event)


def _result(city: City, run: str, seed: int, events: list[bytes]) -> RunResult:
    return RunResult.model_validate(
        {
            "run": run,
            "city": city.name,
            "release": city.release,
            "drill": "typhoon-flood",
            "seed": seed,
            "decisions": {"D1": "now"},
            "engine": "0",
            "events": len(events),
            "digest": hashlib.sha256(b"\n".join(events)).hexdigest(),
            "seconds": 0.5,
            "start_s": 0,
            "end_s": 900 * (STEPS - 1),
            "step_s": 900,
            "population": 12,
            "synthetic": True,
            "ratings": [
                {"objective": "o", "title": WORDS, "rating": "S", "because": WORDS, "evidence": [1]}
            ],
            "kpis": [KPI],
            "red_lines": [RED_LINE],
            "resilience": {"city": 0.9, "levels": {"9901": INDEX}},
            "curve": {"time_s": [0], "quality": [1.0]},
            "whistles": [],
            "conversion": [],
            "moves": {"forced": 0, "arrived": 0, "not_arrived": 0},
            "basis": {"S": 1, "K": 0, "A": 2},
            "limits": [WORDS],
        }
    )


def _frames(city: City) -> Frames:
    grids, cells = len(city.grids), 10
    service = np.full((STEPS, grids, len(FUNCTIONS)), 80, dtype=np.uint8)
    service[:, :, FUNCTIONS.index("order")] = 255
    residents = np.zeros((STEPS, len(RESIDENT_STATES)), dtype=np.int32)
    residents[:, 0] = 12
    return Frames(
        time_s=np.arange(STEPS, dtype=np.int32) * 900,
        grid_service=service,
        grid_quality=np.full((STEPS, grids), 80, dtype=np.uint8),
        building_state=np.zeros((STEPS, len(city.buildings)), dtype=np.uint8),
        road_state=np.ones((STEPS, len(city.roads)), dtype=np.uint8),
        flood_cell=np.arange(cells, dtype=np.int32),
        flood_depth=np.full((STEPS, cells), 3, dtype=np.uint8),
        facility_load=np.zeros((STEPS, len(city.facilities)), dtype=np.int32),
        facility_open=np.full((STEPS, len(city.facilities)), 4, dtype=np.uint8),
        residents=residents,
        grid_residents=np.full((STEPS, grids), 3, dtype=np.int32),
        trips=Trips(
            start=np.zeros(1, dtype=np.int64),
            x=np.zeros(0),
            y=np.zeros(0),
            time_s=np.zeros(0, dtype=np.float32),
            kind=np.zeros(0, dtype=np.uint8),
            people_per_trip=10.0,
        ),
    )
