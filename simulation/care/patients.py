"""Patients: who needs care, what he will need, and how long he lives without it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from scenarios.care import Care, Course, ServiceTime
from simulation.care.survival import is_doomed, minutes_left
from simulation.clock import TICKS_PER_SECOND, Clock
from simulation.streams import Streams

MINUTE = 60 * TICKS_PER_SECOND
HOUR = 60 * MINUTE
Stage = Literal["hurt", "aboard", "bay", "theatre", "icu", "ward", "home", "dead"]
"""Where a patient is; in the four in the middle he is inside or before a place of a hospital."""


@dataclass(slots=True, kw_only=True)
class Patient:
    """One patient. Only those who need care have one; it is never a row for each resident.

    Attributes:
        severity: Index into ``SEVERITIES``.
        resident: Row among the residents, -1 for the hospitals' everyday patients.
        grid: Grid index where he fell ill or was hurt.
        hurt_tick: When.
        fate: Uniform number that decides how long he lives untreated.
        ticks: Time he will need in each kind of place; 0 where he needs none.
        rate: How fast his untreated time passes now, 0 once he is treated.
        untreated: Untreated time so far [ticks], up to ``since_tick``.
        death_event: Sequence of the event of his death, -1 for none.
        stay_event: Sequence of the event that ends his present treatment, -1 for none.
        hospital: Index of the hospital, -1 for none.
        waits_for: Kind of place he waits for, empty for none.
        stage_tick: When the present stage began.
        treated_tick: When definitive care began, -1 for not yet.
        is_early: True for one sent home early to make room.
    """

    number: int
    severity: int
    resident: int
    grid: int
    hurt_tick: int
    fate: float
    ticks: dict[str, int]
    rate: float = 1.0
    untreated: float = 0.0
    since_tick: int = 0
    death_event: int = -1
    stay_event: int = -1
    hospital: int = -1
    stage: Stage = "hurt"
    waits_for: str = ""
    stage_tick: int = 0
    treated_tick: int = -1
    is_early: bool = False


def drawn(time: ServiceTime, uniform: float) -> float:
    """Turn a uniform number into a time of a law, in the unit of the norm.

    >>> round(drawn(ServiceTime(value=10, unit="min", basis="A", sigma=0.5), 0.5), 6)
    10.0
    """
    if time.law == "exponential":
        return float(-time.value * np.log1p(-uniform))
    return float(time.value * np.exp(time.sigma * ndtri(uniform)))


class Patients:
    """All patients of a run, and the clock of those who are not treated yet.

    Attributes:
        one: Patients by number; those who went home or died are forgotten.
        doomed: Patients whom no care saves.
    """

    def __init__(self, care: Care, *, clock: Clock, streams: Streams) -> None:
        self.care, self.clock, self.streams = care, clock, streams
        self.courses = care.triage.courses()
        self.one: dict[int, Patient] = {}
        self._numbers = 0

    def add(self, severity: int, *, resident: int = -1, grid: int = -1, purpose: str) -> Patient:
        """Let somebody fall ill or be hurt now.

        Each patient takes eight numbers of the stream ``care.<purpose>``, whatever becomes of him,
        so that a decision changes nobody else's fate.
        """
        draws = self.streams.get(f"care.{purpose}").random(8)
        self._numbers += 1
        patient = Patient(
            number=self._numbers,
            severity=severity,
            resident=resident,
            grid=grid,
            hurt_tick=self.clock.tick,
            fate=float(draws[0]),
            ticks=self._needs(self.courses[severity], draws),
            since_tick=self.clock.tick,
            stage_tick=self.clock.tick,
        )
        self.one[patient.number] = patient
        self._expect_death(patient)
        return patient

    def add_inpatient(self, hours: float, *, stage: Stage) -> Patient:
        """Enter somebody who is in treatment already and leaves after some hours."""
        self._numbers += 1
        patient = Patient(
            number=self._numbers,
            severity=1,
            resident=-1,
            grid=-1,
            hurt_tick=self.clock.tick,
            fate=0.0,
            ticks={stage: max(round(hours * HOUR), 1)},
            rate=0.0,
            treated_tick=self.clock.tick,
        )
        self.one[patient.number] = patient
        return patient

    def _needs(
        self, course: Course, draws: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> dict[str, int]:
        stays = self.care.stays
        needs = {"bay": max(round(drawn(course.bay_minutes, draws[4]) * MINUTE), 1)}
        if draws[1] < course.surgery_share.value:
            needs["theatre"] = max(round(drawn(stays.surgery_minutes, draws[5]) * MINUTE), 1)
        if draws[2] < course.icu_share.value:
            needs["icu"] = max(round(drawn(stays.icu_hours, draws[6]) * HOUR), 1)
        if draws[3] < course.admit_share.value:
            needs["ward"] = max(round(drawn(stays.ward_hours, draws[7]) * HOUR), 1)
        return needs

    def _expect_death(self, patient: Patient) -> None:
        course = self.courses[patient.severity]
        left = minutes_left(course, patient.fate) * MINUTE - patient.untreated
        if patient.rate <= 0 or not left < 10**12:
            return
        ticks = max(round(left / patient.rate), 1)
        payload = {"patient": patient.number}
        tick = self.clock.tick + ticks
        patient.death_event = self.clock.schedule(tick, "care.dies", payload, priority=4)

    def slow(self, patient: Patient, rate: float) -> None:
        """Let untreated time pass at another rate; 0 is definitive care."""
        now = self.clock.tick
        if patient.treated_tick >= 0:
            return
        if rate <= 0.0:
            patient.treated_tick = now
        if self.is_doomed(patient):
            return
        patient.untreated += patient.rate * (now - patient.since_tick)
        patient.rate, patient.since_tick = rate, now
        self._stop(patient)
        self._expect_death(patient)

    def _stop(self, patient: Patient) -> None:
        if patient.death_event >= 0:
            self.clock.cancel(patient.death_event)
            patient.death_event = -1

    def is_doomed(self, patient: Patient) -> bool:
        """True for one whom no care saves."""
        return is_doomed(self.courses[patient.severity], patient.fate)

    def was_avoidable(self, patient: Patient) -> bool:
        """True where timely definitive care would have saved him."""
        course = self.courses[patient.severity]
        left = minutes_left(course, patient.fate)
        return not self.is_doomed(patient) and left > course.timely_minutes.value

    def forget(self, patient: Patient) -> None:
        """Close the file of one who went home or died."""
        self._stop(patient)
        del self.one[patient.number]
