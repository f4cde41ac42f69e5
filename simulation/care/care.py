"""Care: the parts of medical care, put together for one run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.care import SeverityMix
from simulation.care.access import Access
from simulation.care.account import Account
from simulation.care.casualties import Casualties
from simulation.care.equipment import equip
from simulation.care.everyday import Everyday
from simulation.care.hospitals import KINDS, Hospitals, Moment
from simulation.care.patients import Patient, Patients
from simulation.care.surge import Surge
from simulation.care.transfers import Transfers
from simulation.care.transport import Transport
from simulation.hazards.waters import Waters, value_at
from simulation.people.residents import (
    PREPARING,
    RETURNED,
    STAYING,
    TRAPPED,
    UNWARNED,
    WARNED,
    Residents,
    among,
)
from simulation.run import HospitalRecord
from simulation.setting import Setting
from simulation.teams.dispatch import Dispatch
from simulation.works.roads import Roads

FREE_AT_HOME = (UNWARNED, WARNED, PREPARING, STAYING, RETURNED)
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What hospitals lean on now, each by facility row, and the staff that can come.

    Attributes:
        power, water: True where a facility has it.
        is_dry: True where water stands below the sill.
        present: Share of the staff on duty that can get to work [1].
    """

    power: Bools
    water: Bools
    is_dry: Bools
    present: float


class Care:
    """Casualties and hospitals of one run."""

    def __init__(
        self,
        setting: Setting,
        *,
        residents: Residents,
        roads: Roads,
        dispatch: Dispatch,
        waters: Waters,
    ) -> None:
        self.setting, self.residents, self.waters = setting, residents, waters
        self.norms = setting.drill.care
        self.patients = Patients(self.norms, clock=setting.clock, streams=setting.streams)
        self.hospitals = Hospitals(self.patients, equip(setting))
        self.transport = Transport(
            setting,
            residents=residents,
            roads=roads,
            dispatch=dispatch,
            patients=self.patients,
            hospitals=self.hospitals,
        )
        self.casualties = Casualties(
            setting,
            residents,
            patients=self.patients,
            hospitals=self.hospitals,
            transport=self.transport,
            waters=waters,
        )
        self.transfers = Transfers(setting, dispatch, self.transport, self.casualties)
        self.access = Access(setting, roads, self.hospitals)
        self.surge = Surge(setting, self.hospitals)
        self.account = Account(setting, self.hospitals, self.transport, self.surge)
        self.hospitals.hear = self._hear
        self.everyday = Everyday(setting, self.hospitals, self.surge, self.casualties)
        self.hurt = 0

    def _hear(self, moment: Moment, patient: Patient) -> None:
        self.account.follow(moment, patient)
        self.transport.follow(moment, patient)
        self.casualties.follow(moment, patient)

    def step(self, seconds: int, supply: Supply) -> None:
        """Hurt people as the hazard goes on, and equip hospitals as their supply allows."""
        self._expose(seconds)
        self.surge.present = supply.present
        for index, hospital in enumerate(self.hospitals.all):
            row = hospital.row
            self.surge.equip(
                index,
                is_open=bool(supply.is_dry[row]),
                power=bool(supply.power[row]),
                water=bool(supply.water[row]),
            )
        self.surge.watch()
        self.transfers.step()
        self.account.step(seconds)

    def _expose(self, seconds: int) -> None:
        """The storm hurts people anywhere, and time in water makes the trapped ill."""
        harm = self.norms.harm
        rain = self.setting.drill.hazard.rain_mm_h
        force = value_at(rain, self.setting.time_s) / max(rain.value)
        storm = harm.storm_per_100k_hour.value / 1e5 * force * seconds / 3600
        self._strike(FREE_AT_HOME, storm, "storm")
        self._strike((TRAPPED,), harm.exposure_per_hour.value * seconds / 3600, "exposure")

    def _strike(self, states: tuple[int, ...], share: float, cause: str) -> None:
        if share <= 0.0:
            return
        people = np.flatnonzero(among(self.residents.state, states))
        random = self.setting.streams.get(f"care.{cause}")
        count = int(random.binomial(len(people), min(share, 1.0))) if len(people) else 0
        if count:
            chosen = np.sort(random.choice(people, count, replace=False))
            self.strike(chosen, cause)

    def strike(self, people: NDArray[np.int64], cause: str, *, node: int = -1) -> None:
        """Hurt residents; the cause says how badly.

        Args:
            people: Residents, each at home, trapped or just freed.
            cause: ``drowning``, ``storm``, ``exposure`` or ``vehicle``.
            node: Where they are; -1 for their homes.
        """
        harm = self.norms.harm
        mixes = {"drowning": harm.drowning, "storm": harm.storm}
        mix = mixes.get(cause, harm.exposure)
        self.casualties.hurt(people, mix, cause=cause, node=node)
        self.hurt += len(people)

    def mass_casualty(
        self, away_m: NDArray[np.float64], people: int, mix: SeverityMix, *, node: int
    ) -> None:
        """Hurt so many residents at once, those of the nearest grids first, drawn by lot.

        Args:
            away_m: Distance of each grid [m]; inf where nobody is taken from.
            people: How many.
            mix: How badly.
            node: Where they are hurt; -1 for their homes.
        """
        residents = self.residents
        away = away_m[residents.here]
        free = np.flatnonzero(among(residents.state, FREE_AT_HOME) & np.isfinite(away))
        draw = self.setting.streams.get("care.mass").random(len(free))
        chosen = np.sort(free[np.lexsort((draw, away[free]))[:people]])
        self.casualties.hurt(chosen, mix, cause="incident", node=node)
        self.hurt += len(chosen)

    def freed_from_vehicle(self, people: NDArray[np.int64], *, node: int) -> None:
        """Hurt a share of those freed from a vehicle in water."""
        draws = self.setting.streams.get("care.vehicle").random(len(people))
        self.strike(people[draws < self.norms.harm.vehicle_share.value], "vehicle", node=node)

    def everyday_load(self) -> NDArray[np.int32]:
        """Patients in each facility who are not among the residents' own states."""
        load = np.zeros(len(self.setting.atlas.facility_names), np.int32)
        for hospital in self.hospitals.all:
            load[hospital.row] = sum(len(one.inside) for one in hospital.places.values())
        for number in self.casualties.of_resident.values():
            patient = self.patients.one[number]
            if patient.stage in KINDS:
                load[self.hospitals.all[patient.hospital].row] -= 1
        return load

    def close(self) -> None:
        """Write the summary of care."""
        self.account.close(self.hurt)

    def table(self) -> list[HospitalRecord]:
        """One row for each hospital or clinic."""
        return self.account.table(postponed=self.everyday.postponed, moved=self.transfers.moved)
