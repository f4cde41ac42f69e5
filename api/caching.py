"""HTTP caching: what is named by its hash never changes, and names are asked again each time."""

from fastapi import Request, Response

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


def cached(request: Request, response: Response, *, tag: str, immutable: bool = True) -> Response:
    """Add ETag and Cache-Control; an empty 304 where the client holds this version.

    Args:
        request: Its ``If-None-Match`` says what the client holds.
        response: The full answer.
        tag: Names the version: a hash, or hashes joined by dashes.
        immutable: False where the address may stand for something else later.
    """
    quoted = f'"{tag}"'
    headers = {"ETag": quoted, "Cache-Control": IMMUTABLE if immutable else REVALIDATE}
    held = [part.strip().removeprefix("W/") for part in _held(request).split(",")]
    if quoted in held or "*" in held:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _held(request: Request) -> str:
    return request.headers.get("if-none-match", "")
