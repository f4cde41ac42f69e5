"""Shelters: which are open, who fits in, and where those go who do not."""

import numpy as np
from numpy.typing import NDArray

from simulation.people.residents import Residents
from simulation.setting import Setting

KNOWN_SHARE = 0.9
"""Share of those on their way that the people who guide others know of [1]; assumption A."""
CLOSED, OPENING, OPEN, FAILED, PEACETIME = range(5)


class Shelters:
    """Open state, places and occupancy of every facility that can shelter people.

    Attributes:
        state: Index as in ``Frames.facility_open``, uint8, shape ``(facilities,)``.
        places: Places [persons], shape ``(facilities,)``.
        occupied: People inside, shape ``(facilities,)``.
        heading: People on their way to each, shape ``(facilities,)``.
    """

    def __init__(self, setting: Setting, residents: Residents) -> None:
        self.setting = setting
        self.residents = residents
        kinds = np.array(setting.atlas.facility_kind)
        self.state: NDArray[np.uint8] = np.full(len(kinds), PEACETIME, np.uint8)
        self.state[kinds == "shelter"] = CLOSED
        self.places = setting.atlas.shelter_places.copy()
        self.occupied = np.zeros(len(kinds), np.int64)
        self.reserved_for_conversion: set[int] = set()
        self.rows = np.flatnonzero(self.places > 0)
        self.heading = np.zeros(len(kinds), np.int64)
        self._metres = np.empty((0, 0))
        self._told_full: set[int] = set()
        self._dry = np.ones(len(kinds), bool)

    def measure(self, walk_metres: NDArray[np.float64]) -> None:
        """Take note of walking distances [m] from each of ``rows`` to every node."""
        self._metres = walk_metres

    def nearest(self, node: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Open shelter with places left that is nearest on foot from each node.

        Returns:
            Index into ``rows``, and walking distance [m]; inf where no shelter has a place.
        """
        free = self.free_places() - KNOWN_SHARE * self.heading
        usable = np.flatnonzero(free[self.rows] > 0)
        if len(usable) == 0:
            return np.zeros(len(node), np.int64), np.full(len(node), np.inf)
        metres = self._metres[np.ix_(usable, node)]
        best = metres.argmin(axis=0)
        return usable[best], metres[best, np.arange(len(node))]

    def expect(self, shelter: NDArray[np.int64], people: NDArray[np.int64]) -> None:
        """Note people who set out for shelters.

        Args:
            shelter: Index into ``rows`` for each party; indices beyond it are other destinations.
            people: People in each party.
        """
        known = shelter < len(self.rows)
        np.add.at(self.heading, self.rows[shelter[known]], people[known])

    def mark_wet(self, facility_depth_m: NDArray[np.float32]) -> None:
        """Note which facilities stand in water; these are not opened."""
        limit = self.setting.drill.norms.building_wet_depth_m.value
        self._dry = facility_depth_m <= limit

    def open(self, facility: int) -> None:
        """Open a facility as a shelter."""
        self.state[facility] = OPEN
        self.setting.log.write(
            "shelter.open",
            place=self.setting.atlas.place_of(facility),
            facility=self.setting.atlas.facility_names[facility],
            places=int(self.places[facility]),
        )

    def candidates(self) -> NDArray[np.int64]:
        """Facilities that could be opened as a shelter now, purpose-built ones first."""
        free = (self.places > 0) & (self.state != OPEN) & (self.state != OPENING) & self._dry
        free[list(self.reserved_for_conversion)] = False
        rows = np.flatnonzero(free)
        kinds, names = self.setting.atlas.facility_kind, self.setting.atlas.facility_names
        rank = {"shelter": 0, "community_centre": 1, "school": 2, "sports_hall": 2}
        ordered = sorted(rows.tolist(), key=lambda row: (rank.get(kinds[row], 3), names[row]))
        return np.array(ordered, dtype=np.int64)

    def free_places(self) -> NDArray[np.int64]:
        """Places left in each open shelter, 0 elsewhere."""
        left = np.maximum(self.places - self.occupied, 0)
        return np.asarray(np.where(self.state == OPEN, left, 0), dtype=np.int64)

    def admit(self, facility: int, people: NDArray[np.int64]) -> NDArray[np.int64]:
        """Let in as many as fit, in the order given; those who do not fit are returned."""
        room = int(self.free_places()[facility])
        inside, outside = people[:room], people[room:]
        if len(inside):
            self.occupied[facility] += len(inside)
            self.residents.facility[inside] = facility
            self.residents.here[inside] = int(self.setting.atlas.facility_grid[facility])
        if len(outside) and facility not in self._told_full:
            self._told_full.add(facility)
            self.setting.log.write(
                "shelter.full",
                place=self.setting.atlas.place_of(facility),
                facility=self.setting.atlas.facility_names[facility],
                places=int(self.places[facility]),
            )
        return outside

    def leave(self, people: NDArray[np.int64]) -> None:
        """Let sheltered people out of the facilities they are in."""
        inside = self.residents.facility[people]
        np.subtract.at(self.occupied, inside[inside >= 0], 1)
        self.residents.facility[people] = -1
        for facility in np.unique(inside[inside >= 0]).tolist():
            self._told_full.discard(facility)

    def occupancy(self) -> tuple[float, int]:
        """Largest share of places taken among open shelters, and where; 0 and -1 for none."""
        is_open = (self.state == OPEN) & (self.places > 0)
        if not is_open.any():
            return 0.0, -1
        share = np.where(is_open, self.occupied / np.maximum(self.places, 1), 0.0)
        top = int(share.argmax())
        return float(share[top]), top
