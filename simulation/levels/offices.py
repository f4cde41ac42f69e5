"""Offices: organisations that handle a few matters at once, tire, rest and are relieved."""

import heapq
from typing import Any

import mesa
import numpy as np

from scenarios.command import Fatigue, LevelRule
from scenarios.norms import Series


def factor(series: Series, hours: float) -> float:
    """Read a factor by time on duty [h]."""
    return float(np.interp(hours * 3600, series.at, series.value))


class Office(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One office of one level, or one department.

    Attributes:
        name: Organisation, with the code of its place where there are several.
        place: Code of the place it answers for.
        queue: Matters that wait, as (priority, number), a heap.
        busy: Matters somebody works on.
        staying: Matters whose work is done, and that somebody follows until they are over.
        duty_hours: Time on duty that people have in their bones [h].
    """

    def __init__(self, model: mesa.Model, *, name: str, rule: LevelRule, place: str) -> None:
        super().__init__(model)
        self.name, self.place, self.level = name, place, str(rule.level)
        self.rule = rule
        self.queue: list[tuple[int, int]] = []
        self.busy: set[int] = set()
        self.staying: set[int] = set()
        self.duty_hours = 0.0
        self._seen_s = 0.0

    def capacity(self, hour_of_day: float) -> int:
        """Matters that can be handled at once at an hour of the day."""
        first, last = self.rule.day
        share = 1.0 if first <= hour_of_day < last else self.rule.night_share.value
        return max(1, round(self.rule.span.value * share))

    def has_room(self, hour_of_day: float, stay_share: float) -> bool:
        """Whether somebody can take up one more matter.

        Args:
            hour_of_day: Local hour.
            stay_share: Part of a desk that staying with a matter takes [1].
        """
        taken = len(self.busy) + int(stay_share * len(self.staying))
        return taken < self.capacity(hour_of_day)

    def push(self, priority: int, number: int) -> None:
        """Let a matter wait."""
        heapq.heappush(self.queue, (priority, number))

    def pop(self) -> int:
        """Take the most urgent, then oldest, matter that waits."""
        return heapq.heappop(self.queue)[1]

    def withdraw(self, number: int) -> None:
        """Take a matter out of the queue."""
        self.queue = [entry for entry in self.queue if entry[1] != number]
        heapq.heapify(self.queue)

    def tire(self, now_s: float, fatigue: Fatigue, *, since_shift_h: float) -> float:
        """Bring the time on duty up to now and give it [h].

        Args:
            now_s: Now, from the run's first moment [s].
            fatigue: How people tire.
            since_shift_h: Time since shifts last changed [h].
        """
        passed = (now_s - self._seen_s) / 3600
        self._seen_s = now_s
        if self.busy or self.staying:
            self.duty_hours += passed
        else:
            self.duty_hours = max(0.0, self.duty_hours - passed * fatigue.rest_ratio.value)
        if self.rule.is_relieved:
            self.duty_hours = min(self.duty_hours, since_shift_h)
        return self.duty_hours


def detail(office: Office) -> dict[str, Any]:
    """What every line of the log says of an office."""
    return {"who": office.name, "level": office.level}
