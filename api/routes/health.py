"""Whether the service answers, and what it is."""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel, Field

from simulation.engine import ENGINE_VERSION

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The service's state and versions."""

    status: str = Field(examples=["ok"])
    version: str = Field(description="Version of the service", examples=["0.1.0"])
    engine: str = Field(
        description="Version of the simulation engine; part of every run id", examples=["0.1.0"]
    )


@router.get("/health")
def read_health() -> Health:
    """Whether the service answers, and its versions."""
    return Health(status="ok", version=version("shapan"), engine=ENGINE_VERSION)
