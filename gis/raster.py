"""Rasters: read, warp to a metric grid, write; always float32, first row in the north."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.warp import reproject
from scipy.ndimage import distance_transform_edt

from gis.errors import FileFormatError, InputError

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """Numbers on square cells.

    Attributes:
        cells: float32, shape ``(rows, columns)``, first row in the north.
        west: Easting of the western edge [m].
        north: Northing of the northern edge [m].
        cell_m: Side of a cell [m].
        observed: Share of cells [0-1] that the file had a value for; the rest took the nearest.
    """

    cells: NDArray[np.float32]
    west: float
    north: float
    cell_m: float
    observed: float = 1.0


def warp(path: Path, *, crs: str, bounds: Bounds, cell_m: float) -> Raster:
    """Read one band and bring it bilinearly to square cells of a metric CRS.

    Args:
        path: A GeoTIFF with a CRS.
        crs: Metric CRS wanted.
        bounds: West, south, east, north [m] to cover.
        cell_m: Side of a cell [m].

    Returns:
        The raster; cells without data take the nearest value.

    Raises:
        FileFormatError: The file is no raster, or has no CRS.
        InputError: It has no value inside the bounds.
    """
    west, south, east, north = bounds
    shape = (max(1, round((north - south) / cell_m)), max(1, round((east - west) / cell_m)))
    values = np.full(shape, np.nan, dtype=np.float32)
    try:
        with rasterio.open(path, driver="GTiff") as file:
            if file.crs is None:
                raise FileFormatError(f"{path.name} has no CRS; wanted a georeferenced GeoTIFF")
            reproject(
                source=rasterio.band(file, 1),
                destination=values,
                dst_transform=Affine(cell_m, 0.0, west, 0.0, -cell_m, north),
                dst_crs=crs,
                dst_nodata=np.nan,
                resampling=Resampling.bilinear,
            )
    except (RasterioError, RasterioIOError) as error:
        raise FileFormatError(
            f"{path.name} is no readable GeoTIFF; wanted one band of elevations in metres"
        ) from error
    return _filled(values, name=path.name, west=west, north=north, cell_m=cell_m)


def _filled(
    values: NDArray[np.float32], *, name: str, west: float, north: float, cell_m: float
) -> Raster:
    missing = ~np.isfinite(values)
    if missing.all():
        raise InputError(f"{name} has no value inside the city; give a raster that covers it")
    if missing.any():
        row, column = distance_transform_edt(missing, return_distances=False, return_indices=True)
        filled = values[row, column]
    else:
        filled = values
    share = 1.0 - float(missing.mean())
    return Raster(cells=filled, west=west, north=north, cell_m=cell_m, observed=share)


def write(raster: Raster, path: Path, *, crs: str) -> None:
    """Write a compressed GeoTIFF; the same raster gives the same bytes."""
    rows, columns = raster.cells.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        count=1,
        height=rows,
        width=columns,
        crs=crs,
        transform=Affine(raster.cell_m, 0.0, raster.west, 0.0, -raster.cell_m, raster.north),
        compress="deflate",
        predictor=3,
    ) as file:
        file.write(raster.cells, 1)


def read(path: Path) -> Raster:
    """Read a GeoTIFF of square cells as it is.

    Raises:
        FileFormatError: The file is no raster, or its cells are not square.
    """
    try:
        with rasterio.open(path, driver="GTiff") as file:
            values = file.read(1).astype(np.float32, copy=False)
            at = file.transform
    except (RasterioError, RasterioIOError) as error:
        raise FileFormatError(f"{path.name} is no readable GeoTIFF") from error
    if not np.isclose(at.a, -at.e):
        raise FileFormatError(f"{path.name} has cells of {at.a} x {-at.e}; wanted square cells")
    return Raster(cells=values, west=at.c, north=at.f, cell_m=at.a)
