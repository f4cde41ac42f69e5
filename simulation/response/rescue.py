"""Rescue: people who cannot leave on their own and people trapped by water."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulation.care.care import Care
from simulation.hazards.waters import Waters
from simulation.people.residents import (
    AT_HOME,
    AWAY,
    DEAD,
    MOVING,
    SHELTERED,
    STAYING,
    TRAPPED,
    WAITING_HELP,
    Residents,
    among,
)
from simulation.people.shelters import Shelters
from simulation.setting import Setting
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Unit

BOAT_LOAD = 6
BUS_LOAD = 40
NEAR_SHELTERS = 5
"""Shelters compared by travel time, the nearest first; more changes little, assumption A."""
People = NDArray[np.int64]


class Rescue:
    """Stretchers, buses and boats for residents.

    Attributes:
        on_bus: Residents caught in a vehicle in an underpass.
        on_rescued: Told the inject once its people are free.
    """

    def __init__(
        self,
        setting: Setting,
        residents: Residents,
        shelters: Shelters,
        *,
        dispatch: Dispatch,
        waters: Waters,
        care: Care,
    ) -> None:
        self.setting, self.residents, self.shelters = setting, residents, shelters
        self.dispatch, self.waters, self.care = dispatch, waters, care
        self.on_bus = np.zeros(residents.count, bool)
        self.on_rescued: Callable[[str], None] = _nobody
        self._caught: dict[str, tuple[int, list[int]]] = {}
        self._asked_boat = np.zeros(residents.count, bool)
        self._ground_floor = self._draw_floors()
        norms = setting.drill.norms
        self._minutes = {
            "stretcher": norms.stretcher_minutes,
            "bus_pickup": norms.boarding_minutes,
            "boat_rescue": norms.boat_rescue_minutes,
        }
        for kind in self._minutes:
            dispatch.on(kind, on_site=self._work, finish=self._load, deliver=self._deliver)
        dispatch.on(
            "underpass",
            on_site=self._work_underpass,
            finish=self._free_bus,
            deliver=_go_home,
        )

    def _draw_floors(self) -> NDArray[np.bool_]:
        """Residents who live on the ground floor, drawn by the storeys of their building."""
        levels = self.setting.city.buildings["levels"].to_numpy(np.float64)
        home = self.residents.building[self.residents.household]
        draw = self.setting.streams.get("residents.floors").random(self.residents.households)
        return np.asarray(draw[self.residents.household] < 1.0 / np.maximum(levels[home], 1.0))

    def ask_stretchers(self, people: People, *, matter: str) -> None:
        """Ask for a stretcher team or an ambulance for each of some residents at home."""
        self.residents.state[people] = WAITING_HELP
        for person in people.tolist():
            home = self.residents.household[person]
            self.dispatch.request(
                "stretcher",
                node=int(self.residents.node[home]),
                place=self._place(person),
                people=[person],
                matter=matter,
            )

    def ask_buses(self, people: People) -> None:
        """Ask for buses to the assembly points in the middle of the residents' grids."""
        self.residents.state[people] = WAITING_HELP
        home = self.residents.grid[self.residents.household[people]]
        for grid in np.unique(home).tolist():
            queue = people[home == grid].tolist()
            waiting = [
                incident
                for incident in self.dispatch.waiting
                if incident.kind == "bus_pickup" and incident.amount == grid
            ]
            for incident in waiting:
                room = BUS_LOAD - len(incident.people)
                incident.people += queue[:room]
                queue = queue[room:]
            for first in range(0, len(queue), BUS_LOAD):
                self.dispatch.request(
                    "bus_pickup",
                    node=int(self.setting.atlas.grid_node[grid]),
                    place=self.setting.atlas.grid_codes[grid],
                    people=queue[first : first + BUS_LOAD],
                    amount=float(grid),
                )

    def _place(self, person: int) -> str:
        return self.setting.atlas.grid_codes[int(self.residents.here[person])]

    def catch_in_underpass(self, facility: int, people: int, matter: str) -> None:
        """Trap residents of the neighbourhood in a vehicle in an underpass."""
        atlas, residents = self.setting.atlas, self.residents
        free = among(residents.state, AT_HOME) & (residents.mobility == 0) & (residents.age > 15)
        free &= ~among(residents.state, (TRAPPED, WAITING_HELP))
        away = np.hypot(*(atlas.grid_xy[residents.here] - atlas.facility_xy[facility]).T)
        order = np.argsort(np.where(free, away, np.inf), kind="stable")[: min(people, free.sum())]
        residents.state[order] = TRAPPED
        residents.here[order] = int(atlas.facility_grid[facility])
        self.on_bus[order] = True
        self._caught[matter] = (facility, order.tolist())
        self.setting.log.write(
            "residents.caught",
            place=atlas.place_of(facility),
            facility=atlas.facility_names[facility],
            matter=matter,
            people=len(order),
            depth_m=self.waters.pits[facility].depth_m,
        )

    def send_to_underpass(self, matter: str) -> None:
        """Send a fire engine to those caught by an inject."""
        facility, people = self._caught[matter]
        self.dispatch.request(
            "underpass",
            node=int(self.setting.atlas.facility_node[facility]),
            place=self.setting.atlas.place_of(facility),
            people=people,
            facility=facility,
            matter=matter,
        )

    def step(self, seconds: int) -> None:
        """Trap and free residents as the water stands now, and harm those in deep water."""
        residents, norms = self.residents, self.setting.drill.norms
        at_building = self.waters.depth_m[self.setting.atlas.building_cell]
        is_deep = bool((at_building >= norms.building_trap_depth_m.value).any())
        if not is_deep and not (residents.state == TRAPPED).any():
            return
        at_depth = at_building[residents.building[residents.household]]
        at_home = among(residents.state, AT_HOME) & ~self.on_bus
        caught = at_home & (at_depth >= norms.building_trap_depth_m.value)
        caught &= residents.state != TRAPPED
        if caught.any():
            self._trap(np.flatnonzero(caught))
        freed = (residents.state == TRAPPED) & ~self.on_bus
        freed &= at_depth < norms.building_wet_depth_m.value
        residents.state[freed] = STAYING
        self._asked_boat[freed] = False
        self._harm(at_depth, seconds)
        self._ask_boats(at_depth)

    def _trap(self, people: People) -> None:
        self.residents.state[people] = TRAPPED
        where, count = np.unique(self.residents.here[people], return_counts=True)
        for grid, number in zip(where.tolist(), count.tolist(), strict=True):
            place = self.setting.atlas.grid_codes[grid]
            self.setting.log.write("residents.trapped", place=place, people=number)

    def _ask_boats(self, depth: NDArray[np.float32]) -> None:
        """Send boats to trapped residents, deepest water and ground floors first."""
        need = (self.residents.state == TRAPPED) & ~self.on_bus & ~self._asked_boat
        people = np.flatnonzero(need)
        if len(people) == 0:
            return
        home = self.residents.household[people]
        key = (self.residents.building[home], -depth[people], ~self._ground_floor[people])
        people = people[np.lexsort(key)]
        grids = self.residents.here[people]
        self._asked_boat[people] = True
        for grid in np.unique(grids).tolist():
            group = people[grids == grid].tolist()
            for first in range(0, len(group), BOAT_LOAD):
                some = group[first : first + BOAT_LOAD]
                self.dispatch.request(
                    "boat_rescue",
                    node=int(self.residents.node[self.residents.household[some[0]]]),
                    place=self.setting.atlas.grid_codes[grid],
                    people=some,
                )

    def _harm(self, depth: NDArray[np.float32], seconds: int) -> None:
        norms, residents = self.setting.drill.norms, self.residents
        exposed = (residents.state == TRAPPED) & (depth >= norms.harm_depth_m.value)
        people = np.flatnonzero(exposed & self._ground_floor & ~self.on_bus)
        if len(people) == 0:
            return
        hours = seconds / 3600
        draw = self.setting.streams.get("residents.harm").random(len(people))
        dies = draw < norms.death_per_hour.value * hours
        hurt = ~dies & (draw < (norms.death_per_hour.value + norms.injury_per_hour.value) * hours)
        for person in people[dies].tolist():
            residents.state[person] = DEAD
            self.setting.log.write("resident.dead", place=self._place(person), people=1)
        self.care.strike(people[hurt], "drowning")

    def _work(self, incident: Incident, unit: Unit) -> float:
        del unit
        return 60 * self.dispatch.spread(incident.kind, self._minutes[incident.kind])

    def _load(self, incident: Incident, unit: Unit) -> int:
        """Take aboard who still waits, and choose where to bring them."""
        state = self.residents.state
        found = [one for one in incident.people if state[one] in (WAITING_HELP, TRAPPED)]
        unit.aboard = found[: max(unit.seats, 1)]
        left = found[max(unit.seats, 1) :]
        if left:
            again = {"people": left, "amount": incident.amount, "matter": incident.matter}
            self.dispatch.request(incident.kind, node=incident.node, place=incident.place, **again)
        if not unit.aboard:
            return -1
        self.residents.state[unit.aboard] = MOVING
        self.residents.facility[unit.aboard] = -1
        incident.facility = self._destination(unit)
        if incident.facility < 0:
            return -1
        return int(self.setting.atlas.facility_node[incident.facility])

    def _destination(self, unit: Unit) -> int:
        """The quickest to reach of the nearest shelters with places, by the ways open now."""
        atlas, ways = self.setting.atlas, self.dispatch.ways
        rows = np.flatnonzero(self.shelters.free_places() > 0)
        if len(rows) == 0:
            return -1
        away = np.hypot(*(atlas.facility_xy[rows] - atlas.node_xy[unit.node]).T)
        rows = rows[np.argsort(away, kind="stable")]
        start = [ways.spot(unit.kind, unit.node)]
        for first in range(0, len(rows), NEAR_SHELTERS):
            near = rows[first : first + NEAR_SHELTERS].tolist()
            stops = [ways.passage.stop(int(atlas.facility_node[row])) for row in near]
            times = [ways.seconds(unit.kind, start, stop)[0] for stop in stops]
            if np.isfinite(min(times)):
                return int(near[int(np.argmin(times))])
        return int(rows[0])

    def _has_reached(self, facility: int, unit: Unit) -> bool:
        node = int(self.setting.atlas.facility_node[facility])
        return unit.node == self.dispatch.ways.passage.stop(node)

    def _deliver(self, incident: Incident, unit: Unit) -> None:
        people = np.array(unit.aboard, dtype=np.int64)
        unit.aboard = []
        if len(people) == 0:
            return
        if incident.facility >= 0 and not self._has_reached(incident.facility, unit):
            self.residents.state[people] = STAYING
            self._asked_boat[people] = False
            self.setting.log.write(
                "residents.stranded", who=unit.name, place=incident.place, people=len(people)
            )
            return
        self.residents.state[people] = SHELTERED
        outside = people
        if incident.facility >= 0:
            outside = self.shelters.admit(incident.facility, people)
        self.residents.state[outside] = AWAY
        self.setting.log.write(
            "residents.brought",
            who=unit.name,
            place=incident.place,
            asked=incident.kind,
            matter=incident.matter,
            people=len(people),
            turned_away=len(outside),
        )

    def _work_underpass(self, incident: Incident, unit: Unit) -> float:
        """Time to free those in a vehicle; deeper water takes longer."""
        del unit
        depth = self.waters.pits[incident.facility].depth_m
        minutes = self.dispatch.spread(
            "underpass", self.setting.drill.norms.underpass_rescue_minutes
        )
        return 60 * minutes * (1.0 + depth / 0.5)

    def _free_bus(self, incident: Incident, unit: Unit) -> int:
        people = np.array(incident.people, dtype=np.int64)
        self.on_bus[people] = False
        self.residents.state[people] = STAYING
        self.residents.here[people] = self.residents.grid[self.residents.household[people]]
        self.setting.log.write(
            "rescue.complete",
            who=unit.name,
            place=incident.place,
            matter=incident.matter,
            people=len(people),
        )
        self.on_rescued(incident.matter)
        self.care.freed_from_vehicle(people, node=incident.node)
        return -1


def _go_home(incident: Incident, unit: Unit) -> None:
    del incident, unit


def _nobody(matter: str) -> None:
    del matter
