"""Dykes: plug a dyke that pipes, or evacuate the land behind it."""

import numpy as np

from simulation.clock import Payload
from simulation.response.deeds.desk import Desk
from simulation.response.deeds.orders import Orders


class Dykes:
    """Acts on the decision about a threatened dyke."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts, self.setting = desk, desk.parts, desk.setting
        desk.answer("D2", self._defend)
        self.setting.clock.on("dyke.sandbags", self._sandbags)

    def _defend(self, option: str) -> None:
        if self.desk.effects.dyke < 0:
            return
        spec = self.setting.drill.hazard.dyke
        if option in ("plug", "both"):
            success = spec.plug_success if option == "plug" else spec.plug_success_shared
            details = {"success": success.value}
            bags, dyke = spec.sandbags.value, self.desk.effects.dyke
            self.parts.logistics.ask("sandbag", bags, facility=dyke)
            self.setting.clock.after(spec.sandbag_crew_hours.value * 3600, "dyke.sandbags", details)
        if option in ("evacuate", "both"):
            cells = np.isin(self.setting.atlas.building_cell, self.parts.waters.polder)
            self.desk.room(Orders).evacuate(cells[self.parts.residents.building], "D2")

    def _sandbags(self, payload: Payload) -> None:
        effects = self.desk.effects
        draw = float(self.setting.streams.get("dyke.sandbags").random())
        effects.dyke_plugged = draw < float(payload["success"])
        place = self.setting.atlas.place_of(effects.dyke)
        kind = "dyke.plugged" if effects.dyke_plugged else "dyke.plug_failed"
        self.setting.log.write(kind, place=place)
