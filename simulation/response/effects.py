"""Effects: what injects do to the city."""

import numpy as np
from numpy.typing import NDArray

from scenarios.injects import (
    CommunicationLoss,
    Debris,
    DykeRisk,
    Effect,
    Failure,
    Forecast,
    Incident,
    Inject,
    MassCasualty,
    Rumour,
    StretcherDemand,
)
from scenarios.selectors import Found, find
from simulation.clock import Payload
from simulation.parts import Parts
from simulation.people.residents import AT_HOME, NEEDS_STRETCHER, TRAPPED, WAITING_HELP, among

NETWORK_REPAIR_HOURS = 24.0
"""Time until a struck mobile network works again; assumption A."""


class Effects:
    """Strikes the models with the effects of injects.

    Attributes:
        dyke_plugged: True once sandbags hold the dyke.
        stretchers: Residents named by an inject who wait for a stretcher, by inject.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.setting = parts.setting
        self.dyke_plugged = False
        self.dyke = -1
        self.stretchers: dict[str, NDArray[np.int64]] = {}
        clock = self.setting.clock
        clock.on("facility.repair", self._repair)
        clock.on("network.repair", self._repair_network)
        clock.on("dyke.breach", self._breach)
        self._raise_dykes()

    def _raise_dykes(self) -> None:
        """Before the drill begins the dykes it names hold."""
        for inject in self.setting.drill.injects:
            for effect in inject.effects:
                if isinstance(effect, DykeRisk):
                    found = find(effect.facility, self.setting.city)
                    if found.sort == "facility":
                        self.dyke = found.facility
                        self.parts.waters.enclose_polder(found.facility)

    def strike(self, inject: Inject) -> None:
        """Let an inject's effects come true; those that find nothing are logged and left out."""
        for effect in inject.effects:
            self._apply(effect, inject)

    def _apply(self, effect: Effect, inject: Inject) -> None:
        if isinstance(effect, Forecast):
            self.parts.evacuation.inform()
        elif isinstance(effect, Failure):
            self._fail(self._find(effect.facility))
        elif isinstance(effect, CommunicationLoss):
            self._cut_network(self._find(effect.area))
        elif isinstance(effect, Incident):
            found = self._find(effect.facility)
            self.parts.rescue.catch_in_underpass(found.facility, effect.people, inject.id)
        elif isinstance(effect, StretcherDemand):
            self._find_bedridden(self._find(effect.area), effect.people, inject.id)
        elif isinstance(effect, MassCasualty):
            self._hurt(self._find(effect.area), effect)
        elif isinstance(effect, DykeRisk):
            self._threaten(effect)
        elif isinstance(effect, Rumour):
            self.parts.evacuation.rumour = effect.share.value
            self.setting.log.write("rumour.spreads", share=effect.share.value)
        elif isinstance(effect, Debris):
            self._leave_mud()

    def _find(self, selector: str) -> Found:
        return find(selector, self.setting.city)

    def grids_of(self, found: Found) -> NDArray[np.bool_]:
        """Grids that a selector's place covers, shape ``(grids,)``."""
        return self.setting.atlas.grids_in(found.place)

    def _fail(self, found: Found) -> None:
        row = found.facility
        self.parts.lifelines.own[row] = False
        self.parts.lifelines.settle()
        atlas = self.setting.atlas
        dark = self.parts.services.source["power"] == row
        self.setting.log.write(
            "facility.failed",
            place=atlas.place_of(row),
            facility=atlas.facility_names[row],
            grids_dark=int(dark.sum()),
            people_dark=int(atlas.grid_residents[dark].sum()),
        )
        spread = self.setting.drill.norms.substation_repair_hours
        hours = self.setting.streams.lognormal("lifelines.repair", spread.value, spread.sigma)
        self.setting.clock.after(hours * 3600, "facility.repair", {"facility": row})

    def _repair(self, payload: Payload) -> None:
        row = int(payload["facility"])
        atlas = self.setting.atlas
        wet = self.setting.drill.norms.building_wet_depth_m.value
        if self.parts.waters.facility_depth_m(row) > wet:
            self.setting.clock.after(3600, "facility.repair", payload)
            return
        self.parts.lifelines.own[row] = True
        self.parts.lifelines.settle()
        self.setting.log.write(
            "facility.repaired", place=atlas.place_of(row), facility=atlas.facility_names[row]
        )

    def _cut_network(self, found: Found) -> None:
        grids = self.grids_of(found)
        self.parts.services.comm_loss |= grids
        self.parts.evacuation.has_network &= ~grids[self.parts.residents.grid]
        self.setting.log.write(
            "network.lost", place=found.place, grids=int(grids.sum()), hidden=True
        )
        self.setting.clock.after(
            NETWORK_REPAIR_HOURS * 3600, "network.repair", {"place": found.place}
        )

    def _repair_network(self, payload: Payload) -> None:
        grids = self.setting.atlas.grids_in(payload["place"])
        self.parts.services.comm_loss &= ~grids
        self.parts.services.satcom &= ~grids
        self.parts.services.runner &= ~grids
        self.parts.evacuation.has_network |= grids[self.parts.residents.grid]
        self.setting.log.write("network.repaired", place=payload["place"])

    def _find_bedridden(self, found: Found, people: int, inject: str) -> None:
        """Name the bedridden residents of a place; the eldest stand in where there are too few."""
        residents, evacuation = self.parts.residents, self.parts.evacuation
        here = self.grids_of(found)[residents.here] & among(residents.state, AT_HOME)
        here &= ~among(residents.state, (WAITING_HELP, TRAPPED))
        here &= ~evacuation.vulnerable
        rows = np.flatnonzero(here)
        frail = residents.mobility[rows] == NEEDS_STRETCHER
        order = np.lexsort((rows, -residents.age[rows].astype(int), ~frail))
        chosen = rows[order[:people]]
        evacuation.vulnerable[chosen] = True
        self.stretchers[inject] = chosen

    def _hurt(self, found: Found, effect: MassCasualty) -> None:
        """Hurt residents of a place, or those who live nearest a facility, who are there then."""
        atlas = self.setting.atlas
        if found.sort == "facility":
            row = found.facility
            away = np.hypot(*(atlas.grid_xy - atlas.facility_xy[row]).T)
            node = int(atlas.facility_node[row])
        else:
            away, node = np.where(self.grids_of(found), 0.0, np.inf), -1
        self.parts.care.mass_casualty(away, effect.people, effect.mix, node=node)

    def _threaten(self, effect: DykeRisk) -> None:
        atlas = self.setting.atlas
        self.setting.log.write(
            "dyke.piping",
            place=atlas.place_of(self.dyke),
            facility=atlas.facility_names[self.dyke],
            probability=effect.probability.value,
        )
        draw = float(self.setting.streams.get("dyke.breach").random())
        if draw < effect.probability.value:
            self.setting.clock.after(effect.after, "dyke.breach")

    def _breach(self, payload: Payload) -> None:
        del payload
        atlas = self.setting.atlas
        place = atlas.place_of(self.dyke)
        if self.dyke_plugged:
            self.setting.log.write("dyke.held", place=place)
            return
        spec = self.setting.drill.hazard.dyke
        waters = self.parts.waters
        waters.model.breach(waters.polder, self.setting.time_s, spec.fill_hours.value)
        self.setting.log.write("dyke.breach", place=place, cells=len(waters.polder))

    def _leave_mud(self) -> None:
        roads = self.parts.roads
        roads.muddy = roads.ever_closed.copy()
        kilometres = float(roads.length_m[roads.muddy].sum()) / 1000
        self.setting.log.write("roads.muddy", kilometres=kilometres)
