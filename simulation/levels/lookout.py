"""Lookout: what goes wrong in the city becomes a matter of the grid it happens in."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.levels.matters import Matters
from simulation.parts import Parts
from simulation.people.residents import TRAPPED
from simulation.works.roads import CLOSED

LIFELINE_CLASSES = ("motorway", "trunk", "primary", "secondary")
SHELTER_OPEN = 2
Bools = NDArray[np.bool_]


class Lookout:
    """Raises a matter where a grid is in need, and tells when the need is over.

    Attributes:
        known: Open matter of each rule and grid, -1 for none, shape ``(rules, grids)``.
    """

    def __init__(self, parts: Parts, matters: Matters) -> None:
        self.parts, self.matters = parts, matters
        setting = parts.setting
        self._rules = setting.drill.command.matters
        grids = len(setting.atlas.grid_codes)
        self.known = np.full((len(self._rules), grids), -1, np.int64)
        _, found = cKDTree(setting.atlas.grid_xy).query(parts.roads.middle_xy)
        classes = setting.city.roads["class"].astype(str).isin(LIFELINE_CLASSES).to_numpy()
        self._lifeline = np.asarray(classes & parts.roads.drive)
        self._road_grid = np.asarray(found, dtype=np.int64)

    def step(self) -> None:
        """Compare every grid's needs with the matters that are open."""
        codes = self.parts.setting.atlas.grid_codes
        for row, rule in enumerate(self._rules):
            need, known = self._need(rule.kind), self.known[row]
            for grid in np.flatnonzero(need & (known < 0)).tolist():
                known[grid] = self.matters.raise_(row, place=codes[grid]).number
            for grid in np.flatnonzero(~need & (known >= 0)).tolist():
                self.matters.over(int(known[grid]))
                known[grid] = -1
        self.matters.step()

    def _need(self, kind: str) -> Bools:
        parts, grids = self.parts, self.known.shape[1]
        if kind == "people_trapped":
            here = parts.residents.here[parts.residents.state == TRAPPED]
            return np.bincount(here, minlength=grids) > 0
        if kind == "grid_dry":
            floor = parts.setting.drill.norms.water_floor_l_per_day.value
            return np.asarray((parts.logistics.litres < floor) & (parts.logistics.people > 0))
        dark = ~parts.services.supplied("power")
        if kind == "grid_dark":
            return np.asarray(dark)
        if kind == "dark_shelter":
            rows = np.flatnonzero(parts.shelters.state == SHELTER_OPEN)
            count = np.bincount(parts.setting.atlas.facility_grid[rows], minlength=grids)
            return np.asarray(dark & (count > 0))
        shut = (parts.roads.state == CLOSED) & self._lifeline
        return np.bincount(self._road_grid[shut], minlength=grids) > 0
