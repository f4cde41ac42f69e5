"""What the drill tests: objectives, indicators with thresholds, and red lines."""

from typing import Literal

from pydantic import Field

from scenarios.norms import Basis
from scenarios.words import Duration, Strict, Text

Measure = Literal[
    "warned_share_1h",
    "evacuated_share_by_t0",
    "vulnerable_evacuated_share",
    "report_in_p90_minutes",
    "first_supply_hours",
    "needs_met_hours",
    "water_p10_l_per_day",
    "power_t90_hours",
    "deaths",
    "conversion_hours",
    "underpass_rescue_minutes",
    "unmet_shelter_people",
    "district_supply_hours",
    "water_cover",
    "food_cover",
    "definitive_care_p90_minutes",
    "avoidable_deaths",
    "hospital_occupancy_peak",
    "diversion_hours",
]

RedLineTest = Literal["icu_power", "street_communications", "potable_water", "unaccounted"]


class Kpi(Strict):
    """A key indicator: a measure of the event log against a pass mark and a target."""

    id: str
    title: Text
    measure: Measure
    unit: str
    op: Literal[">=", "<="]
    passing: float = Field(alias="pass")
    target: float
    basis: Basis
    citation: str = ""


class RedLineRule(Strict):
    """A basic function that must never be lost for longer than its grace.

    Attributes:
        at: The one moment it is tested [s from T0]; None means at every step.
        grace: How long a breach may last [s].
    """

    id: str
    title: Text
    test: RedLineTest
    at: Duration | None = None
    grace: Duration = 0
    basis: Basis = "A"
    citation: str = ""


class Objective(Strict):
    """One objective with the expected actions, indicators and red lines that rate it."""

    id: str
    title: Text
    capability: str
    actions: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
