"""Underpasses: police shut them, open them again when dry, and engines free those caught."""

import numpy as np

from scenarios.injects import Expectation, Inject
from simulation.response.deeds.desk import Desk, leave
from simulation.teams.responders import Incident, Unit

REOPEN_DEPTH_M, SHUT_AT_LEAST_S = 0.05, 4 * 3600
"""An underpass is opened again once it is this dry, and not before this long; assumption A."""
BARRIER_S = 60.0
"""Time to put up barriers [s]; assumption A."""


class Underpasses:
    """Shuts and opens sunken roads."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        self._shut_until: dict[int, int] = {}
        desk.offer("close_underpasses", self._close)
        desk.offer("rescue_complete", self._rescue)
        desk.steps.append(self._reopen)
        desk.parts.dispatch.on("close_road", on_site=_barriers, finish=self._shut, deliver=leave)

    def _close(self, task: Expectation, inject: Inject) -> bool:
        del inject
        rows = self.setting.atlas.facilities_of("underpass")
        for facility in rows.tolist():
            self.desk.request("close_road", facility, task.id)
        return self.desk.expect(task.id, len(rows))

    def _shut(self, incident: Incident, unit: Unit) -> int:
        roads, pit = self.parts.roads, self.parts.waters.pits[incident.facility]
        roads.ordered_shut[roads.pit_of_road == incident.facility] = True
        self._shut_until[incident.facility] = self.setting.time_s + SHUT_AT_LEAST_S
        limit = self.setting.drill.norms.underpass_close_depth_m.value
        self.setting.log.write(
            "underpass.closed",
            who=unit.name,
            place=incident.place,
            facility=self.setting.atlas.facility_names[incident.facility],
            depth_m=pit.depth_m,
            before_limit=pit.depth_m < limit,
        )
        self.desk.count_down(incident.matter)
        return -1

    def _rescue(self, task: Expectation, inject: Inject) -> bool:
        del task
        self.parts.rescue.send_to_underpass(inject.id)
        return False

    def _reopen(self, seconds: int) -> None:
        """Let the police open underpasses again that have run dry."""
        del seconds
        roads = self.parts.roads
        for facility in np.unique(roads.pit_of_road[roads.ordered_shut]).tolist():
            pit = self.parts.waters.pits[facility]
            if pit.depth_m <= REOPEN_DEPTH_M and self.setting.time_s > self._shut_until[facility]:
                roads.ordered_shut[roads.pit_of_road == facility] = False
                place = self.setting.atlas.place_of(facility)
                name = self.setting.atlas.facility_names[facility]
                self.setting.log.write("underpass.opened", place=place, facility=name)


def _barriers(incident: Incident, unit: Unit) -> float:
    del incident, unit
    return BARRIER_S
