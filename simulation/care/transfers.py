"""Transfers: patients who wait too long for a bed or a theatre are taken to one elsewhere."""

import numpy as np

from simulation.care.casualties import Casualties
from simulation.care.hospitals import Hospitals, Kind
from simulation.care.patients import HOUR, Patient
from simulation.care.transport import Transport
from simulation.setting import Setting
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Unit

SOUGHT: tuple[Kind, ...] = ("theatre", "icu", "ward")


class Transfers:
    """Ambulances between hospitals.

    Attributes:
        under_way: Hospital to which a patient is to go, by patient, while an ambulance is asked.
        moved: Patients taken away from each hospital.
    """

    def __init__(
        self, setting: Setting, dispatch: Dispatch, transport: Transport, casualties: Casualties
    ) -> None:
        self.setting, self.dispatch = setting, dispatch
        self.transport, self.casualties = transport, casualties
        self.hospitals: Hospitals = transport.hospitals
        self.under_way: dict[int, int] = {}
        self.moved = [0] * len(self.hospitals.all)
        dispatch.on("transfer", on_site=self._prepare, finish=self._load, deliver=self._deliver)

    def step(self) -> None:
        """Ask for an ambulance for everybody who has waited too long and has a place elsewhere."""
        for kind in SOUGHT:
            room = self._room(kind)
            for index, hospital in enumerate(self.hospitals.all):
                for number in list(hospital.places[kind].waiting):
                    if number not in self.under_way and self._waits_long(index, kind, number):
                        self._ask(number, index, kind, room)

    def _room(self, kind: Kind) -> list[int]:
        """Free places of a kind in each hospital, less those somebody is on his way to."""
        room = [
            0 if one.places[kind].waiting else max(one.places[kind].free, 0)
            for one in self.hospitals.all
        ]
        for number, target in self.under_way.items():
            patient = self.hospitals.patients.one.get(number)
            if patient is not None and patient.waits_for == kind:
                room[target] -= 1
        return room

    def _waits_long(self, index: int, kind: Kind, number: int) -> bool:
        """True after the drill's hours, or at once where the hospital can use no such place."""
        places = self.hospitals.all[index].places[kind]
        limit = self.setting.drill.care.hospital.transfer_hours.value * HOUR
        waited = self.setting.clock.tick - places.waiting[number]
        return places.capacity == 0 or waited >= limit

    def _ask(self, number: int, origin: int, kind: Kind, room: list[int]) -> None:
        patient = self.hospitals.patients.one[number]
        hospital = self.hospitals.all[origin]
        target = self._nearest_room(hospital.node, room)
        if target < 0:
            return
        room[target] -= 1
        self.under_way[number] = target
        self.dispatch.request(
            "transfer",
            node=hospital.node,
            place=self.setting.atlas.place_of(hospital.row),
            people=[patient.resident] if patient.resident >= 0 else [],
            patient=number,
            facility=hospital.row,
            item=kind,
        )

    def _nearest_room(self, node: int, room: list[int]) -> int:
        """The hospital with room that a straight line calls nearest, -1 for none."""
        xy = self.setting.atlas.node_xy
        free = [
            index for index, one in enumerate(self.hospitals.all) if one.is_open and room[index] > 0
        ]
        away = [float(np.hypot(*(xy[self.hospitals.all[index].node] - xy[node]))) for index in free]
        return free[int(np.argmin(away))] if free else -1

    def _prepare(self, incident: Incident, unit: Unit) -> float:
        del unit
        spread = self.setting.drill.care.ambulance.scene_minutes
        return 60 * self.dispatch.spread(incident.kind, spread)

    def _still_waits(self, incident: Incident) -> Patient | None:
        """The patient of a transfer, while he has not got his place meanwhile, or died."""
        patient = self.hospitals.patients.one.get(incident.patient)
        if patient is None or patient.waits_for != incident.item:
            self.under_way.pop(incident.patient, None)
            return None
        return patient

    def _load(self, incident: Incident, unit: Unit) -> int:
        patient = self._still_waits(incident)
        if patient is None:
            return -1
        self.moved[patient.hospital] += 1
        self.hospitals.remove(patient)
        self.transport.take_aboard(patient, unit)
        return self.hospitals.all[self.under_way[patient.number]].node

    def _deliver(self, incident: Incident, unit: Unit) -> None:
        target = self.under_way.pop(incident.patient, -1)
        patient = self.hospitals.patients.one.get(incident.patient)
        if patient is None or target < 0:
            return
        self.transport.unload(patient)
        patient.stage = "hurt"
        patient.hospital = target
        self.hospitals.hear("transferred", patient)
        self.casualties.seat(patient, target)
        self.dispatch.hold(unit)
        self.transport.let_go_unit(unit.name, handover=True)
        self.hospitals.admit(patient, target, incident.item)  # type: ignore[arg-type]  # a kind
