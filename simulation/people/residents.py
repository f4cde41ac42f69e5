"""Residents: one row each in arrays, always in exactly one state."""

import numpy as np
from numpy.typing import NDArray

from gis.errors import IntegrityError
from simulation.atlas import Atlas
from simulation.frames import RESIDENT_STATES
from twin.city import City

(
    UNWARNED,
    WARNED,
    PREPARING,
    MOVING,
    SHELTERED,
    STAYING,
    WAITING_HELP,
    TRAPPED,
    INJURED,
    DEAD,
    AWAY,
    RETURNED,
) = range(len(RESIDENT_STATES))

AT_HOME = (UNWARNED, WARNED, PREPARING, STAYING, WAITING_HELP, TRAPPED, RETURNED)
NEEDS_STRETCHER = 2


def among(state: NDArray[np.uint8], states: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell which residents are in one of some states."""
    table = np.zeros(256, bool)
    table[list(states)] = True
    return np.asarray(table[state])


class Residents:
    """All residents of a city, and the households they form.

    Attributes:
        state: Index into ``RESIDENT_STATES``, uint8, shape ``(residents,)``.
        household: Household row, shape ``(residents,)``.
        building, grid, node: Home of each household, shape ``(households,)``.
        first: First resident of each household in ``order``, shape ``(households + 1,)``.
        has_car: Households with a car.
        facility: Facility in which each resident is sheltered or treated, -1 for none.
        here: Grid index where each resident is, shape ``(residents,)``.
    """

    def __init__(self, city: City, atlas: Atlas) -> None:
        people = city.people
        numbers, household = np.unique(people["household"].to_numpy(), return_inverse=True)
        self.household = household.astype(np.int64)
        self.count = len(people)
        self.households = len(numbers)
        self.order = np.argsort(self.household, kind="stable")
        self.first = np.searchsorted(self.household[self.order], np.arange(self.households + 1))
        head = self.order[self.first[:-1]]
        self.building = people["building"].to_numpy(np.int64)[head]
        self.grid = atlas.building_grid[self.building]
        self.node = atlas.building_node[self.building]
        self.has_car = people["car"].to_numpy(bool)[head]
        self.size = np.diff(self.first)
        self.mobility = people["mobility"].to_numpy(np.uint8)
        self.age = people["age"].to_numpy(np.uint8)
        self.state: NDArray[np.uint8] = np.full(self.count, UNWARNED, np.uint8)
        self.facility: NDArray[np.int32] = np.full(self.count, -1, np.int32)
        self.here = self.grid[self.household].astype(np.int32)
        self._facilities = len(city.facilities)
        self._grids = len(atlas.grid_codes)

    def members(self, households: NDArray[np.int64]) -> NDArray[np.int64]:
        """Residents of some households, household by household."""
        if len(households) == 0:
            return np.empty(0, np.int64)
        sizes = self.size[households]
        start = np.repeat(self.first[households], sizes)
        offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.asarray(self.order[start + offset], dtype=np.int64)

    def counts(self) -> NDArray[np.int64]:
        """People in each state, in the order of ``RESIDENT_STATES``."""
        return np.bincount(self.state, minlength=len(RESIDENT_STATES))

    def load(self) -> NDArray[np.int32]:
        """People in each facility."""
        inside = self.facility[self.facility >= 0]
        return np.bincount(inside, minlength=self._facilities).astype(np.int32)

    def present(self) -> NDArray[np.int32]:
        """People in each grid; the dead are not counted."""
        here = self.here[self.state != DEAD]
        return np.bincount(here, minlength=self._grids).astype(np.int32)

    def check(self, *, moving: int) -> None:
        """Verify that everyone is somewhere, and in one place only.

        Args:
            moving: People under way on the networks and in vehicles, counted there.

        Raises:
            IntegrityError: A state, a facility and the vehicles tell different stories.
        """
        counts = self.counts()
        if len(counts) != len(RESIDENT_STATES) or counts.sum() != self.count:
            raise IntegrityError(f"resident states sum to {counts.sum()}, not to {self.count}")
        if counts[MOVING] != moving:
            message = f"{counts[MOVING]} residents are moving, but {moving} are under way"
            raise IntegrityError(f"{message}; a movement was lost or counted twice")
        inside = self.facility >= 0
        lost = int((inside & ~among(self.state, (SHELTERED, INJURED))).sum())
        lost += int((~inside & (self.state == SHELTERED)).sum())
        if lost:
            raise IntegrityError(f"{lost} residents are sheltered nowhere, or inside and elsewhere")
