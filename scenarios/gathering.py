"""Gathering: whether the members of a household wait for each other before they leave."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.norms import Basis, Norm, Spread
from scenarios.words import Strict


class Gathering(Strict):
    """Who is away from home, and where a household comes together.

    Attributes:
        mode: ``none``: everybody counts as at home; ``home``: the household leaves when its last
            member is back; ``shelter``: members away go to the shelter from where they are, unless
            the household goes to relatives or nobody grown up is at home.
        school_ages: First and last age of those who go to school; theirs is the nearest one.
        work_ages: First and last age of those who work; in the ``centres``.
        school_by_hour: Share of the first away in each hour of the day, 24 numbers [1].
        work_by_hour: Share of the second away in each hour of the day, 24 numbers [1].
        basis, citation: What these shares stand on.
        centres: Grids in which people work, those with most facilities first.
        notice_minutes: Time from the household's decision until a member away sets off [min].
        detour: Length of the way home over the straight line [1].
        speed_kmh: Speed of the way home, all ways of travel together [km/h].
    """

    mode: Literal["none", "home", "shelter"]
    school_ages: tuple[int, int]
    work_ages: tuple[int, int]
    school_by_hour: tuple[float, ...] = Field(min_length=24, max_length=24)
    work_by_hour: tuple[float, ...] = Field(min_length=24, max_length=24)
    basis: Basis
    citation: str = ""
    centres: int = Field(gt=0, le=50)
    notice_minutes: Spread
    detour: Norm
    speed_kmh: Norm

    @model_validator(mode="after")
    def _shares_and_ways_can_be(self) -> Self:
        for name in ("school_by_hour", "work_by_hour"):
            if min(getattr(self, name)) < 0 or max(getattr(self, name)) > 1:
                message = f"{name} must hold shares from 0 to 1"
                raise ValueError(message)
        if self.speed_kmh.value <= 0 or self.detour.value < 1:
            message = "speed_kmh must be above 0, and detour 1 or more"
            raise ValueError(message)
        if self.school_ages[0] > self.school_ages[1] or self.work_ages[0] > self.work_ages[1]:
            message = "school_ages and work_ages must rise from the first to the last age"
            raise ValueError(message)
        return self
