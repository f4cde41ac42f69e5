"""Generators: a truck for each hospital that lost its mains."""

from scenarios.injects import Expectation, Inject
from simulation.response.deeds.desk import Desk, leave
from simulation.teams.responders import Incident, Unit


class Generators:
    """Sends generator trucks."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.offer("deploy_generators", self._deploy)
        desk.parts.dispatch.on("generator", on_site=desk.set_up, finish=self._runs, deliver=leave)

    def _deploy(self, task: Expectation, inject: Inject) -> bool:
        del inject
        dark = self.desk.dark(self.setting.atlas.facilities_of("hospital").tolist())
        for facility in dark:
            self.desk.request("generator", facility, task.id)
        return self.desk.expect(task.id, len(dark))

    def _runs(self, incident: Incident, unit: Unit) -> int:
        self.parts.services.truck_power[incident.facility] = True
        self.setting.log.write(
            "generator.runs",
            who=unit.name,
            place=incident.place,
            facility=self.setting.atlas.facility_names[incident.facility],
        )
        self.desk.count_down(incident.matter)
        return -1
