"""Access: how much of a hospital's help each grid can count on."""

import numpy as np
from numpy.typing import NDArray

from simulation.care.hospitals import Hospital, Hospitals
from simulation.setting import Setting
from simulation.works.roads import Roads

Reals = NDArray[np.float64]


class Access:
    """Room in hospitals, weighed by the way to them.

    Attributes:
        level: Share of each grid's need for hospital care that is met [1].
    """

    def __init__(self, setting: Setting, roads: Roads, hospitals: Hospitals) -> None:
        self.setting, self.roads, self.hospitals = setting, roads, hospitals
        self.level: Reals = np.ones(len(setting.atlas.grid_codes))
        self._key: tuple[float, ...] = ()

    def update(self) -> Reals:
        """Measure again where roads or hospitals changed; 1 in a city without hospitals."""
        whole = [one for one in self.hospitals.all if not one.is_clinic]
        if not whole:
            return self.level
        rooms = [round(room(one), 2) for one in whole]
        key = (float(self.roads.version), *rooms)
        if key != self._key:
            self._key = key
            self.level = self._measure(whole, rooms)
        return self.level

    def _measure(self, whole: list[Hospital], rooms: list[float]) -> Reals:
        """Take the best of room times nearness; the nearest of each degree of room is enough."""
        norms = self.setting.drill.care.hospital
        full, none = norms.transport_full_minutes.value, norms.transport_none_minutes.value
        access = self.roads.access
        grids = access[self.setting.atlas.grid_node]
        level = np.zeros(len(grids))
        for least in sorted({one for one in rooms if one > 0}):
            nodes = [
                int(access[one.node]) for one, has in zip(whole, rooms, strict=True) if has >= least
            ]
            minutes = self.roads.seconds_to_nearest(nodes)[grids] / 60
            near = np.clip((none - minutes) / (none - full), 0.0, 1.0)
            level = np.maximum(level, least * near)
        return level


def room(hospital: Hospital) -> float:
    """How surely a hospital takes one more patient in time [1].

    The scarcest of bays, theatres and ward beds counts: 1 while one is free, then less by each
    patient who waits for it, 0 once as many wait as there are places, or where none can be used.
    """
    if not hospital.is_open:
        return 0.0
    shares = []
    for kind in ("bay", "theatre", "ward"):
        places = hospital.places[kind]
        if places.capacity <= 0:
            shares.append(0.0)
        elif places.free > 0:
            shares.append(1.0)
        else:
            shares.append(max(1.0 - len(places.waiting) / places.capacity, 0.0))
    return min(shares)
