"""What residents do when warned: channels, belief, preparation, ways of leaving."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.channels import AnyChannel
from scenarios.gathering import Gathering
from scenarios.norms import Norm
from scenarios.words import Strict


class Behaviour(Strict):
    """How warned households decide, prepare and leave; every number is an input of the scenario.

    Attributes:
        channels: Ways the order travels.
        compliance: Share that leaves when first warned [1].
        compliance_after_visit: Share of the remaining that leaves after a second visit [1].
        visit_hours: Median time until the second visit [h].
        shadow_share: Share of households outside the zone that leaves too [1].
        prepare_t50_minutes: Half of those who leave have left this long after deciding [min].
        prepare_t90_minutes: Nine in ten have left this long after deciding [min].
        night_factor: How much longer preparation takes between 19:00 and 06:00 [1].
        walk_limit_m: Households walk to a shelter nearer than this [m].
        walk_speed_mps: Free walking speed [m/s].
        slow_share: Speed of slow walkers against the free speed [1].
        elsewhere_share: Share of car households that leaves to relatives, not to a shelter [1].
        return_after_hours: Dry and quiet time before people may return [h].
        gathering: Whether members wait for each other; None for households that are at home.
    """

    channels: tuple[AnyChannel, ...] = Field(min_length=1)
    compliance: Norm
    compliance_after_visit: Norm
    visit_hours: Norm
    shadow_share: Norm
    prepare_t50_minutes: Norm
    prepare_t90_minutes: Norm
    night_factor: Norm
    walk_limit_m: Norm
    walk_speed_mps: Norm
    slow_share: Norm
    elsewhere_share: Norm
    return_after_hours: Norm
    gathering: Gathering | None = None

    @model_validator(mode="after")
    def _channels_differ(self) -> Self:
        names = [channel.id for channel in self.channels]
        if len(set(names)) < len(names):
            message = f"channels {', '.join(names)} repeat an id; ids must differ"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _t90_follows_t50(self) -> Self:
        if not 0 < self.prepare_t50_minutes.value < self.prepare_t90_minutes.value:
            message = "prepare_t50_minutes must lie above 0 and below prepare_t90_minutes"
            raise ValueError(message)
        return self
