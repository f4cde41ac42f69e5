"""Clearing: crews take mud off roads, lifeline roads first."""

import numpy as np

from scenarios.injects import Expectation, Inject
from simulation.response.deeds.desk import Desk

LIFELINE_CLASSES = ("motorway", "trunk", "primary", "secondary")

CREWS = ("repair_crew", "enterprise_crew")
"""Kinds of team that clear roads; those on duty when it is ordered count."""


class Clearing:
    """Clears roads.

    Attributes:
        crews: Crews that clear roads.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        self.crews = 0
        desk.offer("clear_lifeline_roads", self._begin)
        desk.steps.append(self._clear_mud)

    def _begin(self, task: Expectation, inject: Inject) -> bool:
        del inject
        teams = self.parts.responders.by_kind
        crews = [unit for kind in CREWS for unit in teams.get(kind, [])]
        self.crews = max(1, sum(unit.phase != "off_duty" for unit in crews) // 2)
        self.setting.log.write("roads.clearing", who=task.who, crews=self.crews)
        return False

    def _clear_mud(self, seconds: int) -> None:
        roads = self.parts.roads
        if not self.crews or not roads.muddy.any():
            return
        rate = self.setting.drill.norms.debris_clear_m_per_crew_hour.value
        classes = self.setting.city.roads["class"].astype(str)
        is_lifeline = classes.isin(LIFELINE_CLASSES).to_numpy()
        rows = np.flatnonzero(roads.muddy & (roads.depth_m <= 0))
        rows = rows[np.lexsort((rows, ~is_lifeline[rows]))]
        reach = np.cumsum(roads.length_m[rows]) - roads.length_m[rows]
        roads.muddy[rows[reach < rate * self.crews * (seconds / 3600)]] = False
        if not (roads.muddy & is_lifeline).any():
            self.desk.command.finish_all("clear_lifeline_roads")
