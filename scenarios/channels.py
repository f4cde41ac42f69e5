"""Warning channels: the ways an order or a forecast travels, each with reach and delay."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from scenarios.norms import Norm, Spread
from scenarios.words import Strict, Text

Occasion = Literal["forecast", "order"]


class Way(Strict):
    """What every channel has.

    Attributes:
        reach: Share of households it reaches, of those it could reach at all [1].
        carries: What is sent over it.
    """

    id: str
    title: Text
    reach: Norm
    carries: tuple[Occasion, ...] = Field(default=("forecast", "order"), min_length=1)

    @model_validator(mode="after")
    def _reach_is_a_share(self) -> Self:
        if not 0 <= self.reach.value <= 1:
            message = f"reach of channel {self.id} is {self.reach.value}, wanted 0 to 1"
            raise ValueError(message)
        return self


class Channel(Way):
    """A channel of which nothing is known but the share it reaches and how long it takes.

    Attributes:
        delay_minutes: Median delay [min]; lognormal with ``sigma``.
        needs_network: True where it fails with the mobile network.
    """

    kind: Literal["share"] = "share"
    delay_minutes: Norm
    sigma: float = Field(ge=0, le=2)
    needs_network: bool = False


class Siren(Way):
    """Sirens on the roofs of facilities, heard as far as their sound stands out indoors.

    Attributes:
        reach: Share of those within earshot that takes it for what it is [1].
        delay_minutes: Median time from the order to the sound [min]; lognormal with ``sigma``.
        sites: Kinds of facility with a siren.
        level_db: Sound level at ``level_at_m`` [dB].
        level_at_m: Distance of the rated level [m].
        loss_db_per_doubling: What is lost with every doubling of the distance [dB].
        indoor_loss_db: What walls and shut windows take [dB].
        background_day_db: Noise in a home between 06:00 and 19:00 [dB].
        background_night_db: Noise in a home at night [dB].
        margin_db: How far the sound must stand out to be noticed [dB].
        spread_db: How much homes differ, standard deviation [dB].
        reach_without_sites: Share reached in a city that lists none of the sites [1].
    """

    kind: Literal["siren"]
    delay_minutes: Norm
    sigma: float = Field(ge=0, le=2)
    sites: tuple[str, ...] = Field(min_length=1)
    level_db: Norm
    level_at_m: Norm
    loss_db_per_doubling: Norm
    indoor_loss_db: Norm
    background_day_db: Norm
    background_night_db: Norm
    margin_db: Norm
    spread_db: Norm
    reach_without_sites: Norm

    @model_validator(mode="after")
    def _sound_fades(self) -> Self:
        for name in ("level_at_m", "loss_db_per_doubling", "spread_db"):
            if getattr(self, name).value <= 0:
                message = f"{name} is {getattr(self, name).value}, wanted above 0"
                raise ValueError(message)
        return self


class Door(Way):
    """Grid workers who knock at the doors of those ordered out, one after the other.

    Attributes:
        reach: Share of doors that are opened [1].
        workers: Workers in each grid [persons].
        mobilise_minutes: Time until a grid's workers set out [min].
        visit_minutes: Time for one door, with the way to it [min].
    """

    kind: Literal["door"]
    carries: tuple[Occasion, ...] = ("order",)
    workers: Norm
    mobilise_minutes: Spread
    visit_minutes: Spread

    @model_validator(mode="after")
    def _somebody_knocks(self) -> Self:
        workers = self.workers.value
        if not 1 <= workers <= 1000 or workers != int(workers):
            message = f"workers is {workers}, wanted a whole number from 1 to 1000"
            raise ValueError(message)
        if self.carries != ("order",):
            message = "grid workers knock for orders only; leave carries out"
            raise ValueError(message)
        return self


class Neighbours(Way):
    """Households that heard tell those next to them.

    Attributes:
        reach: Share of households that talk with neighbours [1].
        tells_per_hour: Households that one which heard tells in an hour while nobody else knows
            [1/h]; it tells as many later, but finds more and more of them informed.
        within: Who counts as a neighbour.
        for_hours: How long after the order people go on telling [h].
    """

    kind: Literal["neighbours"]
    tells_per_hour: Norm
    within: Literal["building", "grid"] = "building"
    for_hours: Norm

    @model_validator(mode="after")
    def _people_tell(self) -> Self:
        if self.tells_per_hour.value < 0 or not 0 < self.for_hours.value <= 72:
            message = "tells_per_hour must be 0 or more, and for_hours above 0 and at most 72"
            raise ValueError(message)
        return self


class Media(Way):
    """Television, radio and apps: who looks or listens in an hour takes note.

    Attributes:
        reach: Share of households that use them at all [1].
        delay_minutes: Time until the news is on air [min].
        by_hour: Share of their users that takes note in each hour of the day, 24 numbers [1].
        basis, citation: What ``by_hour`` stands on.
        needs_network: True where they fail with the mobile network.
    """

    kind: Literal["media"]
    delay_minutes: Norm
    by_hour: tuple[float, ...] = Field(min_length=24, max_length=24)
    basis: Literal["S", "K", "A"]
    citation: str = ""
    needs_network: bool = False

    @model_validator(mode="after")
    def _hours_hold_shares(self) -> Self:
        if min(self.by_hour) < 0 or max(self.by_hour) >= 1:
            message = "by_hour must hold 24 shares from 0 to below 1"
            raise ValueError(message)
        return self


def _kind(value: object) -> str:
    """Tell a channel's kind; plain shares need not name it."""
    if isinstance(value, dict):
        return str(value.get("kind", "share"))
    return str(getattr(value, "kind", "share"))


AnyChannel = Annotated[
    Annotated[Channel, Tag("share")]
    | Annotated[Siren, Tag("siren")]
    | Annotated[Door, Tag("door")]
    | Annotated[Neighbours, Tag("neighbours")]
    | Annotated[Media, Tag("media")],
    Discriminator(_kind),
]
"""One way a warning travels."""
