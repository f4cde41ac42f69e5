"""Movement: agents on a network, played window by window.

Between two windows roads close, speeds and capacities change, destinations move and everybody is
routed anew; inside a window the compiled kernel plays every tick. The same calls in the same order
give the same bytes, whatever the lengths of the windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from simulation.crowd import arrays as memory
from simulation.crowd import checks, kernel, queues
from simulation.crowd.checks import Ints
from simulation.crowd.guidance import Guidance
from simulation.crowd.layout import (
    ACTIVE,
    ARRIVED_COUNT,
    ARRIVED_HEAD,
    ARRIVED_TAIL,
    DEPARTED,
    DESTINATION,
    FREE_FLOW,
    IS_OPEN,
    KIND,
    NEXT,
    NO_WAY,
    PACE_SHIFT,
    STRANDED_COUNT,
    STRANDED_HEAD,
    STRANDED_TAIL,
    STRIDE,
    TABLE_MASK,
    TRACE_COUNT,
    TRACED,
    WHERE,
    Arrays,
)
from simulation.crowd.network import Network
from simulation.crowd.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Who arrived in a window, in the order of tick, then agent.

    Attributes:
        agent: Agents, int32, shape ``(arrivals,)``.
        tick: When [10 ms], int32.
        table: The table each agent followed, int32.
    """

    agent: Ints
    tick: Ints
    table: Ints


class Movement(Readings):
    """Agents moving on a network towards the destinations of shared next-link tables.

    Args:
        network: Where they move.
        destinations: Node of each table, shape ``(tables,)``; several tables may share a node.
        seed: Draws lots between equal claims in merges, and nothing else.
        trace: True to record every link entered, or the agents to record.
        route_noise: How much dearer or cheaper a link may look in one table than in another, as a
            share of its cost; with several tables for one node it spreads the flow.
        turns: Rerouting may let the tables follow travel times in so many turns, see ``reroute``.
        pace: Speed of each pace class over a link's own speed; faster classes overtake.
        stuck_s: How long a full link's first waiter waits before the gridlock policy forces it in
            [s]; the longest red is added.

    Raises:
        InputError: A destination, noise or pace cannot be.
    """

    def __init__(
        self,
        network: Network,
        *,
        destinations: ArrayLike,
        seed: int,
        trace: bool | ArrayLike = False,
        route_noise: float = 0.0,
        turns: int = 1,
        pace: tuple[float, ...] = (1.0,),
        stuck_s: float = 30.0,
    ) -> None:
        self.network = network
        self._arrays = memory.allocate(
            network, destinations=destinations, seed=seed, pace=pace, stuck_s=stuck_s
        )
        self._guidance = Guidance(network, self._arrays, noise=route_noise, turns=turns)
        self._traces_all = trace is True
        self._traced = np.zeros(0, np.int32)
        if not isinstance(trace, bool):
            self._traced = np.unique(np.asarray(trace, dtype=np.int32))
        self._trace_parts: list[Ints] = []

    def reachable(self, origin: ArrayLike, table: ArrayLike) -> NDArray[np.bool_]:
        """Tell whether a way leads from each origin to its table's destination now.

        Args:
            origin: Nodes, shape ``(n,)``.
            table: Tables, shape ``(n,)``.
        """
        node, number = self._nodes_and_tables(origin, table)
        self._settle(np.unique(number))
        is_there = self._arrays.tables[number, DESTINATION] == node
        return np.asarray(is_there | (self._arrays.next_out[number, node] != NO_WAY))

    def depart(
        self,
        agent: ArrayLike,
        origin: ArrayLike,
        table: ArrayLike,
        tick: ArrayLike,
        *,
        pace: ArrayLike = 0,
    ) -> None:
        """Let agents leave their origins at given ticks.

        Args:
            agent: Agents, 0 or more, shape ``(n,)``; none may be under way.
            origin: Node each starts from.
            table: Table each follows.
            tick: When each starts [10 ms], now or later.
            pace: Pace class of each.

        Raises:
            InputError: An agent is under way or named twice, a tick is past, or no way leads from
                an origin to the destination.
        """
        who = checks.whole(agent, "agent")
        given = {"origin": origin, "table": table, "tick": tick, "pace": pace}
        node, number, start, kind = (checks.spread(v, n, len(who)) for n, v in given.items())
        node, number = self._nodes_and_tables(node, number)
        if len(who) == 0:
            return
        self._check_departure(who, start, kind)
        lost = np.flatnonzero(~self.reachable(node, number))
        if len(lost):
            first = lost[0]
            raise InputError(
                f"no way leads from node {node[first]} to table {number[first]}'s destination"
                f" for {len(lost)} agents; ask reachable() first"
            )
        order = np.lexsort((start, node))
        who = who[order]
        self._arrays.agents[who, KIND] = number[order] | (kind[order] << PACE_SHIFT)
        self._arrays.agents[who[self._is_traced(who)], KIND] |= TRACED
        np.add.at(self._arrays.tables[:, ACTIVE], number, 1)
        self._guidance.is_origin[number, node] = 1
        self._arrays.scalars[DEPARTED] += len(who)
        queues.enqueue(self._arrays, who, node[order], start[order])

    def run(self, until_tick: int) -> Arrivals:
        """Play all ticks before ``until_tick`` and give those who arrived.

        Raises:
            InputError: ``until_tick`` lies in the past.
        """
        if not self.now <= until_tick < 2**31 - 2**20:
            raise InputError(f"asked to run to tick {until_tick}, but it is {self.now} already")
        while not kernel.advance(self._arrays, int(until_tick)):
            self._extend_trace()
        scalars = self._arrays.scalars
        count = int(scalars[ARRIVED_COUNT])
        agent, tick = np.empty(count, np.int32), np.empty(count, np.int32)
        queues.collect(self._arrays, int(scalars[ARRIVED_HEAD]), agent, tick)
        self._arrays.agents[agent, NEXT] = -1
        scalars[ARRIVED_COUNT] = 0
        scalars[[ARRIVED_HEAD, ARRIVED_TAIL]] = -1
        table = self._arrays.agents[agent, KIND] & TABLE_MASK
        return Arrivals(agent=agent, tick=tick, table=table)

    def redirect(self, agent: ArrayLike, table: ArrayLike) -> None:
        """Let agents under way follow other tables from the next node on.

        Raises:
            InputError: An agent is not under way.
        """
        who = checks.whole(agent, "agent")
        number = checks.spread(table, "table", len(who))
        self._nodes_and_tables(np.zeros(0, np.int32), number)
        rows = self._arrays.agents
        if len(who) and (who.max() >= len(rows) or (rows[who, WHERE] < 0).any()):
            raise InputError("an agent to redirect is not under way; redirect those who departed")
        self._settle(np.unique(number))
        np.subtract.at(self._arrays.tables[:, ACTIVE], rows[who, KIND] & TABLE_MASK, 1)
        np.add.at(self._arrays.tables[:, ACTIVE], number, 1)
        rows[who, KIND] = (rows[who, KIND] & ~TABLE_MASK) | number
        self._reconsider()

    def retarget(self, table: int, node: int) -> None:
        """Let a whole table lead to another node, as when a shelter is full.

        Raises:
            InputError: The node or table does not exist.
        """
        self._nodes_and_tables([node], [table])
        self._arrays.tables[table, DESTINATION] = node
        self._guidance.build(self._arrays, table)
        self._reconsider()

    def set_open(self, link: ArrayLike, is_open: ArrayLike) -> None:
        """Close links to entry or open them; tables follow at once, those on a link finish it."""
        row = self._rows(link)
        self._arrays.links[row, IS_OPEN] = np.broadcast_to(np.asarray(is_open, bool), row.shape)
        self._guidance.follow_closures(self._arrays)
        self._reconsider()

    def set_speed(self, link: ArrayLike, mps: ArrayLike) -> None:
        """Change links' free speed [m/s] for those who enter from now on.

        Raises:
            InputError: A speed is not above 0; close a link to stop it.
        """
        row = self._rows(link)
        speed = checks.rate(mps, "speed [m/s]", row.shape)
        self._arrays.links[row, FREE_FLOW] = memory.ticks(self.network.length_m[row] / speed)

    def set_capacity(self, link: ArrayLike, per_s: ArrayLike) -> None:
        """Change how many agents links let in and out [agents/s], as by water, debris, contraflow.

        Raises:
            InputError: A capacity is not above 0; close a link to stop it.
        """
        row = self._rows(link)
        rate = checks.rate(per_s, "capacity [agents/s]", row.shape)
        self._arrays = memory.with_capacity(self._arrays, self.network, row, rate)
        self._reconsider()

    def set_priority(self, link: ArrayLike, share: ArrayLike) -> None:
        """Change links' claims where links merge, as when police wave an exit road through.

        Raises:
            InputError: A claim is not above 0.
        """
        row = self._rows(link)
        claim = checks.rate(share, "priority", row.shape)
        self._arrays.merge[row, STRIDE] = 1.0 / claim

    def reroute(self, *, share: float = 1.0) -> None:
        """Measure travel times and let a share of the tables, in whole turns, follow them."""
        if not 0 < share <= 1:
            raise InputError(f"share is {share}, wanted above 0 and at most 1")
        self._guidance.measure(self._arrays)
        self._guidance.follow(self._arrays, share=share)
        self._reconsider()

    def state(self) -> dict[str, NDArray[Any]]:
        """Give copies of all arrays that decide what comes next."""
        state: dict[str, NDArray[Any]] = {**self._arrays._asdict(), **self._guidance.state()}
        state["traced"] = np.array([self._traces_all, self._guidance.noise], np.int32)
        state["traced_agents"] = self._traced
        state["trace_before"] = np.concatenate([np.zeros((0, 3), np.int32), *self._trace_parts])
        state["head"] = self.network.graph.head
        return {name: np.array(array) for name, array in state.items()}

    @classmethod
    def restore(cls, network: Network, state: dict[str, NDArray[Any]]) -> "Movement":
        """Go on from a state on the network it was taken on.

        Raises:
            InputError: The state is another network's, or lacks an array.
        """
        missing = {*Arrays._fields, "distance", "smooth", "applied", "head"} - state.keys()
        if missing:
            raise InputError(f"the state lacks {sorted(missing)}, wanted all that state() gives")
        if not np.array_equal(state["head"], network.graph.head):
            raise InputError("the state was taken on another network; restore it on its own")
        movement = cls(
            network,
            destinations=state["tables"][:, DESTINATION],
            seed=0,
            pace=tuple(1.0 / state["slowness"]),
            turns=len(state["applied"]),
        )
        movement.load(state)
        return movement

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take over a state of a movement on the same network."""
        self._arrays = Arrays(**{name: np.array(state[name]) for name in Arrays._fields})
        self._guidance.restore(state)
        self._traces_all = bool(state["traced"][0])
        self._traced = np.array(state["traced_agents"])
        self._trace_parts = [np.array(state["trace_before"])]

    def _rows(self, link: ArrayLike) -> Ints:
        number = np.atleast_1d(np.asarray(link))
        if number.dtype == np.bool_:
            number = np.flatnonzero(number)
        links = self.network.links
        if number.size and (
            number.dtype.kind not in "iu" or ((number < 0) | (number >= links)).any()
        ):
            raise InputError(
                f"a link is unknown, wanted numbers from 0 to {links - 1}", field="link"
            )
        return self.network.row[number.astype(np.int64)]

    def _nodes_and_tables(self, origin: ArrayLike, table: ArrayLike) -> tuple[Ints, Ints]:
        node, number = np.broadcast_arrays(np.atleast_1d(origin), np.atleast_1d(table))
        limits = (
            ("origin", node, self.network.nodes),
            ("table", number, len(self._arrays.tables)),
        )
        for name, values, limit in limits:
            if len(checks.whole(values, name)) and values.max() >= limit:
                raise InputError(f"{name} {values.max()} is unknown, wanted 0 to {limit - 1}")
        return checks.whole(node, "origin"), checks.whole(number, "table")

    def _check_departure(self, who: Ints, tick: Ints, pace: Ints) -> None:
        if tick.min() < self.now:
            raise InputError(f"a departure at tick {tick.min()} is past, it is {self.now} already")
        if not 0 <= pace.max() < len(self._arrays.slowness):
            raise InputError(f"pace class {pace.max()} is unknown, see the movement's pace")
        self._arrays = memory.with_agents(self._arrays, int(who.max()) + 1)
        busy = np.flatnonzero(self._arrays.agents[who, WHERE] >= 0)
        if len(busy):
            raise InputError(f"agent {who[busy[0]]} is under way already; let it arrive first")
        seen = (
            np.bincount(who) if who.max() < 4 * len(who) else np.unique(who, return_counts=True)[1]
        )
        if seen.max() > 1:
            raise InputError("an agent is named twice in one departure, wanted each once")

    def _is_traced(self, who: Ints) -> NDArray[np.bool_]:
        if self._traces_all:
            return np.ones(len(who), np.bool_)
        if len(self._traced) == 0:
            return np.zeros(len(who), np.bool_)
        place = np.minimum(np.searchsorted(self._traced, who), len(self._traced) - 1)
        return np.asarray(self._traced[place] == who)

    def _extend_trace(self) -> None:
        """Put the full trace aside and go on with an empty, longer one."""
        full = self._arrays.trace
        self._trace_parts.append(full[: int(self._arrays.scalars[TRACE_COUNT])].copy())
        self._arrays.scalars[TRACE_COUNT] = 0
        if len(full) < 1 << 16:
            self._arrays = self._arrays._replace(trace=np.zeros((1 << 16, 3), np.int32))

    def _settle(self, tables: NDArray[np.int32]) -> None:
        """Build those of the tables that nobody followed when costs changed."""
        for table in tables[self._guidance.is_unbuilt[tables]]:
            self._guidance.build(self._arrays, int(table))

    def _reconsider(self) -> None:
        """Let waiters choose again and send the stranded on who have a way now."""
        queues.wake(self._arrays)
        agent, node = self._stranded()
        if len(agent) == 0:
            return
        is_freed = self.reachable(node, self._arrays.agents[agent, KIND] & TABLE_MASK)
        kept = agent[~is_freed]
        self._arrays.agents[agent, NEXT] = -1
        self._arrays.agents[kept[:-1], NEXT] = kept[1:]
        scalars = self._arrays.scalars
        scalars[STRANDED_COUNT] = len(kept)
        scalars[STRANDED_HEAD] = kept[0] if len(kept) else -1
        scalars[STRANDED_TAIL] = kept[-1] if len(kept) else -1
        order = np.argsort(node[is_freed], kind="stable")
        freed = agent[is_freed][order]
        tick = np.full(len(freed), self.now, np.int32)
        queues.enqueue(self._arrays, freed, node[is_freed][order].astype(np.int32), tick)
