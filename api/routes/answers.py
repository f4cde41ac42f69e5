"""Answers that several routes give."""

from http import HTTPStatus

import orjson
from fastapi import Response

from api.jobs.job import Job


def json_response(content: object) -> Response:
    """JSON written by orjson: nan and inf become null, and keys keep their order."""
    return Response(orjson.dumps(content), media_type="application/json")


def accepted(job: Job, *, is_new: bool) -> Response:
    """The answer to a request for work: 201 for a new job, 200 where it was known already."""
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Response(
        job.model_dump_json(),
        status_code=status,
        media_type="application/json",
        headers={"Location": f"/api/jobs/{job.job}", "Cache-Control": "no-store"},
    )
