"""Whistles: a street calls a department, which must report in within the norm."""

import numpy as np

from scenarios.injects import Expectation, Inject
from scenarios.selectors import find
from simulation.clock import TICKS_PER_SECOND
from simulation.response.deeds.desk import Desk
from simulation.run import Whistle


class Whistles:
    """Blows and answers the whistles that the script asks for.

    Attributes:
        answered: Whistles answered so far.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        self.answered: list[Whistle] = []
        self._blown: dict[str, int] = {}
        desk.offer("whistle", self._blow)
        desk.offer("report_in", self._report_in)

    def _blow(self, task: Expectation, inject: Inject) -> bool:
        place = find(inject.area, self.setting.city).place
        self._blown[task.id] = self.setting.clock.tick
        self.setting.log.write(
            "whistle.blown", who=task.who, place=place, whistle=task.id, to=task.arg
        )
        self.parts.services.whistle_share[self.setting.atlas.grids_in(place)] = 0.5
        return True

    def _report_in(self, task: Expectation, inject: Inject) -> bool:
        place = find(inject.area, self.setting.city).place
        tick = self._blown[task.arg]
        minutes = (self.setting.clock.tick - tick) / TICKS_PER_SECOND / 60
        self.answered.append(
            Whistle(
                id=task.arg,
                time_s=self.setting.drill.horizon.start + tick // TICKS_PER_SECOND,
                place=place,
                to=task.who,
                report_in_minutes=round(minutes, 3),
                within_minutes=task.within / 60,
                met=minutes <= task.within / 60,
            )
        )
        self.setting.log.write(
            "whistle.answered", who=task.who, place=place, whistle=task.arg, minutes=minutes
        )
        self.parts.services.whistle_share[self.setting.atlas.grids_in(place)] = 1.0
        people = self.desk.effects.stretchers.pop(inject.id, np.empty(0, np.int64))
        self.parts.rescue.ask_stretchers(people, matter=inject.id)
        return True
