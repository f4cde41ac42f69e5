"""What a placement concludes, as it crosses the border."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulation.run import Words

Model = Literal["p-median", "coverage"]
VERSION = "1"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenDepot(_Row):
    """One chosen site and whom it serves."""

    facility: str
    kind: str
    name: Words
    node: int
    lon: float
    lat: float
    grids: int
    residents: int = Field(description="Residents of the grids it serves")
    mean_minutes: float | None = Field(description="Mean over its residents; None where none")


class GridReach(_Row):
    """How one grid is served; ``facility`` and ``minutes`` are None where no road leads."""

    grid: str
    residents: int
    facility: str | None
    minutes: float | None


class Placement(_Row):
    """Chosen depots, certificate, reach and what was assumed."""

    placement: str = Field(description="Hash of release, model, depots and minutes")
    city: str
    release: str
    synthetic: bool
    model: Model
    depots: int
    within_minutes: float
    value: float = Field(description="Person-minutes (p-median) or residents reached (coverage)")
    bound: float = Field(description="No choice of depots can be better than this")
    gap: float = Field(description="Distance of value and bound relative to the value [1]")
    is_proven: bool
    unit: Literal["person-minutes", "persons"]
    seconds: float
    method: str
    mean_minutes: float = Field(description="Mean over the residents whom a road reaches [min]")
    residents: int = Field(description="All residents of the city")
    covered_residents: int = Field(description="Residents within the given minutes")
    covered_share: float
    candidates: int
    open: list[OpenDepot]
    assignment: list[GridReach]
    unreachable: list[str] = Field(description="Grids that no candidate reaches by road")
    unreachable_residents: int
    assumptions: list[Words]


def placement_id(release: str, *, model: Model, depots: int, within_minutes: float) -> str:
    """Give the id of a placement: the same question on the same release has the same id."""
    question = f"placement/{VERSION}:{release}:{model}:{depots}:{float(within_minutes)!r}"
    return hashlib.sha256(question.encode()).hexdigest()
