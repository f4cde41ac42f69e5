"""Camera: takes one frame of the whole run at every step."""

import numpy as np
from numpy.typing import NDArray

from simulation.frames import BUILDING_STATES, FUNCTIONS, RESIDENT_STATES, Frames, Trips
from simulation.parts import Parts
from simulation.people.shelters import FAILED, PEACETIME

NORMAL, DARK, WET, FLOODED, ISOLATED = range(len(BUILDING_STATES))
UNKNOWN = 255
DEPTH_UNIT_M = 0.02
LEAST_DEPTH_M = 0.02


class Camera:
    """Arrays of all frames, filled step by step.

    Attributes:
        quality: Weak-link quality [1], float32, shape ``(steps, grids)``.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        setting = parts.setting
        horizon = setting.drill.horizon
        self.time_s = np.arange(horizon.start, horizon.end + 1, horizon.step, dtype=np.int32)
        steps, grids = len(self.time_s), len(setting.atlas.grid_codes)
        facilities = len(setting.atlas.facility_names)
        self.service: NDArray[np.uint8] = np.zeros((steps, grids, len(FUNCTIONS)), np.uint8)
        self.quality: NDArray[np.float32] = np.zeros((steps, grids), np.float32)
        self.building: NDArray[np.uint8] = np.zeros((steps, len(setting.city.buildings)), np.uint8)
        self.road: NDArray[np.uint8] = np.zeros((steps, len(setting.city.roads)), np.uint8)
        self.load: NDArray[np.int32] = np.zeros((steps, facilities), np.int32)
        self.open: NDArray[np.uint8] = np.zeros((steps, facilities), np.uint8)
        self.residents: NDArray[np.int32] = np.zeros((steps, len(RESIDENT_STATES)), np.int32)
        self.present: NDArray[np.int32] = np.zeros((steps, grids), np.int32)
        self._next = 0

    def shoot(self, quality: NDArray[np.float64]) -> None:
        """Take the frame of this moment."""
        parts, step = self.parts, self._next
        level = parts.services.level
        percent = np.round(np.nan_to_num(level) * 100).astype(np.uint8)
        self.service[step] = np.where(np.isnan(level), UNKNOWN, percent)
        self.quality[step] = quality
        self.building[step] = self._buildings()
        self.road[step] = parts.roads.state
        self.load[step] = parts.residents.load() + parts.care.everyday_load()
        state = parts.shelters.state.copy()
        state[(state == PEACETIME) & ~parts.lifelines.works] = FAILED
        self.open[step] = state
        self.residents[step] = parts.residents.counts()
        self.present[step] = parts.residents.present()
        self._next += 1

    def _buildings(self) -> NDArray[np.uint8]:
        parts, atlas = self.parts, self.parts.setting.atlas
        norms = parts.setting.drill.norms
        depth = parts.waters.depth_m[atlas.building_cell]
        is_dark = ~parts.services.supplied("power")[atlas.building_grid]
        is_cut = parts.services.is_cut()[atlas.building_grid]
        state = np.full(len(depth), NORMAL, np.uint8)
        state[is_dark] = DARK
        state[is_cut] = ISOLATED
        state[depth > norms.building_wet_depth_m.value] = WET
        state[depth > norms.building_trap_depth_m.value] = FLOODED
        return state

    def frames(self, trips: Trips) -> Frames:
        """All frames, with the flood on the cells that were ever wet."""
        cell, depth = self._flood()
        return Frames(
            time_s=self.time_s,
            grid_service=self.service,
            grid_quality=np.round(self.quality * 100).astype(np.uint8),
            building_state=self.building,
            road_state=self.road,
            flood_cell=cell,
            flood_depth=depth,
            facility_load=self.load,
            facility_open=self.open,
            residents=self.residents,
            grid_residents=self.present,
            trips=trips,
        )

    def _flood(self) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        footprint = self.parts.waters.footprint
        size = self.parts.setting.city.terrain.elevation_m.size
        ever = np.zeros(size, bool)
        for found in footprint.ids:
            ever[found] = True
        cell = np.flatnonzero(ever).astype(np.int32)
        column = np.full(size, -1, np.int32)
        column[cell] = np.arange(len(cell), dtype=np.int32)
        depth = np.zeros((len(self.time_s), len(cell)), np.uint8)
        for step, time_s in enumerate(self.time_s.tolist()):
            found, value = footprint.at(time_s)
            units = np.clip(np.round(value / DEPTH_UNIT_M), 1, 255)
            depth[step, column[found]] = units.astype(np.uint8)
        return cell, depth
