"""How casualties are sorted, carried and treated, and what hospitals can do; all of it data."""

import math
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from scenarios.norms import Basis, Norm, Spread
from scenarios.words import Strict

Severity = Literal["immediate", "delayed", "minor", "expectant"]
"""Triage categories of START and SALT, in the order in which they are treated."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Share(Norm):
    """A part of a whole or a probability [1]."""

    value: float = Field(ge=0, le=1)


class Amount(Norm):
    """A number that cannot be negative."""

    value: float = Field(ge=0)


class Minutes(Spread):
    """A lognormal time above zero."""

    value: float = Field(gt=0)


class ServiceTime(Norm):
    """A time that is drawn: lognormal (``value`` is the median) or exponential (the mean)."""

    value: float = Field(gt=0)
    sigma: float = Field(default=0.0, ge=0, le=2)
    law: Literal["lognormal", "exponential"] = "lognormal"

    def mean(self) -> float:
        """Mean, in the unit of the value.

        >>> ServiceTime(value=2.0, unit="h", basis="A", sigma=0.0).mean()
        2.0
        """
        return self.value * math.exp(self.sigma**2 / 2) if self.law == "lognormal" else self.value


class SeverityMix(Strict):
    """Shares of the triage categories among some casualties [1]; they sum to 1."""

    immediate: float = Field(ge=0, le=1)
    delayed: float = Field(ge=0, le=1)
    minor: float = Field(ge=0, le=1)
    expectant: float = Field(ge=0, le=1)
    basis: Basis
    citation: str = ""

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = sum(self.shares())
        if abs(total - 1.0) > 1e-9:
            message = f"the shares of the severities sum to {total:g}; they must sum to 1"
            raise ValueError(message)
        return self

    def shares(self) -> tuple[float, ...]:
        """The shares in the order of ``SEVERITIES``."""
        return (self.immediate, self.delayed, self.minor, self.expectant)


class Course(Strict):
    """What becomes of one triage category.

    Attributes:
        survives: Share that lives when treated at once [1].
        half_minutes: Untreated time that halves that share [min].
        shape: Steepness of the log-logistic fall [1].
        timely_minutes: Definitive care within this time counts as timely [min].
        bay_minutes: Time in an emergency bay [min].
        surgery_share: Share that needs an operation [1].
        icu_share: Share that needs intensive care [1].
        admit_share: Share that needs a ward bed [1].
        ambulance_share: Share that calls an ambulance; the rest comes on its own [1].
    """

    survives: Share
    half_minutes: Amount
    shape: Amount
    timely_minutes: Amount
    bay_minutes: ServiceTime
    surgery_share: Share
    icu_share: Share
    admit_share: Share
    ambulance_share: Share

    @model_validator(mode="after")
    def _the_curve_falls(self) -> Self:
        if self.half_minutes.value <= 0 or self.shape.value <= 0:
            raise ValueError("half_minutes and shape must lie above 0")
        return self


class Triage(Strict):
    """The course of each category, and the slower clock of those who got first aid.

    Attributes:
        first_aid_rate: How fast untreated time passes after first aid, against before [1].
    """

    immediate: Course
    delayed: Course
    minor: Course
    expectant: Course
    first_aid_rate: Share

    @model_validator(mode="after")
    def _first_aid_is_no_cure(self) -> Self:
        if self.first_aid_rate.value == 0:
            raise ValueError(
                "first_aid_rate must lie above 0; only definitive care stops the clock"
            )
        return self

    def courses(self) -> tuple[Course, ...]:
        """The courses in the order of ``SEVERITIES``."""
        return (self.immediate, self.delayed, self.minor, self.expectant)


class Harm(Strict):
    """Who gets hurt, beside those whom deep water kills.

    Attributes:
        drowning: Categories of those hurt in deep water.
        storm_per_100k_hour: Hurt by wind, debris and falls in an hour of the heaviest rain.
        storm: Their categories.
        exposure_per_hour: Share of the trapped who fall ill in an hour, above harmful depth or not.
        exposure: Their categories.
        vehicle_share: Share of those freed from a vehicle in water who are hurt [1].
    """

    drowning: SeverityMix
    storm_per_100k_hour: Amount
    storm: SeverityMix
    exposure_per_hour: Share
    exposure: SeverityMix
    vehicle_share: Share


class Everyday(Strict):
    """The hospitals' ordinary work, which goes on in a disaster.

    Attributes:
        emergencies_per_1000_day: People who come or are brought to an emergency department.
        mix: Their categories.
        occupancy: Share of ward and intensive care beds taken at the start [1].
    """

    emergencies_per_1000_day: Amount
    mix: SeverityMix
    occupancy: Share


class HospitalNorms(Strict):
    """What a hospital of so many beds has, where the city's tables say no more than its beds.

    Attributes:
        icu_share: Intensive care beds as a share of all beds [1].
        bays_per_100_beds: Emergency bays.
        beds_per_theatre: Beds for each operating theatre.
        emergency_theatre_share: Theatres free for emergencies while planned operations go on [1].
        clinic_bays: Treatment places of a clinic, which takes the lightly hurt only.
        dark_share: What still works without power [1]; theatres and intensive care stop.
        dry_share: What still works without water [1].
        full_share: Waiting for each bay from which ambulances are sent on [1].
        transport_full_minutes: A hospital this near counts in full [min].
        transport_none_minutes: One this far counts for nothing [min].
        transfer_hours: Waiting for a bed longer than this is ended by a transfer [h].
        beds_per_1000: Beds by residents, where the city gives a hospital none.
    """

    icu_share: Share
    bays_per_100_beds: Amount
    beds_per_theatre: Amount
    emergency_theatre_share: Share
    clinic_bays: Amount
    dark_share: Share
    dry_share: Share
    full_share: Amount
    transport_full_minutes: Amount
    transport_none_minutes: Amount
    transfer_hours: Amount
    beds_per_1000: Amount

    @model_validator(mode="after")
    def _divisors_are_not_zero(self) -> Self:
        if self.beds_per_theatre.value == 0:
            raise ValueError("beds_per_theatre must lie above 0")
        if self.transport_none_minutes.value <= self.transport_full_minutes.value:
            raise ValueError("transport_none_minutes must lie above transport_full_minutes")
        return self


class Stays(Strict):
    """How long patients occupy theatres and beds."""

    surgery_minutes: ServiceTime
    icu_hours: ServiceTime
    ward_hours: ServiceTime


class Surge(Strict):
    """How hospitals make room.

    Attributes:
        level: Response level that orders every hospital to surge.
        threshold: People in and before the bays, for each bay, from which one surges on its own.
        delay_hours: From the order until extra beds and staff stand ready [h].
        extra_bed_share: Beds that can be set up, as a share of all beds [1].
        extra_bay_share: Emergency bays that can be set up, as a share of all bays [1].
        callback_share: Staff that comes when called, as a share of those on duty [1].
        early_share: Share of the ward patients that can go home early (reverse triage) [1].
        early_hours: How long until each of them has left [h].
    """

    level: Literal["I", "II", "III", "IV"]
    threshold: Amount
    delay_hours: ServiceTime
    extra_bed_share: Amount
    extra_bay_share: Amount
    callback_share: Share
    early_share: Share
    early_hours: ServiceTime


class AmbulanceTimes(Strict):
    """The ambulance's cycle beside its way, the turnout and the hand-over of the norms.

    Attributes:
        scene_minutes: From arrival to departure with the patient [min].
        clear_minutes: From hand-over until the crew can leave again [min].
        offload_minutes: Longest wait for a bay before the patient is left at the door [min].
        set_out_minutes: Until somebody who comes on his own sets out [min].
    """

    scene_minutes: Minutes
    clear_minutes: Minutes
    offload_minutes: Amount
    set_out_minutes: Minutes


class Care(Strict):
    """Casualties, ambulances and hospitals of a drill."""

    triage: Triage
    stays: Stays
    harm: Harm
    everyday: Everyday
    hospital: HospitalNorms
    surge: Surge
    ambulance: AmbulanceTimes
