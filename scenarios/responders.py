"""Who answers: organisations with response times, and their vehicles."""

from typing import Literal

from pydantic import Field

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


class TeamRoster(Strict):
    """Teams of one kind, used where the city's own table has none of that kind.

    Attributes:
        delay_share: Part of the delay of cars in traffic that such a vehicle meets [1]; 1 where it
            has no right of way.
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
    basis: Basis
    citation: str = ""


class Responses(Strict):
    """Response times: the usual one, and those of single deeds."""

    usual: ResponseTime
    deeds: dict[Deed, ResponseTime] = Field(default_factory=dict)

    def of(self, deed: Deed) -> ResponseTime:
        """The response time of a deed."""
        return self.deeds.get(deed, self.usual)
