"""Convoys: loads from depots to drops, on the trucks of the dispatch ledger.

A truck goes to the depot, is loaded at a dock, drives to the drop over the roads open then, and
unloads. Where no road leads from a loaded truck to its drop, the load goes back into stock and the
drop is planned for again.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Payload
from simulation.setting import Setting
from simulation.supply.depots import Depots
from simulation.supply.drops import Drops
from simulation.supply.goods import Catalogue, Goods
from simulation.supply.loads import Load, pack
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Unit
from simulation.works.roads import Roads

Reals = NDArray[np.float64]
DEFAULT_PAYLOAD_KG = 5000.0
"""Loads are made up for this payload where a city has no supply trucks at all [kg]."""
LEAST = 1e-6
"""Less than this of an item is not worth a truck [units]."""


class Convoys:
    """Loads ordered, under way and handed over.

    Attributes:
        loads: Loads not yet handed over, by number.
        deliveries: Rows of ``ReliefRecord.deliveries``.
        reached: Districts that got anything.
    """

    def __init__(
        self,
        setting: Setting,
        dispatch: Dispatch,
        *,
        roads: Roads,
        depots: Depots,
        drops: Drops,
        goods: Goods,
        items: Catalogue,
    ) -> None:
        self.setting, self.dispatch, self.roads = setting, dispatch, roads
        self.depots, self.drops, self.goods, self.items = depots, drops, goods, items
        self.loads: dict[int, Load] = {}
        self.deliveries: list[tuple[object, ...]] = []
        self.reached: list[str] = []
        trucks = dispatch.responders.by_kind.get("supply_truck", [])
        payloads = [truck.payload_kg for truck in trucks if truck.payload_kg > 0]
        self.payload_kg = min(payloads, default=DEFAULT_PAYLOAD_KG)
        self.space_m3 = self.payload_kg / 1000 * setting.drill.relief.truck_m3_per_t.value
        dispatch.on("supply", on_site=self._load, finish=self._depart, deliver=self._arrive)
        setting.clock.on("supply.unloaded", self._hand_over)

    def send(self, drop: int, want: Reals) -> None:
        """Order loads for a drop, each from the nearest depot that has something it wants.

        Args:
            drop: Row of the drop.
            want: Units wanted, shape ``(items,)``.
        """
        want = want.copy()
        while (want > LEAST).any():
            depot = self._nearest(drop, want)
            if depot < 0:
                break
            there = np.minimum(want, self._pickable(self.depots.available()[depot]))
            units = pack(there, self.items, payload_kg=self.payload_kg, space_m3=self.space_m3)
            if not (units > LEAST).any():
                break
            self._order(depot, drop, units)
            want = np.maximum(want - units, 0.0)

    def _pickable(self, units: Reals) -> Reals:
        return np.asarray(np.where(self.items.is_whole, np.floor(units + 1e-9), units))

    def _nearest(self, drop: int, want: Reals) -> int:
        """The depot nearest by road now that has anything wanted, -1 for none."""
        there = np.minimum(self._pickable(self.depots.available()), want)
        rows = np.flatnonzero((there > LEAST).any(axis=1))
        if len(rows) == 0:
            return -1
        seconds = self._seconds_to(drop)[self.depots.node[rows]]
        best = int(seconds.argmin())
        return int(rows[best]) if np.isfinite(seconds[best]) else -1

    def _seconds_to(self, drop: int) -> Reals:
        return self.roads.reach(int(self.drops.node[drop])).seconds

    def _order(self, depot: int, drop: int, units: Reals) -> None:
        self.depots.promise(depot, units)
        self.drops.coming[drop] += units
        incident = self.dispatch.request(
            "supply",
            node=int(self.depots.node[depot]),
            place=self.drops.place(drop),
            facility=drop if drop < self.drops.facilities else -1,
            amount=float(units @ self.items.kg),
            item=self.items.names[int((units * self.items.kg).argmax())],
        )
        self.loads[incident.number] = Load(
            depot=depot, drop=drop, units=units, ordered_s=self.setting.time_s
        )

    def _load(self, incident: Incident, unit: Unit) -> float:
        """A truck is at the depot: give the time until its load is aboard [s]."""
        load = self.loads[incident.number]
        load.truck = unit.name
        if self.depots.lost[load.depot]:
            return 60.0
        return self.depots.loading_seconds(load.depot, float(load.units @ self.items.kg))

    def _depart(self, incident: Incident, unit: Unit) -> int:
        """A truck is loaded: give where it drives, -1 where it cannot."""
        load = self.loads[incident.number]
        is_open = bool(np.isfinite(self._seconds_to(load.drop)[self.depots.node[load.depot]]))
        taken = self.depots.take(load.depot, load.units) if is_open else np.zeros_like(load.units)
        if not is_open:
            self.depots.promise(load.depot, -load.units)
        self.drops.coming[load.drop] -= load.units - taken
        load.units = taken
        if not taken.any():
            self._cancel(incident, unit, "no_road" if not is_open else "no_stock")
            return -1
        load.is_aboard = True
        load.left_s = self.setting.time_s
        self.goods.under_way += taken
        return int(self.drops.node[load.drop])

    def _cancel(self, incident: Incident, unit: Unit, cause: str) -> None:
        self.setting.log.write(
            "supply.blocked",
            who=unit.name,
            place=incident.place,
            incident=incident.number,
            cause=cause,
        )

    def _arrive(self, incident: Incident, unit: Unit) -> None:
        """A truck is at the drop: unload it, or end an order that came to nothing."""
        del unit
        load = self.loads[incident.number]
        if not load.is_aboard:
            del self.loads[incident.number]
            return
        minutes = self.setting.drill.norms.unloading_minutes
        seconds = 60 * self.setting.streams.lognormal(
            "supply.unloading", minutes.value, minutes.sigma
        )
        self.setting.clock.after(seconds, "supply.unloaded", {"load": incident.number})

    def _hand_over(self, payload: Payload) -> None:
        load = self.loads.pop(payload["load"])
        drop, units = load.drop, load.units
        self.goods.under_way -= units
        self.goods.delivered += units
        self.drops.held[drop] += units
        self.drops.coming[drop] -= units
        self._note_district(drop)
        for row in np.flatnonzero(units > 0).tolist():
            self._write(load, row)

    def _note_district(self, drop: int) -> None:
        district = self.drops.place(drop)[:6]
        if district not in self.reached:
            self.reached.append(district)
            self.setting.log.write("relief.reached", place=district)

    def _write(self, load: Load, row: int) -> None:
        name, drop = self.items.names[row], load.drop
        amount = float(load.units[row])
        self.setting.log.write(
            "supply.delivered",
            who=load.truck,
            place=self.drops.place(drop),
            item=name,
            amount=amount,
            depot=self.depots.names[load.depot],
        )
        is_shelter = drop < self.drops.facilities
        self.deliveries.append(
            (
                name,
                amount,
                self.depots.names[load.depot],
                int(self.drops.grid[drop]),
                drop if is_shelter else -1,
                load.truck,
                load.ordered_s,
                load.left_s,
                self.setting.time_s,
            )
        )
