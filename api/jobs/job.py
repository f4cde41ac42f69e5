"""One job as the world sees it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.errors import Problem

Kind = Literal["run", "fork", "placement", "study", "replay"]
_HOMES: dict[str, str] = {
    "run": "/api/runs/{target}",
    "fork": "/api/runs/{target}",
    "placement": "/api/placements/{target}",
    "study": "/api/studies/{target}",
    "replay": "/api/studies/{study}/plans/{target}",
}
Status = Literal["accepted", "running", "successful", "failed", "dismissed"]
OPEN: tuple[Status, ...] = ("accepted", "running")


class Link(BaseModel):
    """Where something is."""

    href: str = Field(examples=["/api/runs/5f0c…"])


class Job(BaseModel):
    """A run, a fork, a placement, a study or a replay that was asked for, and how far it is."""

    model_config = ConfigDict(frozen=True)

    job: str = Field(description="Id of the job", examples=["8d3f0a6be1c24b77"])
    kind: Kind
    status: Status
    progress: float = Field(ge=0, le=1, description="Share done [0-1]", examples=[0.42])
    message: str = Field(description="What it is doing, one short line")
    result: Link | None = Field(description="What it yields, once the job is successful")
    problem: Problem | None = Field(description="Why it failed")
    request: dict[str, Any] = Field(description="What was asked for")
    attempts: int = Field(description="How often a worker has started it")
    created: float = Field(description="When it was asked for [s since 1970]")
    updated: float = Field(description="When it last changed [s since 1970]")

    @property
    def is_open(self) -> bool:
        """Whether it can still change."""
        return self.status in OPEN


class JobEvent(BaseModel):
    """One line of a job's history; ``number`` rises by one within the job."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: float = Field(description="When [s since 1970]")
    status: Status
    progress: float
    message: str


def href(kind: str, target: str, request: Mapping[str, Any]) -> str:
    """Where the result of a job is, once it is successful."""
    return _HOMES[kind].format(target=target, study=request.get("study", ""))
