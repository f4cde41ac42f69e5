"""Releases: identity, immutability, and nothing half-written."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gis.errors import IntegrityError, NotFoundError, SchemaError
from twin import releases
from twin.city import TABLES, City
from twin.terrain import Terrain

MakeCity = Callable[[], City]


def assert_same(one: City, two: City) -> None:
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
    assert np.array_equal(one.terrain.elevation_m, two.terrain.elevation_m)
    assert (one.name, one.title_zh, one.crs, one.provenance, one.release) == (
        two.name,
        two.title_zh,
        two.crs,
        two.provenance,
        two.release,
    )


def test_loading_gives_what_was_published(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    published = releases.publish(make_tiny_city(), tmp_path)
    assert_same(published, releases.load(tmp_path, published.release))


def test_the_same_city_gives_the_same_release_and_bytes(
    make_tiny_city: MakeCity, tmp_path: Path
) -> None:
    one = releases.publish(make_tiny_city(), tmp_path / "one")
    two = releases.publish(make_tiny_city(), tmp_path / "two")
    assert one.release == two.release
    for path in sorted((tmp_path / "one" / one.release).iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / two.release / path.name).read_bytes()


def test_publishing_what_was_loaded_changes_nothing(
    make_tiny_city: MakeCity, tmp_path: Path
) -> None:
    first = releases.publish(make_tiny_city(), tmp_path)
    again = releases.publish(releases.load(tmp_path, first.release), tmp_path)
    assert again.release == first.release
    assert [release.release for release in releases.list_releases(tmp_path)] == [first.release]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    heights=st.lists(st.floats(0, 500, width=32), min_size=4, max_size=4),
    names=st.lists(st.text(max_size=8), min_size=2, max_size=2),
    hills=st.lists(st.floats(-50, 4000, width=32), min_size=4, max_size=4),
)
def test_any_values_survive_the_disk(
    make_tiny_city: MakeCity,
    tmp_path_factory: pytest.TempPathFactory,
    heights: list[float],
    names: list[str],
    hills: list[float],
) -> None:
    folder = tmp_path_factory.mktemp("releases")
    city = make_tiny_city()
    city.buildings["height_m"] = np.array(heights, dtype=np.float32)
    city.facilities["name_zh"] = names
    ground = np.array(hills, dtype=np.float32).reshape(2, 2)
    city = replace(
        city,
        terrain=Terrain(elevation_m=ground, west=5e5, north=3300200.0, cell_m=100.0),
    )
    published = releases.publish(city, folder)
    assert_same(published, releases.load(folder, published.release))


@pytest.mark.parametrize("name", ["buildings.parquet", "people.parquet", "manifest.json"])
def test_a_changed_byte_is_found(make_tiny_city: MakeCity, tmp_path: Path, name: str) -> None:
    release = releases.publish(make_tiny_city(), tmp_path).release
    path = tmp_path / release / name
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))
    with pytest.raises(IntegrityError, match=r"was changed"):
        releases.load(tmp_path, release)


def test_a_missing_file_is_found(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    release = releases.publish(make_tiny_city(), tmp_path).release
    (tmp_path / release / "roads.parquet").unlink()
    with pytest.raises(IntegrityError, match=r"roads.parquet .* is missing"):
        releases.load(tmp_path, release)


def test_an_unknown_release_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no release 'abc'"):
        releases.load(tmp_path, "abc")


def test_a_broken_city_leaves_nothing_behind(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    city = make_tiny_city()
    broken = replace(city, people=city.people.iloc[:-1])
    with pytest.raises(SchemaError, match="residents differ"):
        releases.publish(broken, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_no_release(
    make_tiny_city: MakeCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(releases, "_sync", fail)
    with pytest.raises(OSError, match="disk full"):
        releases.publish(make_tiny_city(), tmp_path)
    assert releases.list_releases(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_counts_rows_and_levels(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    release = releases.publish(make_tiny_city(), tmp_path).release
    manifest = json.loads((tmp_path / release / "manifest.json").read_text())
    assert manifest["tables"]["people"]["rows"] == 12
    assert manifest["levels"] == {
        "city": 1,
        "district": 1,
        "street": 1,
        "community": 2,
        "grid": 4,
    }


def test_flat_ground_needs_no_raster(make_tiny_city: MakeCity, tmp_path: Path) -> None:
    release = releases.publish(make_tiny_city(), tmp_path).release
    assert not (tmp_path / release / "terrain.tif").exists()
    assert releases.load(tmp_path, release).terrain.is_flat


def test_tables_have_exactly_the_columns_of_their_schema(
    make_tiny_city: MakeCity, tmp_path: Path
) -> None:
    city = releases.publish(make_tiny_city(), tmp_path)
    assert str(city.buildings["levels"].dtype) == "int16"
    assert isinstance(city.people, pd.DataFrame)
    assert list(city.lifelines.columns) == ["consumer", "provider", "service", "buffer_hours"]
