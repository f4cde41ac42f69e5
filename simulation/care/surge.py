"""Surge: hospitals call staff, set up beds, stop planned work and send stable patients home."""

from simulation.care.hospitals import KINDS, Hospital, Hospitals
from simulation.care.patients import HOUR, drawn
from simulation.clock import Payload
from simulation.setting import Setting

LEVELS = ("IV", "III", "II", "I")
"""Response levels, lowest first."""


class Surge:
    """Which hospitals surge, and what that gives them.

    Attributes:
        active: Hospitals that surge, by index, with the tick of the order.
        ready: Those whose extra beds and staff stand ready.
        early: Patients sent home early, by hospital.
        present: Share of the staff on duty that is there [1], as roads allow.
    """

    def __init__(self, setting: Setting, hospitals: Hospitals) -> None:
        self.setting, self.hospitals = setting, hospitals
        self.norms = setting.drill.care.surge
        self.active: dict[int, int] = {}
        self.ready: list[int] = []
        self.early: dict[int, int] = {}
        self.present = 1.0
        setting.clock.on("care.surge_ready", self._stand_ready)

    def respond(self, level: str) -> None:
        """Hear of a response level; from the drill's level on every hospital surges."""
        if level in LEVELS and LEVELS.index(level) >= LEVELS.index(self.norms.level):
            self.activate_all()

    def activate_all(self) -> None:
        """Let every hospital surge by order."""
        for index, hospital in enumerate(self.hospitals.all):
            if not hospital.is_clinic:
                self.activate(index, because="order")

    def crowding(self) -> tuple[float, int]:
        """People in and before the bays for each bay, where it is worst, and that facility.

        Returns:
            Share [1] and facility row; 0 and -1 in a city without hospitals.
        """
        worst = (0.0, -1)
        for hospital in self.hospitals.all:
            bay = hospital.places["bay"]
            crowd = (len(bay.inside) + len(bay.waiting)) / max(hospital.base["bay"], 1)
            if not hospital.is_clinic and crowd > worst[0]:
                worst = (crowd, hospital.row)
        return worst

    def watch(self) -> None:
        """Let hospitals surge on their own where their bays are overrun."""
        for index, hospital in enumerate(self.hospitals.all):
            bay = hospital.places["bay"]
            crowd = len(bay.inside) + len(bay.waiting)
            if not hospital.is_clinic and crowd > self.norms.threshold.value * hospital.base["bay"]:
                self.activate(index, because="overrun")

    def activate(self, index: int, *, because: str) -> None:
        """Let one hospital surge; a second time changes nothing."""
        if index in self.active:
            return
        hospital = self.hospitals.all[index]
        self.active[index] = self.setting.clock.tick
        self._log("surge.activated", hospital, because=because)
        uniform = float(self.setting.streams.get("care.surge").random())
        hours = drawn(self.norms.delay_hours, uniform)
        self.setting.clock.after(hours * 3600, "care.surge_ready", {"hospital": index})
        self._send_home(index, hospital)

    def _send_home(self, index: int, hospital: Hospital) -> None:
        """Reverse triage: those nearest their discharge leave early, each after a time."""
        ward, patients = hospital.places["ward"], self.hospitals.patients
        inside = [patients.one[number] for number in ward.inside]
        inside.sort(key=lambda one: (one.stage_tick + one.ticks["ward"], one.number))
        chosen = inside[: int(len(inside) * self.norms.early_share.value)]
        draws = self.setting.streams.get("care.early").random(len(chosen))
        self.early[index] = 0
        for patient, uniform in zip(chosen, draws.tolist(), strict=True):
            ticks = round(drawn(self.norms.early_hours, uniform) * HOUR)
            self.hospitals.send_home(patient, after_ticks=ticks)
            self.early[index] += int(patient.is_early)
        if chosen:
            self._log("surge.early_discharge", hospital, people=self.early[index])

    def _stand_ready(self, payload: Payload) -> None:
        index = int(payload["hospital"])
        hospital = self.hospitals.all[index]
        beds = hospital.base["ward"] + hospital.base["icu"]
        hospital.extra = {
            "ward": int(beds * self.norms.extra_bed_share.value),
            "bay": int(hospital.base["bay"] * self.norms.extra_bay_share.value),
            "theatre": theatres(self.setting, hospital) - hospital.base["theatre"],
        }
        self.ready.append(index)
        self._log("surge.ready", hospital, beds=hospital.extra["ward"], bays=hospital.extra["bay"])

    def staff_share(self, index: int) -> float:
        """Staff at hand for each place that should be staffed [1], at most 1."""
        hospital = self.hospitals.all[index]
        called = self.norms.callback_share.value if index in self.ready else 0.0
        beds = hospital.base["ward"] + hospital.base["icu"]
        staffed = 1.0 + hospital.extra.get("ward", 0) / max(beds, 1)
        return min(self.present * (1.0 + called) / staffed, 1.0)

    def equip(self, index: int, *, is_open: bool, power: bool, water: bool) -> None:
        """Set what a hospital can use now and let waiting patients in."""
        norms, hospital = self.setting.drill.care.hospital, self.hospitals.all[index]
        share = self.staff_share(index) * (1.0 if water else norms.dry_share.value)
        dim = share * (1.0 if power else norms.dark_share.value)
        hospital.is_open = is_open
        hospital.share = dict.fromkeys(KINDS, dim)
        if not power:
            hospital.share["theatre"] = hospital.share["icu"] = 0.0
        self.hospitals.refit(hospital)

    def _log(self, kind: str, hospital: Hospital, **details: int | str) -> None:
        place = self.setting.atlas.place_of(hospital.row)
        self.setting.log.write(kind, who=None, place=place, facility=hospital.name, **details)


def theatres(setting: Setting, hospital: Hospital) -> int:
    """Operating theatres of a hospital, those for planned operations among them."""
    beds = hospital.base["ward"] + hospital.base["icu"]
    return max(1, round(beds / setting.drill.care.hospital.beds_per_theatre.value))
