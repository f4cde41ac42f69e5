"""Tally: what each level of command had to do, and how long it took."""

import numpy as np

from scenarios.command import LEVELS
from simulation.run import LevelLoad


class Tally:
    """Counts, waits and work by level [min]."""

    def __init__(self) -> None:
        self._count: dict[str, dict[str, int]] = {
            level: {"came": 0, "closed": 0, "escalated": 0} for level in LEVELS
        }
        self._waited: dict[str, list[float]] = {level: [] for level in LEVELS}
        self._worked: dict[str, list[float]] = {level: [] for level in LEVELS}

    def came(self, level: str) -> None:
        """A matter came to an office of a level."""
        self._count[level]["came"] += 1

    def closed(self, level: str) -> None:
        """A matter was closed there."""
        self._count[level]["closed"] += 1

    def escalated(self, level: str) -> None:
        """A matter was passed upward from there."""
        self._count[level]["escalated"] += 1

    def taken(self, level: str, waited: float) -> None:
        """Somebody took a matter up after a wait."""
        self._waited[level].append(waited)

    def left(self, level: str, worked: float) -> None:
        """An office has done its work on a matter."""
        self._worked[level].append(worked)

    def rows(self, capacity_minutes: dict[str, float]) -> list[LevelLoad]:
        """One row a level, from the top down.

        Args:
            capacity_minutes: Matter-minutes the offices of each level could have given.
        """
        return [
            LevelLoad(
                level=level,
                matters=self._count[level]["came"],
                closed=self._count[level]["closed"],
                escalated=self._count[level]["escalated"],
                wait_p50_minutes=_quantile(self._waited[level], 0.5),
                wait_p90_minutes=_quantile(self._waited[level], 0.9),
                work_p50_minutes=_quantile(self._worked[level], 0.5),
                work_p90_minutes=_quantile(self._worked[level], 0.9),
                load=round(sum(self._worked[level]) / max(capacity_minutes.get(level, 0), 1.0), 6),
            )
            for level in LEVELS
        ]


def _quantile(minutes: list[float], share: float) -> float | None:
    return round(float(np.quantile(minutes, share)), 3) if minutes else None
