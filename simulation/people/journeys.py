"""Journeys: residents on foot and by car on the road network, moved by the compiled kernel.

Walkers are single residents, cars are households. Both networks share the destinations: facilities
that can shelter people, then the middle of every grid for those who leave town or come home.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from simulation.crowd import Movement, Network
from simulation.crowd.weidmann import CAPACITY_PER_M_S, JAM_DENSITY_PER_M2
from simulation.setting import Setting
from simulation.works.flows import Flows, split
from simulation.works.roads import Roads, shortest_links

Mode = Literal["walk", "car"]
LANE_FLOW = 0.5
"""Cars a lane passes [1/s], 1,800 an hour; basis K."""
LANE_JAM = 0.14
"""Cars standing on a metre of lane [1/m]; basis K."""
TRACED = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Walkers or cars that reached a destination in a window.

    Attributes:
        mode: Walkers (agent = resident) or cars (agent = household).
        agent: Who, int32.
        target: Index among the destinations.
    """

    mode: Mode
    agent: NDArray[np.int32]
    target: NDArray[np.int32]


class Journeys:
    """Both networks, their agents, and the roads that close under them.

    Attributes:
        flows: What the directions of roads pass now.
        under_way: Residents on foot, and cars of households that leave.
        ordinary_from: First agent number of ordinary cars, which are nobody in particular.
        ordinary: Ordinary cars under way.
    """

    def __init__(
        self, setting: Setting, roads: Roads, *, seed: int, traced: NDArray[np.int64]
    ) -> None:
        self.setting = setting
        self.roads = roads
        self.flows = Flows(setting, roads)
        atlas = setting.atlas
        self.shelters = np.flatnonzero(atlas.shelter_places > 0)
        nodes = np.concatenate([atlas.facility_node[self.shelters], atlas.grid_node])
        self.targets = nodes.astype(np.int32)
        self.links: dict[Mode, NDArray[np.int64]] = {
            "walk": roads.both_ways(roads.walk, respect_oneway=False),
            "car": roads.both_ways(roads.drive, respect_oneway=True),
        }
        slow = setting.drill.behaviour.slow_share.value
        self.movement: dict[Mode, Movement] = {
            "walk": Movement(
                self._network("walk"),
                destinations=self.targets,
                seed=seed,
                trace=traced,
                pace=(1.0, slow),
            ),
            "car": Movement(
                self._network("car"),
                destinations=self.targets,
                seed=seed,
                trace=np.arange(len(setting.city.people["household"].unique())),
            ),
        }
        self.under_way: dict[Mode, int] = {"walk": 0, "car": 0}
        self.ordinary = 0
        self.ordinary_from = 0
        self._ordinary_free = np.empty(0, np.int64)
        self._ordinary_top = 0
        self._eased: dict[Mode, NDArray[np.float64]] = {
            mode: np.ones((3, len(links))) for mode, links in self.links.items()
        }
        self._open: dict[Mode, NDArray[np.bool_]] = {
            mode: np.ones(len(links), bool) for mode, links in self.links.items()
        }

    def _network(self, mode: Mode) -> Network:
        roads, table = self.roads, self.setting.city.roads
        links = self.links[mode]
        road = np.where(links >= 0, links, ~links)
        length = np.maximum(roads.length_m[road], 1.0)
        if mode == "walk":
            width = np.clip(table["width_m"].to_numpy(np.float64)[road] / 2, 0.75, 6.0)
            speed = np.full(len(road), self.setting.drill.behaviour.walk_speed_mps.value)
            flow, jam = CAPACITY_PER_M_S * width, JAM_DENSITY_PER_M2 * width
        else:
            lanes = np.maximum(table["lanes"].to_numpy(np.float64)[road], 1.0)
            speed = roads.speed_mps[road]
            flow, jam = LANE_FLOW * lanes, LANE_JAM * lanes
        flow = np.minimum(flow, 0.8 * jam * speed)
        return Network.build(
            nodes=len(self.setting.city.nodes),
            tail=np.where(links >= 0, roads.tail[road], roads.head[road]),
            head=np.where(links >= 0, roads.head[road], roads.tail[road]),
            length_m=length,
            speed_mps=speed,
            capacity_per_s=flow,
            jam_per_m=jam,
        )

    def target_of_shelter(self, facility: int) -> int:
        """Destination index of a facility that can shelter people."""
        return int(np.searchsorted(self.shelters, facility))

    def target_of_grid(self, grid: NDArray[np.int64]) -> NDArray[np.int64]:
        """Destination index of the middle of each grid."""
        return np.asarray(grid + len(self.shelters), dtype=np.int64)

    def can_reach(
        self, mode: Mode, origin: NDArray[np.int64], target: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Tell whether an open way leads from each origin node to its destination."""
        if len(origin) == 0:
            return np.zeros(0, bool)
        return self.movement[mode].reachable(origin.astype(np.int32), target.astype(np.int32))

    def depart(
        self,
        mode: Mode,
        agent: NDArray[np.int64],
        origin: NDArray[np.int64],
        target: NDArray[np.int64],
        *,
        slow: NDArray[np.bool_] | None = None,
    ) -> None:
        """Let agents leave now; ask :meth:`can_reach` first."""
        if len(agent) == 0:
            return
        tick = np.full(len(agent), max(self.setting.clock.tick, self.movement[mode].now), np.int32)
        pace = 0 if slow is None else slow.astype(np.int32)
        self.movement[mode].depart(
            agent.astype(np.int32),
            origin.astype(np.int32),
            target.astype(np.int32),
            tick,
            pace=pace,
        )
        self.under_way[mode] += len(agent)

    def depart_ordinary(self, origin: NDArray[np.int64], target: NDArray[np.int64]) -> None:
        """Let ordinary cars leave now; ask :meth:`can_reach` first."""
        count = len(origin)
        if count == 0:
            return
        more = max(count - len(self._ordinary_free), 0)
        fresh = self.ordinary_from + self._ordinary_top + np.arange(more)
        self._ordinary_top += more
        free = np.concatenate([self._ordinary_free, fresh])
        agent, self._ordinary_free = free[:count], free[count:].copy()
        self.depart("car", agent, origin, target)
        self.under_way["car"] -= count
        self.ordinary += count

    def run(self, until_tick: int) -> list[Arrived]:
        """Move everybody up to a tick and give the residents who arrived."""
        found = []
        for mode, movement in self.movement.items():
            arrivals = movement.run(until_tick)
            agent, table = arrivals.agent, arrivals.table
            if mode == "car" and self.ordinary:
                is_ordinary = agent >= self.ordinary_from
                done = agent[is_ordinary].astype(np.int64)
                self._ordinary_free = np.sort(np.concatenate([self._ordinary_free, done]))
                self.ordinary -= len(done)
                agent, table = agent[~is_ordinary], table[~is_ordinary]
            self.under_way[mode] -= len(agent)
            if len(agent):
                found.append(Arrived(mode=mode, agent=agent, target=table))
        return found

    def follow_roads(self) -> None:
        """Close, open, slow and narrow links as water and orders do; all are routed anew."""
        use: dict[Mode, NDArray[np.bool_]] = {
            "walk": self.roads.walkable(),
            "car": self.roads.drivable(),
        }
        for mode, passable in use.items():
            links = self.links[mode]
            road, way = split(links)
            is_open = passable[road]
            if mode == "car":
                is_open &= ~self.flows.is_cordoned[road, way]
            self._ease(mode)
            changed = np.flatnonzero(is_open != self._open[mode])
            if len(changed):
                self.movement[mode].set_open(changed.astype(np.int32), is_open[changed])
                self._open[mode] = is_open

    def _ease(self, mode: Mode) -> None:
        """Bring speeds, capacities and claims at junctions to what they are now."""
        movement, links, before = self.movement[mode], self.links[mode], self._eased[mode]
        network, now = movement.network, np.ones_like(before)
        if mode == "walk":
            now[0] = self.flows.walking(links)
        else:
            now[0], now[1] = self.flows.driving(links)
            now[2] = self.flows.priority[split(links)]
        row = network.row
        speed, flow = network.speed_mps[row], network.capacity_per_s[row]
        most = 0.95 * flow * (1.0 + network.lag_s[row] * speed / network.length_m[row])
        for index, change, value in (
            (0, movement.set_speed, speed * now[0]),
            (1, movement.set_capacity, np.minimum(flow * now[1], most)),
            (2, movement.set_priority, network.priority[row] * now[2]),
        ):
            changed = np.flatnonzero(now[index] != before[index])
            if len(changed):
                change(changed, value[changed])
        self._eased[mode] = now

    def reroute(self) -> None:
        """Let a third of the destinations follow measured travel times."""
        for mode, movement in self.movement.items():
            if self.under_way[mode]:
                movement.reroute(share=1 / 3)

    @property
    def is_busy(self) -> bool:
        """True while anybody is under way."""
        return self.under_way["walk"] + self.under_way["car"] > 0

    def walk_metres(self) -> NDArray[np.float64]:
        """Walking distance from every shelter to every node [m], shape ``(shelters, nodes)``."""
        roads = self.roads
        links = self.links["walk"]
        road = np.where(links >= 0, links, ~links)
        start = np.where(links >= 0, roads.head[road], roads.tail[road])
        end = np.where(links >= 0, roads.tail[road], roads.head[road])
        nodes = len(self.setting.city.nodes)
        graph = shortest_links(start, end, np.maximum(roads.length_m[road], 0.1), nodes)
        if len(self.shelters) == 0:
            return np.empty((0, nodes))
        return np.asarray(dijkstra(graph, indices=self.targets[: len(self.shelters)]))
