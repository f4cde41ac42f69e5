"""Drills of the library."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.errors import problems
from api.jobs.requests import library_drill
from scenarios import loader
from scenarios.drill import Drill
from simulation.run import Words

router = APIRouter(prefix="/drills", tags=["drills"])


class DrillOption(BaseModel):
    """One answer to a decision."""

    id: str
    title: Words


class DrillDecision(BaseModel):
    """A question the drill puts to the players."""

    id: str = Field(examples=["D1"])
    question: Words
    options: list[DrillOption]
    default: str = Field(description="Taken when nobody answers in time")


class DrillItem(BaseModel):
    """One drill in a list."""

    name: str = Field(examples=["typhoon-flood"])
    title: Words
    summary: Words
    type: str = Field(description="Tabletop, drill, functional or full scale")
    start_s: int = Field(description="First moment [s from T0]")
    end_s: int = Field(description="Last moment [s from T0]")
    step_s: int = Field(description="Step of the frames [s]")
    injects: int
    objectives: int
    decisions: list[DrillDecision]


class DrillList(BaseModel):
    """All drills of the library, by name."""

    items: list[DrillItem]


@router.get("")
def list_drills() -> DrillList:
    """All drills of the library, by name, with the decisions one can take."""
    return DrillList(items=[summarise(name) for name in loader.names()])


@router.get(
    "/{drill}",
    response_model_by_alias=True,
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
def read_drill(
    drill: Annotated[str, Path(description="Name of the drill", examples=["typhoon-flood"])],
) -> Drill:
    """One drill in full: hazard, injects, expected actions, decisions, indicators, red lines."""
    return library_drill(drill)


def summarise(name: str) -> DrillItem:
    """What a list shows of a drill."""
    drill = library_drill(name)
    return DrillItem(
        name=name,
        title=Words.model_validate(drill.title.model_dump()),
        summary=Words.model_validate(drill.summary.model_dump()),
        type=drill.type,
        start_s=drill.horizon.start,
        end_s=drill.horizon.end,
        step_s=drill.horizon.step,
        injects=len(drill.injects),
        objectives=len(drill.objectives),
        decisions=[
            DrillDecision.model_validate(decision.model_dump(mode="json"), extra="ignore")
            for decision in drill.decisions
        ],
    )
