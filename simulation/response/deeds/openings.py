"""Openings: shelters opened for those ordered out, and more of them when they fill."""

from scenarios.injects import Expectation, Inject
from simulation.clock import Payload
from simulation.people.residents import PREPARING
from simulation.response.deeds.desk import Desk

OPEN_NEXT_S = 600
"""Time to open one more shelter that stands ready [s]; assumption A."""


class Openings:
    """Opens shelters."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.offer("open_next_shelter", self._open_next)
        desk.steps.append(self._keep_places)
        self.setting.clock.on("shelter.opens", self._opens)

    def _open_next(self, task: Expectation, inject: Inject) -> bool:
        del inject
        candidates = self.parts.shelters.candidates()
        if len(candidates) == 0:
            self.setting.log.write("shelter.none_left", who=task.who)
            return False
        facility = int(candidates[0])
        self.parts.shelters.state[facility] = 1
        details = {"facility": facility, "action": task.id}
        self.setting.clock.after(OPEN_NEXT_S, "shelter.opens", details)
        return False

    def _opens(self, payload: Payload) -> None:
        self.parts.shelters.open(int(payload["facility"]))
        if payload.get("action"):
            self.desk.command.finish(payload["action"])

    def open_for(self, people: int) -> None:
        """Open shelters for a share of those ordered out, purpose-built ones first."""
        norms, shelters = self.setting.drill.norms, self.parts.shelters
        wanted = people * norms.shelter_open_share.value - int(shelters.free_places().sum())
        for facility in shelters.candidates().tolist():
            if wanted <= 0:
                break
            shelters.state[facility] = 1
            wanted -= int(shelters.places[facility])
            spread = norms.shelter_setup_minutes
            minutes = self.setting.streams.lognormal("shelters", spread.value, spread.sigma)
            self.setting.clock.after(minutes * 60, "shelter.opens", {"facility": facility})

    def _keep_places(self, seconds: int) -> None:
        """Once a street hub had to open a shelter, open more each hour while people wait."""
        del seconds
        command = self.desk.command
        done = {command.expectations[action][1].do for action in command.done}
        if self.setting.time_s % 3600 == 0 and "open_next_shelter" in done:
            self.open_for(int((self.parts.residents.state == PREPARING).sum()))
