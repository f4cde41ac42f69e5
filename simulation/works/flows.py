"""Flows: what each direction of each road passes now, after water, mud and orders on traffic."""

import numpy as np
from numpy.typing import NDArray

from simulation.setting import Setting
from simulation.works.roads import Roads

Shares = NDArray[np.float64]
STEPS = 20
"""Shares are played in steps of one over this, so that a rising centimetre edits no road."""


class Flows:
    """Shares of the built speed and capacity, per road and direction (0 along it, 1 back).

    Attributes:
        lane_share: Lanes left to a direction over those built, shape ``(roads, 2)``.
        is_cordoned: Directions nobody may enter by car, shape ``(roads, 2)``.
        priority: Claim at junctions over the usual one, shape ``(roads, 2)``.
    """

    def __init__(self, setting: Setting, roads: Roads) -> None:
        self.setting, self.roads = setting, roads
        count = len(roads.tail)
        self.lane_share = np.ones((count, 2))
        self.is_cordoned = np.zeros((count, 2), bool)
        self.priority = np.ones((count, 2))

    def driving(self, links: NDArray[np.int64]) -> tuple[Shares, Shares]:
        """Speed and capacity of cars over the built ones, by directed link."""
        road, way = split(links)
        capacity = self.lane_share[road, way]
        traffic, norms = self.setting.drill.traffic, self.setting.drill.norms
        if traffic is None:
            return np.ones(len(links)), capacity
        wet = self._wet(norms.road_slow_depth_m.value, norms.road_close_depth_m.value)
        wet = np.where(self.roads.muddy, 1.0, wet)[road]
        speed = 1.0 - (1.0 - traffic.wet_speed_share.value) * wet
        return speed, capacity * (1.0 - (1.0 - traffic.wet_flow_share.value) * wet)

    def walking(self, links: NDArray[np.int64]) -> Shares:
        """Speed of walkers over that on dry roads, by directed link."""
        traffic, norms = self.setting.drill.traffic, self.setting.drill.norms
        if traffic is None:
            return np.ones(len(links))
        wet = self._wet(norms.road_slow_depth_m.value, norms.walk_close_depth_m.value)
        return np.asarray(1.0 - (1.0 - traffic.wade_speed_share.value) * wet[split(links)[0]])

    def _wet(self, first_m: float, last_m: float) -> Shares:
        """How far the water on each road has come from one depth to another, 0 to 1, in steps."""
        share = (self.roads.depth_m - first_m) / max(last_m - first_m, 1e-9)
        return np.asarray(np.ceil(np.clip(share, 0.0, 1.0) * STEPS) / STEPS)


def split(links: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give road and direction of directed links, which are ``~road`` for the way back."""
    return np.where(links >= 0, links, ~links), (links < 0).astype(np.int64)
