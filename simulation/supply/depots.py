"""Depots: stock by item, docks that load one truck at a time, and what water does to them."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from simulation.clock import Payload
from simulation.setting import Setting
from simulation.supply.goods import Goods
from simulation.supply.plan import ReservePlan, StockLine
from simulation.works.roads import Roads

Reals = NDArray[np.float64]
CAUSES = ("", "flooded", "cut_off")
"""Why a depot can give nothing, by the number in ``Depots.lost``."""


class Depots:
    """The open depots of a plan.

    Attributes:
        names: Id of each depot.
        node: Where trucks stop, shape ``(depots,)``.
        grid: Grid index of each.
        stock: Units on hand, shape ``(depots, items)``.
        promised: Part of the stock that loads are ordered from.
        lost: Index into ``CAUSES``, 0 while the depot works.
    """

    UNKEPT: ClassVar = ("_parts",)

    def __init__(self, setting: Setting, roads: Roads, plan: ReservePlan, goods: Goods) -> None:
        self.setting, self.roads, self.goods = setting, roads, goods
        relief = setting.drill.relief
        self._items = relief.names()
        depots = [depot for depot in plan.depots if depot.is_open]
        self.names = tuple(depot.id for depot in depots)
        self._place([(depot.facility, depot.node) for depot in depots])
        shape = (len(depots), len(self._items))
        self.stock = np.zeros(shape)
        self.promised = np.zeros(shape)
        self.lost: NDArray[np.uint8] = np.zeros(len(depots), np.uint8)
        rate = [depot.load_t_per_hour or relief.load_t_per_hour.value for depot in depots]
        self._load_kg_s = np.array(rate, dtype=np.float64) / 3.6
        docks = [depot.docks or max(1, round(relief.docks.value)) for depot in depots]
        self.dock_free_s = np.full((len(depots), max(docks, default=1)), np.inf)
        is_night = setting.is_night(relief.order)
        wait = relief.mobilise_off_minutes if is_night else relief.mobilise_minutes
        for row, count in enumerate(docks):
            self.dock_free_s[row, :count] = relief.order + wait.value * 60
        self._per_day = np.zeros(shape)
        self._makes_from_s = np.full(shape, np.inf)
        setting.clock.on("supply.release", self._release)
        for row, depot in enumerate(depots):
            for line in depot.stock:
                self._enter(row, line)
        self._parts: tuple[int, NDArray[np.int32]] | None = None

    def _place(self, sites: list[tuple[str | None, int | None]]) -> None:
        atlas, terrain = self.setting.atlas, self.setting.city.terrain
        rows = [atlas.row_of(name) if name is not None else -1 for name, _ in sites]
        self.facility = np.array(rows, dtype=np.int64)
        at = [
            int(atlas.facility_node[row]) if node is None else node
            for row, (_, node) in zip(rows, sites, strict=True)
        ]
        own = np.array(at, dtype=np.int64)
        self.node = self.roads.access[own]
        xy = atlas.node_xy[own]
        self._cell = terrain.cells(xy[:, 0], xy[:, 1])
        has = self.facility >= 0
        self._cell[has] = atlas.facility_cell[self.facility[has]]
        away = [np.hypot(*(atlas.grid_xy - point).T).argmin() for point in xy]
        self.grid = np.array(away, dtype=np.int64)
        self.grid[has] = atlas.facility_grid[self.facility[has]]

    def _enter(self, row: int, line: StockLine) -> None:
        """Enter one line of the plan into the books: now, when it is released, or as it is made."""
        relief, item = self.setting.drill.relief, self._items.index(line.item)
        if line.mode == "physical":
            self.stock[row, item] += line.quantity
            self.goods.initial[item] += line.quantity
        elif line.mode == "agreement":
            share = relief.agreement_share.value if line.share is None else line.share
            lead = relief.agreement_lead_hours.value if line.lead_hours is None else line.lead_hours
            units = line.quantity * share
            at = relief.order + round(lead * 3600)
            if at <= self.setting.drill.horizon.end and units > 0:
                details = {"depot": row, "item": item, "units": units}
                self.setting.clock.schedule(self.setting.tick_at(at), "supply.release", details)
        else:
            lead = (
                relief.production_lead_hours.value if line.lead_hours is None else line.lead_hours
            )
            self._per_day[row, item] += line.quantity
            self._makes_from_s[row, item] = relief.order + lead * 3600

    def _release(self, payload: Payload) -> None:
        """Let a supplier's stock go."""
        row, item, units = payload["depot"], payload["item"], payload["units"]
        self.stock[row, item] += units
        self.goods.released[item] += units
        self.setting.log.write(
            "supply.released", who=self.names[row], item=self._items[item], amount=units
        )

    def step(self, seconds: int) -> None:
        """Make goods, and note which depots water or closed roads have taken out.

        Args:
            seconds: Time since the last step.
        """
        now = self.setting.time_s
        works = (self.lost == 0)[:, None]
        made_s = np.clip(now - np.maximum(self._makes_from_s, now - seconds), 0.0, None)
        made = np.where(works & (self._per_day > 0), self._per_day * made_s / 86_400, 0.0)
        self.stock += made
        self.goods.produced += made.sum(axis=0)
        self._mark_lost()

    def _mark_lost(self) -> None:
        sill = self.setting.drill.norms.building_wet_depth_m.value
        is_wet = self.roads.waters.depth_m[self._cell] > sill
        lost = np.where(is_wet, 1, np.where(self.is_joined(), 0, 2)).astype(np.uint8)
        for row in np.flatnonzero(lost != self.lost).tolist():
            if lost[row] == 1:
                self._spoil(row)
            kind = "depot.lost" if lost[row] else "depot.restored"
            place = self.setting.atlas.grid_codes[int(self.grid[row])]
            cause = CAUSES[int(lost[row])]
            self.setting.log.write(kind, who=self.names[row], place=place, cause=cause)
        self.lost = lost

    def _spoil(self, row: int) -> None:
        gone = self.stock[row] * self.setting.drill.relief.wet_loss_share.value
        self.stock[row] -= gone
        self.goods.lost += gone

    def _part(self) -> NDArray[np.int32]:
        """Connected part of the open roads that each node is on; kept until roads change."""
        if self._parts is None or self._parts[0] != self.roads.version:
            roads, nodes = self.roads, len(self.setting.city.nodes)
            use = roads.drivable()
            ends = (roads.tail[use], roads.head[use])
            graph = csr_matrix((np.ones(int(use.sum())), ends), shape=(nodes, nodes))
            _, part = connected_components(graph, directed=False)
            self._parts = (roads.version, part)
        return self._parts[1]

    def is_joined(self) -> NDArray[np.bool_]:
        """Depots on the part of the open roads that serves most grids, shape ``(depots,)``."""
        part = self._part()
        main = np.bincount(part[self.roads.access[self.setting.atlas.grid_node]]).argmax()
        return np.asarray(part[self.node] == main)

    def reachable(self) -> NDArray[np.bool_]:
        """Nodes at which trucks from some working depot can stop, shape ``(nodes,)``."""
        part, access = self._part(), self.roads.access
        works = np.unique(part[self.node[self.lost == 0]])
        return np.asarray(np.isin(part, works) & (access == np.arange(len(access))))

    def available(self) -> Reals:
        """Units that can be ordered now, shape ``(depots, items)``; none from lost depots."""
        free = np.maximum(self.stock - self.promised, 0.0)
        return np.asarray(free * (self.lost == 0)[:, None])

    def promise(self, depot: int, units: Reals) -> None:
        """Set goods aside for a load."""
        self.promised[depot] += units

    def loading_seconds(self, depot: int, kilograms: float) -> float:
        """Take the dock that is free first and give the time until the load is aboard [s].

        Args:
            depot: Row of the depot.
            kilograms: Weight of the load.
        """
        docks = self.dock_free_s[depot]
        dock, now = int(docks.argmin()), float(self.setting.time_s)
        docks[dock] = max(now, float(docks[dock])) + kilograms / float(self._load_kg_s[depot])
        return float(docks[dock]) - now

    def take(self, depot: int, units: Reals) -> Reals:
        """Hand out what was promised, as far as it is still there; gives the units handed out."""
        self.promised[depot] = np.maximum(self.promised[depot] - units, 0.0)
        if self.lost[depot]:
            return np.zeros_like(units)
        there = np.minimum(units, self.stock[depot])
        self.stock[depot] -= there
        return np.asarray(there)
