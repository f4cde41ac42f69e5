"""What a movement tells while it stands between two windows: counts, places, travel times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import NotFoundError
from simulation.crowd import checks, queues
from simulation.crowd.checks import Ints
from simulation.crowd.guidance import Guidance
from simulation.crowd.layout import (
    ALL_ARRIVED,
    DEPARTED,
    DETOURS,
    EVENTS,
    EXIT,
    FORCED,
    FREE_FLOW,
    IS_OPEN,
    N_IN,
    N_OUT,
    NOW,
    STRANDED_COUNT,
    STRANDED_HEAD,
    TICKS_PER_SECOND,
    TRACE_COUNT,
    WHERE,
    Arrays,
)
from simulation.crowd.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Where all agents are that ever departed; the first four sum to all departures.

    Attributes:
        at_origin: Queued at their origin, those included whose time has not come.
        on_links: On the way.
        stranded: Pulled over at a node from which no way leads on.
        arrived: Arrivals so far.
        forced: Moves forced by the gridlock policy so far.
        detours: Moves by which somebody stuck took another way than their table's.
    """

    at_origin: int
    on_links: int
    stranded: int
    arrived: int
    forced: int
    detours: int = 0


class Readings:
    """The reading half of a movement.

    Attributes:
        network: Where agents move.
    """

    network: Network
    _arrays: Arrays
    _guidance: Guidance
    _trace_parts: list[Ints]

    @property
    def now(self) -> int:
        """The tick up to which everything has been played [10 ms]."""
        return int(self._arrays.scalars[NOW])

    @property
    def link_events(self) -> int:
        """Links entered so far by all agents: what the time of a run is made of."""
        return int(self._arrays.scalars[EVENTS])

    def link_occupancy(self) -> Ints:
        """Give the agents on each link, shape ``(links,)``."""
        rows = self._arrays.links[: self.network.links]
        return (rows[:, N_IN] - rows[:, N_OUT])[self.network.row]

    def link_forced(self) -> Ints:
        """Give the moves onto each link that the gridlock policy forced, shape ``(links,)``."""
        return self._arrays.links[: self.network.links, FORCED][self.network.row]

    def link_minutes(self) -> NDArray[np.float64]:
        """Give each link's travel time as last measured [min], inf where closed."""
        rows = self._arrays.links[: self.network.links]
        minutes = self._guidance.smooth / (60 * TICKS_PER_SECOND)
        return np.where(rows[:, IS_OPEN] > 0, minutes, np.inf)[self.network.row]

    def counts(self) -> Counts:
        """Count all agents that ever departed by where they are."""
        scalars = self._arrays.scalars
        rows = self._arrays.links[: self.network.links]
        inside = int(rows[:, N_IN].sum(dtype=np.int64) - rows[:, N_OUT].sum(dtype=np.int64))
        arrived, stranded = int(scalars[ALL_ARRIVED]), int(scalars[STRANDED_COUNT])
        return Counts(
            at_origin=int(scalars[DEPARTED]) - arrived - stranded - inside,
            on_links=inside,
            stranded=stranded,
            arrived=arrived,
            forced=int(rows[:, FORCED].sum(dtype=np.int64)),
            detours=int(scalars[DETOURS]),
        )

    def positions(self, agent: ArrayLike) -> tuple[Ints, NDArray[np.float64]]:
        """Give each agent's link and the share of it that lies behind; link -1 when on none."""
        who = checks.whole(agent, "agent")
        if len(who) and who.max() >= len(self._arrays.agents):
            raise NotFoundError(f"agent {who.max()} never departed")
        where = self._arrays.agents[who, WHERE]
        is_inside = (where >= 0) & (where < self.network.links)
        row = np.where(is_inside, where, 0)
        left = (self._arrays.agents[who, EXIT] - self.now) / self._arrays.links[row, FREE_FLOW]
        share = np.where(is_inside, np.clip(1.0 - left, 0.0, 1.0), 0.0)
        return np.where(is_inside, self.network.order[row], -1).astype(np.int32), share

    def stranded(self) -> Ints:
        """Give the agents that are pulled over, in the order in which they were stranded."""
        agent, _ = self._stranded()
        return agent

    def trace(self) -> tuple[Ints, Ints, Ints]:
        """Give agent, link and tick entered of every recorded entry, in order of tick."""
        count = int(self._arrays.scalars[TRACE_COUNT])
        rows = np.concatenate([*self._trace_parts, self._arrays.trace[:count]])
        return rows[:, 0], self.network.order[rows[:, 1]], rows[:, 2]

    def _stranded(self) -> tuple[Ints, Ints]:
        agent = np.empty(int(self._arrays.scalars[STRANDED_COUNT]), np.int32)
        queues.collect(
            self._arrays, int(self._arrays.scalars[STRANDED_HEAD]), agent, np.empty_like(agent)
        )
        return agent, self._arrays.agents[agent, WHERE] - self.network.links
