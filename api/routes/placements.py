"""Placements: where supplies should stand, with a certificate."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.access import QueueDependency, StoreDependency
from api.caching import cached
from api.errors import problems
from api.jobs.job import Job
from api.jobs.requests import PlacementRequest, submit_placement
from api.routes.answers import accepted, json_response
from simulation.placement import Placement

router = APIRouter(
    prefix="/placements",
    tags=["placements"],
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class PlacementItem(BaseModel):
    """One placement in a list."""

    placement: str
    city: str
    release: str
    request: PlacementRequest
    created: float = Field(description="When it was kept [s since 1970]")


class PlacementList(BaseModel):
    """Placements, newest first."""

    items: list[PlacementItem]


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=Job,
    responses={
        200: {"model": Job, "description": "It is solved, or a job works on it already"},
        **problems(HTTPStatus.TOO_MANY_REQUESTS),
    },
)
def ask_for_placement(
    store: StoreDependency, queue: QueueDependency, body: PlacementRequest
) -> Response:
    """Ask where so many depots should stand; exact, over road travel times."""
    job, is_new = submit_placement(store, queue, body)
    return accepted(job, is_new=is_new)


@router.get("")
def list_placements(
    store: StoreDependency,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many")] = 100,
) -> PlacementList:
    """Placements, newest first."""
    found = store.placements.summaries(limit=limit)
    return PlacementList(items=[PlacementItem.model_validate(item) for item in found])


@router.get("/{placement}", response_model=Placement)
def read_placement(
    request: Request,
    store: StoreDependency,
    placement: Annotated[str, Path(description="Id of the placement, 64 hexadecimal digits")],
) -> Response:
    """Open depots, value, bound, gap, proof, covered people and who is served from where."""
    result = store.placements.result(placement)
    return cached(request, json_response(result), tag=placement)
