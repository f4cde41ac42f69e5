"""The resource ledger: units by kind and phase, requests by kind and stage; it always balances."""

from typing import Literal, get_args

from gis.errors import IntegrityError

Phase = Literal["idle", "committed", "travelling", "on_site", "busy", "returning", "off_duty"]
PHASES: tuple[Phase, ...] = get_args(Phase)
Stage = Literal["waiting", "bound", "closed"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Ledger:
    """Counts of units by kind and phase, and of requests by kind and stage.

    >>> ledger = Ledger({"boat": 2})
    >>> ledger.move("boat", "idle", "committed")
    >>> ledger.count("boat", "idle"), ledger.count("boat", "committed")
    (1, 1)
    """

    def __init__(self, units: dict[str, int]) -> None:
        self._total = dict(units)
        self._counts: dict[str, dict[Phase, int]] = {}
        self._asked: dict[str, int] = {}
        self._requests: dict[str, dict[Stage, int]] = {}
        for kind, number in units.items():
            self._counts[kind] = dict.fromkeys(PHASES, 0)
            self._counts[kind]["idle"] = number

    def count(self, kind: str, phase: Phase) -> int:
        """Units of a kind in a phase."""
        return self._counts[kind][phase] if kind in self._counts else 0

    def move(self, kind: str, before: Phase, after: Phase) -> None:
        """Book one unit from a phase to another.

        Raises:
            IntegrityError: No unit of the kind is in the phase it should leave.
        """
        counts = self._counts[kind]
        if counts[before] < 1:
            message = f"no {kind} is {before}, so none can become {after}"
            raise IntegrityError(f"{message}; the ledger would go below zero")
        counts[before] -= 1
        counts[after] += 1

    def ask(self, kind: str) -> None:
        """Book one more request of a kind, waiting."""
        self._asked[kind] = self._asked.get(kind, 0) + 1
        self._requests.setdefault(kind, dict.fromkeys(STAGES, 0))["waiting"] += 1

    def book(self, kind: str, before: Stage, after: Stage) -> None:
        """Book one request from a stage to another.

        Raises:
            IntegrityError: No request of the kind is in the stage it should leave.
        """
        counts = self._requests.get(kind, {})
        if counts.get(before, 0) < 1:
            message = f"no request for {kind} is {before}, so none can be {after}"
            raise IntegrityError(f"{message}; the ledger would go below zero")
        counts[before] -= 1
        counts[after] += 1

    def check(self) -> None:
        """Verify that every kind sums to what it began with, and that bound requests have units.

        Raises:
            IntegrityError: A kind does not balance.
        """
        for kind, counts in self._counts.items():
            if sum(counts.values()) != self._total[kind]:
                raise IntegrityError(f"{kind}: phases sum to {sum(counts.values())}, not its total")
        for kind, stages in self._requests.items():
            if sum(stages.values()) != self._asked[kind]:
                raise IntegrityError(f"requests for {kind} do not sum to those that were made")
        at_work: tuple[Phase, ...] = ("committed", "travelling", "on_site", "busy")
        engaged = sum(counts[phase] for counts in self._counts.values() for phase in at_work)
        bound = sum(stages["bound"] for stages in self._requests.values())
        if engaged != bound:
            raise IntegrityError(f"{engaged} units are engaged, but {bound} requests are bound")

    def summary(self) -> dict[str, dict[Phase, int]]:
        """Counts by kind, then phase; kinds in alphabetical order."""
        return {kind: dict(self._counts[kind]) for kind in sorted(self._counts)}

    def requests(self) -> dict[str, dict[Stage, int]]:
        """Requests by kind, then stage; kinds in alphabetical order."""
        return {kind: dict(self._requests[kind]) for kind in sorted(self._requests)}
