"""Watch: red lines at every step, and an hourly situation report; both go into the log."""

import numpy as np
from numpy.typing import NDArray

from scenarios.objectives import RedLineRule
from simulation.frames import FUNCTIONS, RESIDENT_STATES
from simulation.judgement.measures import weak_link
from simulation.parts import Parts
from simulation.people.residents import DEAD, among

NEEDS_MET = 0.95


class Watch:
    """Tests red lines and reports.

    Attributes:
        hours: Hours each red line was broken in each grid, by rule, shape ``(grids,)``.
        weights: Weights of the functions in the order of ``FUNCTIONS``.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.setting = parts.setting
        grids = len(self.setting.atlas.grid_codes)
        rules = self.setting.drill.red_lines
        self.hours = {rule.id: np.zeros(grids) for rule in rules}
        self._broken = {rule.id: np.zeros(grids, bool) for rule in rules}
        weights = self.setting.drill.weights
        self.weights = np.array([getattr(weights, name) for name in FUNCTIONS])
        self._water = np.zeros(grids)
        self._water_days = 0.0
        self._is_met = False

    def step(self, seconds: int) -> NDArray[np.float64]:
        """Test every red line now and give the quality of each grid."""
        for rule in self.setting.drill.red_lines:
            self._test(rule, seconds)
        if self.setting.time_s > self.setting.drill.relief.order:
            self._water += self.parts.logistics.litres * seconds
            self._water_days += seconds
            self._check_needs()
        quality = weak_link(self.parts.services.level, self.weights)
        if self.setting.time_s % 3600 == 0:
            self._report(quality)
        return quality

    def _test(self, rule: RedLineRule, seconds: int) -> None:
        if rule.at is not None and self.setting.time_s != rule.at:
            return
        broken = self._breached(rule)
        before = self._broken[rule.id]
        self._broken[rule.id] = broken
        self.hours[rule.id] += broken * (seconds / 3600)
        if broken.any() and not before.any():
            self._write("red_line.broken", rule, int(broken.argmax()))
        elif before.any() and not broken.any():
            self._write("red_line.restored", rule, int(before.argmax()))

    def _write(self, kind: str, rule: RedLineRule, grid: int) -> None:
        place = self.setting.atlas.grid_codes[grid]
        self.setting.log.write(kind, place=place, red_line=rule.id, test=rule.test)

    def _breached(self, rule: RedLineRule) -> NDArray[np.bool_]:
        """Grids in which a red line is broken now."""
        services = self.parts.services
        if rule.test == "icu_power":
            return self._dark_hospitals()
        if rule.test == "street_communications":
            return ~services.connected()
        if rule.test == "potable_water":
            floor = self.setting.drill.norms.water_floor_l_per_day.value
            return np.asarray(
                (self.parts.logistics.litres < floor) & (self.parts.logistics.people > 0)
            )
        return self._unaccounted() > 0

    def _dark_hospitals(self) -> NDArray[np.bool_]:
        atlas = self.setting.atlas
        broken = np.zeros(len(atlas.grid_codes), bool)
        for row in atlas.facilities_of("hospital").tolist():
            if not self.parts.services.hospital_power(row):
                broken[atlas.facility_grid[row]] = True
        return broken

    def _unaccounted(self) -> NDArray[np.int64]:
        """People nobody can report on: those in grids without network, satellite or runner."""
        residents, services = self.parts.residents, self.parts.services
        silent = ~(services.connected() | services.runner)
        lost = silent[residents.here] & ~among(residents.state, (DEAD,))
        return np.bincount(residents.here[lost], minlength=len(silent))

    def _check_needs(self) -> None:
        logistics = self.parts.logistics
        survival = self.setting.drill.norms.water_survival_l_per_day.value
        met = np.minimum(np.minimum(logistics.litres / survival, 1.0), logistics.fed)
        share = float((met * logistics.people).sum() / max(logistics.people.sum(), 1.0))
        is_met = share >= NEEDS_MET
        if is_met != self._is_met:
            self._is_met = is_met
            kind = "needs.met" if is_met else "needs.unmet"
            self.setting.log.write(kind, share=share)

    def _report(self, quality: NDArray[np.float64]) -> None:
        parts = self.parts
        people = parts.residents.present().astype(float)
        level = parts.services.level
        mean = (np.nan_to_num(level) * people[:, None]).sum(axis=0) / max(people.sum(), 1.0)
        known = np.asarray(~np.isnan(level).all(axis=0))
        counts = parts.residents.counts()
        shut = np.asarray(parts.roads.state == 2)
        self.setting.log.write(
            "situation",
            residents=dict(zip(RESIDENT_STATES, counts.tolist(), strict=True)),
            services={
                name: round(float(mean[row]), 4) for row, name in enumerate(FUNCTIONS) if known[row]
            },
            quality=float((quality * people).sum() / max(people.sum(), 1.0)),
            worst=self.setting.atlas.grid_codes[int(quality.argmin())],
            roads_closed_km=float(parts.roads.length_m[shut].sum()) / 1000,
            wet_cells=int((parts.waters.depth_m > 0.02).sum()),
            units_out=sum(1 for unit in parts.responders.units.values() if unit.phase != "idle"),
        )

    def close(self) -> None:
        """Write what only the whole run can tell: water received, red-line hours, people lost."""
        people = self.setting.atlas.grid_residents.astype(float)
        litres = self._water / max(self._water_days, 1.0)
        order = np.argsort(litres, kind="stable")
        reached = np.cumsum(people[order]) >= 0.1 * people.sum()
        self.setting.log.write(
            "summary",
            water_p10_l_per_day=float(litres[order][int(reached.argmax())]),
            deaths=int(self.parts.residents.counts()[DEAD]),
            turned_away=self.parts.homecoming.turned_away,
        )
        self.parts.logistics.write_totals()
        for rule in self.setting.drill.red_lines:
            worst = int(self.hours[rule.id].argmax())
            hours = float(self.hours[rule.id][worst])
            place = self.setting.atlas.grid_codes[worst] if hours > 0 else None
            self.setting.log.write("red_line.total", place=place, red_line=rule.id, hours=hours)
