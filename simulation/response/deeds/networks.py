"""Networks: satellite vehicles and runners where the mobile network is down."""

import numpy as np

from scenarios.injects import Expectation, Inject
from scenarios.selectors import find
from simulation.response.deeds.desk import Desk, leave
from simulation.teams.responders import Incident, Unit


class Networks:
    """Restores calls and reports."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.offer("deploy_satcom", self._deploy)
        desk.offer("fallback_runner_report", self._send_runners)
        desk.parts.dispatch.on("satcom", on_site=self._set_up, finish=self._runs, deliver=leave)

    def _deploy(self, task: Expectation, inject: Inject) -> bool:
        del inject
        grids = self.setting.atlas.grids_in(find(task.arg, self.setting.city).place)
        middle = int(np.flatnonzero(grids)[grids.sum() // 2])
        self.parts.dispatch.request(
            "satcom",
            node=int(self.setting.atlas.grid_node[middle]),
            place=self.setting.atlas.grid_codes[middle],
            matter=task.id,
        )
        return False

    def _set_up(self, incident: Incident, unit: Unit) -> float:
        del unit
        norms = self.setting.drill.norms
        return 60 * self.parts.dispatch.spread(incident.kind, norms.telecom_kit_minutes)

    def _runs(self, incident: Incident, unit: Unit) -> int:
        task = self.desk.command.expectations[incident.matter][1]
        place = find(task.arg, self.setting.city).place
        self.parts.services.satcom |= self.setting.atlas.grids_in(place)
        self.setting.log.write("satcom.runs", who=unit.name, place=place)
        self.desk.command.finish(incident.matter)
        return -1

    def _send_runners(self, task: Expectation, inject: Inject) -> bool:
        del inject
        place = find(task.arg, self.setting.city).place
        self.parts.services.runner |= self.setting.atlas.grids_in(place)
        self.setting.log.write("runner.reports", who=task.who, place=place)
        return True
