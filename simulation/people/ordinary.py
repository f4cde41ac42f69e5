"""Ordinary traffic: car trips of the day, which thin out as households are warned."""

import numpy as np
from numpy.typing import NDArray

from simulation.people.evacuation import Evacuation
from simulation.people.journeys import Journeys
from simulation.people.residents import RETURNED, STAYING, UNWARNED, WARNED, Residents, among
from simulation.setting import Setting


class Ordinary:
    """Trips of cars that have nothing to do with the emergency but share the roads.

    Half of them lead from a home to a centre, half from one centre to another.

    Attributes:
        made: Trips begun so far.
        refused: Trips not begun because no open road led there.
    """

    def __init__(
        self, setting: Setting, residents: Residents, journeys: Journeys, evacuation: Evacuation
    ) -> None:
        self.setting, self.residents = setting, residents
        self.journeys, self.evacuation = journeys, evacuation
        self.made = self.refused = 0
        journeys.ordinary_from = residents.households
        self.centres = self._find_centres()
        self._owners = np.flatnonzero(residents.has_car)
        self._heads = residents.order[residents.first[:-1]][self._owners]
        if setting.drill.traffic is None:
            setting.limit(
                zh="演练未给出日常交通，道路上只有转移车辆",
                en="The drill gives no ordinary traffic: only evacuees are on the roads",
            )

    def _find_centres(self) -> NDArray[np.int64]:
        """Grids with most facilities."""
        traffic, atlas = self.setting.drill.traffic, self.setting.atlas
        count = np.bincount(atlas.facility_grid, minlength=len(atlas.grid_codes))
        order = np.lexsort((np.arange(len(count)), -count))
        return np.asarray(order[: 0 if traffic is None else traffic.centres], dtype=np.int64)

    def expected(self, seconds: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Trips to expect of each household that still makes some, and these households."""
        traffic, residents = self.setting.drill.traffic, self.residents
        assert traffic is not None
        head = residents.state[self._heads]
        may = ~self.evacuation.ordered[self._owners]
        may &= among(head, (UNWARNED, WARNED, STAYING, RETURNED))
        rows, head = self._owners[may], head[may]
        hour = int(self.setting.hour_of_day())
        share = traffic.by_hour[hour] / sum(traffic.by_hour) * seconds / 3600
        warned = among(head, (WARNED, STAYING))
        keeps = np.where(warned, traffic.warned_share.value, 1.0)
        return np.asarray(traffic.trips_per_car_day.value * share * keeps), rows

    def step(self, seconds: int) -> None:
        """Begin the trips of a step."""
        if len(self.centres) == 0:
            return
        rate, rows = self.expected(seconds)
        random = self.setting.streams.get("traffic.ordinary")
        count = int(random.poisson(float(rate.sum())))
        if count == 0:
            return
        mass = np.cumsum(rate)
        drawn = np.searchsorted(mass, random.random(count) * mass[-1], side="right")
        home = self.residents.node[rows[np.minimum(drawn, len(rows) - 1)]]
        centre = random.integers(0, len(self.centres), (2, count))
        node = self.setting.atlas.grid_node[self.centres[centre[0]]]
        origin = np.where(random.random(count) < 0.5, home, node)
        target = self.journeys.target_of_grid(self.centres[centre[1]])
        can = self.journeys.can_reach("car", origin, target)
        self.made += int(can.sum())
        self.refused += int((~can).sum())
        self.journeys.depart_ordinary(origin[can], target[can])
