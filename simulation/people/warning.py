"""Warning: when a message reaches each household, over channels with reach and delay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.channels import AnyChannel, Channel, Door, Media, Neighbours, Occasion, Siren
from simulation.people.doors import Doors
from simulation.people.media import noticed_after
from simulation.people.neighbours import passed_on
from simulation.people.residents import Residents
from simulation.people.sirens import excess_db
from simulation.setting import Setting

NEVER = np.iinfo(np.int64).max
Minutes = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """When and how each household hears, shape ``(households,)`` each.

    Attributes:
        minutes: Time from the message [min], inf for never.
        channel: Index of the channel that was first, -1 for none.
    """

    minutes: Minutes
    channel: NDArray[np.int8]


class WarningChannels:
    """All ways a warning travels in one city; each draws from a stream of its own.

    Attributes:
        doors: Grid workers of each channel by which they knock, by its id.
    """

    def __init__(self, setting: Setting, residents: Residents) -> None:
        self.setting, self.residents = setting, residents
        atlas = setting.atlas
        self.doors: dict[str, Doors] = {}
        for channel in setting.drill.behaviour.channels:
            if isinstance(channel, Door):
                self.doors[channel.id] = Doors(channel, residents, grids=len(atlas.grid_codes))
            if isinstance(channel, Siren) and len(atlas.facilities_of(*channel.sites)) == 0:
                setting.limit(
                    f"城市数据没有警报器站点（{'、'.join(channel.sites)}），警报器按固定比例触达",
                    f"The city lists no site for sirens ({', '.join(channel.sites)}); they reach"
                    " the stated share of homes wherever these are",
                )

    def first_heard(
        self, occasion: Occasion, *, has_network: NDArray[np.bool_], ordered: NDArray[np.bool_]
    ) -> Heard:
        """Send a message now and give when each household hears it first.

        Args:
            occasion: A forecast for all, or an order to leave.
            has_network: Households with a working mobile network, shape ``(households,)``.
            ordered: Households told to leave by it, shape ``(households,)``; nobody by a forecast.
        """
        count = self.residents.households
        first, by = np.full(count, np.inf), np.full(count, -1, np.int8)
        channels = self.setting.drill.behaviour.channels
        used = [row for row, channel in enumerate(channels) if occasion in channel.carries]
        told_last = [row for row in used if isinstance(channels[row], Neighbours)]
        for row in [row for row in used if row not in told_last] + told_last:
            channel = channels[row]
            random = self.setting.streams.get(f"residents.warning.{occasion}.{channel.id}")
            if isinstance(channel, Neighbours):
                minutes = self._neighbours(channel, first, random)
            else:
                minutes = self._directly(channel, ordered, random)
            if isinstance(channel, Channel | Media) and channel.needs_network:
                minutes[~has_network] = np.inf
            is_first = minutes < first
            first[is_first], by[is_first] = minutes[is_first], row
        return Heard(minutes=first, channel=by)

    def _directly(
        self, channel: AnyChannel, ordered: NDArray[np.bool_], random: np.random.Generator
    ) -> Minutes:
        setting, count = self.setting, self.residents.households
        if isinstance(channel, Door):
            doors = self.doors[channel.id]
            return doors.rounds(ordered, now=setting.clock.tick, random=random)
        is_reached = random.random(count) < channel.reach.value
        if isinstance(channel, Media):
            resistance = random.standard_exponential(count)
            minutes = noticed_after(channel, resistance, hour=setting.hour_of_day())
        elif isinstance(channel, Siren):
            is_reached = self._earshot(channel, is_reached, random)
            minutes = _delays(channel, count, random)
        elif isinstance(channel, Channel):
            minutes = _delays(channel, count, random)
        minutes[~is_reached] = np.inf
        return minutes

    def _earshot(
        self, siren: Siren, takes_note: NDArray[np.bool_], random: np.random.Generator
    ) -> NDArray[np.bool_]:
        atlas, residents = self.setting.atlas, self.residents
        sites = atlas.facilities_of(*siren.sites)
        noise = random.standard_normal(residents.households)
        anywhere = random.random(residents.households) < siren.reach_without_sites.value
        if len(sites) == 0:
            return anywhere
        excess = excess_db(
            siren,
            atlas.node_xy[residents.node],
            atlas.facility_xy[sites],
            is_night=self.setting.is_night(),
        )
        return np.asarray(takes_note & (excess + siren.spread_db.value * noise >= 0))

    def _neighbours(
        self, channel: Neighbours, first: Minutes, random: np.random.Generator
    ) -> Minutes:
        residents = self.residents
        talks = random.random(residents.households) < channel.reach.value
        resistance = random.standard_exponential(residents.households)
        return passed_on(
            first,
            residents.building if channel.within == "building" else residents.grid,
            resistance=np.where(talks, resistance, np.inf),
            tells_per_hour=channel.tells_per_hour.value,
            for_minutes=60.0 * channel.for_hours.value,
        )


def _delays(channel: Channel | Siren, count: int, random: np.random.Generator) -> Minutes:
    noise = random.standard_normal(count)
    return np.asarray(channel.delay_minutes.value * np.exp(channel.sigma * noise))
