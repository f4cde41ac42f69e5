"""Account: what the log and the result say of patients and hospitals.

Residents who are hurt are logged one line for each step, hospital and moment; the everyday
patients only in the hourly report, so that a large city does not drown its log.
"""

import numpy as np

from scenarios.care import SEVERITIES
from simulation.care.hospitals import Hospital, Hospitals, Moment
from simulation.care.patients import MINUTE, Patient
from simulation.care.surge import Surge
from simulation.care.transport import Transport
from simulation.run import HospitalRecord
from simulation.setting import Setting

WORDS: dict[Moment, str] = {
    "arrived": "patient.arrived",
    "diverted": "patient.diverted",
    "transferred": "patient.transferred",
    "operated": "patient.operated",
    "admitted": "patient.admitted",
    "discharged": "patient.discharged",
    "died": "patient.died",
}
Counts = dict[int, list[int]]


class Account:
    """Counts moments and measures hospitals at every step.

    Attributes:
        minutes: Minutes from injury to definitive care of residents in the two urgent categories.
        avoidable: Patients who died and whom timely care would have saved.
        treated, operated, died: By hospital, then severity; -1 stands for no hospital.
        peak: Highest share of a hospital's peacetime beds in use [1].
        full_s: Time each hospital sent ambulances on [s].
    """

    def __init__(
        self, setting: Setting, hospitals: Hospitals, transport: Transport, surge: Surge
    ) -> None:
        self.setting, self.hospitals = setting, hospitals
        self.transport, self.surge = transport, surge
        count = len(hospitals.all)
        self.minutes: list[float] = []
        self.avoidable = 0
        self.arrived = self.home = self.lost = 0
        self.treated: Counts = {index: [0] * 4 for index in range(-1, count)}
        self.operated: Counts = {index: [0] * 4 for index in range(-1, count)}
        self.died: Counts = {index: [0] * 4 for index in range(-1, count)}
        self.peak = [0.0] * count
        self.city_peak = 0.0
        self.full_s = [0] * count
        self._tally: dict[str, Counts] = {}

    def follow(self, moment: Moment, patient: Patient) -> None:
        """Count one moment of one patient."""
        index, severity = patient.hospital, patient.severity
        if patient.grid < 0:
            return
        if moment == "arrived":
            self.arrived += 1
        elif moment == "discharged":
            self.treated[index][severity] += 1
            self.home += 1
        elif moment == "operated":
            self.operated[index][severity] += 1
        elif moment == "died":
            self.died[index][severity] += 1
            self.lost += 1
            self.avoidable += int(self.hospitals.patients.was_avoidable(patient))
        self._time(moment, patient)
        if patient.resident >= 0 and moment in WORDS:
            tally = self._tally.setdefault(WORDS[moment], {})
            tally.setdefault(index, [0] * 4)[severity] += 1

    def _time(self, moment: Moment, patient: Patient) -> None:
        """Take the time to definitive care, once it is known for good."""
        is_urgent = patient.resident >= 0 and patient.severity < 2
        if is_urgent and moment in ("discharged", "died") and patient.treated_tick >= 0:
            self.minutes.append((patient.treated_tick - patient.hurt_tick) / MINUTE)

    def step(self, seconds: int) -> None:
        """Write the tallies since the last step and measure every hospital."""
        for kind in sorted(self._tally):
            for index in sorted(self._tally[kind]):
                self._write(kind, index, self._tally[kind][index])
        self._tally.clear()
        used = beds = 0
        for index, hospital in enumerate(self.hospitals.all):
            whole = hospital.base["ward"] + hospital.base["icu"]
            inside = self.beds_used(index)
            used, beds = used + inside, beds + whole
            if whole:
                self.peak[index] = max(self.peak[index], inside / whole)
                is_full = self._sends_on(hospital)
                self.full_s[index] += seconds * is_full
        self.city_peak = max(self.city_peak, used / max(beds, 1))
        if self.setting.time_s % 3600 == 0 and beds:
            self._report(used, beds)

    def _sends_on(self, hospital: Hospital) -> bool:
        transport = self.transport
        return transport.is_full(hospital) or not transport.is_able(hospital)

    def _write(self, kind: str, index: int, severity: list[int]) -> None:
        hospital = self.hospitals.all[index] if index >= 0 else None
        self.setting.log.write(
            kind,
            place=self.setting.atlas.place_of(hospital.row) if hospital else None,
            facility=hospital.name if hospital else "",
            people=sum(severity),
            severity=dict(zip(SEVERITIES, severity, strict=True)),
        )

    def beds_used(self, index: int) -> int:
        """Patients in the beds of a hospital."""
        places = self.hospitals.all[index].places
        return len(places["ward"].inside) + len(places["icu"].inside)

    def _report(self, used: int, beds: int) -> None:
        places = [hospital.places for hospital in self.hospitals.all]
        self.setting.log.write(
            "hospitals.report",
            beds=beds,
            beds_used=used,
            bays_used=sum(len(one["bay"].inside) for one in places),
            waiting=sum(len(one["bay"].waiting) for one in places),
            boarding=sum(len(one[kind].waiting) for one in places for kind in ("icu", "ward")),
            before_theatre=sum(len(one["theatre"].waiting) for one in places),
            full=sum(self._sends_on(one) for one in self.hospitals.all if not one.is_clinic),
            closed=sum(not one.is_open for one in self.hospitals.all),
            arrived=self.arrived,
        )

    def close(self, residents_hurt: int) -> None:
        """Write what only the whole run can tell of care."""
        self.step(0)
        now = self.setting.clock.tick
        open_files = self.hospitals.patients.one.values()
        minutes = list(self.minutes)
        for patient in open_files:
            if patient.resident >= 0 and patient.severity < 2:
                end = patient.treated_tick if patient.treated_tick >= 0 else now
                minutes.append((end - patient.hurt_tick) / MINUTE)
        self.setting.log.write(
            "care.summary",
            hurt=residents_hurt,
            timed=len(minutes),
            definitive_care_p90_minutes=float(np.quantile(minutes, 0.9)) if minutes else None,
            avoidable_deaths=self.avoidable,
            occupancy_peak=self.city_peak if self._has_beds() else None,
            diversion_hours=sum(self.full_s) / 3600,
            diverted=sum(self.transport.diverted),
        )

    def _has_beds(self) -> bool:
        return any(not hospital.is_clinic for hospital in self.hospitals.all)

    def table(self, *, postponed: list[int], moved: list[int]) -> list[HospitalRecord]:
        """One row for each hospital or clinic.

        Args:
            postponed: Planned admissions put off, by hospital.
            moved: Patients taken to another hospital, by hospital.
        """
        return [
            HospitalRecord(
                facility=hospital.name,
                beds=hospital.base["ward"] + hospital.base["icu"],
                icu_beds=hospital.base["icu"],
                bays=hospital.base["bay"],
                theatres=hospital.base["theatre"],
                surge_beds=hospital.extra.get("ward", 0),
                peak_occupancy=round(self.peak[index], 4),
                treated=dict(zip(SEVERITIES, self.treated[index], strict=True)),
                operated=sum(self.operated[index]),
                died=sum(self.died[index]),
                diverted=self.transport.diverted[index],
                transferred=moved[index],
                diversion_hours=round(self.full_s[index] / 3600, 3),
                early_discharged=self.surge.early.get(index, 0),
                postponed=postponed[index],
            )
            for index, hospital in enumerate(self.hospitals.all)
        ]
