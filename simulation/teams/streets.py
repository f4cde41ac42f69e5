"""Streets: what each kind of unit can use now, and how long it takes, traffic included.

Units see the travel times that cars see. A stated share of the cars' delay falls on them: 1 for a
truck that waits its turn, less for a vehicle with blue lights and right of way. Units of one kind
share one top speed: the median of those the city lists, else that of the drill's roster.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scenarios.dispatch import Dispatching
from scenarios.responders import TeamKind, TeamRoster
from simulation.hazards.waters import Waters
from simulation.people.journeys import Journeys
from simulation.setting import Setting
from simulation.teams.search import Graph
from simulation.teams.waterways import Links, Waterways
from simulation.works.roads import SLOW, SLOW_FACTOR, Roads

LEAST_S = 0.1
"""No link takes less than this [s]."""
BOAT: TeamKind = "boat"


class Streets:
    """The ways of a city's units; see :class:`simulation.teams.ways.Passage`."""

    UNKEPT: ClassVar = ("_graphs", "_graphs_of")

    def __init__(
        self, setting: Setting, roads: Roads, *, waters: Waters, journeys: Journeys
    ) -> None:
        self._roads, self._waters, self._journeys = roads, waters, journeys
        dispatching: Dispatching = setting.drill.dispatch
        self._nodes = len(setting.city.nodes)
        self._rosters: dict[str, TeamRoster] = {team.kind: team for team in setting.drill.teams}
        self._boating = dispatching.boating
        self._top_kmh = {name: team.speed_kmh for name, team in self._rosters.items()}
        listed = setting.city.teams.groupby("kind")["speed_kmh"].median()
        self._top_kmh |= {str(name): float(speed) for name, speed in listed.items()}
        self.water = Waterways(
            setting.city.terrain,
            setting.atlas.node_xy,
            boating=dispatching.boating,
            mps=self._top_kmh.get(BOAT, 3.6) / 3.6,
        )
        self._delay_s = np.zeros((2, len(roads.length_m)))
        self._traffic = 0
        self._graphs: dict[str, Graph] = {}
        self._graphs_of: tuple[int, ...] = ()

    @property
    def version(self) -> tuple[int, ...]:
        """Changes with roads, traffic and water."""
        return self._roads.version, self._traffic, self.water.version

    def follow(self) -> None:
        """Take note of the water, and of the delays that cars meet now."""
        self.water.rise(self._waters.sailable(self._boating.draught_m.value))
        delay = self._measure()
        if not np.array_equal(delay, self._delay_s):
            self._delay_s = delay
            self._traffic += 1

    def _measure(self) -> NDArray[np.float64]:
        """Delay of cars along and against each road [s], 0 while nobody drives."""
        delay = np.zeros_like(self._delay_s)
        if not self._journeys.under_way["car"]:
            return delay
        links = self._journeys.links["car"]
        road = np.where(links >= 0, links, ~links)
        movement = self._journeys.movement["car"]
        free = np.maximum(self._roads.length_m[road], 1.0) / self._roads.speed_mps[road]
        late = movement.link_minutes() * 60 - free
        late = np.where(np.isfinite(late), np.maximum(late, 0.0), 0.0)
        delay[(links < 0).astype(np.int64), road] = np.where(late < 1.0, 0.0, np.round(late))
        return delay

    def xy(self) -> NDArray[np.float64]:
        """Place of every spot [m]: road nodes, then cells of the flood raster."""
        return self.water.spot_xy

    def stop(self, node: int) -> int:
        """The node nearest to a node on the main part of the road network."""
        return int(self._roads.access[node])

    def spot(self, kind: str, node: int) -> int:
        """Where a kind of unit stands to serve a stop: the stop, or afloat beside it."""
        afloat = self.water.spot(node) if kind == BOAT else -1
        return afloat if afloat >= 0 else node

    def graph(self, kind: str) -> Graph:
        """Links a kind of unit can use now; kept until something changes."""
        if self._graphs_of != self.version:
            self._graphs_of = self.version
            self._graphs.clear()
        if kind not in self._graphs:
            self._graphs[kind] = self._draw(kind)
        return self._graphs[kind]

    def _draw(self, kind: str) -> Graph:
        if kind == BOAT:
            speed = self._boating.trailer_kmh.value / 3.6
            return self.water.graph(self._links(speed, 1.0))
        roster = self._rosters.get(kind)
        share = roster.delay_share if roster is not None else 1.0
        links = self._links(self._top_kmh[kind] / 3.6, share)
        return Graph.build(self._nodes, *links)

    def _links(self, top_mps: float, delay_share: float) -> Links:
        """Tail, head and time of every drivable link for a vehicle of some top speed."""
        roads = self._roads
        links = roads.both_ways(roads.drivable(), respect_oneway=True)
        is_forward = links >= 0
        road = np.where(is_forward, links, ~links)
        factor = np.where(roads.state[road] == SLOW, SLOW_FACTOR, 1.0)
        mps = np.minimum(roads.speed_mps[road], top_mps) * factor
        delay = self._delay_s[(~is_forward).astype(np.int64), road]
        seconds = np.maximum(roads.length_m[road] / mps + delay_share * delay, LEAST_S)
        tail = np.where(is_forward, roads.tail[road], roads.head[road])
        head = np.where(is_forward, roads.head[road], roads.tail[road])
        return tail, head, seconds
