"""Services: the share of each grid's demand that is met, function by function, step by step."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.care.care import Care, Supply
from simulation.frames import FUNCTIONS
from simulation.hazards.waters import Waters
from simulation.people.residents import INJURED, TRAPPED, WAITING_HELP, Residents, among
from simulation.setting import Setting
from simulation.supply.logistics import Logistics
from simulation.teams.dispatch import Dispatch
from simulation.works.lifelines import Lifelines
from simulation.works.roads import CLOSED, Roads

Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]
SATCOM_LEVEL = 0.7
"""Share of calls that a satellite vehicle restores in a street; assumption A."""


class Services:
    """Which grid leans on which facility, and what each function gives now.

    Attributes:
        comm_loss: Grids whose mobile network was struck.
        satcom: Grids served by a satellite vehicle.
        runner: Grids that report by runner.
        truck_power: Facilities that a generator truck supplies.
        level: Service level of each grid and function [1], nan where not modelled.
    """

    def __init__(
        self,
        setting: Setting,
        *,
        residents: Residents,
        roads: Roads,
        waters: Waters,
        lifelines: Lifelines,
        logistics: Logistics,
        dispatch: Dispatch,
        care: Care,
    ) -> None:
        self.setting, self.residents, self.roads, self.waters = setting, residents, roads, waters
        self.lifelines, self.logistics, self.dispatch = lifelines, logistics, dispatch
        self.care = care
        grids = len(setting.atlas.grid_codes)
        self.comm_loss = np.zeros(grids, bool)
        self.satcom = np.zeros(grids, bool)
        self.runner = np.zeros(grids, bool)
        self.whistle_share = np.ones(grids)
        self.truck_power = np.zeros(len(setting.atlas.facility_names), bool)
        self.level: Reals = np.full((grids, len(FUNCTIONS)), np.nan)
        self.source = {
            service: self._nearest(kind, service)
            for service, kind in (
                ("power", "substation"),
                ("water", "water_works"),
                ("telecom", "telecom"),
            )
        }
        self._road_grid = self._grid_of_roads()
        length = roads.length_m
        self._road_m = np.bincount(self._road_grid, length, minlength=grids)
        self._near: dict[str, tuple[tuple[int, ...], Reals]] = {}
        setting.limit(
            "“秩序”仅指警力到场时间，不含治安事件；韧性指数暂不含常备能力与治理得分",
            "The function 'order' is the time until police arrive, not what they find; the index"
            " leaves standing capacity and governance scores out",
        )

    def _nearest(self, kind: str, service: str) -> NDArray[np.int64]:
        """Facility that serves each grid, the nearest of its kind; -1 where the city has none."""
        atlas = self.setting.atlas
        rows = atlas.facilities_of(kind)
        if len(rows) == 0:
            self.setting.limit(
                f"城市数据没有“{kind}”设施：{service} 视为不中断",
                f"The city lists no {kind}: {service} is taken never to fail",
            )
            return np.full(len(atlas.grid_codes), -1)
        _, found = cKDTree(atlas.facility_xy[rows]).query(atlas.grid_xy)
        return np.asarray(rows[found], dtype=np.int64)

    def _grid_of_roads(self) -> NDArray[np.int64]:
        _, found = cKDTree(self.setting.atlas.grid_xy).query(self.roads.middle_xy)
        return np.asarray(found, dtype=np.int64)

    def supplied(self, service: str) -> Bools:
        """Grids whose source of power, water or telecom works."""
        source = self.source[service]
        works = self.lifelines.works[np.maximum(source, 0)] if len(self.lifelines.works) else True
        return np.asarray(np.where(source >= 0, works, True), dtype=bool)

    def providers(self, facility: int, service: str) -> NDArray[np.int64]:
        """Facilities of the kind that gives a service and that one facility leans on."""
        kind = {"power": "substation", "water": "water_works"}[service]
        lines = self.lifelines
        rows = lines.provider[lines.consumer == facility]
        kinds = self.setting.atlas.facility_kind
        return np.array([row for row in rows.tolist() if kinds[row] == kind], dtype=np.int64)

    def hospital_power(self, facility: int) -> bool:
        """True while a hospital's intensive care has power: mains, or a dry generator with fuel."""
        if self.lifelines.works[self.providers(facility, "power")].all():
            return True
        sill = self.setting.drill.norms.hospital_dry_depth_m.value
        is_dry = self.waters.facility_depth_m(facility) < sill
        needs = np.flatnonzero(self.lifelines.consumer == facility)
        has_fuel = bool(self.lifelines.has_supply(needs).all())
        return is_dry and (has_fuel or bool(self.truck_power[facility]))

    def hospital_supply(self) -> Supply:
        """What hospitals and clinics lean on now; staff comes from grids that are not cut off."""
        atlas, norms = self.setting.atlas, self.setting.drill.norms
        power, water, dry = (np.ones(len(atlas.facility_names), bool) for _ in range(3))
        for hospital in self.care.hospitals.all:
            row = hospital.row
            power[row] = self.hospital_power(row)
            water[row] = self._has_water(row)
            depth = self.waters.depth_m[atlas.facility_cell[row]]
            dry[row] = depth < norms.hospital_dry_depth_m.value
        people = atlas.grid_residents
        present = 1.0 - float(people[self.is_cut()].sum() / max(people.sum(), 1))
        return Supply(power=power, water=water, is_dry=dry, present=present)

    def _has_water(self, facility: int) -> bool:
        lines, kinds = self.lifelines, self.setting.atlas.facility_kind
        needs = [
            need
            for need in np.flatnonzero(lines.consumer == facility).tolist()
            if kinds[int(lines.provider[need])] == "water_works"
        ]
        return bool(lines.has_supply(np.array(needs, dtype=np.int64)).all())

    def connected(self) -> Bools:
        """Grids whose network carries calls, by mast or satellite vehicle."""
        return np.asarray((self.supplied("telecom") & ~self.comm_loss) | self.satcom)

    def is_cut(self) -> Bools:
        """Grids that no ambulance can reach on the roads."""
        return ~np.isfinite(self.ems_seconds())

    def ems_seconds(self) -> Reals:
        """Time from the nearest free ambulance to each grid [s]; kept while nothing changes."""
        return self._seconds("ambulance")

    def _seconds(self, kind: str) -> Reals:
        """Time from the nearest free unit of a kind to each grid, from the bases where none is."""
        units = self.dispatch.responders.by_kind.get(kind, [])
        nodes = sorted({unit.node for unit in units if unit.phase == "idle"})
        nodes = nodes or sorted({unit.base for unit in units})
        key = (self.roads.version, *nodes)
        if kind not in self._near or self._near[kind][0] != key:
            access = self.roads.access[self.setting.atlas.grid_node]
            self._near[kind] = (key, self.roads.seconds_to_nearest(nodes)[access])
        return self._near[kind][1]

    def update(self, seconds: int) -> Reals:
        """Measure every function now.

        Args:
            seconds: Time since the last measurement, which people drink and eat for.
        """
        water = self.supplied("water")
        self.logistics.step(
            seconds, has_mains=water, has_power=self.supplied("power"), is_cut=self.is_cut()
        )
        named = {
            "medical": self._medical(),
            "shelter": self._shelter(),
            "water": self._water(),
            "food": self.logistics.fed,
            "power": self._power(),
            "communications": self._communications(),
            "mobility": self._mobility(),
            "order": self._order(),
            "governance": self._governance(),
        }
        for name, level in named.items():
            self.level[:, FUNCTIONS.index(name)] = np.clip(level, 0.0, 1.0)
        return self.level

    def _medical(self) -> Reals:
        norms = self.setting.drill.norms
        full, none = norms.ems_full_minutes.value, norms.ems_none_minutes.value
        minutes = self.ems_seconds() / 60 + norms.turnout_minutes.value
        reached = np.clip((none - minutes) / (none - full), 0.0, 1.0)
        return np.asarray(reached * self.care.access.update())

    def _order(self) -> Reals:
        """Police on the spot within the norm; nothing where nobody can come in time."""
        norms = self.setting.drill.norms
        full, none = norms.police_full_minutes.value, norms.police_none_minutes.value
        minutes = self._seconds("police_car") / 60 + norms.turnout_minutes.value
        return np.asarray(np.clip((none - minutes) / (none - full), 0.0, 1.0))

    def _shelter(self) -> Reals:
        people = self._people()
        unmet = among(self.residents.state, (TRAPPED, WAITING_HELP))
        unmet |= (self.residents.state == INJURED) & (self.residents.facility < 0)
        count = np.bincount(self.residents.here[unmet], minlength=len(people))
        return np.asarray(1.0 - count / np.maximum(people, 1.0))

    def _people(self) -> Reals:
        return self.residents.present().astype(np.float64)

    def _water(self) -> Reals:
        norms = self.setting.drill.norms
        low, full = norms.water_floor_l_per_day.value, norms.water_full_l_per_day.value
        return (self.logistics.litres - low) / (full - low)

    def _power(self) -> Reals:
        return self.supplied("power") * (1.0 - self.wet_share())

    def wet_share(self) -> Reals:
        """Share of each grid's registered residents whose building stands in water."""
        atlas = self.setting.atlas
        depth = self.waters.depth_m[atlas.building_cell]
        wet = depth > self.setting.drill.norms.building_wet_depth_m.value
        count = np.bincount(
            atlas.building_grid, wet * atlas.building_residents, minlength=len(atlas.grid_codes)
        )
        return np.asarray(count / np.maximum(atlas.grid_residents, 1))

    def _communications(self) -> Reals:
        mast = self.supplied("telecom") & ~self.comm_loss
        return np.asarray(np.where(mast, 1.0, np.where(self.satcom, SATCOM_LEVEL, 0.0)))

    def _mobility(self) -> Reals:
        shut = self.roads.state == CLOSED
        metres = np.bincount(
            self._road_grid, shut * self.roads.length_m, minlength=len(self._road_m)
        )
        passable = 1.0 - metres / np.maximum(self._road_m, 1.0)
        return np.asarray(passable * np.where(self.is_cut(), 0.5, 1.0))

    def _governance(self) -> Reals:
        reports = self.connected() | self.runner
        return np.asarray(reports * self.whistle_share)
