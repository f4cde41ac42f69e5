"""Terrain: elevations on a regular raster in the city's metric CRS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """A raster of ground elevations, first row in the north.

    Attributes:
        elevation_m: Ground elevation [m], float32, shape ``(rows, columns)``; no nan.
        west: Easting of the raster's western edge [m].
        north: Northing of the raster's northern edge [m].
        cell_m: Side of a cell [m].
        is_flat: True where no raster was given and the ground is a stated default.
    """

    elevation_m: NDArray[np.float32]
    west: float
    north: float
    cell_m: float
    is_flat: bool = False

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
        """Elevation of the cells that hold the points; the nearest cell for points outside.

        Args:
            x: Eastings [m], shape ``(points,)``.
            y: Northings [m], shape ``(points,)``.
        """
        return self.elevation_m.ravel()[self.cells(x, y)]

    def cells(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """Flat row-major index of the cells that hold the points, clipped to the raster.

        Args:
            x: Eastings [m], shape ``(points,)``.
            y: Northings [m], shape ``(points,)``.
        """
        rows, columns = self.elevation_m.shape
        column = np.clip(((x - self.west) / self.cell_m).astype(np.int64), 0, columns - 1)
        row = np.clip(((self.north - y) / self.cell_m).astype(np.int64), 0, rows - 1)
        return np.asarray(row * columns + column, dtype=np.int64)
