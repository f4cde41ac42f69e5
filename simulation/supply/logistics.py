"""Logistics: what people need, hour by hour, and the goods that are sent to them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Payload
from simulation.people.residents import AWAY, DEAD, INJURED, MOVING, SHELTERED, Residents, among
from simulation.setting import Setting
from simulation.supply.convoys import Convoys
from simulation.supply.damage import Intervals, depots_lost, roads_closed
from simulation.supply.depots import Depots
from simulation.supply.drops import Drops
from simulation.supply.goods import Goods, catalogue
from simulation.supply.plan import ReservePlan, standing_reserve
from simulation.supply.record import ReliefRecord, as_table
from simulation.supply.wants import Tally, Wants
from simulation.teams.dispatch import Dispatch
from simulation.works.roads import CLOSED, Roads

Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]
ABSENT = (SHELTERED, DEAD, MOVING, INJURED, AWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Who used what in one step; units, shape ``(grids, items)`` at home, else by facility.

    Attributes:
        home, inside: People at home in each grid, and in each shelter.
        wish: What those at home need by the norms.
        own: What they take of it from their own stock.
        got: What they get of it at distribution points.
        shelter_need: What shelters need.
        shelter_share: Share of it that is there [1].
    """

    home: Reals
    inside: Reals
    wish: Reals
    own: Reals
    got: Reals
    shelter_need: Reals
    shelter_share: Reals


class Logistics:
    """Stocks at depots, drops and homes, loads under way, and what each person gets.

    Attributes:
        litres: Water each person of a grid gets [L/(person d)], shape ``(grids,)``.
        fed: Share of each grid's people who have food [1].
        people: People whom these two are about, at home or in shelters, in each grid.
        homes: Units of each item in households, shape ``(grids, items)``.
    """

    def __init__(
        self,
        setting: Setting,
        residents: Residents,
        dispatch: Dispatch,
        roads: Roads,
    ) -> None:
        self.setting, self.residents, self.roads = setting, residents, roads
        relief, atlas = setting.drill.relief, setting.atlas
        self.items = catalogue(relief.items)
        grids = len(atlas.grid_codes)
        self.goods = Goods(len(relief.items))
        self.depots = Depots(setting, roads, self._reserve(), self.goods)
        self.drops = Drops(setting, roads, len(relief.items))
        self.convoys = Convoys(
            setting,
            dispatch,
            roads=roads,
            depots=self.depots,
            drops=self.drops,
            goods=self.goods,
            items=self.items,
        )
        self.wants = Wants(relief.items)
        self.full_homes = self.wants.household_units(atlas.grid_residents.astype(np.float64))
        self.homes = self.full_homes.copy()
        self.tally = Tally(self.items.names, self.items.is_consumed, grids)
        self.roads_closed = Intervals(len(roads.state))
        self.depots_lost = Intervals(len(self.depots.names))
        self.litres = np.full(grids, setting.drill.norms.water_full_l_per_day.value)
        self.fed = np.ones(grids)
        self.people = atlas.grid_residents.astype(np.float64)
        self.in_need: list[str] = []
        self.totals = np.zeros((4, len(relief.items)))
        self._see(np.ones(grids, bool), np.ones(grids, bool), np.zeros(grids, bool))
        self._state_limits()
        setting.clock.on("relief.order", self._order)
        setting.clock.on("relief.plan", self._plan)
        setting.clock.schedule(setting.tick_at(relief.order), "relief.order")

    def _reserve(self) -> ReservePlan:
        if self.setting.reserve is not None:
            return self.setting.reserve
        plan, said = standing_reserve(self.setting.city, self.setting.drill)
        for text in said:
            self.setting.limit(text.zh, text.en)
        return plan

    def _state_limits(self) -> None:
        self.setting.limit(
            "救援物资只走公路：无道路可达且步行距离内无发放点的网格得不到补给",
            "Relief goods travel by road only: grids that no road reaches, with no distribution"
            " point in walking distance, get none",
        )

    def _see(self, has_mains: Bools, has_power: Bools, is_cut: Bools) -> None:
        """Take note of what is lost where; need follows from it until the next step."""
        where = self.setting.atlas.facility_grid
        lost = {"without_water": ~has_mains, "without_power": ~has_power, "cut_off": is_cut}
        inside = {name: mask[where] for name, mask in lost.items()}
        self.home_rate, self.home_share = self.wants.rates("at_home", lost, places=len(is_cut))
        self.shelter_rate, self.shelter_share = self.wants.rates(
            "sheltered", inside, places=len(where)
        )
        self.has_mains = has_mains

    def at_home(self) -> Reals:
        """People at home in each grid, shape ``(grids,)``."""
        is_there = ~among(self.residents.state, ABSENT)
        here = self.residents.here[is_there]
        return np.bincount(here, minlength=len(self.fed)).astype(np.float64)

    def in_shelters(self) -> Reals:
        """People sheltered in each facility, shape ``(facilities,)``."""
        inside = self.residents.facility
        sheltered = (self.residents.state == SHELTERED) & (inside >= 0)
        count = np.bincount(inside[sheltered], minlength=self.drops.facilities)
        return count.astype(np.float64)

    def step(self, seconds: int, *, has_mains: Bools, has_power: Bools, is_cut: Bools) -> None:
        """Let a step pass: stocks, drinking and eating, and what is booked of it.

        Args:
            seconds: Length of the step.
            has_mains: Grids with water from the mains.
            has_power: Grids with power from the mains.
            is_cut: Grids that no vehicle reaches.
        """
        now = self.setting.time_s
        self.depots.step(seconds)
        self.roads_closed.note((self.roads.state == CLOSED).astype(np.uint8), now)
        self.depots_lost.note(self.depots.lost, now)
        self._see(has_mains, has_power, is_cut)
        self._use(seconds)
        self.goods.check(
            in_depots=self.depots.stock.sum(axis=0), at_drops=self.drops.held.sum(axis=0)
        )

    def _use(self, seconds: int) -> None:
        """People use what they have at home, then what is handed out."""
        drops, is_consumed = self.drops, self.items.is_consumed
        home, inside, last = self.at_home(), self.in_shelters(), self.drops.facilities
        span = np.where(is_consumed, seconds / 86_400, 1.0)
        wish = home[:, None] * self.home_rate * span
        own = np.where(is_consumed, np.minimum(wish, self.homes), 0.0)
        self.homes = np.where(self.home_rate > 0, self.homes - own, self.full_homes)
        need = np.zeros_like(drops.held)
        need[:last] = inside[:, None] * self.shelter_rate * span + drops.asked[:last]
        has_point = drops.point_of >= 0
        np.add.at(need, drops.point_of[has_point], (wish - own)[has_point])
        share, used = drops.hand_out(need, is_consumed=is_consumed)
        self.goods.consumed += used
        at_point = np.where(has_point[:, None], share[drops.point_of], 0.0)
        use = Use(
            home=home,
            inside=inside,
            wish=wish,
            own=own,
            got=(wish - own) * at_point,
            shelter_need=need[:last],
            shelter_share=share[:last],
        )
        self._book(seconds, use)
        self._serve(seconds, use)

    def _book(self, seconds: int, use: Use) -> None:
        """Add the step up by grid, and note districts that are in need for the first time."""
        where, home_need = self.setting.atlas.facility_grid, use.wish - use.own
        need, met = home_need.copy(), use.got.copy()
        people = np.where(home_need > 0, use.home[:, None] * self.home_share, 0.0)
        np.add.at(need, where, use.shelter_need)
        np.add.at(met, where, use.shelter_need * use.shelter_share)
        met = np.minimum(met, need)
        sheltered = np.where(use.shelter_need > 0, use.inside[:, None] * self.shelter_share, 0.0)
        np.add.at(people, where, sheltered)
        self.tally.add(self.setting.time_s, seconds, need=need, met=met, people=people)
        hours = seconds / 3600
        lacking = people * np.where(need > 0, 1.0 - met / np.maximum(need, 1e-300), 0.0)
        weight = np.where(self.items.is_consumed, 1.0, hours)
        step = (need * weight, met * weight, people * hours, lacking * hours)
        self.totals += np.array([amounts.sum(axis=0) for amounts in step])
        if seconds and self.setting.time_s > self.setting.drill.relief.order:
            self._note_districts(np.asarray(people.sum(axis=1) > 0))

    def _note_districts(self, needs: Bools) -> None:
        codes = self.setting.atlas.grid_codes
        for district in dict.fromkeys(codes[row][:6] for row in np.flatnonzero(needs).tolist()):
            if district not in self.in_need:
                self.in_need.append(district)
                self.setting.log.write("relief.needed", place=district)

    def _column(self, item: str) -> int:
        return self.items.names.index(item)

    def _serve(self, seconds: int, use: Use) -> None:
        """Say how much water and food people of each grid get."""
        norm = self.setting.drill.norms.water_full_l_per_day
        where, full, grids = self.setting.atlas.facility_grid, norm.value, len(self.fed)
        water, food = self._column("water"), self._column("food")
        had, wish, share, inside = use.own + use.got, use.wish, use.shelter_share, use.inside
        person_days = np.maximum(use.home * seconds / 86_400, 1e-12)
        drunk = np.where(self.has_mains, full, had[:, water] / person_days)
        eaten = np.where(wish[:, food] > 0, had[:, food] / np.maximum(wish[:, food], 1e-300), 1.0)
        litres = np.bincount(where, full * share[:, water] * inside, minlength=grids)
        meals = np.bincount(where, share[:, food] * inside, minlength=grids)
        total = use.home + np.bincount(where, inside, minlength=grids)
        alone = np.maximum(total, 1e-12)
        self.litres = np.where(total > 0, (use.home * drunk + litres) / alone, drunk)
        self.fed = np.where(total > 0, (use.home * eaten + meals) / alone, 1.0)
        self.people = total

    def ask(self, item: str, quantity: float, *, facility: int) -> None:
        """Ask for goods that work at a facility needs, such as sandbags at a dyke.

        Args:
            item: An item of the drill.
            quantity: Units that should be there.
            facility: Row of the facility.
        """
        if item not in self.items.names:
            self.setting.limit(
                f"演练脚本的物资目录没有“{item}”：其需求未计",
                f"The drill's items lack {item}: what works need of it is not counted",
            )
            return
        self.drops.asked[facility, self._column(item)] += quantity
        place = self.setting.atlas.place_of(facility)
        self.setting.log.write("supply.asked", place=place, item=item, amount=quantity)
        if self.setting.time_s >= self.setting.drill.relief.order:
            self.setting.clock.after(0, "relief.plan", {"once": True})

    def _order(self, payload: Payload) -> None:
        self.setting.log.write("relief.order", who="grain_reserve")
        self._plan(payload)

    def _plan(self, payload: Payload) -> None:
        """Order loads for what shelters, works and grids will lack, and plan again later."""
        want = self._shortages()
        free = self.depots.available().sum(axis=0)
        ration = np.minimum(1.0, free / np.maximum(want.sum(axis=0), 1e-12))
        want = want * ration
        want = np.where(self.items.is_whole, np.floor(want + 1e-9), want)
        rows = np.flatnonzero((want > 0).any(axis=1))
        first = np.lexsort((-(want[rows] @ self.items.kg), self.drops.held[rows].sum(axis=1) > 0))
        for drop in rows[first].tolist():
            self.convoys.send(drop, want[drop])
        if payload.get("once"):
            return
        seconds = self.setting.drill.relief.every_hours.value * 3600
        if self.setting.time_s + seconds <= self.setting.drill.horizon.end:
            self.setting.clock.after(seconds, "relief.plan", payload)

    def _shortages(self) -> Reals:
        """Units each drop will lack over the days planned for, shape ``(drops, items)``."""
        drops, home = self.drops, self.at_home()
        days = self.setting.drill.relief.horizon_days.value
        span = np.where(self.items.is_consumed, days, 1.0)
        lack = np.maximum(home[:, None] * self.home_rate * span - self.homes, 0.0)
        lack = np.where(self.home_rate > 0, lack, 0.0)
        needy = np.asarray((lack > 0).any(axis=1))
        drops.assign(needy, home, reachable=self.depots.reachable())
        want = np.zeros_like(drops.held)
        want[: drops.facilities] = self.in_shelters()[:, None] * self.shelter_rate * span
        want += drops.asked
        has_point = needy & (drops.point_of >= 0)
        np.add.at(want, drops.point_of[has_point], lack[has_point])
        want = np.where(self.items.is_whole, np.ceil(want - 1e-9), want)
        return np.maximum(want - drops.held - drops.coming, 0.0)

    def write_totals(self) -> None:
        """Write what was needed, met and lacking over the run, by item that anybody needed."""
        for row, item in enumerate(self.items.names):
            need, met, hours, lacking = self.totals[:, row].tolist()
            if need > 0:
                self.setting.log.write(
                    "relief.total",
                    item=item,
                    need=need,
                    met=met,
                    person_hours=hours,
                    unmet_person_hours=lacking,
                )

    def record(self) -> ReliefRecord:
        """The relief record up to now."""
        self.tally.flush()
        end = self.setting.time_s
        return ReliefRecord(
            needs=as_table("needs", self.tally.rows),
            deliveries=as_table("deliveries", self.convoys.deliveries),
            roads_closed=roads_closed(self.roads_closed, end_s=end),
            depots_lost=depots_lost(self.depots_lost, self.depots.names, end_s=end),
        )
