"""The event log: append-only, canonical bytes, the only evidence for ratings and reports."""

import hashlib

import orjson

from simulation.clock import TICKS_PER_SECOND, Clock

CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY


def canonical(value: object) -> bytes:
    """JSON bytes with sorted keys; equal values give equal bytes.

    >>> canonical({"b": 1, "a": [2.5]})
    b'{"a":[2.5],"b":1}'
    """
    return orjson.dumps(value, option=CANONICAL)


def fingerprint(lines: list[bytes]) -> str:
    """The sha256 of the lines joined by newlines."""
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


class EventLog:
    """What happened, one JSON line each, in order.

    Args:
        clock: Gives the tick of each line.
        start_s: The run's first moment [s from T0].
    """

    def __init__(self, clock: Clock, start_s: int) -> None:
        self.lines: list[bytes] = []
        self._clock = clock
        self._start_s = start_s

    def write(
        self, kind: str, *, who: str | None = None, place: str | None = None, **details: object
    ) -> int:
        """Append one event and return its sequence number.

        Args:
            kind: What happened, as in ``shelter.full``.
            who: Organisation or team.
            place: Place code.
            details: JSON data; floats are rounded to six digits so that the log stays readable.
        """
        sequence, tick = len(self.lines), self._clock.tick
        for name, value in details.items():
            if isinstance(value, float):
                details[name] = round(value, 6)
        details["tick"], details["sequence"], details["kind"] = tick, sequence, kind
        details["who"], details["place"] = who, place
        details["time_s"] = self._start_s + tick // TICKS_PER_SECOND
        # orjson leaves the unused end of its 4 kB buffer attached: keep a copy without it
        self.lines.append(bytes(memoryview(orjson.dumps(details, option=CANONICAL))))
        return sequence

    def digest(self) -> str:
        """The sha256 of the log so far."""
        return fingerprint(self.lines)
