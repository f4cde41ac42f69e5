"""Nearby: which units could go, where they are now, and who would be there first."""

import math
from typing import ClassVar, NamedTuple

from gis.moving import MovingIndex
from scenarios.dispatch import Dispatching
from simulation.clock import TICKS_PER_SECOND, Clock
from simulation.teams.ledger import Phase
from simulation.teams.responders import Incident, Responders, Unit
from simulation.teams.ways import Ways

INDEXED: tuple[Phase, ...] = ("idle", "returning", "travelling")


class Pick(NamedTuple):
    """A unit that could go: quickest first, then by the rule's order of kinds, then by name."""

    seconds: float
    rank: int
    number: int


class Nearby:
    """Free units, and those under way to a task, in R-trees by kind.

    Attributes:
        free: Units that stand idle or drive back, by kind.
        bound: Units that drive to a task, by kind.
    """

    UNKEPT: ClassVar = ("free", "bound")

    def __init__(
        self, clock: Clock, responders: Responders, ways: Ways, dispatching: Dispatching
    ) -> None:
        self._clock, self._responders, self._ways = clock, responders, ways
        self._rules = dispatching.rules()
        self._count = max(1, round(dispatching.nearest.value))
        self._gain_s = dispatching.redirect_gain_minutes.value * 60
        kinds = list(responders.by_kind)
        self.free = {kind: MovingIndex() for kind in kinds}
        self.bound = {kind: MovingIndex() for kind in kinds}
        self._urgency = {kind: [0] * 6 for kind in kinds}
        self._first = {
            kind: min((r.priority for r in dispatching.tasks if kind in r.suits), default=0)
            for kind in kinds
        }
        self.restored()

    def restored(self) -> None:
        """Index every unit by where it is now; nothing in the order of an index is remembered."""
        for index in (self.free, self.bound):
            index.update({kind: MovingIndex() for kind in index})
        for unit in self._responders.roll:
            if unit.phase in INDEXED:
                self._put(unit)

    def enter(self, unit: Unit) -> None:
        """Index a unit that stands free, drives back, or drives to a task it may be called off."""
        if self._index(unit) is not None and unit.incident is not None:
            self._urgency[unit.kind][unit.incident.priority] += 1
        self._put(unit)

    def _put(self, unit: Unit) -> None:
        index = self._index(unit)
        if index is None:
            return
        if unit.leg is not None:
            index.put(unit.number, self._ways.box(unit.leg))
        else:
            x, y = self._ways.place(unit.node)
            index.put(unit.number, (x, y, x, y))

    def leave(self, unit: Unit) -> None:
        """Take a unit out; call it before the unit's phase or task changes."""
        index = self._index(unit)
        if index is None:
            return
        if unit.incident is not None:
            self._urgency[unit.kind][unit.incident.priority] -= 1
        index.drop(unit.number)

    def _index(self, unit: Unit) -> MovingIndex | None:
        """The index a unit belongs in.

        None on the way to a task nothing is more urgent than, or home to be relieved.
        """
        if unit.incident is None:
            return None if unit.is_overdue else self.free[unit.kind]
        is_last_word = unit.incident.priority <= self._first[unit.kind]
        return None if is_last_word else self.bound[unit.kind]

    def position(self, unit: Unit) -> tuple[int, float]:
        """The spot a unit stands on or passes next, and the time until then [s]."""
        if unit.leg is None:
            return self._ways.spot(unit.kind, unit.node), 0.0
        leg = unit.leg
        elapsed = (self._clock.tick - leg.began_tick) / TICKS_PER_SECOND
        row = leg.ahead(elapsed)
        return leg.spots.item(row), max(0.0, leg.at_s.item(row) - elapsed)

    def pick(self, incident: Incident) -> Unit | None:
        """The free unit that would be there first, or one under way that gains enough by turning.

        A unit is turned round only from a less urgent task, and only where it would arrive
        earlier than any free one by the stated gain.
        """
        rule = self._rules[incident.kind]
        free = [
            pick
            for rank, kind in enumerate(rule.suits)
            for pick in self._free(kind, rank, incident)
        ]
        best = min(free, default=None)
        turned = [
            pick
            for rank, kind in enumerate(rule.suits)
            for pick in self._turned(kind, rank, incident)
        ]
        other = min(turned, default=None)
        if other is not None and (best is None or other.seconds + self._gain_s < best.seconds):
            best = other
        return None if best is None else self._responders.roll[best.number]

    def _free(self, kind: str, rank: int, incident: Incident) -> list[Pick]:
        index = self.free.get(kind)
        if index is None or len(index) == 0:
            return []
        found = self._times(index, kind, rank, incident, self._count)
        if found or len(index) <= self._count:
            return found
        return self._times(index, kind, rank, incident, len(index))

    def _turned(self, kind: str, rank: int, incident: Incident) -> list[Pick]:
        index = self.bound.get(kind)
        if index is None or not any(self._urgency[kind][incident.priority + 1 :]):
            return []
        return self._times(index, kind, rank, incident, self._count)

    def _times(
        self, index: MovingIndex, kind: str, rank: int, incident: Incident, count: int
    ) -> list[Pick]:
        """Travel times of the nearest units of an index, of the quickest at least.

        Those that find no way are left out.

        Of units under way to a task only those to a less urgent one count.
        """
        xy = self._ways.passage.xy()
        x, y = xy[incident.node].tolist()
        roll, priority = self._responders.roll, incident.priority
        places: dict[int, tuple[int, float]] = {}

        def metres(number: int) -> float:
            unit = roll[number]
            if unit.incident is not None and unit.incident.priority <= priority:
                return math.inf
            spot, _ = places[number] = self.position(unit)
            east, north = xy[unit.node if unit.leg is None else spot].tolist()
            return math.hypot(east - x, north - y)

        near = [one for one in index.nearest(x, y, count=count, metres=metres) if one in places]
        spots = [places[number][0] for number in near]
        lead_s = [places[number][1] for number in near]
        seconds = self._ways.seconds(kind, spots, incident.node, lead_s)
        return [
            Pick(time + lead, rank, number)
            for number, time, lead in zip(near, seconds, lead_s, strict=True)
            if time < math.inf
        ]
