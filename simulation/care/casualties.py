"""Casualties: who is hurt, and how each of them gets to a hospital, by ambulance or alone."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scenarios.care import SeverityMix
from simulation.care.hospitals import Hospitals, Moment
from simulation.care.patients import Patient, Patients
from simulation.care.transport import Transport
from simulation.hazards.waters import Waters
from simulation.people.residents import AWAY, DEAD, INJURED, MOVING, RETURNED, TRAPPED, Residents
from simulation.setting import Setting

People = NDArray[np.int64]


class Casualties:
    """Residents who are hurt, and everyday patients, until they are home or dead.

    Attributes:
        of_resident: Patient number of each resident under care.
        may_go_home: Asked whether a household may be at home; others stay away when discharged.
    """

    def __init__(
        self,
        setting: Setting,
        residents: Residents,
        *,
        patients: Patients,
        hospitals: Hospitals,
        transport: Transport,
        waters: Waters,
    ) -> None:
        self.setting, self.residents, self.waters = setting, residents, waters
        self.patients, self.hospitals, self.transport = patients, hospitals, transport
        self.of_resident: dict[int, int] = {}
        self.may_go_home: Callable[[int], bool] = _always
        transport.bring_in = self.bring_in

    def hurt(self, people: People, mix: SeverityMix, *, cause: str, node: int = -1) -> None:
        """Let residents be hurt now; each is sorted and help is called.

        Args:
            people: Residents.
            mix: How badly.
            cause: Word for the log.
            node: Where they are; -1 for their homes.
        """
        if len(people) == 0:
            return
        draws = self.setting.streams.get("care.severity").random(len(people))
        edges = np.cumsum(mix.shares())[:-1]
        severity = np.searchsorted(edges, draws, side="right")
        here = self.residents.here[people]
        for grid in np.unique(here).tolist():
            self.setting.log.write(
                "resident.injured",
                place=self.setting.atlas.grid_codes[grid],
                cause=cause,
                people=int((here == grid).sum()),
                severity=np.bincount(severity[here == grid], minlength=4).tolist(),
            )
        for person, kind in zip(people.tolist(), severity.tolist(), strict=True):
            if self.residents.state[person] == TRAPPED:
                self.transport.cut_off.add(person)
            self.residents.state[person] = INJURED
            self.residents.facility[person] = -1
            self.fall_ill(person, kind, is_resident=True, node=node)

    def fall_ill(self, person: int, severity: int, *, is_resident: bool, node: int = -1) -> None:
        """Open the file of a resident, or of an everyday patient who lives where he lives."""
        purpose = "casualties" if is_resident else "everyday"
        patient = self.patients.add(
            severity,
            resident=person if is_resident else -1,
            grid=int(self.residents.here[person]),
            purpose=purpose,
        )
        if is_resident:
            self.of_resident[person] = patient.number
        if node < 0:
            node = int(self.residents.node[self.residents.household[person]])
        afloat = self.transport.is_afloat(person, node)
        share = self.patients.courses[severity].ambulance_share.value
        calls = self.setting.streams.get(f"care.{purpose}.calls").random() < share
        if calls or afloat:
            self.transport.call(patient, node=node, afloat=afloat)
        else:
            self.transport.set_out(patient, node=node)

    def bring_in(self, patient: Patient, hospital: int) -> None:
        """A patient is at a hospital's door; -1 stands for hospitals outside the city."""
        self.seat(patient, hospital)
        if hospital >= 0:
            self.hospitals.arrive(patient, hospital)
        else:
            self._leave_city(patient)

    def seat(self, patient: Patient, hospital: int) -> None:
        """Book a resident into a hospital, or out of the city for -1."""
        person = patient.resident
        if person < 0:
            return
        self.residents.state[person] = INJURED if hospital >= 0 else AWAY
        row = self.hospitals.all[hospital].row if hospital >= 0 else -1
        self.residents.facility[person] = row
        if row >= 0:
            self.residents.here[person] = int(self.setting.atlas.facility_grid[row])

    def _leave_city(self, patient: Patient) -> None:
        """What becomes of patients outside the city is not followed."""
        self.of_resident.pop(patient.resident, None)
        self.patients.forget(patient)

    def follow(self, moment: Moment, patient: Patient) -> None:
        """Book on the resident what became of the patient."""
        if patient.resident < 0:
            return
        if moment == "discharged":
            self._send_home(patient.resident)
        elif moment == "died":
            self._bury(patient)
        if moment in ("discharged", "died"):
            self.of_resident.pop(patient.resident, None)

    def _send_home(self, person: int) -> None:
        residents, home = self.residents, int(self.residents.household[person])
        cell = self.setting.atlas.building_cell[residents.building[home]]
        wet = self.setting.drill.norms.building_wet_depth_m.value
        goes_home = bool(self.waters.depth_m[cell] < wet) and self.may_go_home(home)
        residents.facility[person] = -1
        residents.state[person] = RETURNED if goes_home else AWAY
        if goes_home:
            residents.here[person] = int(residents.grid[home])

    def _bury(self, patient: Patient) -> None:
        """Book a death; one who dies in a vehicle leaves it first."""
        person = patient.resident
        if self.residents.state[person] == MOVING:
            self.transport.unload(patient)
        self.residents.state[person] = DEAD
        self.residents.facility[person] = -1
        place = self.setting.atlas.grid_codes[int(self.residents.here[person])]
        self.setting.log.write("resident.dead", place=place, people=1)


def _always(household: int) -> bool:
    del household
    return True
