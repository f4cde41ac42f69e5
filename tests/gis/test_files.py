"""Rasters and vector files: they come back as they went, and disguises are refused."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.errors import FileFormatError
from gis.index import holders, homes
from gis.raster import Raster, read, warp, write
from gis.vector import read_layer, write_geojson, write_layer


def slope() -> Raster:
    cells = np.add.outer(np.arange(40.0)[::-1], np.arange(60.0)).astype(np.float32)
    return Raster(cells=cells, west=500_000.0, north=3_300_400.0, cell_m=10.0)


def test_a_raster_comes_back_as_it_went(tmp_path: Path) -> None:
    write(slope(), tmp_path / "slope.tif", crs="EPSG:32650")
    back = read(tmp_path / "slope.tif")
    assert np.array_equal(back.cells, slope().cells)
    assert (back.west, back.north, back.cell_m) == (500_000.0, 3_300_400.0, 10.0)


def test_warping_to_its_own_grid_changes_nothing(tmp_path: Path) -> None:
    write(slope(), tmp_path / "slope.tif", crs="EPSG:32650")
    bounds = (500_000.0, 3_300_000.0, 500_600.0, 3_300_400.0)
    back = warp(tmp_path / "slope.tif", crs="EPSG:32650", bounds=bounds, cell_m=10.0)
    assert np.allclose(back.cells, slope().cells)
    assert back.observed == 1.0


def test_cells_without_data_take_the_nearest_and_are_counted(tmp_path: Path) -> None:
    write(slope(), tmp_path / "slope.tif", crs="EPSG:32650")
    bounds = (500_000.0, 3_300_000.0, 501_200.0, 3_300_400.0)
    wide = warp(tmp_path / "slope.tif", crs="EPSG:32650", bounds=bounds, cell_m=10.0)
    assert wide.observed == pytest.approx(0.5, abs=0.02)
    assert np.isfinite(wide.cells).all()
    assert np.allclose(wide.cells[:, -1], slope().cells[:, -1], atol=1.0)


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["甲", "乙"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs="EPSG:4326",
    )


def test_layers_come_back_from_a_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    write_layer(frame(), path, layer="one")
    write_layer(frame(), path, layer="two")
    assert read_layer(path, layer="two")["name"].tolist() == ["甲", "乙"]
    assert read_layer(path)["name"].tolist() == ["甲", "乙"]
    with pytest.raises(FileFormatError, match="no layer 'three'; it has one, two"):
        read_layer(path, layer="three")


def test_geojson_comes_back(tmp_path: Path) -> None:
    write_geojson(frame(), tmp_path / "city.geojson")
    assert read_layer(tmp_path / "city.geojson")["name"].tolist() == ["甲", "乙"]


def test_a_disguised_vrt_is_not_followed(tmp_path: Path) -> None:
    write_geojson(frame(), tmp_path / "secret.geojson")
    disguise = tmp_path / "upload.geojson"
    disguise.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>'
        f"{tmp_path / 'secret.geojson'}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(FileFormatError, match="does not read as GeoJSON"):
        read_layer(disguise)


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"wanted .gpkg or .geojson"):
        read_layer(tmp_path / "city.shp")


def test_a_point_on_a_border_goes_to_the_lower_row_and_a_stray_to_the_nearest() -> None:
    cells = frame().geometry.to_numpy()
    points = shapely.points([(0.5, 0.5), (1.0, 0.5), (5.0, 0.5)])
    assert holders(points, cells).tolist() == [0, 0, -1]
    assert homes(points, cells).tolist() == [0, 0, 1]
