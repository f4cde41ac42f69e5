"""Numbers that carry their basis: S a named source, K professional knowledge, A an assumption."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.words import Duration, Strict

Basis = Literal["S", "K", "A"]


class Norm(Strict):
    """One number with its unit and its basis."""

    value: float
    unit: str
    basis: Basis
    citation: str = ""

    @model_validator(mode="after")
    def _a_source_is_named(self) -> Self:
        if self.basis == "S" and not self.citation:
            message = "basis S needs a citation; name the source or mark the number K or A"
            raise ValueError(message)
        return self


class Spread(Norm):
    """A lognormal time or amount: ``value`` is the median, ``sigma`` the spread of its log."""

    sigma: float = Field(ge=0, le=2)


class Series(Strict):
    """A curve over time, linear between its points and constant beyond them."""

    at: tuple[Duration, ...] = Field(min_length=2)
    value: tuple[float, ...] = Field(min_length=2)
    unit: str
    basis: Basis
    citation: str = ""

    @model_validator(mode="after")
    def _points_rise_in_time(self) -> Self:
        if len(self.at) != len(self.value):
            message = f"{len(self.at)} times but {len(self.value)} values; give one value per time"
            raise ValueError(message)
        if any(later <= earlier for earlier, later in zip(self.at, self.at[1:], strict=False)):
            message = "times do not rise; order the points in time"
            raise ValueError(message)
        return self


class Norms(Strict):
    """The planning numbers a drill stands on; each is an input with a stated basis."""

    water_full_l_per_day: Norm
    water_survival_l_per_day: Norm
    water_floor_l_per_day: Norm
    shelter_m2_per_person: Norm
    ems_full_minutes: Norm
    ems_none_minutes: Norm
    police_full_minutes: Norm
    police_none_minutes: Norm
    road_slow_depth_m: Norm
    road_close_depth_m: Norm
    walk_close_depth_m: Norm
    underpass_close_depth_m: Norm
    building_wet_depth_m: Norm
    building_trap_depth_m: Norm
    zone_depth_m: Norm
    harm_depth_m: Norm
    injury_per_hour: Norm
    death_per_hour: Norm
    turnout_minutes: Spread
    stretcher_minutes: Spread
    boarding_minutes: Spread
    boat_rescue_minutes: Spread
    underpass_rescue_minutes: Spread
    unloading_minutes: Spread
    setup_minutes: Spread
    handover_minutes: Spread
    substation_repair_hours: Spread
    debris_clear_m_per_crew_hour: Norm
    telecom_kit_minutes: Spread
    hospital_dry_depth_m: Norm
    shelter_open_share: Norm
    shelter_setup_minutes: Spread
    report_every_minutes: Norm


class FunctionWeights(Strict):
    """Weights of the nine service functions in the weak-link quality; they need not sum to 1."""

    medical: float = Field(ge=0)
    shelter: float = Field(ge=0)
    water: float = Field(ge=0)
    food: float = Field(ge=0)
    power: float = Field(ge=0)
    communications: float = Field(ge=0)
    mobility: float = Field(ge=0)
    order: float = Field(ge=0)
    governance: float = Field(ge=0)
    basis: Basis
    citation: str = ""
