"""Runs: ask for one, read what it concludes, and why."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.access import QueueDependency, StoreDependency
from api.caching import cached
from api.errors import problems
from api.jobs.job import Job
from api.jobs.requests import ForkRequest, RunRequest, submit_fork, submit_run
from api.routes.answers import accepted, json_response
from api.store.curves import PlaceCurve, place_curve
from api.store.runs import RunSummary
from simulation.compare import Comparison, compare
from simulation.run import RunResult

router = APIRouter(
    prefix="/runs",
    tags=["runs"],
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)

RunPath = Annotated[str, Path(description="Id of the run, 64 hexadecimal digits")]


class RunItem(BaseModel):
    """One run in a list."""

    run: str
    city: str
    release: str
    drill: str
    seed: int
    decisions: dict[str, str]
    events: int = Field(description="Lines of the event log")
    digest: str = Field(description="sha256 of the event log")
    seconds: float = Field(description="Wall time it took [s]")
    synthetic: bool
    ratings: dict[str, str] = Field(description="P, S, M or U by objective")
    red_lines_broken: int
    resilience: float = Field(description="Resilience of the city [0-1]")
    created: float = Field(description="When it was kept [s since 1970]")
    parent: str | None = Field(default=None, description="Run that a fork left")
    forked_at_s: int | None = Field(default=None, description="When it left [s from T0]")


class RunList(BaseModel):
    """Runs, newest first."""

    items: list[RunItem]


class EventList(BaseModel):
    """A piece of an event log."""

    items: list[dict[str, Any]] = Field(
        description="Events in order: `tick, time_s, sequence, kind, who, place` and details"
    )
    next: int | None = Field(description="Ask again with `after` = this; null at the end")


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=Job,
    responses={
        200: {"model": Job, "description": "The run exists, or a job works on it already"},
        **problems(HTTPStatus.TOO_MANY_REQUESTS),
    },
)
def ask_for_run(store: StoreDependency, queue: QueueDependency, body: RunRequest) -> Response:
    """Ask for a run. The same release, drill, seed and decisions always give the same run."""
    job, is_new = submit_run(store, queue, body)
    return accepted(job, is_new=is_new)


@router.get("")
def list_runs(
    store: StoreDependency,
    city: Annotated[str | None, Query(description="Only runs on the city of this name")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many")] = 100,
) -> RunList:
    """Runs, newest first."""
    found: list[RunSummary] = store.runs.summaries(city=city, limit=limit)
    return RunList(items=[RunItem.model_validate(item) for item in found])


@router.get("/{run}", response_model=RunResult)
def read_run(request: Request, store: StoreDependency, run: RunPath) -> Response:
    """What a run concludes: ratings, indicators, red lines, resilience, service curve."""
    result = store.runs.result(run)
    return cached(request, json_response(result.model_dump(by_alias=True)), tag=run)


@router.get("/{run}/events", response_model=EventList)
def list_events(
    request: Request,
    store: StoreDependency,
    run: RunPath,
    *,
    after: Annotated[
        int, Query(ge=-1, lt=2**62, description="Only events with a higher sequence number")
    ] = -1,
    kind: Annotated[
        str | None,
        Query(max_length=100, description="Only this kind, or all kinds below `shelter.`"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="At most so many")] = 1000,
) -> Response:
    """The event log, the only evidence for ratings and reports."""
    found: list[dict[str, Any]] = []
    for event in store.runs.event_items(run):
        if event["sequence"] > after and _is_kind(event["kind"], kind):
            found.append(event)
        if len(found) > limit:
            break
    more = found[limit - 1]["sequence"] if len(found) > limit else None
    response = json_response({"items": found[:limit], "next": more})
    tag = f"{run}-{after}-{(kind or '').encode().hex()}-{limit}"
    return cached(request, response, tag=tag)


@router.post(
    "/{run}/forks",
    status_code=HTTPStatus.CREATED,
    response_model=Job,
    responses={
        200: {"model": Job, "description": "The fork exists, or a job works on it already"},
        **problems(HTTPStatus.TOO_MANY_REQUESTS),
    },
)
def ask_for_fork(
    store: StoreDependency, queue: QueueDependency, run: RunPath, body: ForkRequest
) -> Response:
    """Ask for a fork: the run as it was up to a moment, and what is changed from then on."""
    job, is_new = submit_fork(store, queue, run, body)
    return accepted(job, is_new=is_new)


@router.get("/{a}/compare/{b}", response_model=Comparison)
def compare_runs(
    request: Request,
    store: StoreDependency,
    a: RunPath,
    b: Annotated[str, Path(description="Id of the run to hold against it")],
) -> Response:
    """Where two runs on one release part, event by event, and what each made of the end."""
    found = compare(
        store.runs.result(a), store.runs.events(a), store.runs.result(b), store.runs.events(b)
    )
    return cached(request, json_response(found.model_dump()), tag=f"{a}-{b}-comparison")


@router.get("/{run}/places/{code}/curve", response_model=PlaceCurve)
def read_curve(
    request: Request,
    store: StoreDependency,
    run: RunPath,
    code: Annotated[str, Path(description="Code of a place", examples=["990101"])],
) -> Response:
    """Service quality of one place over time, rolled up from its grids by residents."""
    curve = place_curve(store, run, code)
    return cached(request, json_response(curve.model_dump()), tag=f"{run}-{code}-curve")


@router.get(
    "/{run}/report.html",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "A stand-alone page"}},
)
def read_report(request: Request, store: StoreDependency, run: RunPath) -> Response:
    """A page about the run that opens without any network."""
    from api.reports import write_html  # noqa: PLC0415 - pydeck and jinja take a second to import

    page = write_html(store, run)
    response = Response(page, media_type="text/html")
    response.headers["Content-Security-Policy"] = _REPORT_POLICY
    return cached(request, response, tag=f"{run}-report", immutable=False)


# The page carries its scripts inside and may reach nothing, not even this service.
_REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src data: blob:; "
    "worker-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-scripts allow-downloads"
)


def _is_kind(kind: str, wanted: str | None) -> bool:
    if wanted is None:
        return True
    return kind == wanted or (wanted.endswith(".") and kind.startswith(wanted))
