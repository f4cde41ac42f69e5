"""Chain: the offices of a city from the grid up, and the drill's organisations."""

from scenarios.command import LEVELS
from simulation.levels.offices import Office
from simulation.setting import Setting
from simulation.teams.responders import Responders

HEADS = {
    "city": "city_dcc",
    "district": "district_dcc",
    "street": "street_hub",
    "community": "community",
    "grid": "grid",
}
"""The organisation that handles matters at each level, as in ``twin/organisations.py``."""
DIGITS = {"city": 4, "district": 6, "street": 9, "community": 12, "grid": 15}


def offices_of(setting: Setting, responders: Responders) -> dict[str, Office]:
    """Every office by name: ``city_dcc``, ``street_hub:<code>`` and so on, then the others."""
    command, codes = setting.drill.command, setting.atlas.grid_codes
    offices: dict[str, Office] = {}
    for level in LEVELS:
        for code in sorted({code[: DIGITS[level]] for code in codes}):
            name = HEADS[level] if level == "city" else f"{HEADS[level]}:{code}"
            offices[name] = Office(responders, name=name, rule=command.of(level), place=code)
    for one in setting.drill.organisations:
        if one.id not in offices:
            rule = command.of(one.level)
            offices[one.id] = Office(responders, name=one.id, rule=rule, place="")
    return offices


def local_name(organisation: str, place: str) -> str:
    """Name of the office of an organisation at a place; the organisation where it has one only."""
    for level, head in HEADS.items():
        if head == organisation and level != "city" and len(place) == DIGITS[level]:
            return f"{head}:{place}"
    return organisation


def capacity_minutes(offices: dict[str, Office], setting: Setting) -> dict[str, float]:
    """Matter-minutes that the offices of each level can give over the whole drill."""
    horizon = setting.drill.horizon
    first = setting.drill.t0.hour + setting.drill.t0.minute / 60
    given: dict[str, float] = dict.fromkeys(LEVELS, 0.0)
    hours = [(first + time_s / 3600) % 24 for time_s in range(horizon.start, horizon.end, 3600)]
    for level in LEVELS:
        offices_here = [office for office in offices.values() if office.level == level]
        if offices_here:
            one = sum(offices_here[0].capacity(hour) for hour in hours) * 60.0
            given[level] = one * len(offices_here)
    return given
