"""The one gateway out: a city as files that other programs read."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from gis import raster, vector
from gis.crs import WGS84
from gis.errors import ConflictError, FileFormatError
from twin.city import TABLES, City
from twin.releases import write_table

# a fixed date keeps archives of the same city the same, byte for byte
_STAMP = (2000, 1, 1, 0, 0, 0)


def export(city: City, file: Path) -> Path:
    """Write a city for other programs; the ending chooses the format.

    ``.gpkg`` is a GeoPackage of the tables with shapes, in the city's metric CRS. ``.zip`` holds
    GeoJSON (WGS 84) and CSV. A name without ending is a folder of GeoParquet and a terrain raster.

    Args:
        city: The city.
        file: The file or folder to write; it must not exist.

    Returns:
        ``file``.

    Raises:
        ConflictError: It exists already.
        FileFormatError: The ending is none of these.
    """
    writers: dict[str, Callable[[City, Path], None]] = {
        ".gpkg": _geopackage,
        ".zip": _archive,
        "": _folder,
    }
    if file.suffix.lower() not in writers:
        raise FileFormatError(
            f"{file.name} ends in {file.suffix!r}; wanted .gpkg, .zip (GeoJSON), or no ending "
            "(a folder of GeoParquet)",
            field="file",
        )
    if file.exists():
        raise ConflictError(f"{file} exists already; choose another name", field="file")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=file.parent) as folder:
        partial = Path(folder) / file.name
        writers[file.suffix.lower()](city, partial)
        shutil.move(partial, file)
    return file


def _shaped(city: City) -> dict[str, gpd.GeoDataFrame]:
    tables = {name: getattr(city, name) for name in TABLES}
    return {name: frame for name, frame in tables.items() if isinstance(frame, gpd.GeoDataFrame)}


def _geopackage(city: City, file: Path) -> None:
    for name, frame in _shaped(city).items():
        vector.write_layer(frame, file, layer=name)


def _archive(city: City, file: Path) -> None:
    shaped = _shaped(city)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in TABLES:
            if name in shaped:
                path = file.with_name(f"{name}.geojson")
                vector.write_geojson(shaped[name].to_crs(WGS84), path)
                body = path.read_bytes()
            else:
                path = file.with_name(f"{name}.csv")
                body = getattr(city, name).to_csv(index=False, lineterminator="\n").encode()
            entry = zipfile.ZipInfo(path.name, date_time=_STAMP)
            archive.writestr(entry, body, compress_type=zipfile.ZIP_DEFLATED)


def _folder(city: City, folder: Path) -> None:
    folder.mkdir()
    for name in TABLES:
        write_table(getattr(city, name), folder / f"{name}.parquet")
    picture = raster.Raster(
        cells=city.terrain.elevation_m,
        west=city.terrain.west,
        north=city.terrain.north,
        cell_m=city.terrain.cell_m,
    )
    raster.write(picture, folder / "terrain.tif", crs=city.crs)
