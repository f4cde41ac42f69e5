"""Traffic: ordinary car trips, what water does to the flow, and what orders on traffic change."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.norms import Norm, Spread
from scenarios.words import Strict


class Traffic(Strict):
    """Who shares the roads with those who leave, and how the police change them.

    Attributes:
        trips_per_car_day: Ordinary trips of a household's car [1/d].
        by_hour: Share of a day's trips in each hour, 24 numbers; they need not sum to 1.
        centres: Grids to which ordinary trips lead, those with most facilities first.
        warned_share: Ordinary trips that warned households still make [1]; those ordered out make
            none.
        wet_speed_share: Speed of cars at the depth at which a road closes, and in mud [1].
        wet_flow_share: Cars a road passes at that depth, and in mud [1].
        wade_speed_share: Walking speed at the depth at which people turn back [1].
        control_minutes: Time to set up a cordon or a contraflow once police are there [min].
        control_hours: How long it then stands [h].
        control_reach_m: Main roads this near to the area are changed [m].
        exit_priority: Claim of main roads out of the area at junctions, over their usual one [1].
        contraflow_share: Lanes towards the area that are reversed [1].
    """

    trips_per_car_day: Norm
    by_hour: tuple[float, ...] = Field(min_length=24, max_length=24)
    centres: int = Field(gt=0, le=50)
    warned_share: Norm
    wet_speed_share: Norm
    wet_flow_share: Norm
    wade_speed_share: Norm
    control_minutes: Spread
    control_hours: Norm
    control_reach_m: Norm
    exit_priority: Norm
    contraflow_share: Norm

    @model_validator(mode="after")
    def _shares_are_shares(self) -> Self:
        for name in ("warned_share", "wet_speed_share", "wet_flow_share", "wade_speed_share"):
            if not 0 < getattr(self, name).value <= 1:
                message = f"{name} is {getattr(self, name).value}, wanted above 0 and at most 1"
                raise ValueError(message)
        if not 0 <= self.contraflow_share.value <= 0.9:
            message = f"contraflow_share is {self.contraflow_share.value}, wanted 0 to 0.9"
            raise ValueError(message)
        if min(self.by_hour) < 0 or sum(self.by_hour) <= 0:
            message = "by_hour must hold shares of 0 or more that sum to more than 0"
            raise ValueError(message)
        if self.trips_per_car_day.value < 0 or self.exit_priority.value <= 0:
            message = "trips_per_car_day must be 0 or more, and exit_priority above 0"
            raise ValueError(message)
        return self
