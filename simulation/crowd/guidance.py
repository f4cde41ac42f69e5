"""Guidance: keeps the next-link tables in step with travel times.

A link's cost is half what it was and half its present travel time, queue over outflow, at every
rerouting. Tables follow in turns and only where a cost moved by more than a tenth.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from simulation.crowd import routes
from simulation.crowd.compiled import lean
from simulation.crowd.layout import (
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
from simulation.crowd.routes import DEAREST, FAR, Change, Forest, Graph, Prices, Tree, Workspace

TOLERANCE: Final = 0.1
_LONGEST_QUEUE_TICKS: Final = 360_000
_KEPT: Final = (
    "distance",
    "is_origin",
    "is_unbuilt",
    "radius",
    "smooth",
    "outflow",
    "turn",
    "applied",
)


@lean
def _measure(
    links: NDArray[np.int32], smooth: NDArray[np.float64], outflow: NDArray[np.int32], span: int
) -> None:
    count = len(smooth)
    for link in range(count):
        row = links[link]
        free = float(row[FREE_FLOW])
        present = free
        inside = row[N_IN] - row[N_OUT]
        door = links[len(links) - count + link]
        inside += door[N_IN] - door[N_OUT]
        headway = row[HEADWAY] / FINE
        if inside * headway > free:
            passed = max(1, row[N_OUT] - outflow[link])
            gap = max(headway, span / passed)
            present = max(free, min(inside * gap, free + _LONGEST_QUEUE_TICKS))
        outflow[link] = row[N_OUT]
        smooth[link] += 0.5 * (present - smooth[link])


class Guidance:
    """Next-link tables of one movement.

    Args:
        network: The network.
        arrays: The movement's arrays; ``next_out`` is written.
        noise: Largest share by which a link looks dearer or cheaper in one table than in another.
        turns: Tables follow costs in so many turns.
    """

    UNKEPT: ClassVar = ("_room",)

    def __init__(self, network: Network, arrays: Arrays, *, noise: float, turns: int) -> None:
        if not 0 <= noise <= 0.5:
            raise InputError(f"route_noise is {noise}, wanted a share from 0 to 0.5")
        if turns < 1:
            raise InputError(f"turns is {turns}, wanted 1 or more")
        self._graph: Graph = network.graph
        links, (tables, nodes) = network.links, arrays.next_out.shape
        self.noise = round(noise * 1024)
        self._room = Workspace(
            bucket=np.empty(routes.BUCKETS, np.int32),
            entry=np.empty(links + 1, np.int64),
            below=np.empty(links + 1, np.int32),
            reach=np.empty(nodes, np.int32),
        )
        self.distance = np.full((tables, nodes), FAR, np.int32)
        self.is_origin = np.zeros((tables, nodes), np.uint8)
        self.is_unbuilt = np.ones(tables, np.bool_)
        self.radius = np.zeros(tables, np.int32)
        self.smooth = arrays.links[:links, FREE_FLOW].astype(np.float64)
        self.outflow = np.zeros(links, np.int32)
        self.turn = np.zeros(2, np.int64)  # next turn to play, tick of the last measurement
        self.applied = np.tile(self._wanted(arrays), (turns, 1))

    def state(self) -> dict[str, NDArray[Any]]:
        """Give the arrays that a checkpoint must keep."""
        return {name: getattr(self, name) for name in _KEPT}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from the arrays of a checkpoint."""
        self.noise = int(state["traced"][1])
        for name in _KEPT:
            setattr(self, name, np.array(state[name]))

    def measure(self, arrays: Arrays) -> None:
        """Blend present travel times into the links' costs.

        Below the density at which capacity is reached a link takes its free-flow time; above it,
        its agents, those at its door included, over its outflow since the last measurement, at most
        an hour on top.
        """
        now = int(arrays.scalars[NOW])
        _measure(arrays.links, self.smooth, self.outflow, now - int(self.turn[1]))
        self.turn[1] = now

    def build(self, arrays: Arrays, table: int) -> None:
        """Build one table from nothing with the costs its turn follows."""
        tree = Tree(
            distance=self.distance[table],
            next_out=arrays.next_out[table],
            is_origin=self.is_origin[table],
            is_whole=True,
        )
        prices = self._prices(table % len(self.applied))._replace(table=table)
        destination = int(arrays.tables[table, DESTINATION])
        self.radius[table] = routes.grow(self._graph, self._room, prices, destination, tree)
        self.is_unbuilt[table] = False

    def follow(self, arrays: Arrays, *, share: float) -> None:
        """Bring a share of the tables, in turns, to present costs."""
        turns = len(self.applied)
        for _ in range(max(1, round(share * turns))):
            turn = int(self.turn[0])
            self.turn[0] = (turn + 1) % turns
            wanted, old = self._wanted(arrays), self.applied[turn]
            self._adopt(arrays, turn, wanted, np.abs(wanted - old) > TOLERANCE * old)

    def follow_closures(self, arrays: Arrays) -> None:
        """Bring all tables to what is open and closed now, at the costs they know."""
        wanted = self._wanted(arrays)
        for turn, old in enumerate(self.applied):
            self._adopt(arrays, turn, wanted, (wanted >= FAR) != (old >= FAR))

    def _wanted(self, arrays: Arrays) -> NDArray[np.int32]:
        """Give what links should cost now [tick]."""
        is_open = arrays.links[: len(self.smooth), IS_OPEN] > 0
        return np.where(is_open, np.maximum(np.rint(self.smooth), 1.0), FAR).astype(np.int32)

    def _adopt(
        self, arrays: Arrays, turn: int, wanted: NDArray[np.int32], moved: NDArray[np.bool_]
    ) -> None:
        changed = np.flatnonzero(moved).astype(np.int32)
        if len(changed) == 0:
            return
        old = self.applied[turn].copy()
        self.applied[turn, changed] = wanted[changed]
        change = Change(
            changed=changed,
            old=old,
            new=self.applied[turn],
            is_whole=bool(((old >= FAR) != (self.applied[turn] >= FAR)).any()),
        )
        prices = self._prices(turn)
        forest = Forest(
            tables=arrays.tables,
            distance=self.distance,
            next_out=arrays.next_out,
            is_origin=self.is_origin,
            is_unbuilt=self.is_unbuilt,
            radius=self.radius,
        )
        which = (turn, len(self.applied))
        routes.adopt(self._graph, self._room, change, prices, forest, which)

    def _prices(self, turn: int) -> Prices:
        """Give a turn's prices; the dearest is made at most ``DEAREST`` times the cheapest."""
        cost = self.applied[turn]
        dearest = int(cost.max(where=cost < FAR, initial=1))
        cost = np.maximum(cost, -(-dearest // DEAREST))
        cheapest = int(cost.min()) * (1024 - self.noise) // 1024
        return Prices(
            in_cost=cost[self._graph.in_link], width=max(1, cheapest), table=0, noise=self.noise
        )
