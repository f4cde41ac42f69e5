"""Drops: shelters and distribution points, and which point people of a grid walk to.

Rows 0 to F - 1 are the city's facilities; row F + g is the distribution point of grid g, where it
has been opened.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from simulation.setting import Setting
from simulation.works.roads import Roads

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
AT_ONCE = 64
"""Grids whose walks are measured together, which bounds the memory."""


class Drops:
    """Stock handed over, and the points people walk to.

    Attributes:
        held: Units at each drop, shape ``(facilities + grids, items)``.
        coming: Units ordered for each drop and not yet handed over.
        asked: Units wanted at facilities for work rather than by people, such as sandbags.
        node: Where trucks unload, shape ``(facilities + grids,)``.
        grid: Grid index of each drop.
        ready_s: When each hands out [s from T0]; inf for points never opened.
        point_of: Drop that the people of each grid walk to, -1 for none, shape ``(grids,)``.
    """

    def __init__(self, setting: Setting, roads: Roads, items: int) -> None:
        self.setting, self.roads = setting, roads
        atlas = setting.atlas
        self.facilities, self.grids = len(atlas.facility_names), len(atlas.grid_codes)
        count = self.facilities + self.grids
        self.held = np.zeros((count, items))
        self.coming = np.zeros((count, items))
        self.asked = np.zeros((count, items))
        self.node = roads.access[np.concatenate([atlas.facility_node, atlas.grid_node])]
        self.grid = np.concatenate([atlas.facility_grid, np.arange(self.grids)])
        self.ready_s = np.full(count, np.inf)
        self.ready_s[: self.facilities] = -np.inf
        self.point_of = np.full(self.grids, -1, np.int64)
        self.out_of_reach = np.zeros(self.grids, bool)
        self._walkable = np.zeros(0, bool)

    def place(self, drop: int) -> str:
        """Code of the grid a drop stands in."""
        return self.setting.atlas.grid_codes[int(self.grid[drop])]

    def assign(self, needy: Bools, people: Reals, *, reachable: Bools) -> None:
        """Give every needy grid a point within walking distance, opening as few as it can see.

        The grid with most people gets its point first; neighbours within walking distance of a
        point share it.

        Args:
            needy: Grids whose people will need what they do not have.
            people: People at home in each grid.
            reachable: Nodes that trucks reach now, shape ``(nodes,)``.
        """
        walkable = self.roads.walkable()
        if len(walkable) != len(self._walkable) or (walkable != self._walkable).any():
            self._walkable = walkable
            self.point_of[:] = -1
        self._leave_cut_points(reachable)
        open_rows = np.flatnonzero(needy & (self.point_of < 0))
        order = open_rows[np.argsort(-people[open_rows], kind="stable")]
        for first in range(0, len(order), AT_ONCE):
            rows = order[first : first + AT_ONCE]
            for grid, metres in zip(rows.tolist(), self._walks(rows), strict=True):
                self._settle(grid, metres, reachable)

    def _leave_cut_points(self, reachable: Bools) -> None:
        """Let people look for another point where trucks no longer reach theirs and it is empty."""
        for grid in np.flatnonzero(self.point_of >= 0).tolist():
            point = int(self.point_of[grid])
            if not reachable[self.node[point]] and self.held[point].sum() == 0:
                self.point_of[grid] = -1

    def _walks(self, grids: Ints) -> Reals:
        """Walking distance from grids to every node [m], inf beyond the limit."""
        roads, nodes = self.roads, len(self.setting.city.nodes)
        use = np.flatnonzero(self._walkable)
        ends = (roads.tail[use], roads.head[use])
        graph = csr_matrix((np.maximum(roads.length_m[use], 0.1), ends), shape=(nodes, nodes))
        limit = self.setting.drill.relief.point_walk_m.value
        start = self.setting.atlas.grid_node[grids]
        return np.asarray(dijkstra(graph, directed=False, indices=start, limit=limit))

    def _settle(self, grid: int, metres: Reals, reachable: Bools) -> None:
        """Send a grid to the nearest point it can walk to, or open one for it."""
        points = self.facilities + np.flatnonzero(np.isfinite(self.ready_s[self.facilities :]))
        usable = reachable[self.node[points]] | (self.held[points].sum(axis=1) > 0)
        away = np.where(usable, metres[self.node[points]], np.inf)
        if len(points) and np.isfinite(away.min()):
            self.point_of[grid] = points[int(away.argmin())]
            self.out_of_reach[grid] = False
            return
        away = np.where(reachable, metres, np.inf)
        own = self.facilities + grid
        if not np.isfinite(away.min()) or np.isfinite(self.ready_s[own]):
            self._give_up(grid)
            return
        self.node[own] = int(away.argmin())
        wait = self.setting.drill.relief.point_setup_minutes.value * 60
        self.ready_s[own] = self.setting.time_s + wait
        self.point_of[grid] = own
        self.out_of_reach[grid] = False
        self.setting.log.write("distribution.opened", place=self.place(own), minutes=wait / 60)

    def _give_up(self, grid: int) -> None:
        if not self.out_of_reach[grid]:
            self.out_of_reach[grid] = True
            self.setting.log.write("relief.out_of_reach", place=self.setting.atlas.grid_codes[grid])

    def hand_out(self, need: Reals, *, is_consumed: Bools) -> tuple[Reals, Reals]:
        """Serve everybody at a drop alike from what is there.

        Args:
            need: Units needed at each drop, shape ``(facilities + grids, items)``.
            is_consumed: Items that are used up; the others stay in use where they are.

        Returns:
            Share of the need that is met, same shape, 1 where there is none; and units used up,
            shape ``(items,)``.
        """
        ready = (self.ready_s <= self.setting.time_s)[:, None]
        there = np.where(ready, self.held, 0.0)
        share = np.where(need > 0, np.minimum(there / np.maximum(need, 1e-300), 1.0), 1.0)
        used = np.where(is_consumed, np.minimum(need, there), 0.0)
        self.held -= used
        return share, np.asarray(used.sum(axis=0))
