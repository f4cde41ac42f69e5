"""Flood: a river that rises over its sills and rain that gathers in hollows, step by step.

A connected-fill model. The river floods every cell from the stage on at which a way to it lies
under water; when it falls, water stays up to the sill and sinks away. Rain above the capacity of
the sewers runs to the hollow of its catchment, fills it to the sill and spills to the next one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError, ShapeMismatchError
from simulation.hazards.fill import connection_level, depressions, levels_from_volumes, pour

LIMITS: tuple[str, ...] = (
    "connected fill: no flow speed, no time of travel; the river is everywhere at its stage",
    "rain reaches its hollow within the step; sewers take a constant rate everywhere",
    "river water and rain water do not mix: the deeper of the two counts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the flood runs over.

    Attributes:
        elevation_m: Ground [m], float64, shape ``(rows, columns)``.
        cell_m: Side of a cell [m].
        is_river: Cells whose stage is given, same shape.
        is_outlet: Cells that swallow rain water, same shape.
        reference_m: Elevation of stage 0 at river cells [m], same shape.
    """

    elevation_m: NDArray[np.float64]
    cell_m: float
    is_river: NDArray[np.bool_]
    is_outlet: NDArray[np.bool_]
    reference_m: NDArray[np.float64]

    def check(self) -> None:
        """Refuse arrays that disagree or hold no numbers.

        Raises:
            ShapeMismatchError: Two rasters differ in shape.
            InputError: An elevation is not finite, or the cell has no size.
        """
        for name in ("is_river", "is_outlet", "reference_m"):
            shape = getattr(self, name).shape
            if shape != self.elevation_m.shape:
                message = f"{name} is {shape}, but elevation_m is {self.elevation_m.shape}"
                raise ShapeMismatchError(message)
        if not np.isfinite(self.elevation_m).all() or not self.cell_m > 0:
            raise InputError("terrain needs finite elevations and a cell size above 0 m; mend it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Parameters of the model: runoff share [1], sewers [mm/h], sinking of ponds [m/h]."""

    runoff_share: float
    drainage_mm_h: float
    pond_drain_m_h: float


class FloodModel:
    """The flood's state on the cells that can ever be wet.

    Args:
        ground: Terrain, river and outlets.
        rates: Parameters.
        highest_stage_m: No stage above this will be asked for [m].
    """

    def __init__(self, ground: Ground, rates: Rates, *, highest_stage_m: float) -> None:
        ground.check()
        self.rates = rates
        self.cell_m2 = ground.cell_m**2
        self.shape = ground.elevation_m.shape
        self._ground = ground.elevation_m.ravel()
        stage, height = connection_level(
            ground.elevation_m, ground.is_river, ground.reference_m, highest_stage_m
        )
        self._dry = (ground.is_river | ground.is_outlet).ravel()
        self._set_river(stage.ravel(), height.ravel())
        self._set_hollows(ground)
        self.depth_m: NDArray[np.float32] = np.zeros(self._ground.size, np.float32)
        self.rained_m3 = self.taken_m3 = self.spilled_m3 = 0.0

    def _set_river(self, stage: NDArray[np.float64], height: NDArray[np.float64]) -> None:
        self.river_cells = np.flatnonzero(np.isfinite(stage) & ~self._dry)
        self.sill_m = stage[self.river_cells]
        self.height_m = height[self.river_cells]
        self.level_m = np.full(len(self.river_cells), -np.inf)
        self._breach: tuple[NDArray[np.int64], int, float] | None = None

    def _set_hollows(self, ground: Ground) -> None:
        spill, hollow, drains, below = depressions(ground.elevation_m, ground.is_outlet)
        held = np.flatnonzero(hollow.ravel() >= 0)
        order = np.lexsort((self._ground[held], hollow.ravel()[held]))
        self.hollow_cells = held[order]
        self.hollow_of_cell = hollow.ravel()[self.hollow_cells]
        self._hollow_ground = self._ground[self.hollow_cells]
        count = len(below)
        self._below = below
        self._start = np.searchsorted(self.hollow_of_cell, np.arange(count + 1))
        self._hollow_m2 = np.diff(self._start).astype(np.float64) * self.cell_m2
        room = (spill.ravel()[self.hollow_cells] - self._hollow_ground) * self.cell_m2
        self.capacity_m3 = np.bincount(self.hollow_of_cell, room, minlength=count).astype(
            np.float64
        )
        caught = drains.ravel()
        self._catchment_m2 = (
            np.bincount(caught[caught >= 0], minlength=count).astype(float) * self.cell_m2
        )
        self.volume_m3 = np.zeros(count)
        self.pump_m3_s = np.zeros(count)

    def set_pumps(self, hollow: NDArray[np.int64], m3_s: NDArray[np.float64]) -> None:
        """Let pumps draw on some hollows from now on, and on no others.

        Args:
            hollow: Hollow of each pump, -1 for none, shape ``(pumps,)``.
            m3_s: Rate of each pump [m3/s].
        """
        there = hollow >= 0
        self.pump_m3_s = np.bincount(
            hollow[there], m3_s[there], minlength=len(self.volume_m3)
        ).astype(np.float64)

    def nearest_hollow(self, cell: int, *, within: int, least_m3: float) -> int:
        """Hollow of some size nearest a cell, -1 where none lies within so many cells."""
        large = self.capacity_m3[self.hollow_of_cell] >= least_m3
        cells = self.hollow_cells[large]
        if len(cells) == 0:
            return -1
        columns = self.shape[1]
        away = np.hypot(cells // columns - cell // columns, cells % columns - cell % columns)
        best = int(away.argmin())
        return int(self.hollow_of_cell[large][best]) if away[best] <= within else -1

    def raise_sill(self, cells: NDArray[np.int64], crest_m: float) -> None:
        """Let a dyke keep the river off some cells up to a crest [m of stage]."""
        behind = np.isin(self.river_cells, cells)
        self.sill_m[behind] = np.maximum(self.sill_m[behind], crest_m)

    def breach(self, cells: NDArray[np.int64], time_s: int, fill_hours: float) -> None:
        """Open the dyke before some cells; they fill over some hours to the river's stage."""
        behind = np.flatnonzero(np.isin(self.river_cells, cells))
        self.sill_m[behind] = self.height_m[behind]
        self._breach = (behind, time_s, fill_hours * 3600.0)

    def step(self, seconds: float, *, time_s: int, rain_mm_h: float, stage_m: float) -> None:
        """Advance by a step with constant rain and the stage of its end.

        Args:
            seconds: Length of the step.
            time_s: Its end [s from T0].
            rain_mm_h: Rain intensity.
            stage_m: River stage above channel-full [m].
        """
        self.depth_m[self.river_cells] = 0.0
        self.depth_m[self.hollow_cells] = 0.0
        self._rain(seconds, rain_mm_h)
        self._river(seconds, time_s, stage_m)
        self.depth_m[self._dry] = 0.0

    def _rain(self, seconds: float, rain_mm_h: float) -> None:
        excess = max(0.0, rain_mm_h - self.rates.drainage_mm_h) * self.rates.runoff_share
        inflow = self._catchment_m2 * (excess / 1000.0 * seconds / 3600.0)
        spare = max(0.0, self.rates.drainage_mm_h - rain_mm_h) / 1000.0
        sinks = self._hollow_m2 * (spare + self.rates.pond_drain_m_h) / 3600.0
        self.rained_m3 += float(inflow.sum())
        taken, spilled = pour(
            self.volume_m3,
            self.capacity_m3,
            inflow,
            (self.pump_m3_s + sinks) * seconds,
            self._below,
        )
        self.taken_m3 += taken
        self.spilled_m3 += spilled
        if len(self.volume_m3):
            level = levels_from_volumes(
                self.volume_m3, self._start, self._hollow_ground, self.cell_m2
            )
            depth = level[self.hollow_of_cell] - self._hollow_ground
            self.depth_m[self.hollow_cells] = np.maximum(depth, 0.0)

    def _river(self, seconds: float, time_s: int, stage_m: float) -> None:
        stage = np.full(len(self.sill_m), stage_m)
        if self._breach is not None:
            behind, since, length = self._breach
            share = min(1.0, max(0.0, (time_s - since) / length))
            floor = self.height_m[behind].min(initial=stage_m)
            stage[behind] = np.minimum(stage_m, floor + (stage_m - floor) * share)
        sunk = np.minimum(self.level_m, self.sill_m)
        sunk -= self.rates.pond_drain_m_h * seconds / 3600.0
        self.level_m = np.where(self.sill_m <= stage, stage, sunk)
        depth = np.maximum(self.level_m - self.height_m, 0.0).astype(np.float32)
        self.depth_m[self.river_cells] = np.maximum(self.depth_m[self.river_cells], depth)

    def budget(self) -> dict[str, float]:
        """Rain water [m3]: stored, in, out, and the relative error of their balance."""
        stored = float(self.volume_m3.sum())
        out = self.taken_m3 + self.spilled_m3
        error = abs(self.rained_m3 - stored - out) / max(self.rained_m3, 1.0)
        return {"stored": stored, "in": self.rained_m3, "out": out, "relative_error": error}
