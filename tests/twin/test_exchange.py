"""Export: other programs read back every row."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gis.errors import ConflictError, FileFormatError
from gis.raster import read
from gis.vector import read_layer
from twin.city import TABLES, City
from twin.exchange import export
from twin.releases import canonical

MakeCity = Callable[[], City]


def test_a_geopackage_holds_every_shape(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    city = canonical(make_tiny_city())
    export(city, tmp_path / "tiny.gpkg")
    for name in ("places", "buildings", "facilities", "nodes", "roads", "water", "land"):
        back = read_layer(tmp_path / "tiny.gpkg", layer=name)
        assert len(back) == len(getattr(city, name))
        assert str(back.crs) == city.crs
    roads = read_layer(tmp_path / "tiny.gpkg", layer="roads")
    assert roads["length_m"].tolist() == city.roads["length_m"].tolist()


def test_an_archive_holds_every_table_in_degrees(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    city = canonical(make_tiny_city())
    export(city, tmp_path / "tiny.zip")
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        assert {Path(name).stem for name in archive.namelist()} == set(TABLES)
        people = pd.read_csv(BytesIO(archive.read("people.csv")))
        (tmp_path / "places.geojson").write_bytes(archive.read("places.geojson"))
    assert len(people) == len(city.people)
    places = read_layer(tmp_path / "places.geojson")
    assert places["name_zh"].tolist() == city.places["name_zh"].tolist()
    assert 116 < places.total_bounds[0] < 118


def test_a_folder_holds_parquet_and_terrain(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    city = canonical(make_tiny_city())
    export(city, tmp_path / "tiny")
    assert len(gpd.read_parquet(tmp_path / "tiny" / "buildings.parquet")) == 4
    assert read(tmp_path / "tiny" / "terrain.tif").cells.shape == (20, 20)


@pytest.mark.parametrize("name", ["tiny.gpkg", "tiny.zip"])
def test_the_same_city_exports_the_same_bytes(
    make_tiny_city: MakeCity, tmp_path: Path, name: str
) -> None:
    city = canonical(make_tiny_city())
    one, two = export(city, tmp_path / "1" / name), export(city, tmp_path / "2" / name)
    assert one.read_bytes() == two.read_bytes()


def test_nothing_is_overwritten(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    (tmp_path / "tiny.gpkg").write_text("mine")
    with pytest.raises(ConflictError, match="exists already"):
        export(make_tiny_city(), tmp_path / "tiny.gpkg")
    assert (tmp_path / "tiny.gpkg").read_text() == "mine"


def test_an_unknown_ending_is_refused(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"wanted .gpkg"):
        export(make_tiny_city(), tmp_path / "tiny.shp")
    assert list(tmp_path.iterdir()) == []
