"""Traffic orders: police wave exits through, keep others out, and reverse lanes, then undo it."""

import numpy as np
from numpy.typing import NDArray

from gis.errors import DrillError
from scenarios.injects import Expectation, Inject
from scenarios.selectors import find
from scenarios.traffic import Traffic
from simulation.clock import Payload
from simulation.response.deeds.clearing import LIFELINE_CLASSES
from simulation.response.deeds.desk import Desk, leave
from simulation.teams.responders import Incident, Unit


class TrafficOrders:
    """Cordons with priority to exits (``cordon``) and reversed lanes (``contraflow``).

    Both change the main roads near an area, by the direction that leads away from its middle.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        self._areas: dict[str, str] = {}
        desk.offer("control_traffic", self._order_cordon)
        desk.offer("contraflow", self._order_contraflow)
        for kind in ("cordon", "contraflow"):
            desk.parts.dispatch.on(kind, on_site=self._set_up, finish=self._begin, deliver=leave)
        desk.setting.clock.on("traffic.lift", self._lift)

    @property
    def _traffic(self) -> Traffic:
        traffic = self.setting.drill.traffic
        if traffic is None:
            raise DrillError("an order changes traffic, but the drill has no part traffic; add it")
        return traffic

    def _order_cordon(self, task: Expectation, inject: Inject) -> bool:
        return self._order("cordon", task, inject)

    def _order_contraflow(self, task: Expectation, inject: Inject) -> bool:
        return self._order("contraflow", task, inject)

    def _order(self, kind: str, task: Expectation, inject: Inject) -> bool:
        """Ask for police at the middle of the area; True where there is nothing to change."""
        area = task.arg or inject.area
        grids = self._grids(area)
        if not grids.any():
            return self.desk.expect(task.id, 0)
        atlas = self.setting.atlas
        self._areas[task.id] = area
        middle = atlas.grid_xy[grids].mean(axis=0)
        nearest = int(np.hypot(*(atlas.grid_xy - middle).T).argmin())
        self.desk.expect(task.id, 1)
        self.parts.dispatch.request(
            kind,
            node=int(atlas.grid_node[nearest]),
            place=atlas.grid_codes[nearest],
            matter=task.id,
        )
        return False

    def _grids(self, area: str) -> NDArray[np.bool_]:
        atlas, found = self.setting.atlas, find(area, self.setting.city)
        if found.sort == "place":
            return atlas.grids_in(found.place)
        grids = np.zeros(len(atlas.grid_codes), bool)
        if found.sort == "zone" and found.name == "low_lying":
            grids[np.unique(self.parts.residents.grid[self.parts.evacuation.zone])] = True
        elif found.sort == "facility":
            grids[atlas.facility_grid[found.facility]] = True
        return grids

    def _set_up(self, incident: Incident, unit: Unit) -> float:
        del unit
        return 60 * self.parts.dispatch.spread(incident.kind, self._traffic.control_minutes)

    def _begin(self, incident: Incident, unit: Unit) -> int:
        """Let an order stand, and note when it will be lifted."""
        changed = self._change(incident.kind, self._areas[incident.matter], stands=True)
        self.setting.log.write(
            "traffic.order",
            who=unit.name,
            place=incident.place,
            order=incident.kind,
            matter=incident.matter,
            roads=changed,
        )
        self.setting.clock.after(
            self._traffic.control_hours.value * 3600,
            "traffic.lift",
            {"order": incident.kind, "matter": incident.matter, "place": incident.place},
        )
        self.desk.count_down(incident.matter)
        return -1

    def _lift(self, payload: Payload) -> None:
        area = self._areas.pop(payload["matter"])
        changed = self._change(payload["order"], area, stands=False)
        self.setting.log.write(
            "traffic.lifted",
            place=payload["place"],
            order=payload["order"],
            matter=payload["matter"],
            roads=changed,
        )

    def _change(self, order: str, area: str, *, stands: bool) -> int:
        """Change the main roads near an area, or change them back; gives how many."""
        flows, traffic = self.parts.journeys.flows, self._traffic
        road, out = self._main_roads(area)
        if order == "contraflow":
            two_way = ~self.parts.roads.oneway[road]
            road, out = road[two_way], out[two_way]
            moved = traffic.contraflow_share.value if stands else 0.0
            flows.lane_share[road, out] = 1.0 + moved
            flows.lane_share[road, 1 - out] = 1.0 - moved
            return len(road)
        flows.priority[road, out] = traffic.exit_priority.value if stands else 1.0
        is_edge = self._leads_out(road, out, area)
        flows.is_cordoned[road[is_edge], 1 - out[is_edge]] = stands
        return len(road)

    def _main_roads(self, area: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Main roads in reach of an area, and the direction of each that leads away from it."""
        roads, atlas = self.parts.roads, self.setting.atlas
        xy = atlas.grid_xy[self._grids(area)]
        if len(xy) == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        classes = self.setting.city.roads["class"].astype(str)
        main = np.flatnonzero(classes.isin(LIFELINE_CLASSES).to_numpy() & roads.drive)
        away = np.array([np.hypot(*(xy - roads.middle_xy[road]).T).min() for road in main])
        main = main[away <= self._traffic.control_reach_m.value]
        middle = xy.mean(axis=0)
        tail, head = (
            np.hypot(*(atlas.node_xy[end[main]] - middle).T) for end in (roads.tail, roads.head)
        )
        return main, (tail > head).astype(np.int64)

    def _leads_out(
        self, road: NDArray[np.int64], out: NDArray[np.int64], area: str
    ) -> NDArray[np.bool_]:
        """Tell which roads begin in the area and end outside it, going outwards."""
        roads, atlas, inside = self.parts.roads, self.setting.atlas, self._grids(area)
        ends = np.stack([roads.tail[road], roads.head[road]])
        row = np.arange(len(road))
        start, end = ends[out, row], ends[1 - out, row]
        within = np.array(
            [
                inside[np.hypot(*(atlas.grid_xy - xy).T).argmin()]
                for xy in atlas.node_xy[ends.ravel()]
            ],
            dtype=bool,
        )
        held = dict(zip(ends.ravel().tolist(), within.tolist(), strict=True))
        return np.array(
            [held[a] and not held[b] for a, b in zip(start.tolist(), end.tolist(), strict=True)],
            dtype=bool,
        )
