"""Errors on the wire: one table from error class to RFC 9457 problem document.

Routes raise the classes of ``gis.errors`` and never write a status code of their own.
"""

import errno
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from gis import errors

logger = logging.getLogger("shapan.api")

MEDIA_TYPE = "application/problem+json"


class TooManyJobsError(errors.ConflictError):
    """The queue is full; the same request may be sent again later."""


class TooLargeError(errors.InputError):
    """A request body exceeds what the service reads."""


# The nearest ancestor of an error decides. The second word ends the problem's type address.
STATUS: dict[type[Exception], tuple[HTTPStatus, str]] = {
    errors.InputError: (HTTPStatus.UNPROCESSABLE_ENTITY, "input"),
    errors.FileFormatError: (HTTPStatus.UNPROCESSABLE_ENTITY, "file-format"),
    errors.SchemaError: (HTTPStatus.UNPROCESSABLE_ENTITY, "schema"),
    errors.ShapeMismatchError: (HTTPStatus.UNPROCESSABLE_ENTITY, "shape-mismatch"),
    errors.DrillError: (HTTPStatus.UNPROCESSABLE_ENTITY, "drill"),
    errors.InfeasibleError: (HTTPStatus.UNPROCESSABLE_ENTITY, "infeasible"),
    errors.NotFoundError: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.ConflictError: (HTTPStatus.CONFLICT, "conflict"),
    errors.CancelledError: (HTTPStatus.CONFLICT, "cancelled"),
    errors.IntegrityError: (HTTPStatus.INTERNAL_SERVER_ERROR, "integrity"),
    errors.ShapanError: (HTTPStatus.INTERNAL_SERVER_ERROR, "internal"),
    TooManyJobsError: (HTTPStatus.TOO_MANY_REQUESTS, "too-many-jobs"),
    TooLargeError: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large"),
}


class Problem(BaseModel):
    """An RFC 9457 problem document: what went wrong, and with which field."""

    type: str = Field(examples=["urn:shapan:problem:not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no city is called 'atlantis'; there are demo"])
    field: str | None = Field(default=None, examples=["city"])


def problem_of(error: Exception) -> Problem:
    """The problem document of an error raised on purpose."""
    status, kind = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    field = getattr(error, "field", None)
    return _problem(status, kind, detail=str(error), field=field)


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as an HTTP response that no cache keeps."""
    return Response(
        orjson.dumps(problem.model_dump()),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), "Cache-Control": "no-store"},
    )


def register(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    app.add_exception_handler(errors.ShapanError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OSError, _on_system)
    app.add_exception_handler(Exception, _on_surprise)


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's ``responses`` for routes that can answer with these problems."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses}


def _problem(status: HTTPStatus, kind: str, *, detail: str, field: str | None = None) -> Problem:
    line = " ".join(detail.split())[:1000]
    clean = line.encode("utf-8", "replace").decode()
    return Problem(
        type=f"urn:shapan:problem:{kind}",
        title=status.phrase,
        status=int(status),
        detail=clean,
        field=field,
    )


def _on_purpose(_request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s", error)
    return respond(problem)


def _on_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # registered for this class only
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    field = ".".join(place[1:]) or place[0]
    detail = f"{field}: {first['msg']}"
    kind = "json" if first["type"] == "json_invalid" else "validation"
    return respond(_problem(HTTPStatus.UNPROCESSABLE_ENTITY, kind, detail=detail, field=field))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # registered for this class only
    if isinstance(error.__cause__, errors.ShapanError):  # raised while the body was read
        return _on_purpose(request, error.__cause__)
    status = HTTPStatus(error.status_code)
    detail = error.detail
    if status == HTTPStatus.NOT_FOUND:
        detail = f"nothing answers at {request.url.path}; /api/openapi.json lists what does"
    return respond(_problem(status, "http", detail=detail), error.headers)


def _on_system(request: Request, error: Exception) -> Response:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        detail = "the disk is full; make room in SHAPAN_HOME and ask again"
        return respond(_problem(HTTPStatus.INSUFFICIENT_STORAGE, "disk-full", detail=detail))
    return _on_surprise(request, error)


def _on_surprise(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "the service failed; its log says why"
    return respond(_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail=detail))
