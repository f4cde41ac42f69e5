"""Hospitals: emergency bay, theatre, intensive care, ward, home; each a queue with places.

A patient keeps his place until the next one is free (boarding), so a full ward backs up into the
bays and from there to the ambulances at the door.
"""

from collections.abc import Callable
from typing import Literal

from simulation.care.patients import Patient, Patients
from simulation.care.places import Places
from simulation.clock import Payload

Kind = Literal["bay", "theatre", "icu", "ward"]
KINDS: tuple[Kind, ...] = ("bay", "theatre", "icu", "ward")
Moment = Literal[
    "arrived", "diverted", "transferred", "in_bay", "operated", "admitted", "discharged", "died"
]
Hear = Callable[[Moment, Patient], None]


class Hospital:
    """One hospital or clinic.

    Attributes:
        row: Its facility row.
        node: Its road node.
        base: Places of each kind in peacetime with everything working.
        extra: Places added by a surge that is ready.
        share: Share of each kind that power, water and staff allow now [1].
        is_open: False while it takes nobody.
        places: The queues.
    """

    def __init__(self, *, name: str, row: int, node: int, base: dict[Kind, int]) -> None:
        self.name, self.row, self.node = name, row, node
        self.base = base
        self.extra: dict[Kind, int] = {}
        self.share: dict[Kind, float] = {}
        self.is_open = True
        self.places = {kind: Places(base[kind]) for kind in KINDS}

    @property
    def is_clinic(self) -> bool:
        """True for one that admits nobody."""
        return self.base["ward"] == 0

    def usable(self, kind: Kind) -> int:
        """Places of a kind that can be used now."""
        whole = self.base[kind] + self.extra.get(kind, 0)
        return int(whole * self.share.get(kind, 1.0) + 0.5) if self.is_open else 0


class Hospitals:
    """The way of patients through all hospitals.

    Args:
        patients: All patients.
        hospitals: The hospitals, in order of facility identifier.

    Attributes:
        hear: Told of every moment in a patient's way.
    """

    def __init__(self, patients: Patients, hospitals: list[Hospital]) -> None:
        self.patients, self.all = patients, hospitals
        self.clock = patients.clock
        self.hear: Hear = _nobody
        self.clock.on("care.done", self._done)
        self.clock.on("care.dies", self._dies)

    def arrive(self, patient: Patient, hospital: int) -> None:
        """Bring a patient to the door of a hospital."""
        patient.hospital = hospital
        self.hear("arrived", patient)
        self._seek(patient, "bay")

    def admit(self, patient: Patient, hospital: int, kind: Kind) -> None:
        """Bring a patient straight to a kind of place, past the emergency bay."""
        patient.hospital = hospital
        self._seek(patient, kind)

    def has_room(self, hospital: int, kind: Kind) -> bool:
        """True while a place of a kind is free and nobody waits for it."""
        places = self.all[hospital].places[kind]
        return places.free > 0 and not places.waiting

    def _seek(self, patient: Patient, kind: Kind) -> None:
        places = self.all[patient.hospital].places[kind]
        patient.waits_for = kind
        if places.ask(patient.number, priority=patient.severity, tick=self.clock.tick):
            self._begin(patient)

    def _begin(self, patient: Patient) -> None:
        """Start the treatment a patient waited for, and free the place he waited in."""
        before, kind = patient.stage, patient.waits_for
        patient.stage, patient.waits_for = kind, ""  # type: ignore[assignment]  # one of KINDS
        patient.stage_tick = self.clock.tick
        after = self.clock.tick + patient.ticks[kind]
        payload = {"patient": patient.number}
        patient.stay_event = self.clock.schedule(after, "care.done", payload)
        self._treat(patient, kind)
        if before in KINDS:
            self._free(patient, before)

    def _treat(self, patient: Patient, kind: str) -> None:
        rate = self.patients.care.triage.first_aid_rate.value
        if kind == "bay":
            self.hear("in_bay", patient)
            needs_operation = "theatre" in patient.ticks
            self.patients.slow(patient, rate if needs_operation else 0.0)
        else:
            self.patients.slow(patient, 0.0)
        if kind == "theatre":
            self.hear("operated", patient)
        elif kind in ("icu", "ward"):
            self.hear("admitted", patient)

    def _free(self, patient: Patient, kind: str) -> None:
        places = self.all[patient.hospital].places[kind]  # type: ignore[index]  # one of KINDS
        for number in places.leave(patient.number, tick=self.clock.tick):
            self._begin(self.patients.one[number])

    def _done(self, payload: Payload) -> None:
        """One treatment is over: seek the next place, or go home."""
        patient = self.patients.one[payload["patient"]]
        patient.stay_event = -1
        onward = KINDS[KINDS.index(patient.stage) + 1 :]
        needed = next((kind for kind in onward if kind in patient.ticks), None)
        if needed is not None:
            self._seek(patient, needed)
            return
        before = patient.stage
        self._free(patient, before)
        patient.stage = "home"
        self.hear("discharged", patient)
        self.patients.forget(patient)

    def _dies(self, payload: Payload) -> None:
        patient = self.patients.one[payload["patient"]]
        patient.death_event = -1
        self.remove(patient)
        patient.stage = "dead"
        self.hear("died", patient)
        self.patients.forget(patient)

    def remove(self, patient: Patient) -> None:
        """Take a patient out of the place he is in and the line he stands in."""
        if patient.stay_event >= 0:
            self.clock.cancel(patient.stay_event)
            patient.stay_event = -1
        if patient.hospital < 0:
            return
        if patient.waits_for:
            places = self.all[patient.hospital].places
            places[patient.waits_for].withdraw(patient.number, tick=self.clock.tick)  # type: ignore[index]  # one of KINDS
            patient.waits_for = ""
        if patient.stage in KINDS:
            before, patient.stage = patient.stage, "hurt"
            self._free(patient, before)

    def send_home(self, patient: Patient, *, after_ticks: int) -> None:
        """Let a ward patient leave early, after some time, where that is sooner."""
        leaves = patient.stage_tick + patient.ticks["ward"]
        sooner = self.clock.tick + max(after_ticks, 1)
        if patient.stage != "ward" or patient.stay_event < 0 or sooner >= leaves:
            return
        self.clock.cancel(patient.stay_event)
        patient.is_early = True
        patient.ticks["ward"] = sooner - patient.stage_tick
        payload = {"patient": patient.number}
        patient.stay_event = self.clock.schedule(sooner, "care.done", payload)

    def refit(self, hospital: Hospital) -> None:
        """Bring the queues of a hospital to what it can use now."""
        for kind in KINDS:
            places = hospital.places[kind]
            if places.capacity != hospital.usable(kind):
                for number in places.resize(hospital.usable(kind), tick=self.clock.tick):
                    self._begin(self.patients.one[number])


def _nobody(moment: Moment, patient: Patient) -> None:
    del moment, patient
