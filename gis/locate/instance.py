"""A location problem as a file gives it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError

Convention = Literal["floor", "round", "real"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Matrices of one location problem.

    Attributes:
        distance: Distance, time or cost, shape ``(demands, sites)``.
        weights: Weight of each demand row; None where all weigh the same.
        demand: Demand of each row for capacitated models.
        capacity: What each site holds.
        opening: Cost of opening each site.
        between: Distance between sites, shape ``(sites, sites)``, where the file tells it.
        sites: How many sites the file itself asks for.
        note: What a reader of the answer must know about the distances.
    """

    distance: NDArray[np.float64]
    weights: NDArray[np.float64] | None = None
    demand: NDArray[np.float64] | None = None
    capacity: NDArray[np.float64] | None = None
    opening: NDArray[np.float64] | None = None
    between: NDArray[np.float64] | None = None
    sites: int | None = None
    note: str = ""


def between_points(points: NDArray[np.float64], convention: Convention) -> NDArray[np.float64]:
    """Euclidean distances between points, rounded as told.

    Args:
        points: Coordinates, shape ``(points, 2)``.
        convention: ``floor``, ``round`` (half up, as TSPLIB's nint) or ``real``.

    Raises:
        InputError: The convention is unknown.

    >>> float(between_points(np.array([[0.0, 0.0], [1.0, 1.5]]), "floor")[0, 1])
    1.0
    """
    x, y = points[:, 0], points[:, 1]
    real = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))
    if convention == "floor":
        return np.floor(real)
    if convention == "round":
        return np.floor(real + 0.5)
    if convention == "real":
        return real
    raise InputError(f"convention is {convention!r}; give floor, round or real", field="distance")
