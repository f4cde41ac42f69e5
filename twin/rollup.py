"""Roll-up: values of grids summed or averaged to communities, streets, districts and the city."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from gis.errors import ShapeMismatchError
from twin.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """Which grids lie in which place.

    Attributes:
        codes: Place codes in code order, shape ``(places,)``.
        grids: Grid codes in code order, shape ``(grids,)``; a grid's position is the grid index.
        within: 1 where a place holds a grid, sparse int64, shape ``(places, grids)``.
    """

    codes: NDArray[np.str_]
    grids: NDArray[np.str_]
    within: csr_matrix

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum per place; a parent's sum is exactly the sum of its children's for integers.

        Args:
            values: Any number per grid, shape ``(..., grids)``; nan spoils its parents.

        Returns:
            int64 for integers and booleans, else float64, shape ``(..., places)``.

        Raises:
            ShapeMismatchError: The last axis is not as long as there are grids.
        """
        self._check(values.shape)
        kind = np.int64 if values.dtype.kind in "iub" else np.float64
        flat = values.astype(kind).reshape(-1, len(self.grids))
        summed = (self.within.astype(kind) @ flat.T).T
        return np.asarray(summed).reshape(*values.shape[:-1], len(self.codes))

    def means(self, values: NDArray[np.floating], weight: NDArray[Any]) -> NDArray[np.float64]:
        """Weighted mean per place, over the grids whose value is not nan.

        A parent's mean is the mean of its children's, weighted by their own weights.

        Args:
            values: A number per grid, shape ``(..., grids)``; nan where nothing is known.
            weight: Weight of each grid, such as residents, shape ``(grids,)``.

        Returns:
            Float64, shape ``(..., places)``; nan where no grid with a weight has a value.

        Raises:
            ShapeMismatchError: The last axis is not as long as there are grids.
        """
        self._check(weight.shape)
        known = ~np.isnan(values)
        mass = known * weight.astype(np.float64)
        total = self.sums(np.where(known, values, 0.0) * mass)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(total / self.sums(mass), dtype=np.float64)

    def _check(self, shape: tuple[int, ...]) -> None:
        if not shape or shape[-1] != len(self.grids):
            raise ShapeMismatchError(
                f"values have shape {shape}; wanted {len(self.grids)} grids on the last axis"
            )


def roll_up(city: City) -> RollUp:
    """Make the roll-up of a city, from its place codes."""
    codes = np.sort(city.places["code"].to_numpy(dtype=str))
    grids = city.grids["code"].to_numpy(dtype=str)
    return from_codes(codes, grids)


def from_codes(codes: NDArray[np.str_], grids: NDArray[np.str_]) -> RollUp:
    """Make a roll-up from place codes alone; a place holds the grids that it is a prefix of.

    Args:
        codes: Sorted place codes, shape ``(places,)``.
        grids: Sorted grid codes, shape ``(grids,)``.
    """
    first = np.searchsorted(grids, codes)
    # ":" follows "9" in the order of characters, so it ends the range of a prefix
    last = np.searchsorted(grids, np.char.add(codes, ":"))
    count = last - first
    column = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    column += np.repeat(first, count)
    start = np.concatenate([[0], np.cumsum(count)])
    ones = np.ones(len(column), dtype=np.int64)
    within = csr_matrix((ones, column, start), shape=(len(codes), len(grids)))
    return RollUp(codes=codes, grids=grids, within=within)
