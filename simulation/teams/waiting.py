"""Waiting: requests nobody has been sent to, by urgency, then by age."""

import heapq

from simulation.teams.responders import Incident


class Waiting:
    """Requests by kind of task; those nobody can get to stand aside until the roads change."""

    def __init__(self) -> None:
        self._open: dict[int, Incident] = {}
        self._queues: dict[str, list[tuple[int, int]]] = {}
        self._aside: dict[int, Incident] = {}

    def __len__(self) -> int:
        return len(self._open) + len(self._aside)

    def all(self) -> list[Incident]:
        """Every request that waits, in the order in which they were made."""
        both = {**self._open, **self._aside}
        return [both[number] for number in sorted(both)]

    def add(self, incident: Incident) -> None:
        """Put a request in the queue of its kind."""
        self._open[incident.number] = incident
        entry = (incident.priority, incident.number)
        heapq.heappush(self._queues.setdefault(incident.kind, []), entry)

    def set_aside(self, incident: Incident) -> None:
        """Keep a request that no unit can get to, until it is taken up again."""
        self._open.pop(incident.number, None)
        self._aside[incident.number] = incident

    def aside(self) -> list[Incident]:
        """Requests that stand aside, most urgent and oldest first."""
        return sorted(self._aside.values(), key=lambda one: (one.priority, one.number))

    def take(self, incident: Incident) -> None:
        """Take a request out: somebody goes."""
        self._open.pop(incident.number, None)
        self._aside.pop(incident.number, None)

    def next(self, kinds: list[str]) -> Incident | None:
        """The most urgent, then oldest, request of some kinds of task."""
        heads = [head for kind in kinds if (head := self._head(kind)) is not None]
        return self._open[min(heads)[1]] if heads else None

    def _head(self, kind: str) -> tuple[int, int] | None:
        queue = self._queues.get(kind)
        while queue:
            if queue[0][1] in self._open:
                return queue[0]
            heapq.heappop(queue)
        return None
