"""Guidance: keeps the next-link tables in step with travel times.

A link's cost is half what it was and half its present travel time, queue over outflow, at every
rerouting. Tables follow in turns and only where a cost moved by more than a tenth.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from simulation.crowd import routes
from simulation.crowd.layout import (
    ACTIVE,
    DESTINATION,
    FINE,
    FREE_FLOW,
    HEADWAY,
    IS_OPEN,
    N_IN,
    N_OUT,
    NOW,
    Arrays,
)
from simulation.crowd.network import Network
from simulation.crowd.routes import FAR, Change, Graph, Tree, Workspace

GROUPS: Final = 12
TOLERANCE: Final = 0.1
_LONGEST_QUEUE_TICKS: Final = 360_000


class Guidance:
    """Next-link tables of one movement.

    Args:
        network: The network.
        arrays: The movement's arrays; ``next_out`` is written.
        noise: Largest share by which a link looks dearer or cheaper in one table than in another.
    """

    def __init__(self, network: Network, arrays: Arrays, *, noise: float) -> None:
        if not 0 <= noise < 1:
            raise InputError(f"route_noise is {noise}, wanted a share from 0 to below 1")
        self._graph: Graph = network.graph
        links, (tables, nodes) = network.links, arrays.next_out.shape
        self.noise = round(noise * 1024)
        self._room = Workspace(
            heap=np.zeros(2 * links + nodes + 1, np.int64), stack=np.zeros(nodes + 1, np.int32)
        )
        self.distance = np.full((tables, nodes), FAR, np.int32)
        self.is_unbuilt = np.ones(tables, np.bool_)
        self.smooth = arrays.links[:links, FREE_FLOW].astype(np.float64)
        groups = min(GROUPS, tables)
        self.applied = np.tile(arrays.links[:links, FREE_FLOW], (groups, 1))
        self.outflow = np.zeros(links, np.int32)
        self.turn = np.zeros(2, np.int64)  # next group to follow, tick of the last measurement

    def state(self) -> dict[str, NDArray[Any]]:
        """Give the arrays that a checkpoint must keep."""
        return {
            "distance": self.distance,
            "is_unbuilt": self.is_unbuilt,
            "smooth": self.smooth,
            "applied": self.applied,
            "outflow": self.outflow,
            "turn": self.turn,
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from the arrays of a checkpoint."""
        self.noise = int(state["traced"][1])
        for name in self.state():
            setattr(self, name, np.array(state[name]))

    def measure(self, arrays: Arrays) -> None:
        """Blend present travel times into the links' costs.

        Below the density at which capacity is reached a link takes its free-flow time; above it,
        its agents, those at its door included, over its outflow since the last measurement, at most
        an hour on top.
        """
        rows, doors = arrays.links[: len(self.smooth)], arrays.links[-len(self.smooth) :]
        now = int(arrays.scalars[NOW])
        span = now - int(self.turn[1])
        free = rows[:, FREE_FLOW].astype(np.float64)
        inside = (rows[:, N_IN] - rows[:, N_OUT] + doors[:, N_IN] - doors[:, N_OUT]).astype(float)
        headway = rows[:, HEADWAY] / FINE
        is_queued = inside * headway > free
        out = np.maximum(rows[:, N_OUT] - self.outflow, 1)
        gap = np.maximum(span / out, headway) if span > 0 else headway
        present = np.where(is_queued, np.minimum(inside * gap, free + _LONGEST_QUEUE_TICKS), free)
        self.smooth += 0.5 * (np.maximum(present, free) - self.smooth)
        self.outflow[:] = rows[:, N_OUT]
        self.turn[1] = now

    def build(self, arrays: Arrays, table: int) -> None:
        """Build one table from nothing with the costs its group follows."""
        routes.grow(
            self._graph,
            self._room,
            self.applied[table % len(self.applied)],
            int(arrays.tables[table, DESTINATION]),
            self._tree(arrays, table),
        )
        self.is_unbuilt[table] = False

    def follow(self, arrays: Arrays, *, share: float) -> None:
        """Bring a share of the tables, in turns, to present costs."""
        groups = len(self.applied)
        for _ in range(max(1, min(groups, round(share * groups)))):
            group = int(self.turn[0])
            self.turn[0] = (group + 1) % groups
            self._adopt(arrays, group, tolerance=TOLERANCE)

    def follow_closures(self, arrays: Arrays) -> None:
        """Bring all tables to what is open and closed now, at the costs they know."""
        for group in range(len(self.applied)):
            self._adopt(arrays, group, tolerance=np.inf)

    def _adopt(self, arrays: Arrays, group: int, *, tolerance: float) -> None:
        old = self.applied[group].copy()
        is_open = arrays.links[: len(old), IS_OPEN] > 0
        wanted = np.where(is_open, np.rint(self.smooth), FAR).astype(np.int32)
        moved = np.abs(wanted - old) > tolerance * old if tolerance < np.inf else False
        changed = np.flatnonzero(moved | ((wanted >= FAR) != (old >= FAR))).astype(np.int32)
        if len(changed) == 0:
            return
        cost = old.copy()
        cost[changed] = wanted[changed]
        self.applied[group] = cost
        change = Change(changed=changed, old=old, new=cost)
        for table in range(group, len(arrays.tables), len(self.applied)):
            if arrays.tables[table, ACTIVE] == 0:
                self.is_unbuilt[table] = True
            elif not self.is_unbuilt[table]:
                routes.mend(self._graph, self._room, change, self._tree(arrays, table))

    def _tree(self, arrays: Arrays, table: int) -> Tree:
        return Tree(
            distance=self.distance[table],
            next_out=arrays.next_out[table],
            table=table,
            noise=self.noise,
        )
