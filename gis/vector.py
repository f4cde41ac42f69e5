"""Vector files through GDAL: written for other programs, read with the driver forced."""

import os
import warnings
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from gis.errors import FileFormatError

# GDAL stamps the time of writing into a GeoPackage; a fixed date keeps the bytes comparable
_TIMESTAMP = "2000-01-01T00:00:00.000Z"


def write_layer(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> None:
    """Add one layer to a GeoPackage, making the file where it is absent.

    Args:
        frame: Rows with a geometry column and a CRS.
        path: The ``.gpkg`` file.
        layer: Name of the layer.
    """
    os.environ.setdefault("OGR_CURRENT_DATE", _TIMESTAMP)
    pyogrio.write_dataframe(
        frame, path, layer=layer, driver="GPKG", append=path.exists(), promote_to_multi=True
    )


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write RFC 7946 GeoJSON, WGS 84, seven decimals (about 1 cm)."""
    pyogrio.write_dataframe(
        frame,
        path,
        driver="GeoJSON",
        layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": "7", "WRITE_NAME": "NO"},
    )


def read_layer(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a GeoPackage or a GeoJSON file.

    The driver is forced by a path prefix, because GDAL would otherwise follow a disguised file
    (a VRT named ``.geojson``) to other files on the machine.

    Args:
        path: The file.
        layer: Name of the layer; the first where absent.

    Raises:
        FileFormatError: Any other ending, content that is not what the ending says, or no layer
            of that name.
    """
    prefix = {".gpkg": "GPKG:", ".geojson": "GeoJSON:", ".json": "GeoJSON:"}.get(path.suffix)
    if prefix is None:
        raise FileFormatError(f"{path.name} ends in {path.suffix!r}; wanted .gpkg or .geojson")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.filterwarnings("ignore", "More than one layer found", UserWarning)
            return pyogrio.read_dataframe(f"{prefix}{path}", layer=layer)
    except DataSourceError as error:
        raise FileFormatError(f"{path.name} does not read as {prefix[:-1]}") from error
    except DataLayerError as error:
        held = ", ".join(str(name) for name, _ in pyogrio.list_layers(f"{prefix}{path}"))
        raise FileFormatError(f"{path.name} has no layer {layer!r}; it has {held}") from error
