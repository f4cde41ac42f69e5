"""Frames: what a run looked like, step by step, as arrays that a map can draw.

Frames are a picture of the run, never evidence for a rating: that is the event log's business.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FUNCTIONS: tuple[str, ...] = (
    "medical",
    "shelter",
    "water",
    "food",
    "power",
    "communications",
    "mobility",
    "order",
    "governance",
)
BUILDING_STATES: tuple[str, ...] = ("normal", "dark", "wet", "flooded", "isolated")
ROAD_STATES: tuple[str, ...] = ("open", "slow", "closed")
RESIDENT_STATES: tuple[str, ...] = (
    "unwarned",
    "warned",
    "preparing",
    "moving",
    "sheltered",
    "staying",
    "waiting_help",
    "trapped",
    "injured",
    "dead",
    "away",
    "returned",
)
TRIP_KINDS: tuple[str, ...] = (
    "walk",
    "car",
    "bus",
    "ambulance",
    "fire_engine",
    "boat",
    "supply_truck",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """Paths of moving people and teams; residents are a stated sample.

    Attributes:
        start: First point of each trip, int64, shape ``(trips + 1,)``.
        x: Easting [m], float64, shape ``(points,)``.
        y: Northing [m], float64, shape ``(points,)``.
        time_s: Seconds since the run's first tick, float32, shape ``(points,)``, rising in a trip.
        kind: Index into ``TRIP_KINDS``, uint8, shape ``(trips,)``.
        people_per_trip: How many residents one resident trip stands for.
    """

    start: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    time_s: NDArray[np.float32]
    kind: NDArray[np.uint8]
    people_per_trip: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """State at regular moments. ``steps`` moments, ``time_s[0]`` is the run's first tick.

    Attributes:
        time_s: Seconds relative to the drill's T0 (negative before it), int32, shape ``(steps,)``.
        grid_service: Share of demand met [%], uint8 0–100, shape ``(steps, grids, functions)`` in
            the order of ``FUNCTIONS``; 255 where a function is not modelled in this drill.
        grid_quality: Weak-link service level Q of each grid [%], uint8, shape ``(steps, grids)``.
        building_state: Index into ``BUILDING_STATES``, uint8, shape ``(steps, buildings)``.
        road_state: Index into ``ROAD_STATES``, uint8, shape ``(steps, roads)``.
        flood_cell: Terrain cells (flat index) that are ever wet, int32, shape ``(cells,)``, rising.
        flood_depth: Water depth in units of 2 cm, uint8, 255 = 5.1 m or more,
            shape ``(steps, cells)``.
        facility_load: People or patients in each facility [persons], int32,
            shape ``(steps, facilities)``.
        facility_open: 0 closed, 1 opening (conversion under way), 2 open as shelter, 3 failed,
            4 works in its peacetime role; uint8, shape ``(steps, facilities)``.
        residents: People in each state [persons], int32, shape ``(steps, states)`` in the order of
            ``RESIDENT_STATES``; every row sums to the population.
        grid_residents: Residents present in each grid [persons], int32, shape ``(steps, grids)``.
        trips: Paths of moving people and teams.
    """

    time_s: NDArray[np.int32]
    grid_service: NDArray[np.uint8]
    grid_quality: NDArray[np.uint8]
    building_state: NDArray[np.uint8]
    road_state: NDArray[np.uint8]
    flood_cell: NDArray[np.int32]
    flood_depth: NDArray[np.uint8]
    facility_load: NDArray[np.int32]
    facility_open: NDArray[np.uint8]
    residents: NDArray[np.int32]
    grid_residents: NDArray[np.int32]
    trips: Trips
