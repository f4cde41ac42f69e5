"""Transport: how patients reach a hospital, and which one.

The ambulance's cycle: call, turnout, way, on scene, way, hand-over, clear, way back. A crew whose
patient finds no bay waits at the door with him, up to a limit; so full bays take ambulances away.
"""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from scenarios.care import SEVERITIES
from simulation.care.hospitals import Hospital, Hospitals, Moment
from simulation.care.patients import Patient, Patients
from simulation.clock import Payload
from simulation.people.residents import INJURED, MOVING, Residents
from simulation.setting import Setting
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Unit
from simulation.works.roads import Roads

NEAREST = 8
"""Hospitals looked at for one patient, nearest in a straight line first."""
MINOR = SEVERITIES.index("minor")
CALL_PRIORITY = (1, 2, 4, 3)
"""Urgency of a call by triage category, as in ``TaskRule.priority``: SALT's order."""
OUTSIDE = -1
"""Stands for hospitals outside the city, where it has none of its own."""


class Transport:
    """Ambulances, boats and private cars that bring patients in.

    Attributes:
        bring_in: Told of a patient at the door of a hospital.
        diverted: Patients taken past each hospital because it was full.
        cut_off: Residents hurt while trapped, until help is called.
        at_door: Unit that waits at a hospital's door, by patient.
    """

    UNKEPT: ClassVar = ("_dry",)

    def __init__(
        self,
        setting: Setting,
        *,
        residents: Residents,
        roads: Roads,
        dispatch: Dispatch,
        patients: Patients,
        hospitals: Hospitals,
    ) -> None:
        self.setting, self.residents, self.roads = setting, residents, roads
        self.dispatch = dispatch
        self.patients, self.hospitals = patients, hospitals
        self.times = setting.drill.care.ambulance
        self.bring_in: Callable[[Patient, int], None] = _nowhere
        self.diverted = [0] * len(hospitals.all)
        self.cut_off: set[int] = set()
        self.at_door: dict[int, str] = {}
        self._aboard: dict[int, str] = {}
        self._dry = (-1, np.zeros(0, bool))
        setting.clock.on("care.set_out", self._set_out)
        setting.clock.on("care.walk_in", self._walk_in)
        setting.clock.on("care.offload", self._offload)
        dispatch.on("injured", on_site=self._aid, finish=self._load, deliver=self._hand_over)
        dispatch.on("afloat", on_site=self._haul, finish=self._row, deliver=self._land)

    def is_afloat(self, person: int, node: int) -> bool:
        """True for somebody trapped by water, or where no road leads to any hospital."""
        if person in self.cut_off:
            self.cut_off.discard(person)
            return True
        nodes = [int(self.roads.access[one.node]) for one in self.hospitals.all]
        if nodes and self._dry[0] != self.roads.version:
            self._dry = (self.roads.version, np.isfinite(self.roads.seconds_to_nearest(nodes)))
        return bool(nodes) and not self._dry[1][int(self.roads.access[node])]

    def call(self, patient: Patient, *, node: int, afloat: bool) -> None:
        """Call an ambulance, or a boat that brings the patient to one."""
        self.dispatch.request(
            "afloat" if afloat else "injured",
            node=node,
            place=self.setting.atlas.grid_codes[patient.grid],
            people=[patient.resident] if patient.resident >= 0 else [],
            patient=patient.number,
            priority=CALL_PRIORITY[patient.severity],
        )

    def set_out(self, patient: Patient, *, node: int) -> None:
        """Let a patient come on his own after a time."""
        spread = self.times.set_out_minutes
        minutes = self.setting.streams.lognormal("care.set_out", spread.value, spread.sigma)
        payload = {"patient": patient.number, "node": node}
        self.setting.clock.after(minutes * 60, "care.set_out", payload)

    def _set_out(self, payload: Payload) -> None:
        """Go to the nearest hospital that is open; call an ambulance where no road leads there."""
        patient, node = self.patients.one.get(payload["patient"]), int(payload["node"])
        if patient is None:
            return
        found = self.choose(node, patient, past_full=False)
        if found is None:
            self.call(patient, node=node, afloat=False)
            return
        hospital, seconds = found
        details = {"patient": patient.number, "hospital": hospital}
        self.setting.clock.after(seconds, "care.walk_in", details)

    def _walk_in(self, payload: Payload) -> None:
        patient = self.patients.one.get(payload["patient"])
        if patient is not None:
            self.bring_in(patient, int(payload["hospital"]))

    def choose(self, node: int, patient: Patient, *, past_full: bool) -> tuple[int, float] | None:
        """The hospital for a patient and the way to it [s]; None where no road leads to one.

        Args:
            node: Where he is.
            patient: Clinics take the lightly hurt only.
            past_full: Drive past hospitals that are full, as ambulances do while another is not.
        """
        found = self._reachable(node, light=patient.severity == MINOR)
        if not found:
            is_outside = not any(not one.is_clinic for one in self.hospitals.all)
            return (OUTSIDE, 0.0) if is_outside else None
        nearest = found[0]
        if past_full and not self.takes(nearest[1], patient):
            better = [one for one in found if self.takes(one[1], patient)]
            if better:
                self.diverted[nearest[1]] += 1
                patient.hospital = nearest[1]
                self.hospitals.hear("diverted", patient)
                nearest = better[0]
        return nearest[1], nearest[0]

    def takes(self, index: int, patient: Patient) -> bool:
        """True where a hospital has room at its door, and can operate on one badly hurt."""
        hospital = self.hospitals.all[index]
        is_able = patient.severity == MINOR or self.is_able(hospital)
        return is_able and not self.is_full(hospital)

    def is_able(self, hospital: Hospital) -> bool:
        """True while theatres and intensive care of a hospital can be used."""
        return hospital.usable("theatre") > 0 and hospital.usable("icu") > 0

    def _reachable(self, node: int, *, light: bool) -> list[tuple[float, int]]:
        """Ways to the open hospitals near a node, shortest first: seconds and index."""
        here = int(self.roads.access[node])
        open_now = [
            index
            for index, one in enumerate(self.hospitals.all)
            if one.is_open and (light or not one.is_clinic)
        ]
        xy = self.setting.atlas.node_xy
        stands = np.array([self.hospitals.all[index].node for index in open_now], dtype=np.int64)
        away = np.hypot(*(xy[stands] - xy[here]).T)
        near = np.argsort(away, kind="stable")[:NEAREST]
        found = [(self._seconds(here, open_now[row]), open_now[row]) for row in near.tolist()]
        return sorted(one for one in found if np.isfinite(one[0]))

    def _seconds(self, node: int, hospital: int) -> float:
        target = int(self.roads.access[self.hospitals.all[hospital].node])
        return float(self.roads.reach(target).seconds[node])

    def is_full(self, hospital: Hospital) -> bool:
        """True while ambulances should drive past: the bays are taken and people wait."""
        bay, norms = hospital.places["bay"], self.setting.drill.care.hospital
        return bay.free <= 0 and len(bay.waiting) >= norms.full_share.value * bay.capacity

    def _of(self, incident: Incident) -> Patient | None:
        return self.patients.one.get(incident.patient)

    def _aid(self, incident: Incident, unit: Unit) -> float:
        """First aid at the scene; untreated time passes more slowly from now on."""
        del unit
        patient = self._of(incident)
        if patient is None:
            return 60.0
        self.patients.slow(patient, self.patients.care.triage.first_aid_rate.value)
        return 60 * self.dispatch.spread("injured", self.times.scene_minutes)

    def _load(self, incident: Incident, unit: Unit) -> int:
        patient = self._of(incident)
        if patient is None:
            return -1
        found = self.choose(unit.node, patient, past_full=True)
        if found is None:
            self.call(patient, node=incident.node, afloat=False)
            return -1
        patient.hospital = found[0]
        self.take_aboard(patient, unit)
        if found[0] == OUTSIDE:
            return -1
        incident.facility = self.hospitals.all[found[0]].row
        return self.hospitals.all[found[0]].node

    def take_aboard(self, patient: Patient, unit: Unit) -> None:
        """Put a patient into a vehicle."""
        patient.stage = "aboard"
        self._aboard[patient.number] = unit.name
        if patient.resident >= 0:
            unit.aboard = [patient.resident]
            self.residents.facility[patient.resident] = -1
            self.residents.state[patient.resident] = MOVING

    def unload(self, patient: Patient) -> None:
        """Take a patient out of the vehicle he is in."""
        name = self._aboard.pop(patient.number, "")
        if name and patient.resident >= 0:
            self.dispatch.responders.units[name].aboard = []

    def _hand_over(self, incident: Incident, unit: Unit) -> None:
        patient = self._of(incident)
        if patient is None or self._aboard.get(patient.number) != unit.name:
            return
        self.unload(patient)
        self.dispatch.hold(unit)
        self.at_door[patient.number] = unit.name
        patient.stage = "hurt"
        self.setting.clock.after(
            self.times.offload_minutes.value * 60, "care.offload", {"patient": patient.number}
        )
        hospital = patient.hospital
        if hospital == OUTSIDE:
            self._let_go(patient, handover=True)
        self.bring_in(patient, hospital)

    def _offload(self, payload: Payload) -> None:
        """The crew has waited long enough: staff of the hospital takes the patient at the door."""
        if payload["patient"] in self.at_door:
            self.let_go_unit(self.at_door.pop(payload["patient"]), handover=False)

    def follow(self, moment: Moment, patient: Patient) -> None:
        """Let the crew go once its patient is in a bay, or dead."""
        if moment in ("in_bay", "died"):
            self._let_go(patient, handover=moment == "in_bay")
        if moment == "died":
            self._aboard.pop(patient.number, None)

    def _let_go(self, patient: Patient, *, handover: bool) -> None:
        name = self.at_door.pop(patient.number, "")
        if name:
            self.let_go_unit(name, handover=handover)

    def let_go_unit(self, name: str, *, handover: bool) -> None:
        """Let a held unit leave once it has handed over, where it must, and is clean again."""
        minutes = self.dispatch.spread("clear", self.times.clear_minutes)
        if handover:
            minutes += self.dispatch.spread("handover", self.setting.drill.norms.handover_minutes)
        self.dispatch.release(self.dispatch.responders.units[name], after_s=minutes * 60)

    def _haul(self, incident: Incident, unit: Unit) -> float:
        del unit
        if self._of(incident) is None:
            return 60.0
        return 60 * self.dispatch.spread("afloat", self.setting.drill.norms.boat_rescue_minutes)

    def _row(self, incident: Incident, unit: Unit) -> int:
        """Take a patient by boat to the nearest place that an ambulance can reach."""
        patient = self._of(incident)
        if patient is None:
            return -1
        self.take_aboard(patient, unit)
        nodes = [self.hospitals.all[index].node for index in range(len(self.hospitals.all))]
        access = [int(self.roads.access[node]) for node in nodes]
        dry = np.isfinite(self.roads.seconds_to_nearest(access)) if access else self._anywhere()
        xy = self.setting.atlas.node_xy
        away = np.where(dry, np.hypot(*(xy - xy[unit.node]).T), np.inf)
        return int(away.argmin()) if np.isfinite(away).any() else unit.node

    def _anywhere(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return np.ones(len(self.setting.atlas.node_xy), bool)

    def _land(self, incident: Incident, unit: Unit) -> None:
        patient = self._of(incident)
        if patient is None or self._aboard.get(patient.number) != unit.name:
            return
        self.unload(patient)
        patient.stage = "hurt"
        if patient.resident >= 0:
            self.residents.state[patient.resident] = INJURED
        self.call(patient, node=unit.node, afloat=False)


def _nowhere(patient: Patient, hospital: int) -> None:
    del patient, hospital
