"""The resource ledger: how many units of each kind are in each phase; it always balances."""

from typing import Literal, get_args

from gis.errors import IntegrityError

Phase = Literal["idle", "committed", "travelling", "on_site", "busy", "returning"]
PHASES: tuple[Phase, ...] = get_args(Phase)


class Ledger:
    """Counts of units by kind and phase.

    >>> ledger = Ledger({"boat": 2})
    >>> ledger.move("boat", "idle", "committed")
    >>> ledger.count("boat", "idle"), ledger.count("boat", "committed")
    (1, 1)
    """

    def __init__(self, units: dict[str, int]) -> None:
        self._total = dict(units)
        self._counts: dict[str, dict[Phase, int]] = {}
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

    def check(self) -> None:
        """Verify that every kind sums to what it began with.

        Raises:
            IntegrityError: A kind does not balance.
        """
        for kind, counts in self._counts.items():
            if sum(counts.values()) != self._total[kind]:
                raise IntegrityError(f"{kind}: phases sum to {sum(counts.values())}, not its total")

    def summary(self) -> dict[str, dict[Phase, int]]:
        """Counts by kind, then phase; kinds in alphabetical order."""
        return {kind: dict(self._counts[kind]) for kind in sorted(self._counts)}
