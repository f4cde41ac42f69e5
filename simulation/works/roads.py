"""Roads: which are wet, slow or closed, and how long vehicles take over what is left."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from simulation.hazards.waters import Waters
from simulation.setting import Setting

OPEN, SLOW, CLOSED = 0, 1, 2
SLOW_FACTOR = 0.4
"""Speed on a wet road against its free speed [1]; assumption A."""
UNDERPASS_M = 80.0
"""An underpass facility within this distance of a sunken road is that road's low spot [m]."""
KEPT_ROUTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Travel from everywhere to one node over the roads as they are.

    Attributes:
        seconds: Free-flow time from each node [s], inf where no open road leads.
        onward: Next node towards the target, -9999 where there is none.
    """

    seconds: NDArray[np.float64]
    onward: NDArray[np.int32]

    def path(self, start: int, target: int) -> list[int]:
        """Nodes from start to target, both included; empty where no road leads."""
        if not np.isfinite(self.seconds[start]):
            return []
        nodes = [start]
        while nodes[-1] != target:
            nodes.append(int(self.onward[nodes[-1]]))
        return nodes


class Roads:
    """State of every road, from the water on it, mud left on it, and closures by order."""

    UNKEPT: ClassVar = ("_reaches",)

    def __init__(self, setting: Setting, waters: Waters) -> None:
        self.setting = setting
        self.waters = waters
        table = setting.city.roads
        self.tail = table["from_node"].to_numpy(np.int64)
        self.head = table["to_node"].to_numpy(np.int64)
        self.length_m = table["length_m"].to_numpy(np.float64)
        self.drive = table["drive"].to_numpy(bool)
        self.walk = table["walk"].to_numpy(bool)
        self.oneway = table["oneway"].to_numpy(bool)
        self.speed_mps = np.maximum(table["speed_kmh"].to_numpy(np.float64), 5.0) / 3.6
        structure = table["structure"].astype(str)
        self.is_bridge = (structure == "bridge").to_numpy()
        self.state: NDArray[np.uint8] = np.zeros(len(table), np.uint8)
        self.ever_closed = np.zeros(len(table), bool)
        self.muddy = np.zeros(len(table), bool)
        self.ordered_shut = np.zeros(len(table), bool)
        self.depth_m = np.zeros(len(table), np.float64)
        self.version = 0
        self.access = self._access_nodes((structure == "underpass").to_numpy())
        self._reaches: dict[tuple[int, int], Reach] = {}
        self._place_samples(table["low_m"].to_numpy(np.float64))
        self.pit_of_road = self._join_underpasses((structure == "underpass").to_numpy())

    def _access_nodes(self, is_sunk: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Where vehicles stop to serve each node: the nearest on the main part of the network."""
        use = self.drive & ~is_sunk
        use = use if use.any() else self.walk
        nodes = len(self.setting.city.nodes)
        graph = csr_matrix(
            (np.ones(int(use.sum())), (self.tail[use], self.head[use])), shape=(nodes, nodes)
        )
        _, part = connected_components(graph, directed=False)
        main = np.flatnonzero(part == np.bincount(part).argmax())
        _, found = cKDTree(self.setting.atlas.node_xy[main]).query(self.setting.atlas.node_xy)
        return np.asarray(main[found], dtype=np.int64)

    def _place_samples(self, low_m: NDArray[np.float64]) -> None:
        city = self.setting.city
        lines = city.roads.geometry.to_numpy()
        cells = []
        self.middle_xy = np.empty((len(lines), 2))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            points = shapely.line_interpolate_point(lines, share, normalized=True)
            xy = shapely.get_coordinates(points)[:, :2]
            cells.append(city.terrain.cells(xy[:, 0], xy[:, 1]))
            if share == 0.5:
                self.middle_xy = xy
        self._cells = np.stack(cells)
        ground = city.terrain.elevation_m.ravel()[self._cells]
        sunk = np.where(city.terrain.is_flat, 0.0, ground.min(axis=0) - low_m)
        self._sunk_m = np.clip(sunk, 0.0, 6.0)

    def _join_underpasses(self, is_underpass: NDArray[np.bool_]) -> NDArray[np.int64]:
        atlas = self.setting.atlas
        joined = np.full(len(self.tail), -1, np.int64)
        rows = atlas.facilities_of("underpass")
        if len(rows) == 0:
            return joined
        for road in np.flatnonzero(is_underpass):
            away = np.hypot(*(atlas.facility_xy[rows] - self.middle_xy[road]).T)
            if away.min() <= UNDERPASS_M:
                joined[road] = rows[int(away.argmin())]
        return joined

    def update(self) -> list[int]:
        """Set every road's state from the water now and give the roads whose state changed."""
        depth = self.waters.depth_m[self._cells].max(axis=0).astype(np.float64)
        depth = np.where(depth > 0, depth + self._sunk_m, 0.0)
        depth[self.is_bridge] = 0.0
        for road in np.flatnonzero(self.pit_of_road >= 0):
            pit = self.waters.pits[int(self.pit_of_road[road])]
            depth[road] = max(depth[road], pit.depth_m)
        self.depth_m = depth
        norms = self.setting.drill.norms
        state = np.full(len(depth), OPEN, np.uint8)
        state[(depth > norms.road_slow_depth_m.value) | self.muddy] = SLOW
        state[(depth > norms.road_close_depth_m.value) | self.ordered_shut] = CLOSED
        changed = np.flatnonzero(state != self.state)
        self.state = state
        self.ever_closed |= depth > norms.road_close_depth_m.value
        if len(changed):
            self.version += 1
            self._reaches.clear()
        return [int(road) for road in changed]

    def walkable(self) -> NDArray[np.bool_]:
        """Roads that people on foot can use now."""
        limit = self.setting.drill.norms.walk_close_depth_m.value
        return np.asarray(self.walk & (self.depth_m <= limit))

    def drivable(self) -> NDArray[np.bool_]:
        """Roads that vehicles can use now."""
        return np.asarray(self.drive & (self.state != CLOSED))

    def both_ways(self, use: NDArray[np.bool_], *, respect_oneway: bool) -> NDArray[np.int64]:
        """Directed links of some roads: road numbers, with ~road for the way back."""
        rows = np.flatnonzero(use)
        back = rows[~self.oneway[rows]] if respect_oneway else rows
        return np.concatenate([rows, ~back])

    def reach(self, target: int) -> Reach:
        """Travel times of vehicles to a node over the roads open now; kept until roads change."""
        key = (self.version, target)
        if key not in self._reaches:
            if len(self._reaches) >= KEPT_ROUTES:
                self._reaches.clear()
            graph = self._graph_backwards()
            seconds, before = dijkstra(graph, indices=target, return_predecessors=True)
            self._reaches[key] = Reach(seconds=seconds, onward=before)
        return self._reaches[key]

    def seconds_to_nearest(self, targets: list[int]) -> NDArray[np.float64]:
        """Vehicle time from every node to the nearest of some nodes [s], inf where none."""
        if not targets:
            return np.full(len(self.setting.city.nodes), np.inf)
        graph = self._graph_backwards()
        return np.asarray(dijkstra(graph, indices=targets, min_only=True), dtype=np.float64)

    def _graph_backwards(self) -> csr_matrix:
        links = self.both_ways(self.drivable(), respect_oneway=True)
        road = np.where(links >= 0, links, ~links)
        start = np.where(links >= 0, self.tail[road], self.head[road])
        end = np.where(links >= 0, self.head[road], self.tail[road])
        factor = np.where(self.state[road] == SLOW, SLOW_FACTOR, 1.0)
        seconds = np.maximum(self.length_m[road] / (self.speed_mps[road] * factor), 0.1)
        return shortest_links(end, start, seconds, len(self.setting.city.nodes))


def shortest_links(
    start: NDArray[np.int64], end: NDArray[np.int64], cost: NDArray[np.float64], nodes: int
) -> csr_matrix:
    """Sparse matrix of link costs that keeps the cheapest of parallel links."""
    order = np.lexsort((cost, end, start))
    start, end, cost = start[order], end[order], cost[order]
    first = np.ones(len(start), bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return csr_matrix((cost[first], (start[first], end[first])), shape=(nodes, nodes))
