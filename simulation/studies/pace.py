"""Pace: how far a study is, counted in runs, and how long the rest may take."""

from collections.abc import Callable, Mapping
from time import perf_counter

_MINUTE_S = 60.0


class Pace:
    """Counts the runs of a study's phases; runs are nearly all of its time.

    Args:
        tell: Told the share done and one short line.
        runs: The most runs that each phase may need, by its name; phases correct it when they
            begin.
        clock: Seconds from any moment; a parameter so that tests need not wait.

    >>> pace = Pace(lambda share, line: print(f"{share:.0%} {line}"), {"scenarios": 4, "replay": 4})
    >>> pace.at("scenarios", 4, 4)
    50% scenarios: 4 of 4 runs
    """

    def __init__(
        self,
        tell: Callable[[float, str], None],
        runs: Mapping[str, int],
        *,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._tell, self._clock = tell, clock
        self._runs = dict(runs)
        self._done: dict[str, int] = {}
        self._played, self._began = 0, clock()

    def at(self, phase: str, done: int, total: int) -> None:
        """Say that so many of a phase's runs are there; the first time they came from the shelf."""
        before = self._done.get(phase)
        self._played += 0 if before is None else done - before
        self._done[phase], self._runs[phase] = done, total
        self.say(f"{phase}: {done} of {total} runs")

    def say(self, line: str) -> None:
        """Say what is being done, how far the study is, and how long it may still take."""
        left = self._left()
        self._tell(self._share(), line if left is None else f"{line}, {left}")

    def end(self, line: str) -> None:
        """Say that all is done."""
        self._tell(1.0, line)

    def _share(self) -> float:
        return min(sum(self._done.values()) / max(sum(self._runs.values()), 1), 0.99)

    def _left(self) -> str | None:
        """Time left at the pace of the runs that were played, or nothing before the first."""
        waiting = sum(self._runs.values()) - sum(self._done.values())
        if self._played == 0 or waiting <= 0:
            return None
        seconds = (self._clock() - self._began) / self._played * waiting
        if seconds < _MINUTE_S:
            return "less than a minute left"
        return f"about {seconds / _MINUTE_S:.0f} min left"
