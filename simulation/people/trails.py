"""Trails: paths of teams and of a sample of residents, for the map only."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulation.clock import TICKS_PER_SECOND
from simulation.frames import TRIP_KINDS, Trips
from simulation.people.journeys import Journeys, Mode
from simulation.setting import Setting

NAMES = {"bus": "bus", "ambulance": "ambulance", "fire_engine": "fire_engine", "boat": "boat"}
GAP_TICKS = 3600 * TICKS_PER_SECOND
"""A pause this long between two links begins a new trip."""


class Trails:
    """Collects paths and turns them into trips."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._xy: list[NDArray[np.float64]] = []
        self._time: list[NDArray[np.float64]] = []
        self._kind: list[int] = []

    def follow(self, kind: str, xy: NDArray[np.float64], time_s: NDArray[np.float64]) -> None:
        """Add the way of a team.

        Args:
            kind: Kind of team.
            xy: Places it passes [m], shape ``(places, 2)``.
            time_s: When it passes them, from the run's first moment [s].
        """
        if len(xy) < 2:
            return
        name = "supply_truck" if kind == "supply_truck" else NAMES.get(kind, "other")
        self._keep(name, xy, time_s)

    def _keep(self, name: str, xy: NDArray[np.float64], time_s: NDArray[np.float64]) -> None:
        self._xy.append(xy)
        self._time.append(time_s)
        self._kind.append(TRIP_KINDS.index(name))

    def add_residents(self, journeys: Journeys, *, cars_per_trip: int) -> None:
        """Add the traced walkers and a sample of the cars."""
        share: dict[Mode, int] = {"walk": 1, "car": cars_per_trip}
        for mode, every in share.items():
            agent, link, tick = journeys.movement[mode].trace()
            keep = agent % every == 0
            order = np.lexsort((tick[keep], agent[keep]))
            self._add_traces(
                mode, journeys.links[mode], agent[keep][order], link[keep][order], tick[keep][order]
            )

    def _add_traces(
        self,
        mode: str,
        links: NDArray[np.int64],
        agent: NDArray[np.int32],
        link: NDArray[np.int32],
        tick: NDArray[np.int32],
    ) -> None:
        if len(agent) == 0:
            return
        cut = (np.diff(agent) != 0) | (np.diff(tick) > GAP_TICKS)
        bounds = np.concatenate([[0], np.flatnonzero(cut) + 1, [len(agent)]])
        road = np.where(links[link] >= 0, links[link], ~links[link])
        table = self.setting.city.roads
        tail, head = table["from_node"].to_numpy(), table["to_node"].to_numpy()
        start = np.where(links[link] >= 0, tail[road], head[road])
        end = np.where(links[link] >= 0, head[road], tail[road])
        xy = self.setting.atlas.node_xy
        for first, last in pairwise(bounds.tolist()):
            nodes = np.concatenate([start[first:last], end[last - 1 : last]])
            time = tick[first:last].astype(np.float64) / TICKS_PER_SECOND
            pace = float(np.diff(time).mean()) if last - first > 1 else 30.0
            self._keep(mode, xy[nodes], np.concatenate([time, [time[-1] + max(pace, 1.0)]]))

    def trips(self, *, people_per_trip: float) -> Trips:
        """All paths so far, in the order in which they were added."""
        lengths = np.array([len(time) for time in self._time], dtype=np.int64)
        empty = np.empty((0, 2))
        xy = np.concatenate([empty, *self._xy])
        return Trips(
            start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            x=np.ascontiguousarray(xy[:, 0]),
            y=np.ascontiguousarray(xy[:, 1]),
            time_s=np.concatenate([np.empty(0), *self._time]).astype(np.float32),
            kind=np.array(self._kind, dtype=np.uint8),
            people_per_trip=people_per_trip,
        )
