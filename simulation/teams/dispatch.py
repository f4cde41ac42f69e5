"""Dispatch: the nearest suitable free unit goes, works, carries, and comes back.

request → commit → travel → on site → busy → return; every step is an event on the run's clock and
a line in its log.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gis.errors import ConflictError
from scenarios.norms import Spread
from simulation.clock import TICKS_PER_SECOND, Payload
from simulation.people.trails import Trails
from simulation.setting import Setting
from simulation.teams.responders import Incident, Responders, Unit, straight_metres
from simulation.works.roads import Roads

SUITABLE: dict[str, tuple[str, ...]] = {
    "stretcher": ("stretcher_team", "ambulance"),
    "injured": ("ambulance",),
    "afloat": ("boat",),
    "bus_pickup": ("bus",),
    "boat_rescue": ("boat",),
    "transfer": ("ambulance",),
    "underpass": ("fire_engine",),
    "generator": ("generator_truck",),
    "pump": ("pump_truck",),
    "close_road": ("police_car",),
    "supply": ("supply_truck",),
    "debris": ("repair_crew",),
    "satcom": ("repair_crew", "generator_truck"),
}
BOAT_DETOUR = 1.3
"""Way of a boat over the straight line [1]; assumption A."""

OnSite = Callable[[Incident, Unit], float]
Finish = Callable[[Incident, Unit], int]
Deliver = Callable[[Incident, Unit], None]


class Dispatch:
    """Open incidents and the units under way."""

    def __init__(self, setting: Setting, roads: Roads, responders: Responders) -> None:
        self.setting = setting
        self.roads = roads
        self.responders = responders
        self.trails = Trails(setting)
        self.waiting: list[Incident] = []
        self._numbers = 0
        self._work: dict[str, tuple[OnSite, Finish, Deliver]] = {}
        for unit in responders.units.values():
            unit.base = unit.node = int(roads.access[unit.base])
        self._tried: dict[int, tuple[int, int]] = {}
        self.held: set[str] = set()
        clock = setting.clock
        clock.on("unit.set_off", self._set_off)
        clock.on("unit.arrive", self._arrive)
        clock.on("unit.finish", self._finish)
        clock.on("unit.deliver", self._deliver)
        clock.on("unit.leave", self._leave)
        clock.on("unit.home", self._home)

    def on(self, kind: str, *, on_site: OnSite, finish: Finish, deliver: Deliver) -> None:
        """Say what units do at incidents of a kind.

        Args:
            kind: Kind of incident.
            on_site: Called on arrival; gives the time of work there [s].
            finish: Called after it; gives the node to drive to next, or -1 for none.
            deliver: Called after the hand-over at that node.

        Raises:
            ConflictError: Somebody said so already.
        """
        if kind in self._work:
            raise ConflictError(f"incidents of kind {kind!r} are handled already")
        self._work[kind] = (on_site, finish, deliver)

    def request(self, kind: str, *, node: int, place: str, **details: object) -> Incident:
        """Open an incident; the nearest suitable free unit is sent as soon as there is one."""
        self._numbers += 1
        incident = Incident(
            number=self._numbers,
            kind=kind,
            node=int(self.roads.access[node]),
            place=place,
            created_tick=self.setting.clock.tick,
            **details,  # type: ignore[arg-type]  # fields of Incident, checked by its constructor
        )
        self.setting.log.write(
            "resource.request",
            place=place,
            incident=incident.number,
            asked=kind,
            people=len(incident.people),
        )
        if not self._send_to(incident):
            self.waiting.append(incident)
        return incident

    def retry(self) -> None:
        """Try to serve those who wait, oldest first; called when units or roads change."""
        if not self.waiting:
            return
        still = []
        for incident in self.waiting:
            free = len(self.responders.idle(SUITABLE[incident.kind]))
            tried = (self.roads.version, free)
            if free == 0 or self._tried.get(incident.number) == tried:
                still.append(incident)
            elif not self._send_to(incident):
                self._tried[incident.number] = tried
                still.append(incident)
        self.waiting = still

    def aboard(self) -> int:
        """Residents inside units under way."""
        return sum(len(unit.aboard) for unit in self.responders.units.values())

    def spread(self, name: str, spread: Spread) -> float:
        """Draw a duration in the unit of its norm."""
        return self.setting.streams.lognormal(f"teams.{name}", spread.value, spread.sigma)

    def _send_to(self, incident: Incident) -> bool:
        units = self.responders.idle(SUITABLE[incident.kind])
        if not units:
            return False
        times = [self._travel_seconds(unit, incident.node) for unit in units]
        best = int(np.argmin(times))
        if not np.isfinite(times[best]):
            return False
        self._commit(units[best], incident)
        return True

    def _travel_seconds(self, unit: Unit, target: int) -> float:
        if unit.kind == "boat":
            metres = straight_metres(self.setting.atlas, unit.node, target)
            return metres * BOAT_DETOUR / unit.speed_mps
        return float(self.roads.reach(target).seconds[unit.node])

    def _commit(self, unit: Unit, incident: Incident) -> None:
        self.responders.shift(unit, "committed")
        unit.incident = incident
        self.setting.log.write(
            "resource.commit",
            who=unit.name,
            place=incident.place,
            incident=incident.number,
            asked=incident.kind,
        )
        minutes = self.spread("turnout", self.setting.drill.norms.turnout_minutes)
        self.setting.clock.after(minutes * 60, "unit.set_off", {"unit": unit.name})

    def _drive(self, unit: Unit, target: int, kind: str) -> bool:
        """Start a unit towards a node; False where the roads closed meanwhile."""
        seconds = self._travel_seconds(unit, target)
        if not np.isfinite(seconds):
            return False
        nodes = [unit.node, target] if unit.kind == "boat" else None
        path = nodes or self.roads.reach(target).path(unit.node, target)
        self.trails.add(unit.kind, path, seconds, at_s=self._run_seconds())
        unit.node = target
        self.setting.clock.after(seconds, kind, {"unit": unit.name})
        return True

    def _run_seconds(self) -> float:
        return self.setting.clock.tick / TICKS_PER_SECOND

    def _unit(self, payload: Payload) -> tuple[Unit, Incident]:
        unit = self.responders.units[payload["unit"]]
        if unit.incident is None:
            raise ConflictError(f"unit {unit.name} has no incident; its events were mixed up")
        return unit, unit.incident

    def _set_off(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self.responders.shift(unit, "travelling")
        if not self._drive(unit, incident.node, "unit.arrive"):
            self.setting.log.write(
                "team.blocked", who=unit.name, place=incident.place, incident=incident.number
            )
            self.responders.shift(unit, "returning")
            unit.incident = None
            self.waiting.append(incident)
            self.setting.clock.after(60, "unit.home", {"unit": unit.name})

    def _arrive(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self.responders.shift(unit, "on_site")
        minutes = (self.setting.clock.tick - incident.created_tick) / TICKS_PER_SECOND / 60
        self.setting.log.write(
            "team.arrive",
            who=unit.name,
            place=incident.place,
            incident=incident.number,
            asked=incident.kind,
            minutes=minutes,
        )
        seconds = self._work[incident.kind][0](incident, unit)
        self.setting.clock.after(seconds, "unit.finish", payload)

    def _finish(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        target = self._work[incident.kind][1](incident, unit)
        target = int(self.roads.access[target]) if target >= 0 else -1
        self.responders.shift(unit, "busy")
        if target < 0 or target == unit.node:
            self._deliver_soon(unit, 1.0)
        elif not self._drive(unit, target, "unit.deliver"):
            self._deliver_soon(unit, 1800.0)

    def _deliver_soon(self, unit: Unit, seconds: float) -> None:
        self.setting.clock.after(seconds, "unit.deliver", {"unit": unit.name})

    def _deliver(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self._work[incident.kind][2](incident, unit)
        if unit.name not in self.held:
            self._leave(payload)

    def hold(self, unit: Unit) -> None:
        """Keep a unit where it delivers until :meth:`release`; call it while it delivers."""
        self.held.add(unit.name)

    def release(self, unit: Unit, *, after_s: float) -> None:
        """Let a held unit leave after some seconds."""
        self.setting.clock.after(after_s, "unit.leave", {"unit": unit.name})

    def _leave(self, payload: Payload) -> None:
        unit, incident = self._unit(payload)
        self.held.discard(unit.name)
        self.setting.log.write(
            "team.done", who=unit.name, place=incident.place, incident=incident.number
        )
        unit.incident = None
        self.responders.shift(unit, "returning")
        if any(unit.kind in SUITABLE[incident.kind] for incident in self.waiting):
            self._home(payload)
        elif not self._drive(unit, unit.base, "unit.home"):
            self.setting.clock.after(600, "unit.home", payload)

    def _home(self, payload: Payload) -> None:
        unit = self.responders.units[payload["unit"]]
        self.responders.shift(unit, "idle")
        self.setting.log.write("resource.return", who=unit.name)
        self.retry()

    def busy_share(self, kind: str) -> float:
        """Share of the units of a kind that are not idle; 1 where there are none."""
        units = self.responders.by_kind.get(kind, [])
        if not units:
            return 1.0
        return 1.0 - self.responders.ledger.count(kind, "idle") / len(units)

    def waiting_nodes(self) -> NDArray[np.int64]:
        """Nodes of the incidents nobody has been sent to."""
        return np.array([incident.node for incident in self.waiting], dtype=np.int64)
