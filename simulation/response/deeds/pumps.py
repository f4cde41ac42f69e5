"""Pumps: the mobile third of the pump trucks goes to one kind of low spot."""

from scenarios.selectors import find
from simulation.response.deeds.desk import Desk, leave
from simulation.teams.responders import Incident, Unit


class Pumps:
    """Acts on the decision where the mobile pumps go."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.answer("D3", self._place)
        desk.parts.dispatch.on("pump", on_site=desk.set_up, finish=self._runs, deliver=leave)

    def _place(self, option: str) -> None:
        trucks = len(self.parts.responders.by_kind.get("pump_truck", [])) // 3
        targets = self._targets(option)
        if not targets:
            self.setting.log.write("pumps.no_target", option=option)
            return
        for number in range(max(trucks, 1)):
            self.desk.request("pump", targets[number % len(targets)], "D3")

    def _targets(self, option: str) -> list[int]:
        """Low spots to pump: the one an inject names, else those without mains, else one."""
        for inject in self.setting.drill.injects:
            found = find(inject.area, self.setting.city)
            if found.facility >= 0 and self.setting.atlas.facility_kind[found.facility] == option:
                return [found.facility]
        rows = self.setting.atlas.facilities_of(option).tolist()
        return self.desk.dark(rows) or rows[:1]

    def _runs(self, incident: Incident, unit: Unit) -> int:
        pit = self.parts.waters.pits.get(incident.facility)
        if pit is not None:
            pit.extra_m3_h += self.setting.drill.hazard.pump_truck_m3_h.value
        self.setting.log.write("pump.runs", who=unit.name, place=incident.place)
        return -1
