"""Logistics: depots send water and food to shelters and to grids that are cut off from supply."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Payload
from simulation.people.residents import AWAY, DEAD, INJURED, MOVING, SHELTERED, Residents, among
from simulation.setting import Setting
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Unit

ITEMS = ("water", "food")
Reals = NDArray[np.float64]


class Logistics:
    """Stocks at depots, shelters and homes, deliveries, and what each person gets.

    Attributes:
        litres: Water each person of a grid gets [L/(person d)], shape ``(grids,)``.
        fed: Share of each grid's people who have food [1].
        delivered: Goods brought so far by item [L, kg].
    """

    def __init__(self, setting: Setting, residents: Residents, dispatch: Dispatch) -> None:
        self.setting, self.residents, self.dispatch = setting, residents, dispatch
        norms, atlas = setting.drill.norms, setting.atlas
        grids, facilities = len(atlas.grid_codes), len(atlas.facility_names)
        people = atlas.grid_residents.astype(np.float64)
        daily = norms.water_survival_l_per_day.value * norms.household_water_days.value
        self.home_water_l = people * daily
        self.home_food_days = np.full(grids, norms.household_food_days.value)
        self.shelter_stock = {item: np.zeros(facilities) for item in ITEMS}
        self.coming = {item: np.zeros(facilities) for item in ITEMS}
        self.coming_home = np.zeros(grids)
        self.litres = np.full(grids, norms.water_full_l_per_day.value)
        self.fed = np.ones(grids)
        self.delivered = dict.fromkeys(ITEMS, 0.0)
        self.people = people.copy()
        self.unmet = dict.fromkeys(ITEMS, 0.0)
        self.depots = self._open_depots()
        self.is_first = True
        dispatch.on("supply", on_site=self._unload, finish=_stay, deliver=self._book)
        setting.clock.on("relief.plan", self._plan)
        setting.clock.schedule(setting.tick_at(setting.drill.relief.order), "relief.plan")

    def _open_depots(self) -> dict[str, Reals]:
        atlas, table = self.setting.atlas, self.setting.city.supplies
        stock = {item: np.zeros(len(atlas.facility_names)) for item in ITEMS}
        for name, item, quantity in zip(
            table["facility"], table["item"], table["quantity"], strict=True
        ):
            if item in stock and name in atlas.facility_names:
                stock[item][atlas.row_of(str(name))] += float(quantity)
        for spare in self.setting.drill.relief.stock:
            if stock[spare.item].sum() == 0 and len(atlas.facility_names):
                amount = spare.per_resident.value * float(atlas.grid_residents.sum())
                stock[spare.item][self._fallback_depot()] = amount
                self.setting.limit(
                    "城市数据没有储备物资，采用演练脚本的人均储备",
                    "The city lists no reserve stock; the drill's stock per resident stands in",
                )
        return stock

    def _fallback_depot(self) -> int:
        rows = self.setting.atlas.facilities_of("depot", "warehouse", "government")
        return int(rows[0]) if len(rows) else 0

    def _need(self, item: str) -> float:
        norms = self.setting.drill.norms
        if item == "water":
            return norms.water_full_l_per_day.value
        return norms.food_kcal_per_day.value / norms.food_kcal_per_kg.value

    def step(
        self, seconds: int, *, has_mains: NDArray[np.bool_], is_cut: NDArray[np.bool_]
    ) -> None:
        """Let everybody drink and eat for a step.

        Args:
            seconds: Length of the step.
            has_mains: Grids with water from the mains.
            is_cut: Grids that no vehicle reaches.
        """
        days = seconds / 86_400
        state, inside = self.residents.state, self.residents.facility
        atlas = self.setting.atlas
        sheltered = (state == SHELTERED) & (inside >= 0)
        in_shelter = np.bincount(inside[sheltered], minlength=len(atlas.facility_names))
        absent = among(state, (SHELTERED, DEAD, MOVING, INJURED, AWAY))
        grids = len(atlas.grid_codes)
        at_home = np.bincount(self.residents.here[~absent], minlength=grids).astype(float)
        shelter_water = self._serve("water", in_shelter, days, has_mains[atlas.facility_grid])
        shelter_food = self._serve("food", in_shelter, days, np.zeros(len(in_shelter), bool))
        home_litres = self._drink_at_home(at_home, days, has_mains)
        self.home_food_days = np.where(
            is_cut,
            np.maximum(self.home_food_days - days, 0.0),
            self.setting.drill.norms.household_food_days.value,
        )
        self._combine(at_home, in_shelter, home_litres, shelter_water, shelter_food)

    def _serve(
        self, item: str, people: NDArray[np.int64], days: float, has_mains: NDArray[np.bool_]
    ) -> Reals:
        """Serve shelters from the tap or from stock; gives the share of the need met."""
        need = people * self._need(item) * days
        taken = np.where(has_mains, 0.0, np.minimum(need, self.shelter_stock[item]))
        self.shelter_stock[item] -= taken
        met = np.where(has_mains, need, taken)
        self.unmet[item] += float((need - met).sum())
        return np.asarray(np.where(need > 0, met / np.maximum(need, 1e-12), 1.0))

    def _drink_at_home(self, people: Reals, days: float, has_mains: NDArray[np.bool_]) -> Reals:
        norms = self.setting.drill.norms
        wish = people * norms.water_survival_l_per_day.value * days
        taken = np.where(has_mains, 0.0, np.minimum(wish, self.home_water_l))
        self.home_water_l -= taken
        full = self.setting.atlas.grid_residents * norms.water_survival_l_per_day.value
        refill = full * norms.household_water_days.value
        self.home_water_l = np.where(has_mains, refill, self.home_water_l)
        dry = taken / np.maximum(people * days, 1e-12)
        return np.asarray(np.where(has_mains, norms.water_full_l_per_day.value, dry))

    def _combine(
        self,
        at_home: Reals,
        in_shelter: NDArray[np.int64],
        home_litres: Reals,
        shelter_water: Reals,
        shelter_food: Reals,
    ) -> None:
        atlas, grids = self.setting.atlas, len(self.litres)
        where = atlas.facility_grid
        litres = self.setting.drill.norms.water_full_l_per_day.value * shelter_water * in_shelter
        total = at_home + np.bincount(where, in_shelter, minlength=grids)
        drunk = at_home * home_litres + np.bincount(where, litres, minlength=grids)
        eaten = at_home * (self.home_food_days > 0)
        eaten = eaten + np.bincount(where, in_shelter * shelter_food, minlength=grids)
        alone = np.maximum(total, 1e-12)
        self.litres = np.where(total > 0, drunk / alone, home_litres)
        self.fed = np.where(total > 0, eaten / alone, 1.0)
        self.people = total

    def _plan(self, payload: Payload) -> None:
        """Send trucks for what shelters and dry grids will need, and plan again later."""
        relief = self.setting.drill.relief
        if self.is_first:
            self.setting.log.write("relief.order", who="grain_reserve")
            self.is_first = False
        for facility in np.flatnonzero(self.residents.load() > 0).tolist():
            for item in ITEMS:
                self._fill_shelter(item, facility)
        for grid in np.flatnonzero(self.litres < self._need("water") * 0.5).tolist():
            self._fill_grid(grid)
        ahead = self.setting.time_s + relief.every_hours.value * 3600
        if ahead <= self.setting.drill.horizon.end:
            self.setting.clock.after(relief.every_hours.value * 3600, "relief.plan", payload)

    def _fill_shelter(self, item: str, facility: int) -> None:
        people = int(self.residents.load()[facility])
        days = self.setting.drill.relief.horizon_days.value
        need = people * self._need(item) * days
        short = need - self.shelter_stock[item][facility] - self.coming[item][facility]
        sent = self._send(item, short, int(self.setting.atlas.facility_node[facility]), facility)
        self.coming[item][facility] += sent

    def _fill_grid(self, grid: int) -> None:
        norms, days = self.setting.drill.norms, self.setting.drill.relief.horizon_days.value
        people = float(self.people[grid])
        need = people * norms.water_survival_l_per_day.value * days
        short = need - self.home_water_l[grid] - self.coming_home[grid]
        node = int(self.setting.atlas.grid_node[grid])
        self.coming_home[grid] += self._send("water", short, node, -1 - grid)

    def _send(self, item: str, amount: float, node: int, site: int) -> float:
        """Load trucks with up to an amount; gives what was sent."""
        sent, load = 0.0, self._truck_load()
        while amount - sent >= 1.0:
            depot = self._nearest_depot(item, node)
            if depot < 0:
                break
            part = min(load, amount - sent, float(self.depots[item][depot]))
            self.depots[item][depot] -= part
            sent += part
            grid = -1 - site if site < 0 else int(self.setting.atlas.facility_grid[site])
            place = self.setting.atlas.grid_codes[grid]
            self.dispatch.request(
                "supply", node=node, place=place, facility=site, amount=part, item=item
            )
        return sent

    def _truck_load(self) -> float:
        trucks = self.dispatch.responders.by_kind.get("supply_truck", [])
        return trucks[0].payload_kg if trucks else 5000.0

    def _nearest_depot(self, item: str, node: int) -> int:
        rows = np.flatnonzero(self.depots[item] >= 1.0)
        if len(rows) == 0:
            return -1
        atlas = self.setting.atlas
        away = np.hypot(*(atlas.facility_xy[rows] - atlas.node_xy[node]).T)
        return int(rows[int(away.argmin())])

    def _unload(self, incident: Incident, unit: Unit) -> float:
        del unit
        relief, norms = self.setting.drill.relief, self.setting.drill.norms
        loading = incident.amount / 1000 / relief.load_t_per_hour.value * 3600
        return loading + 60 * self.dispatch.spread("unloading", norms.unloading_minutes)

    def _book(self, incident: Incident, unit: Unit) -> None:
        if incident.facility >= 0:
            self.shelter_stock[incident.item][incident.facility] += incident.amount
            self.coming[incident.item][incident.facility] -= incident.amount
        else:
            self.home_water_l[-1 - incident.facility] += incident.amount
            self.coming_home[-1 - incident.facility] -= incident.amount
        self.delivered[incident.item] += incident.amount
        self.setting.log.write(
            "supply.delivered",
            who=unit.name,
            place=incident.place,
            item=incident.item,
            amount=incident.amount,
        )


def _stay(incident: Incident, unit: Unit) -> int:
    del incident, unit
    return -1
