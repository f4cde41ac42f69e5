"""What every part of a drill is made of: strict records, bilingual texts, ISO 8601 durations."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class Strict(BaseModel):
    """A record that refuses fields it does not know and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """One text in Chinese and in English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def seconds(text: object) -> object:
    """Read an ISO 8601 duration such as ``-PT48H`` as whole seconds; integers pass through.

    >>> seconds("-PT1H30M")
    -5400
    """
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.group(name) for name in _UNITS):
        message = f"{text!r} is no ISO 8601 duration; write one such as PT30M, -PT48H or P1DT6H"
        raise ValueError(message)
    total = sum(int(match.group(name) or 0) * size for name, size in _UNITS.items())
    return -total if match.group("sign") == "-" else total


_UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}

Duration = Annotated[int, BeforeValidator(seconds)]
"""Seconds; ISO 8601 text in YAML, an integer in JSON."""

Span = Annotated[int, BeforeValidator(seconds), Field(gt=0)]
"""A duration above zero [s]."""


def hours(time_s: float) -> str:
    """A moment as people read it.

    >>> hours(-5400), hours(7200)
    ('T-1.5 h', 'T+2 h')
    """
    return f"T{time_s / 3600:+.4g} h"
