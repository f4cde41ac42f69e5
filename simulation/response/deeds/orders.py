"""Orders: response levels, warnings, sweeps, and the evacuation decided on."""

import numpy as np
from numpy.typing import NDArray

from scenarios.injects import Expectation, Inject
from simulation.clock import Payload
from simulation.response.deeds.desk import Desk, book, wait
from simulation.response.deeds.openings import Openings

WAIT_HOURS = 6.0
"""The option to wait puts an evacuation order off until the next forecast [h]."""


class Orders:
    """What headquarters order."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.offer("activate_response", self._activate)
        desk.offer("predischarge_reservoir", self._predischarge)
        desk.offer("sweep_at_risk_people", self._sweep)
        desk.offer("publish_update", self._publish)
        desk.offer("order_evacuation", wait)
        desk.offer("decide", wait)
        desk.offer("stage_buses", book)
        desk.offer("stop_lines", book)
        desk.answer("D1", self._evacuate)
        self.setting.clock.on("evacuation.late_order", self._late_order)

    def _activate(self, task: Expectation, inject: Inject) -> bool:
        del inject
        self.setting.log.write("response.level", who=task.who, level=task.arg)
        self.parts.care.surge.respond(task.arg)
        self.parts.dispatch.duty.call()
        return True

    def _predischarge(self, task: Expectation, inject: Inject) -> bool:
        del inject
        fall = self.setting.drill.hazard.predischarge_m.value
        self.parts.waters.stage_fall_m = fall
        self.setting.log.write("reservoir.lowered", who=task.who, metres=fall)
        return True

    def _sweep(self, task: Expectation, inject: Inject) -> bool:
        del inject
        zone = self.parts.evacuation.zone
        people = int(self.parts.residents.size[zone].sum())
        self.setting.log.write("sweep.done", who=task.who, people=people)
        return True

    def _publish(self, task: Expectation, inject: Inject) -> bool:
        del inject
        self.parts.evacuation.rumour = 0.0
        self.setting.log.write("update.published", who=task.who)
        return True

    def _evacuate(self, option: str) -> None:
        evacuation = self.parts.evacuation
        if option == "now":
            self.evacuate(evacuation.zone, "D1")
            return
        if option == "partial":
            deep = evacuation.zone & (evacuation.depth_m >= 0.5)
            self.evacuate(deep, "D1")
        self.setting.clock.after(WAIT_HOURS * 3600, "evacuation.late_order")

    def _late_order(self, payload: Payload) -> None:
        del payload
        self.evacuate(self.parts.evacuation.zone, "D1")

    def evacuate(self, households: NDArray[np.bool_], matter: str) -> None:
        """Order households out after opening shelters for them; books the order as given."""
        people = int(self.parts.residents.size[households].sum())
        self.desk.room(Openings).open_for(people)
        self.parts.evacuation.order(households, matter)
        self.desk.command.finish_all("order_evacuation", matter)
