"""Waters: the flood model bound to a city and a drill, and the low spots it cannot see."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from scenarios.hazards import LocalPit, TyphoonFlood
from scenarios.norms import Series
from simulation.hazards.flood import FloodModel, Ground, Rates
from simulation.hazards.footprint import Footprint
from simulation.setting import Setting
from twin.city import City

FLOWING = ("river", "canal", "sea")
SURFACE_CELLS = 3
"""The water level of a river cell is the lowest one this many cells around it."""
BANK_STEP_M = 0.5
"""A cell of the outline higher than this above the water is bank, not river [m]."""
FLAT_TOP_M = 8.0
"""Where no terrain is known the ground is assumed to rise no higher than this [m]."""
STATION_REACH_M, STATION_LEAST_M3 = 2000.0, 500.0
"""A pump station drains the nearest hollow within this distance that holds at least this much."""


def value_at(series: Series, time_s: float) -> float:
    """Read a curve at a moment [s from T0]."""
    return float(np.interp(time_s, series.at, series.value))


def survey(city: City, hazard: TyphoonFlood) -> Ground:
    """Make the flood's ground from a city's terrain and water bodies.

    Where the terrain is flat for want of a raster, the ground is assumed to rise evenly away from
    the water; the run states this limit.
    """
    terrain = city.terrain
    cells = terrain.elevation_m.astype(np.float64)
    water = _covered(city, tuple(city.water["kind"].unique()))
    river = _covered(city, FLOWING)
    river = river if river.any() else water
    outlet = water.copy()
    outlet[[0, -1], :] = True
    outlet[:, [0, -1]] = True
    if terrain.is_flat:
        rise = hazard.flat_rise_m_per_m.value * terrain.cell_m
        away = ndimage.distance_transform_edt(~water) if water.any() else np.full(cells.shape, 1e9)
        cells = np.minimum(away * rise, FLAT_TOP_M)
        reference = np.zeros(cells.shape)
    else:
        reference = _water_level(cells, river)
        river &= cells <= reference + BANK_STEP_M
        reference = np.where(river, reference, 0.0)
    return Ground(
        elevation_m=cells,
        cell_m=terrain.cell_m,
        is_river=river,
        is_outlet=outlet,
        reference_m=reference,
    )


def _covered(city: City, kinds: tuple[str, ...]) -> NDArray[np.bool_]:
    terrain = city.terrain
    rows, columns = terrain.elevation_m.shape
    mask = np.zeros((rows, columns), dtype=bool)
    for shape in city.water.geometry[city.water["kind"].isin(kinds)].to_numpy():
        west, south, east, north = shape.bounds
        c0 = max(0, int((west - terrain.west) / terrain.cell_m))
        c1 = min(columns, int((east - terrain.west) / terrain.cell_m) + 1)
        r0 = max(0, int((terrain.north - north) / terrain.cell_m))
        r1 = min(rows, int((terrain.north - south) / terrain.cell_m) + 1)
        if c0 >= c1 or r0 >= r1:
            continue
        x = terrain.west + (np.arange(c0, c1) + 0.5) * terrain.cell_m
        y = terrain.north - (np.arange(r0, r1) + 0.5) * terrain.cell_m
        shapely.prepare(shape)
        xs, ys = np.meshgrid(x, y)
        mask[r0:r1, c0:c1] |= shapely.contains_xy(shape, xs, ys)
    return mask


def _water_level(cells: NDArray[np.float64], river: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Level of the water surface the terrain raster holds: the lowest river cell around each."""
    surface = np.where(river, cells, np.inf)
    size = 2 * SURFACE_CELLS + 1
    return np.asarray(ndimage.minimum_filter(surface, size, mode="nearest"), dtype=np.float64)


@dataclass(slots=True, kw_only=True)
class Pit:
    """A low spot with its own small catchment: an underpass, the cellar of a hospital or market."""

    facility: int
    spec: LocalPit
    volume_m3: float = 0.0
    extra_m3_h: float = 0.0
    has_power: bool = True

    @property
    def depth_m(self) -> float:
        """Water depth, evenly spread over the floor."""
        return self.volume_m3 / self.spec.floor_m2.value

    def step(self, hours: float, excess_mm_h: float) -> None:
        """Let rain in and pump out; the catchment of a low spot is taken as sealed."""
        inflow = self.spec.catchment_m2.value * excess_mm_h / 1000.0
        own = self.spec.pump_m3_h.value if self.has_power else 0.0
        change = (inflow - own - self.extra_m3_h) * hours
        self.volume_m3 = max(0.0, self.volume_m3 + change)


class Waters:
    """The flood of one run: model, low spots and footprint."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.hazard = setting.drill.hazard
        self.stage_fall_m = 0.0
        self._ground = survey(setting.city, self.hazard)
        self.model = self._new_model()
        self.pits = self._dig_pits()
        self._stations = self._place_stations()
        self.footprint = Footprint(
            hazard="flood", imts={"depth": "m"}, support="cell", limits=(), interp="hold"
        )
        self.polder: NDArray[np.int64] = np.empty(0, np.int64)
        self._state_limits()

    def _new_model(self) -> FloodModel:
        hazard = self.hazard
        rates = Rates(
            runoff_share=hazard.runoff_share.value,
            drainage_mm_h=hazard.drainage_mm_h.value,
            pond_drain_m_h=hazard.pond_drain_m_h.value,
        )
        top = max(hazard.stage_m.value) + hazard.dyke.crest_m.value
        return FloodModel(self._ground, rates, highest_stage_m=top)

    def _dig_pits(self) -> dict[int, Pit]:
        kinds = {
            "underpass": self.hazard.pits.underpass,
            "hospital": self.hazard.pits.hospital,
            "market": self.hazard.pits.market,
        }
        atlas = self.setting.atlas
        return {
            int(row): Pit(facility=int(row), spec=spec)
            for kind, spec in kinds.items()
            for row in atlas.facilities_of(kind)
        }

    def _place_stations(self) -> list[tuple[int, int, float]]:
        """Pump stations with the hollow each drains and its capacity [m3/s]."""
        atlas, table = self.setting.atlas, self.setting.city.facilities
        unit = table["capacity_unit"].astype(str).to_numpy()
        capacity = table["capacity"].to_numpy(np.float64)
        within = int(STATION_REACH_M / self.setting.city.terrain.cell_m)
        found = []
        for row in atlas.facilities_of("pump_station").tolist():
            cell = int(atlas.facility_cell[row])
            hollow = self.model.nearest_hollow(cell, within=within, least_m3=STATION_LEAST_M3)
            rate = capacity[row] / 3600 if unit[row] == "m3/h" else 0.0
            found.append((row, hollow, rate))
        return found

    def _set_pumps(self, model: FloodModel, works: NDArray[np.bool_] | None) -> None:
        running = [one for one in self._stations if works is None or works[one[0]]]
        hollow = np.array([one[1] for one in running], dtype=np.int64)
        model.set_pumps(hollow, np.array([one[2] for one in running], dtype=np.float64))

    def _state_limits(self) -> None:
        setting = self.setting
        setting.limit(
            "洪水为连通填充模型：没有流速和传播时间，河道各处同一水位差",
            "Flood by connected fill: no flow speed or travel time, one stage along the river",
        )
        if setting.city.terrain.is_flat:
            setting.limit(
                "没有地形栅格：假定地面自水边匀速抬升，淹没范围仅为示意",
                "No terrain raster: the ground is assumed to rise evenly away from water; the"
                " flooded area is indicative only",
            )
        if not setting.city.water["kind"].isin(FLOWING).any() and self._ground.is_river.any():
            setting.limit(
                "数据中没有河流：湖库水位按河道水位过程变化",
                "No river in the data: lakes and reservoirs follow the river's stage",
            )
        if not self._ground.is_river.any():
            setting.limit(
                "数据中没有水体：只有降雨积水", "No water bodies in the data: rain water only"
            )

    def enclose_polder(self, dyke: int) -> None:
        """Let a dyke keep the river out of the low ground behind it, up to its crest."""
        spec = self.hazard.dyke
        atlas, terrain = self.setting.atlas, self.setting.city.terrain
        cells = self.model.river_cells
        columns = terrain.elevation_m.shape[1]
        x = terrain.west + (cells % columns + 0.5) * terrain.cell_m
        y = terrain.north - (cells // columns + 0.5) * terrain.cell_m
        away = np.hypot(x - atlas.facility_xy[dyke, 0], y - atlas.facility_xy[dyke, 1])
        low = self.model.height_m < max(self.hazard.stage_m.value)
        self.polder = cells[(away <= spec.polder_radius_m.value) & low]
        self.model.raise_sill(self.polder, spec.crest_m.value)

    def forecast_peak(self) -> NDArray[np.float32]:
        """Deepest water the forecast shows in each terrain cell [m], with its margin.

        The dykes are taken to hold; low spots are not part of it.
        """
        model = self._new_model()
        model.raise_sill(self.polder, self.hazard.dyke.crest_m.value)
        self._set_pumps(model, None)
        peak = np.zeros(self._ground.elevation_m.size, np.float32)
        horizon = self.setting.drill.horizon
        margin = self.hazard.forecast_margin_m.value
        for time_s in range(horizon.start, horizon.end, 3600):
            stage = value_at(self.hazard.stage_m, time_s + 3600) + margin
            rain = value_at(self.hazard.rain_mm_h, time_s + 1800)
            model.step(3600.0, time_s=time_s + 3600, rain_mm_h=rain, stage_m=stage)
            np.maximum(peak, model.depth_m, out=peak)
        return peak

    def step(self, seconds: int, works: NDArray[np.bool_]) -> None:
        """Advance to now by a step that ends now, and record it.

        Args:
            seconds: Length of the step.
            works: Facilities that work, shape ``(facilities,)``; idle pump stations do not pump.
        """
        self._set_pumps(self.model, works)
        now = self.setting.time_s
        rain = value_at(self.hazard.rain_mm_h, now - seconds / 2)
        stage = value_at(self.hazard.stage_m, now) - self.stage_fall_m
        self.model.step(seconds, time_s=now, rain_mm_h=rain, stage_m=stage)
        excess = max(0.0, rain - self.hazard.drainage_mm_h.value)
        for pit in self.pits.values():
            pit.step(seconds / 3600.0, excess)
        self.footprint.record(now, self.model.depth_m, above=0.02)

    @property
    def depth_m(self) -> NDArray[np.float32]:
        """Water depth of every terrain cell now [m]."""
        return self.model.depth_m

    def sailable(self, draught_m: float) -> NDArray[np.bool_]:
        """Cells in which a boat of some draught [m] floats now: deep water, and every river."""
        return np.asarray((self.model.depth_m >= draught_m) | self._ground.is_river.ravel())

    def facility_depth_m(self, facility: int) -> float:
        """Water depth at a facility now, its own low spot included [m]."""
        outside = float(self.depth_m[self.setting.atlas.facility_cell[facility]])
        pit = self.pits.get(facility)
        return max(outside, pit.depth_m if pit else 0.0)
