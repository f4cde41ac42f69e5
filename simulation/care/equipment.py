"""Equipment: hospitals with their places, derived from the beds the city's tables give."""

import math

from scenarios.care import HospitalNorms
from simulation.care.hospitals import Hospital, Kind
from simulation.setting import Setting

LEAST_BEDS = 10
"""A hospital has at least these beds; assumption A."""


def equip(setting: Setting) -> list[Hospital]:
    """Give every hospital and clinic of the city, in order of identifier."""
    atlas, norms = setting.atlas, setting.drill.care.hospital
    beds = _beds(setting)
    rows = atlas.facilities_of("hospital", "clinic").tolist()
    _state_limits(setting, has_hospital=bool(beds))
    return [
        Hospital(
            name=atlas.facility_names[row],
            row=row,
            node=int(atlas.facility_node[row]),
            base=hospital_places(beds[row], norms) if row in beds else clinic_places(norms),
        )
        for row in rows
    ]


def _beds(setting: Setting) -> dict[int, int]:
    """Beds of each hospital by facility row, by residents where the city gives none."""
    atlas, norms = setting.atlas, setting.drill.care.hospital
    rows = atlas.facilities_of("hospital").tolist()
    listed = setting.city.facilities["capacity"].to_numpy()
    per_hospital = norms.beds_per_1000.value * atlas.grid_residents.sum() / 1000 / max(len(rows), 1)
    if any(listed[row] <= 0 for row in rows):
        setting.limit(
            f"部分医院没有床位数：按每千人 {norms.beds_per_1000.value:g} 张平均推算",
            f"Some hospitals list no beds: {norms.beds_per_1000.value:g} for 1,000 residents, "
            "shared alike, stand in",
        )
    return {row: int(listed[row]) if listed[row] > 0 else round(per_hospital) for row in rows}


def hospital_places(beds: int, norms: HospitalNorms) -> dict[Kind, int]:
    """Places of a hospital in peacetime from its beds.

    >>> from scenarios.loader import load
    >>> hospital_places(400, load("typhoon-flood").care.hospital)
    {'bay': 12, 'theatre': 3, 'icu': 12, 'ward': 388}
    """
    beds = max(beds, LEAST_BEDS)
    icu = max(1, round(beds * norms.icu_share.value))
    theatres = max(1, round(beds / norms.beds_per_theatre.value))
    free = max(1, math.ceil(theatres * norms.emergency_theatre_share.value))
    bays = max(2, round(beds * norms.bays_per_100_beds.value / 100))
    return {"bay": bays, "theatre": free, "icu": icu, "ward": beds - icu}


def clinic_places(norms: HospitalNorms) -> dict[Kind, int]:
    """Places of a clinic, which admits nobody."""
    return {"bay": max(1, int(norms.clinic_bays.value)), "theatre": 0, "icu": 0, "ward": 0}


def _state_limits(setting: Setting, *, has_hospital: bool) -> None:
    setting.limit(
        "抢救床位、重症床位和手术间按总床位推算；医护人员按床位折算，不逐人模拟",
        "Emergency bays, intensive care beds and theatres are derived from a hospital's beds; "
        "staff follows beds and the roads, not single persons",
    )
    setting.limit(
        "医院日常病人另成一流，仍计为在家居民；其死亡不计入居民死亡人数",
        "The hospitals' everyday patients are a stream of their own, counted as residents at "
        "home; their deaths are not among the residents' deaths",
    )
    if not has_hospital:
        setting.limit(
            "本市数据没有医院：伤员视为送往市外医院",
            "The city lists no hospital: casualties are taken to hospitals outside it",
        )
