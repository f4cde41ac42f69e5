"""Who answers: organisations with response times, and their vehicles."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.injects import Deed
from scenarios.norms import Basis
from scenarios.words import Strict, Text

TeamKind = Literal[
    "boat",
    "bus",
    "ambulance",
    "fire_engine",
    "pump_truck",
    "generator_truck",
    "supply_truck",
    "repair_crew",
    "stretcher_team",
    "police_car",
    "volunteer_team",
    "grid_team",
    "enterprise_crew",
]
"""Kinds of team, as in the column ``kind`` of ``twin/schema/teams.csv``."""


class Organisation(Strict):
    """One organisation, its level of command and its role."""

    id: str
    level: Literal["city", "district", "street", "community", "grid"]
    role: str
    title: Text


class ResponseTime(Strict):
    """How long an organisation takes for a deed: lognormal, as a share of its time limit.

    Attributes:
        share: Median time as a share of the limit [1].
        sigma: Spread of the log [1].
        miss: Probability that the deed is not done at all [1].
    """

    share: float = Field(gt=0)
    sigma: float = Field(ge=0, le=2)
    miss: float = Field(ge=0, le=1)
    basis: Basis
    citation: str = ""


class Mobilisation(Strict):
    """How the teams of a roster come on duty once a response level is activated: lognormal.

    Attributes:
        on_duty_share: Teams that are on duty from the first moment, as a share of all [1].
        t50_minutes: Time from the activation by which half of the rest is on duty [min].
        t90_minutes: Time by which nine tenths of the rest are [min].
    """

    on_duty_share: float = Field(ge=0, le=1)
    t50_minutes: float = Field(gt=0)
    t90_minutes: float
    basis: Basis
    citation: str = ""

    @model_validator(mode="after")
    def _nine_tenths_come_after_half(self) -> Self:
        if self.t90_minutes <= self.t50_minutes:
            message = f"t90 {self.t90_minutes:g} min is not after t50 {self.t50_minutes:g} min"
            raise ValueError(f"{message}; give t50 < t90")
        return self


class Shift(Strict):
    """How long a crew works before it is relieved.

    Attributes:
        hours: Length of a shift [h].
        relief_minutes: Time the changeover takes, in which the team cannot be sent [min].
    """

    hours: float = Field(gt=0)
    relief_minutes: float = Field(gt=0)
    basis: Basis
    citation: str = ""


class TeamRoster(Strict):
    """Teams of one kind, used where the city's own table has none of that kind.

    Attributes:
        delay_share: Part of the delay of cars in traffic that such a vehicle meets [1]; 1 where it
            has no right of way.
        mobilise: How its teams come on duty; without it all are on duty from the first moment.
        shift: When its crews are relieved; without it they neither tire nor change.
    """

    kind: TeamKind
    organisation: str
    count: int = Field(ge=0)
    bases: tuple[str, ...] = Field(description="Facility kinds to stand at, first found first")
    crew: int = Field(ge=1)
    seats: int = Field(ge=0)
    payload_kg: float = Field(ge=0)
    speed_kmh: float = Field(gt=0)
    delay_share: float = Field(default=1.0, ge=0, le=1)
    mobilise: Mobilisation | None = None
    shift: Shift | None = None
    basis: Basis
    citation: str = ""


class Responses(Strict):
    """Response times: the usual one, and those of single deeds."""

    usual: ResponseTime
    deeds: dict[Deed, ResponseTime] = Field(default_factory=dict)

    def of(self, deed: Deed) -> ResponseTime:
        """The response time of a deed."""
        return self.deeds.get(deed, self.usual)
