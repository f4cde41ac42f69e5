"""The clock: a total order over events that are data.

An event is ``(tick, priority, sequence, kind, payload)``. It holds no code, so that a queue can be
written down, resumed and replayed; what an event *does* is looked up by its kind.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gis.errors import ConflictError, InputError

TICKS_PER_SECOND = 100
"""One tick is 10 ms."""

Payload = dict[str, Any]
Handler = Callable[[Payload], None]


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that will happen; ``payload`` is JSON data and takes no part in the order."""

    tick: int
    priority: int
    sequence: int
    kind: str
    payload: Payload


class Clock:
    """A heap of events with integer time.

    >>> clock, heard = Clock(), []
    >>> clock.on("bell", lambda payload: heard.append((clock.tick, payload["name"])))
    >>> first = clock.schedule(200, "bell", {"name": "late"})
    >>> second = clock.schedule(100, "bell", {"name": "early"})
    >>> clock.run(until_tick=1000)
    >>> heard
    [(100, 'early'), (200, 'late')]
    """

    def __init__(self) -> None:
        self.tick = 0
        self._sequence = 0
        self._heap: list[tuple[int, int, int, str, Payload]] = []
        self._dead: set[int] = set()
        self._handlers: dict[str, Handler] = {}

    def on(self, kind: str, handler: Handler) -> None:
        """Say what events of a kind do.

        Raises:
            ConflictError: The kind has a handler already.
        """
        if kind in self._handlers:
            raise ConflictError(f"events of kind {kind!r} have a handler already; register it once")
        self._handlers[kind] = handler

    def schedule(
        self, tick: int, kind: str, payload: Payload | None = None, *, priority: int = 5
    ) -> int:
        """Put an event on the heap and return its sequence number, by which it can be cancelled.

        Args:
            tick: When it happens [10 ms from the run's first moment].
            kind: Name of a registered handler.
            payload: JSON data.
            priority: Order within a tick, smallest first.

        Raises:
            InputError: The tick lies in the past, or nobody handles the kind.
        """
        if tick < self.tick:
            message = f"event {kind!r} at tick {tick} lies before now ({self.tick})"
            raise InputError(f"{message}; schedule it at or after the present tick", field="tick")
        if kind not in self._handlers:
            raise InputError(f"nobody handles events of kind {kind!r}; register a handler first")
        self._sequence += 1
        entry = (tick, priority, self._sequence, kind, {} if payload is None else payload)
        heapq.heappush(self._heap, entry)
        return self._sequence

    def after(
        self, seconds: float, kind: str, payload: Payload | None = None, *, priority: int = 5
    ) -> int:
        """Schedule an event ``seconds`` from now, rounded to a tick."""
        tick = self.tick + round(seconds * TICKS_PER_SECOND)
        return self.schedule(tick, kind, payload, priority=priority)

    def cancel(self, sequence: int) -> None:
        """Make an event not happen; cancelling one that is over changes nothing."""
        self._dead.add(sequence)

    def run(self, until_tick: int) -> None:
        """Play every event up to and including a tick, in order."""
        while self._heap and self._heap[0][0] <= until_tick:
            tick, _, sequence, kind, payload = heapq.heappop(self._heap)
            if sequence in self._dead:
                self._dead.discard(sequence)
                continue
            self.tick = tick
            self._handlers[kind](payload)
        self.tick = max(self.tick, until_tick)

    def pending(self) -> list[Event]:
        """The events still to come, in the order in which they will happen."""
        return [Event(*entry) for entry in sorted(self._heap) if entry[2] not in self._dead]
