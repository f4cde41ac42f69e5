"""Jobs: what was asked for, how far it is, and how to stop it."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.access import QueueDependency
from api.errors import problems
from api.jobs.job import Job, Status
from api.jobs.queue import Queue

router = APIRouter(prefix="/jobs", tags=["jobs"])

_FOLLOW_S = 0.25
_UNKNOWN = problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)

JobPath = Annotated[str, Path(description="Id of the job", examples=["8d3f0a6be1c24b77"])]


class JobList(BaseModel):
    """Jobs, newest first."""

    items: list[Job] = Field(description="Newest first")


@router.get("", responses=problems(HTTPStatus.UNPROCESSABLE_ENTITY))
def list_jobs(
    queue: QueueDependency,
    status: Annotated[Status | None, Query(description="Only jobs in this state")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many")] = 100,
) -> JobList:
    """Jobs, newest first."""
    return JobList(items=queue.recent(status=status, limit=limit))


@router.get("/{job}", responses=_UNKNOWN)
def read_job(queue: QueueDependency, response: Response, job: JobPath) -> Job:
    """One job: its state, the share done, and where its result is."""
    response.headers["Cache-Control"] = "no-store"
    return queue.get(job)


@router.delete("/{job}", responses=_UNKNOWN)
def dismiss_job(queue: QueueDependency, job: JobPath) -> Job:
    """Stop a job; one that has ended stays as it is."""
    return queue.dismiss(job)


@router.get(
    "/{job}/events",
    response_class=EventSourceResponse,
    responses={
        **_UNKNOWN,
        200: {
            "description": "Server-sent events: `progress` while the job is open, then one event "
            "named after its last state. `data` is the job as JSON; `id` numbers the events.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
def follow_job(
    request: Request,
    queue: QueueDependency,
    job: JobPath,
    last_event_id: Annotated[
        str | None,
        Header(description="Number of the last event seen; earlier ones are not sent again"),
    ] = None,
) -> EventSourceResponse:
    """Follow a job until it ends."""
    queue.get(job)
    seen = _number(last_event_id or "")
    return EventSourceResponse(_events(request, queue, job, after=seen), ping=15)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _events(
    request: Request, queue: Queue, job: str, *, after: int
) -> AsyncIterator[ServerSentEvent]:
    while not await request.is_disconnected():
        state = await run_in_threadpool(queue.get, job)
        for event in await run_in_threadpool(queue.events, job, after=after):
            after = event.number
            open_state = event.status in {"accepted", "running"}
            shown = state.model_copy(
                update={
                    "status": event.status,
                    "progress": event.progress,
                    "message": event.message,
                    "result": None if open_state else state.result,
                }
            )
            name = "progress" if open_state else event.status
            yield ServerSentEvent(shown.model_dump_json(), event=name, id=str(event.number))
        if not state.is_open:
            return
        await asyncio.sleep(_FOLLOW_S)
