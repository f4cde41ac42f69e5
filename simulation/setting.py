"""The setting of one run: what every part of the simulation shares."""

from dataclasses import dataclass, field

from scenarios.drill import Drill
from scenarios.words import Text
from simulation.atlas import Atlas
from simulation.clock import TICKS_PER_SECOND, Clock
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.supply.plan import ReservePlan
from twin.city import City


@dataclass(slots=True, kw_only=True)
class Setting:
    """City, drill, clock, log and random streams of one run.

    Attributes:
        decisions: Answers given beforehand, by decision.
        reserve: Depots and stock that replace the city's own; None for the city's own.
        atlas: The city's tables as arrays.
        limits: What the run cannot say, in the order in which it was found.
    """

    city: City
    drill: Drill
    decisions: dict[str, str]
    atlas: Atlas
    clock: Clock
    log: EventLog
    streams: Streams
    reserve: ReservePlan | None = None
    limits: list[Text] = field(default_factory=list)

    @property
    def time_s(self) -> int:
        """Now, in whole seconds from T0."""
        return self.drill.horizon.start + self.clock.tick // TICKS_PER_SECOND

    def tick_at(self, time_s: int) -> int:
        """The tick of a moment given in seconds from T0."""
        return (time_s - self.drill.horizon.start) * TICKS_PER_SECOND

    def limit(self, zh: str, en: str) -> None:
        """State a limit of this run, once."""
        text = Text(zh=zh, en=en)
        if text not in self.limits:
            self.limits.append(text)

    def hour_of_day(self, time_s: int | None = None) -> float:
        """Local hour of the simulated clock, 0 to 24; now, or at a moment [s from T0]."""
        first = self.drill.t0.hour + self.drill.t0.minute / 60
        return float((first + (self.time_s if time_s is None else time_s) / 3600) % 24)

    def is_night(self, time_s: int | None = None) -> bool:
        """True between 19:00 and 06:00; now, or at a moment [s from T0]."""
        return not 6 <= self.hour_of_day(time_s) < 19
