"""Everyday: patients in bed at the start, planned admissions and ordinary emergencies."""

import math

import numpy as np
from scipy.spatial import cKDTree

from scenarios.care import ServiceTime
from simulation.care.casualties import Casualties
from simulation.care.hospitals import Hospitals, Kind
from simulation.care.patients import drawn
from simulation.care.surge import Surge
from simulation.clock import Payload
from simulation.setting import Setting

DAY_S = 86_400


class Everyday:
    """The hospitals' ordinary work.

    Attributes:
        postponed: Planned admissions that found no bed or a surge, by hospital.
        planned: Hospital, kind of bed and rate of planned admissions [1/s]; with the emergencies
            they keep the beds as full as at the start.
    """

    def __init__(
        self, setting: Setting, hospitals: Hospitals, surge: Surge, casualties: Casualties
    ) -> None:
        self.setting, self.hospitals = setting, hospitals
        self.surge, self.casualties = surge, casualties
        self.norms = setting.drill.care.everyday
        self.postponed = [0] * len(hospitals.all)
        residents = casualties.residents.count
        per_day = self.norms.emergencies_per_1000_day.value * residents / 1000
        self.emergencies_per_s = per_day / DAY_S
        self.planned = self._planned()
        setting.clock.on("care.emergency", self._emergency)
        setting.clock.on("care.planned", self._plan)
        self._fill_beds()
        if self.emergencies_per_s > 0 and any(not one.is_clinic for one in hospitals.all):
            self._next("care.emergency", self.emergencies_per_s, {})
        for number, (_, _, rate) in enumerate(self.planned):
            self._next("care.planned", rate, {"planned": number})

    def _planned(self) -> list[tuple[int, Kind, float]]:
        """Admissions that hold beds at their starting occupancy beside the emergencies."""
        found: list[tuple[int, Kind, float]] = []
        catchment = self._catchment()
        for kind, stay in self._stays():
            coming = self.emergencies_per_s * self._needing(kind)
            stay_s = stay.mean() * 3600
            for index, hospital in enumerate(self.hospitals.all):
                leaving = self.norms.occupancy.value * hospital.base[kind] / stay_s
                rate = leaving - coming * catchment[index]
                if rate > 0:
                    found.append((index, kind, rate))
        return found

    def _stays(self) -> tuple[tuple[Kind, ServiceTime], ...]:
        stays = self.setting.drill.care.stays
        return (("icu", stays.icu_hours), ("ward", stays.ward_hours))

    def _needing(self, kind: Kind) -> float:
        """Share of the ordinary emergencies that comes to need a bed of a kind [1]."""
        courses = self.setting.drill.care.triage.courses()
        needs = [one.icu_share if kind == "icu" else one.admit_share for one in courses]
        shares = self.norms.mix.shares()
        return sum(share * need.value for share, need in zip(shares, needs, strict=True))

    def _catchment(self) -> list[float]:
        """Share of the residents whose nearest hospital each one is; 0 for clinics."""
        atlas = self.setting.atlas
        whole = [index for index, one in enumerate(self.hospitals.all) if not one.is_clinic]
        shares = np.zeros(len(self.hospitals.all))
        if whole:
            rows = [self.hospitals.all[index].row for index in whole]
            _, nearest = cKDTree(atlas.facility_xy[rows]).query(atlas.grid_xy)
            np.add.at(shares, np.array(whole)[nearest], atlas.grid_residents)
        return list(shares / max(shares.sum(), 1.0))

    def _fill_beds(self) -> None:
        """Put patients into beds, each somewhere in the middle of his stay."""
        for index, hospital in enumerate(self.hospitals.all):
            for kind, stay in self._stays():
                count = round(self.norms.occupancy.value * hospital.base[kind])
                for hours in self._rests(stay, count):
                    patient = self.hospitals.patients.add_inpatient(hours, stage=kind)
                    self.hospitals.admit(patient, index, kind)

    def _rests(self, stay: ServiceTime, count: int) -> list[float]:
        """Draw what is left of stays found under way [h].

        Such a stay is drawn in proportion to its length, and a uniform part of it is left.
        """
        random = self.setting.streams.get("care.inpatients")
        if stay.law == "exponential":
            return list((stay.value * random.standard_exponential(count)).tolist())
        whole = stay.value * np.exp(stay.sigma**2 + stay.sigma * random.standard_normal(count))
        return list((whole * random.random(count)).tolist())

    def _next(self, kind: str, rate: float, payload: Payload) -> None:
        gap = -math.log1p(-self.setting.streams.get(f"{kind}.gaps").random()) / rate
        self.setting.clock.after(gap, kind, payload)

    def _emergency(self, payload: Payload) -> None:
        """Somebody falls ill or is hurt as on any day."""
        self._next("care.emergency", self.emergencies_per_s, payload)
        random = self.setting.streams.get("care.emergency.who")
        person = int(random.integers(self.casualties.residents.count))
        severity = int(np.searchsorted(np.cumsum(self.norms.mix.shares()), random.random()))
        self.casualties.fall_ill(person, min(severity, 3), is_resident=False)

    def _plan(self, payload: Payload) -> None:
        """One planned admission; put off where there is a surge or no free bed."""
        number = int(payload["planned"])
        index, kind, rate = self.planned[number]
        self._next("care.planned", rate, payload)
        uniform = float(self.setting.streams.get("care.planned.stay").random())
        if index in self.surge.active or not self.hospitals.has_room(index, kind):
            self.postponed[index] += 1
            return
        hours = drawn(dict(self._stays())[kind], uniform)
        patient = self.hospitals.patients.add_inpatient(hours, stage=kind)
        self.hospitals.admit(patient, index, kind)
