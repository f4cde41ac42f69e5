"""Five levels of command as data: what each can handle, how people tire, and what matters arise."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from scenarios.norms import Norm, Series, Spread
from scenarios.words import Strict

Level = Literal["city", "district", "street", "community", "grid"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the top down."""
MatterKind = Literal["people_trapped", "dark_shelter", "grid_dry", "grid_dark", "road_blocked"]


class LevelRule(Strict):
    """The offices of one level.

    Attributes:
        span: Matters an office handles at once in working hours.
        night_share: Part of that outside ``day``; at least one matter can always be handled.
        day: First and last hour of the working day.
        patience_minutes: A matter nobody could take up for so long is passed upward.
        is_relieved: True where a fresh shift takes over at the end of each.
    """

    level: Level
    span: Norm
    night_share: Norm
    day: tuple[float, float]
    patience_minutes: Norm
    is_relieved: bool


class Fatigue(Strict):
    """How people tire on duty.

    Attributes:
        shift_hours: Length of a shift where there is relief.
        work: Factor on the time a matter takes, by time on duty.
        miss: Factor on the probability that it is mishandled, by time on duty.
        rest_ratio: Time on duty that an equal time of rest undoes.
    """

    shift_hours: Norm
    work: Series
    miss: Series
    rest_ratio: Norm


class MatterRule(Strict):
    """One kind of matter that arises in the city.

    Attributes:
        closes_at: Lowest level that can close it.
        priority: 1 to 5, a smaller number is handled first.
        minutes: Time an office works on it.
        miss: Probability that an office mishandles it, and the level above must take it.
        department: Whom the street's whistle calls; it stays until the matter is closed.
    """

    kind: MatterKind
    closes_at: Level
    priority: int = Field(ge=1, le=5)
    minutes: Spread
    miss: Norm
    department: str


class Commanding(Strict):
    """The five levels, fatigue, and the matters that arise from the city.

    Attributes:
        report_in: Time a free department takes to report in after a whistle.
        report_in_minutes: Norm within which it must.
        stay_share: Part of a desk that staying with a matter takes once the work on it is done [1].
        deed_priority: Priority of an action that an inject asks for among the other matters.
    """

    levels: tuple[LevelRule, ...]
    fatigue: Fatigue
    matters: tuple[MatterRule, ...]
    report_in: Spread
    report_in_minutes: Norm
    stay_share: Norm
    deed_priority: int = Field(ge=1, le=5)

    @model_validator(mode="after")
    def _stays_are_part_of_a_desk(self) -> Self:
        if not 0 <= self.stay_share.value <= 1:
            message = f"stay_share is {self.stay_share.value}; give a share from 0 to 1"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _five_levels_once(self) -> Self:
        if sorted(rule.level for rule in self.levels) != sorted(LEVELS):
            message = f"give each of the levels {', '.join(LEVELS)} exactly one rule"
            raise ValueError(message)
        return self

    def of(self, level: str) -> LevelRule:
        """The rule of a level."""
        return next(rule for rule in self.levels if rule.level == level)
