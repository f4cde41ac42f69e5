"""How large everything is: what a number of residents asks of a city."""

import math
from dataclasses import dataclass

from gis.errors import InputError

FEWEST_RESIDENTS = 4_000
MOST_RESIDENTS = 30_000_000
REFERENCE_RESIDENTS = 104_000
REFERENCE_HOUSEHOLDS = 40_000
FINE = 4  # fine quads along the side of a superblock


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of one city. Superblocks form a bent lattice; one row of it is the river.

    Attributes:
        residents: Registered residents.
        households: Households.
        columns: Superblocks from west to east.
        rows: Superblocks from south to north, the river's row included.
        river_row: Row of the river.
        districts: Number of districts; streets, communities and grids likewise.
        seed: Seed of every draw.
    """

    residents: int
    households: int
    columns: int
    rows: int
    river_row: int
    districts: int
    streets: int
    communities: int
    grids: int
    seed: int

    @property
    def ratio(self) -> float:
        """Size against the reference city of 104,000."""
        return self.residents / REFERENCE_RESIDENTS

    @property
    def spare(self) -> float:
        """How much wider the lattice is than the homes need; above 1 only in small towns."""
        return max(1.0, math.sqrt(self.columns * self.rows / superblocks(self.ratio)))

    @property
    def centre(self) -> tuple[float, float]:
        """Column and row of the city centre, on the north bank, in superblocks."""
        return self.columns / 2, self.river_row + 1.5

    @property
    def inner_ring(self) -> tuple[int, int, int, int]:
        """Lattice lines of the inner ring: west, east, south, north."""
        half = max(2, round(self.columns * 0.22))
        middle = self.columns // 2
        north = min(self.rows - 2, self.river_row + 1 + max(2, round(self.rows * 0.22)))
        south = max(1, self.river_row - max(1, round(self.rows * 0.18)))
        return middle - half, middle + half, south, north

    @property
    def rings(self) -> tuple[tuple[int, int, int, int], ...]:
        """The inner ring and, in cities of more than twenty columns, one ring every few blocks."""
        found = [self.inner_ring]
        middle, half, step = self.columns // 2, 5, 5
        while self.columns > 20 and half < self.columns // 2 - 2:
            tall = max(2, round(half * self.rows / self.columns))
            south, north = max(1, self.river_row - tall), min(self.rows - 1, self.river_row + tall)
            found.append((middle - half, middle + half, south, north))
            half, step = half + step, step + 1
        return tuple(found)

    @property
    def railway(self) -> int:
        """Lattice line of the railway, between the inner and the outer ring in the north."""
        return min(self.rows - 2, self.inner_ring[3] + 1)

    @property
    def bridges(self) -> tuple[int, ...]:
        """Lattice lines that cross the river."""
        west, east, _, _ = self.inner_ring
        middle = self.columns // 2
        every = range(middle % 3, self.columns + 1, 3) if self.columns > 20 else ()
        wanted = {1, west, middle, east, self.columns - 1, *every}
        return tuple(sorted(i for i in wanted if 0 < i < self.columns))


def plan_city(residents: int, *, seed: int) -> Plan:
    """Size a city.

    Args:
        residents: Residents, 4,000 to 30 million.
        seed: Seed of the city, 0 or more.

    Raises:
        InputError: The residents or the seed cannot be used.
    """
    _check(residents, seed)
    ratio = residents / REFERENCE_RESIDENTS
    cells = max(30.0, superblocks(ratio))
    rows = max(5, round((cells * 11 / 14) ** 0.5))
    grids = max(1, round(100 * ratio))
    communities = min(grids, max(1, round(25 * ratio**0.9)))
    streets = min(communities, max(1, round(5 * ratio**0.75)))
    return Plan(
        residents=residents,
        households=round(residents * REFERENCE_HOUSEHOLDS / REFERENCE_RESIDENTS),
        columns=max(6, round(cells / rows)),
        rows=rows,
        river_row=max(1, round(rows * 0.38)),
        districts=min(streets, max(1, round(2 * ratio**0.4))),
        streets=streets,
        communities=communities,
        grids=grids,
        seed=seed,
    )


def superblocks(ratio: float) -> float:
    """Superblocks a city needs, by its size against the reference city of 154 superblocks."""
    return 154.0 * math.pow(ratio, 0.9)


def _check(residents: int, seed: int) -> None:
    if not FEWEST_RESIDENTS <= residents <= MOST_RESIDENTS:
        raise InputError(
            f"residents is {residents}, but a city is made for {FEWEST_RESIDENTS} to "
            f"{MOST_RESIDENTS} residents: choose a number in that range",
            field="residents",
        )
    if seed < 0:
        raise InputError(f"seed is {seed}, but a seed is 0 or more: choose another", field="seed")
