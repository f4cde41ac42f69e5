"""Tell how a search is doing, and let it be stopped."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from gis.errors import CancelledError
from gis.locate.answer import Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a search stands.

    Attributes:
        step: What it is doing, in a few words.
        seconds: Time since it began [s], on the clock of its effort.
        value: Objective of the best plan so far; ``inf`` before the first.
        bound: No permitted plan is better; ``-inf`` before the first bound.
    """

    step: str
    seconds: float
    value: float
    bound: float


def _never() -> bool:
    return False


def _silent(progress: Progress) -> None:
    del progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Clock, listener and stop button of one search."""

    seconds: float
    timer: Callable[[], float] = perf_counter
    tell: Callable[[Progress], None] = _silent
    is_cancelled: Callable[[], bool] = _never
    began: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        object.__setattr__(self, "began", self.timer())

    @property
    def spent(self) -> float:
        """Time since the beginning [s]."""
        return self.timer() - self.began

    @property
    def left(self) -> float:
        """Time left [s]; 0 when it is over."""
        return max(0.0, self.seconds - self.spent)

    def report(self, step: str, *, value: float, bound: float) -> None:
        """Tell the listener; stop where somebody asked.

        Raises:
            CancelledError: Somebody did.
        """
        if self.is_cancelled():
            raise CancelledError(f"the search was stopped while {step}")
        self.tell(Progress(step=step, seconds=self.spent, value=value, bound=bound))


def make_watch(
    effort: Effort,
    *,
    progress: Callable[[Progress], None] | None,
    is_cancelled: Callable[[], bool] | None,
) -> Watch:
    """Start the clock of a search."""
    return Watch(
        seconds=effort.seconds,
        timer=effort.timer,
        tell=progress or _silent,
        is_cancelled=is_cancelled or _never,
    )
