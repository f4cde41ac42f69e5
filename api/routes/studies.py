"""Reserve studies: what was asked, what was answered, and plans that a planner moved."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import QueueDependency, StoreDependency
from api.caching import cached
from api.errors import problems
from api.jobs.job import Job
from api.jobs.requests import StudyRequest, submit_replay, submit_study
from api.routes.answers import accepted, json_response
from simulation.run import Words
from simulation.studies.result import Move, MovedPlan, StudyResult

router = APIRouter(
    prefix="/studies",
    tags=["studies"],
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
Format = Literal["html", "xlsx", "pdf"]
Language = Literal["zh", "en"]
_MEDIA: dict[Format, str] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox"
)
StudyPath = Annotated[str, Path(max_length=120, description="Id of the study")]


class StudyItem(BaseModel):
    """One study in a list."""

    study: str
    id: str = Field(description="Name of the study file")
    title: Words
    city: str
    release: str
    synthetic: bool
    points: int = Field(description="Plans on its front")
    created: float = Field(description="When it was kept [s since 1970]")


class StudyList(BaseModel):
    """Studies, newest first."""

    items: list[StudyItem]


class KeptPlan(BaseModel):
    """A plan after a planner's moves, under the id by which its layers are asked for."""

    id: str
    moved: MovedPlan


class MoveRequest(BaseModel):
    """Changes to a plan of the front."""

    model_config = ConfigDict(extra="forbid")

    point: int = Field(ge=0, lt=10_000, description="Point of the front they start from")
    moves: list[Move] = Field(min_length=1, max_length=100, description="One after the other")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=Job,
    responses={
        200: {"model": Job, "description": "It is answered, or a job works on it already"},
        **problems(HTTPStatus.TOO_MANY_REQUESTS),
    },
)
def ask_for_study(store: StoreDependency, queue: QueueDependency, body: StudyRequest) -> Response:
    """Ask a reserve study of the library: planned on drills, and replayed in others."""
    job, is_new = submit_study(store, queue, body)
    return accepted(job, is_new=is_new)


@router.get("")
def list_studies(
    store: StoreDependency,
    city: Annotated[
        str | None, Query(max_length=64, description="Only studies of this city")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many")] = 100,
) -> StudyList:
    """Studies, newest first."""
    found = store.studies.summaries(city=city, limit=limit)
    return StudyList(items=[StudyItem.model_validate(item) for item in found])


@router.get("/{study}", response_model=StudyResult)
def read_study(request: Request, store: StoreDependency, study: StudyPath) -> Response:
    """The front with certificates, replays and disagreements, and what the next yuan buys."""
    result = store.studies.result(study)
    return cached(request, json_response(result.model_dump(mode="json")), tag=study)


@router.post("/{study}/plans", status_code=HTTPStatus.CREATED)
def move_plan(
    response: Response, store: StoreDependency, study: StudyPath, body: MoveRequest
) -> KeptPlan:
    """Move, close, open, resize or restock depots: new figures in seconds, not yet replayed."""
    from api.studying import move_depots  # noqa: PLC0415 - the optimiser takes a second to import

    plan, moved = move_depots(store, study, point=body.point, moves=body.moves)
    response.headers["Location"] = f"/api/studies/{study}/plans/{plan}"
    return KeptPlan(id=plan, moved=moved)


@router.get("/{study}/plans/{plan}")
def read_moved_plan(
    store: StoreDependency,
    study: StudyPath,
    plan: Annotated[str, Path(max_length=120, description="Id of a moved plan")],
) -> KeptPlan:
    """A plan after a planner's moves: the optimiser's figures, and whether it is replayed."""
    return KeptPlan(id=plan, moved=store.studies.moved(study, plan))


@router.post(
    "/{study}/plans/{plan}/replay",
    status_code=HTTPStatus.CREATED,
    response_model=Job,
    responses={
        200: {"model": Job, "description": "It is replayed, or a job works on it already"},
        **problems(HTTPStatus.TOO_MANY_REQUESTS),
    },
)
def replay_moved_plan(
    store: StoreDependency,
    queue: QueueDependency,
    study: StudyPath,
    plan: Annotated[str, Path(max_length=120, description="Id of a moved plan")],
) -> Response:
    """Ask that a moved plan be played through the study's drills, as its front was."""
    job, is_new = submit_replay(store, queue, study, plan)
    return accepted(job, is_new=is_new)


@router.get(
    "/{study}/report.{kind}",
    response_class=Response,
    responses={200: {"content": {media: {} for media in _MEDIA.values()}, "description": "File"}},
)
def read_study_report(
    request: Request,
    store: StoreDependency,
    study: StudyPath,
    kind: Annotated[Format, Path(description="Form of the report")],
    language: Annotated[Language, Query(description="Of the whole report")] = "zh",
) -> Response:
    """The report of a study: a workbook, a page that opens without any network, or a PDF."""
    from api.reports.reserves import write_study  # noqa: PLC0415 - its libraries take a second

    result = store.studies.result(study)
    content = write_study(store.release(result.release), result, kind=kind, language=language)
    name = f"{result.id}-{result.city}-{study[:8]}.{kind}"
    disposition = "attachment" if kind == "xlsx" else "inline"
    response = Response(content, media_type=_MEDIA[kind])
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    if kind == "html":
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
    return cached(request, response, tag=f"{study}-{language}-{kind}", immutable=False)
