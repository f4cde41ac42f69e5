"""Ways: how units get about, by road as it is now or by water.

What a unit can use, and how quickly, is a graph for each kind of unit; the search over it is the
same for all.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled
from simulation.teams.search import Graph, Search

Reals = NDArray[np.float64]
Ints = NDArray[np.int32]


class Passage(Protocol):
    """What units move over: graphs by kind of unit, on numbered spots."""

    def graph(self, kind: str) -> Graph:
        """Links a kind of unit can use now."""

    def stop(self, node: int) -> int:
        """The node at which vehicles stop to serve a node."""

    def spot(self, kind: str, node: int) -> int:
        """Where a kind of unit stands to serve a stop now."""

    def xy(self) -> Reals:
        """Place of every spot [m], shape ``(spots, 2)``."""

    @property
    def version(self) -> tuple[int, ...]:
        """Changes whenever times do."""


@dataclass(slots=True)
class Leg:
    """One drive of a unit.

    Attributes:
        spots: Spots along the way, int32.
        at_s: When each is passed, from the start [s].
        began_tick: When the unit left.
        node: Where it goes.
    """

    spots: Ints
    at_s: Reals
    began_tick: int
    node: int

    @property
    def seconds(self) -> float:
        """Length of the drive [s]."""
        return float(self.at_s[-1])

    def ahead(self, seconds: float) -> int:
        """Row of the spot that the unit passes next, some seconds after the start."""
        return min(int(self.at_s.searchsorted(seconds)), len(self.at_s) - 1)


class Ways:
    """Travel times and routes of units."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self._search = Search()

    @property
    def version(self) -> tuple[int, ...]:
        """Changes whenever times do."""
        return self.passage.version

    def spot(self, kind: str, node: int) -> int:
        """Where a kind of unit stands to serve a node now."""
        return self.passage.spot(kind, node)

    def seconds(
        self, kind: str, spots: list[int], node: int, lead_s: list[float] | None = None
    ) -> list[float]:
        """Time of a kind of unit from some spots to a node [s], inf where no way leads.

        Args:
            kind: Kind of unit.
            spots: Where units are, or pass next.
            node: Where they would go.
            lead_s: Time until each passes its spot [s]; with it, all that will not be first may be
                inf.
        """
        target = self.passage.spot(kind, node)
        start = np.array(spots, np.int32)
        lead = None if lead_s is None else np.array(lead_s)
        graph = self.passage.graph(kind)
        found: list[float] = self._search.seconds(graph, start, target, lead).tolist()
        return found

    def leg(self, kind: str, spot: int, node: int, *, tick: int, lead_s: float = 0.0) -> Leg | None:
        """The quickest way of a kind of unit from a spot to a node, None where there is none.

        Args:
            kind: Kind of unit.
            spot: Where it is, or passes next.
            node: Where it goes.
            tick: Now.
            lead_s: Time until it passes ``spot`` [s].
        """
        target = self.passage.spot(kind, node)
        spots, at_s = self._search.route(self.passage.graph(kind), spot, target)
        if len(spots) == 0:
            return None
        return Leg(spots=spots, at_s=at_s + lead_s, began_tick=tick, node=node)

    def box(self, leg: Leg) -> tuple[float, float, float, float]:
        """West, south, east and north of a leg [m]."""
        return _bounds(self.passage.xy(), leg.spots)

    def place(self, spot: int) -> tuple[float, float]:
        """Where a spot lies [m]."""
        x, y = self.passage.xy()[spot].tolist()
        return x, y


@compiled
def _bounds(xy: Reals, spots: Ints) -> tuple[float, float, float, float]:
    """West, south, east and north of some spots [m]."""
    west, south = xy[spots[0], 0], xy[spots[0], 1]
    east, north = west, south
    for spot in spots:
        x, y = xy[spot, 0], xy[spot, 1]
        west, east = min(west, x), max(east, x)
        south, north = min(south, y), max(north, y)
    return west, south, east, north
