"""Ids as people write them: their first letters, or ``latest``."""

from collections.abc import Sequence

from gis.errors import NotFoundError


def the_only(ids: Sequence[str], prefix: str, *, noun: str, listed: str) -> str:
    """The only id that starts with ``prefix``; ``latest`` is the first.

    Args:
        ids: What there is, newest first.
        prefix: What was asked for.
        noun: What it is; its last word is the field that a refusal names.
        listed: What there is, or where people see it.

    Raises:
        NotFoundError: None, or more than one, starts with it.
    """
    found = ids[:1] if prefix == "latest" else [one for one in ids if one.startswith(prefix)]
    if len(found) == 1 and prefix:
        return found[0]
    said = f"{noun}: {len(found)} start" if found else f"no {noun} starts"
    raise NotFoundError(f"{said} with {prefix!r}; {listed}", field=noun.rsplit(maxsplit=1)[-1])
