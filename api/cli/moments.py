"""Moments of a drill as people write them."""

import re

from gis.errors import InputError
from scenarios.words import seconds

_MOMENT = re.compile(r"T0?(?:(?P<sign>[-+])(?P<number>\d+(?:\.\d+)?)(?P<unit>[dhms]?))?")
_UNITS = {"d": 86_400, "h": 3_600, "": 3_600, "m": 60, "s": 1}


def read_moment(text: str, *, option: str) -> int:
    """Read a moment such as ``T+2h``, ``T-13.5h``, ``T+90m``, ``T0`` or ``-PT2H`` [s from T0].

    Args:
        text: What was given.
        option: The option it was given to, for the message.

    Raises:
        InputError: It is no moment.

    >>> read_moment("T+2h", option="at"), read_moment("T-90m", option="at")
    (7200, -5400)
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is not None:
        number = float(match.group("number") or 0) * _UNITS[match.group("unit") or ""]
        return round(-number if match.group("sign") == "-" else number)
    try:
        return int(str(seconds(text)))
    except ValueError:
        raise InputError(
            f"--{option} {text!r} is no moment; write it as T+2h, T-90m, T0 or PT2H", field=option
        ) from None
