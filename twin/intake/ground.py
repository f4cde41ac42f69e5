"""Terrain of an extract: a raster warped to the city, or flat ground that says so."""

import math
from pathlib import Path

import numpy as np
import shapely

from gis.raster import warp
from twin.intake import norms
from twin.terrain import Terrain

_FINEST_M, _FLAT_M = 10.0, 25.0
_MOST_CELLS = 4_000_000
_MARGIN_M = 200.0


def build_terrain(path: Path | None, *, crs: str, outline: shapely.Polygon) -> tuple[Terrain, str]:
    """Make the terrain below a city.

    Args:
        path: GeoTIFF of elevations [m]; None for flat ground.
        crs: The city's metric CRS.
        outline: Outline of the city [m]; the raster reaches a margin beyond.

    Returns:
        The terrain, and one line that says where it comes from.

    Raises:
        FileFormatError: The file is no georeferenced GeoTIFF.
        InputError: It has no value inside the city.
    """
    cell = _FLAT_M if path is None else _FINEST_M
    west, south, east, north = outline.buffer(_MARGIN_M).bounds
    cell = max(cell, math.ceil(math.sqrt((east - west) * (north - south) / _MOST_CELLS)))
    west, south = math.floor(west / cell) * cell, math.floor(south / cell) * cell
    east, north = math.ceil(east / cell) * cell, math.ceil(north / cell) * cell
    if path is None:
        shape = (round((north - south) / cell), round((east - west) / cell))
        level = np.full(shape, norms.FLAT_GROUND_M.value, dtype=np.float32)
        terrain = Terrain(elevation_m=level, west=west, north=north, cell_m=cell, is_flat=True)
        return terrain, f"Terrain is flat at {norms.FLAT_GROUND_M.value} m: no raster was given"
    raster = warp(path, crs=crs, bounds=(west, south, east, north), cell_m=cell)
    terrain = Terrain(elevation_m=raster.cells, west=west, north=north, cell_m=cell)
    told = f"Terrain from {path.name}, bilinear to {cell:g} m"
    if raster.observed < 1.0:
        told += f"; {1 - raster.observed:.1%} of it had no value and took the nearest"
    return terrain, told
