"""Import of real extracts: whole cities, honest defaults, and one clear line for bad files."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.errors import FileFormatError, InputError
from gis.raster import Raster, write
from twin import releases
from twin.city import DIGITS, LEVELS, City
from twin.intake.osm import import_osm
from twin.validate import problems


def write_xml(path: Path, body: str) -> Path:
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
    return path


def square(first: int, *, lon: float, lat: float, side: float = 0.001) -> str:
    """Four nodes of a closed square."""
    corners = ((0, 0), (side, 0), (side, side), (0, side))
    return "".join(
        f'<node id="{first + i}" version="1" lon="{lon + dx}" lat="{lat + dy}"/>'
        for i, (dx, dy) in enumerate(corners)
    )


def way(way_id: int, nodes: list[int], **tags: str) -> str:
    refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
    told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{way_id}" version="1">{refs}{told}</way>'


ROAD = square(1, lon=24.9, lat=60.1, side=0.01) + way(1, [1, 2, 3], highway="residential")
HOUSE_NODES = square(11, lon=24.901, lat=60.1005)


def house(**tags: str) -> str:
    return way(2, [11, 12, 13, 14, 11], building="yes", **tags)


def test_helsinki_becomes_a_sound_city(helsinki: City) -> None:
    assert problems(releases.canonical(helsinki)) == []
    assert len(helsinki.buildings) == 445
    assert len(helsinki.roads) > 4000
    assert helsinki.crs == "EPSG:32635"


def test_helsinki_survives_publishing(helsinki: City, tmp_path: Path) -> None:
    published = releases.publish(helsinki, tmp_path)
    loaded = releases.load(tmp_path, published.release)
    assert loaded.buildings.equals(published.buildings)
    assert loaded.people.equals(published.people)


def test_the_same_extract_gives_the_same_release(
    helsinki: City, helsinki_path: Path, tmp_path: Path
) -> None:
    one = releases.publish(helsinki, tmp_path)
    two = releases.publish(import_osm(helsinki_path, name="helsinki"), tmp_path)
    assert one.release == two.release


def test_every_level_is_there_and_residents_are_conserved(helsinki: City) -> None:
    total = int(helsinki.buildings["residents"].sum())
    assert total == len(helsinki.people) > 10_000
    for level in LEVELS:
        places = helsinki.places[helsinki.places["level"] == level]
        assert (places["code"].str.len() == DIGITS[level]).all()
        assert int(places["residents"].sum()) == total


def test_grids_hold_about_four_hundred_households(helsinki: City) -> None:
    households = helsinki.grids["households"]
    assert 300 <= households.mean() <= 520
    assert households.max() <= 800


def test_grids_cover_the_city_without_overlap(helsinki: City) -> None:
    grids = helsinki.grids.geometry.to_numpy()
    city = helsinki.places.geometry.to_numpy()[0]
    assert shapely.area(grids).sum() == pytest.approx(city.area, rel=1e-9)
    assert shapely.union_all(grids).area == pytest.approx(city.area, rel=1e-9)


def test_a_bus_shelter_is_no_emergency_shelter(helsinki: City) -> None:
    assert "shelter" not in set(helsinki.facilities["kind"])
    assert helsinki.facilities["roles"].str.startswith("shelter:").any()


def test_a_city_without_warehouse_gets_a_depot_that_says_it_is_assumed(helsinki: City) -> None:
    depot = helsinki.facilities.set_index("kind").loc["depot"]
    assert depot["source"].startswith("assumed:")
    assert "kind" in depot["assumed"].split(",")
    assert any("reserve depot was assumed" in line for line in helsinki.provenance.assumptions)


def test_what_was_left_out_is_told(helsinki: City) -> None:
    told = "\n".join(helsinki.provenance.assumptions)
    assert "not connected to the largest part" in told
    assert "cut at the extract's edge were left out" in told
    assert "Residents are synthetic" in told
    assert "OpenStreetMap contributors, ODbL" in helsinki.provenance.sources[0]


def test_people_have_a_seed(helsinki: City, helsinki_path: Path) -> None:
    other = import_osm(helsinki_path, name="helsinki", seed=1)
    assert len(other.people) == len(helsinki.people)
    assert not other.people["age"].equals(helsinki.people["age"])


def test_every_drivable_road_can_be_reached_and_left(helsinki: City) -> None:
    roads = helsinki.roads[helsinki.roads["drive"]]
    arcs = roads[["from_node", "to_node"]].to_numpy()
    back = arcs[~roads["oneway"].to_numpy()][:, ::-1]
    both = np.concatenate([arcs, back])
    assert set(both[:, 0]) == set(both[:, 1])


def test_newport_holds_its_known_counts(shared: Path, tmp_path: Path) -> None:
    city = import_osm(shared / "data" / "osm" / "newport.osm.pbf", name="newport")
    assert len(city.buildings) == 34_100
    kinds = city.facilities["kind"].value_counts()
    assert kinds["hospital"] >= 2
    assert kinds["fire_station"] >= 2
    assert kinds["police"] >= 4
    assert 80 <= len(city.grids) <= 160
    assert releases.publish(city, tmp_path).release


def test_complete_administrative_areas_become_levels(shared: Path) -> None:
    city = import_osm(shared / "data" / "osm" / "liechtenstein.osm.pbf", name="liechtenstein")
    told = "\n".join(city.provenance.assumptions)
    assert "administrative areas of the extract" in told
    assert "Vaduz" in set(city.places["name_en"])
    assert problems(releases.canonical(city)) == []


def test_osm_xml_reads_as_well(tmp_path: Path) -> None:
    path = write_xml(tmp_path / "town.osm", ROAD + HOUSE_NODES + house())
    packed = tmp_path / "town.osm.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert len(import_osm(packed, name="town").buildings) == 1


@pytest.mark.parametrize(
    ("tags", "height_m", "levels", "assumed"),
    [
        ({"height": "12"}, 12.0, 4, {"use"}),
        ({"height": "12.5 m", "building:levels": "3"}, 12.5, 3, {"use"}),
        ({"building:levels": "5"}, 16.0, 5, {"use", "height_m"}),
        ({"height": "about ten"}, 6.4, 2, {"use", "height_m", "levels"}),
        ({"height": "0", "building:levels": "900"}, 6.4, 2, {"use", "height_m", "levels"}),
    ],
)
def test_heights_are_as_tagged_or_marked_as_assumed(
    tmp_path: Path, tags: dict[str, str], height_m: float, levels: int, assumed: set[str]
) -> None:
    path = write_xml(tmp_path / "town.osm", ROAD + HOUSE_NODES + house(**tags))
    row = import_osm(path, name="town").buildings.iloc[0]
    assert row["height_m"] == pytest.approx(height_m)
    assert row["levels"] == levels
    marks = set(row["assumed"].split(",")) - {"households", "residents"}
    assert marks == assumed | ({"levels"} if "building:levels" not in tags else set())


def test_a_road_keeps_what_its_tags_say(tmp_path: Path) -> None:
    road = way(1, [1, 2, 3], highway="primary", maxspeed="30 mph", oneway="-1", lanes="3")
    path = write_xml(
        tmp_path / "town.osm",
        square(1, lon=24.9, lat=60.1, side=0.01)
        + HOUSE_NODES
        + road
        + house()
        + way(3, [3, 4, 1], highway="service", foot="no"),
    )
    roads = import_osm(path, name="town").roads.set_index("class")
    assert roads.loc["primary", "speed_kmh"] == pytest.approx(48.3, abs=0.01)
    assert roads.loc["primary", "lanes"] == 3
    assert roads.loc["primary", "oneway"]
    # drawn from node 1 to 3, allowed from 3 to 1
    assert roads.loc["primary", "from_node"] == roads.loc["service", "from_node"]
    assert not roads.loc["service", "walk"]


def test_the_sea_lies_on_the_right_of_a_coastline(tmp_path: Path) -> None:
    coast = (
        '<node id="91" version="1" lon="24.8" lat="60.103"/>'
        '<node id="92" version="1" lon="25.0" lat="60.103"/>'
        + way(9, [91, 92], natural="coastline")
    )
    far_house = square(21, lon=24.9015, lat=60.107) + way(3, [21, 22, 23, 24, 21], building="yes")
    path = write_xml(tmp_path / "town.osm", ROAD + HOUSE_NODES + house() + far_house + coast)
    city = import_osm(path, name="town")
    assert list(city.water["kind"]) == ["sea"]
    coast_north = city.buildings.geometry.centroid.y.mean()
    assert city.water.geometry.iloc[0].centroid.y < coast_north


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.osm.pbf", b"", "is empty"),
        ("text.osm.pbf", b"these are no map data at all, sorry", "does not begin like"),
        ("city.zip", b"PK\x03\x04", "unknown ending"),
        ("page.osm", b"<html><body>not found</body></html>", "does not read as an OSM extract"),
        ("cut.osm", b'<osm version="0.6"><node id="1"', "does not read as an OSM extract"),
    ],
)
def test_what_is_no_extract_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message) as caught:
        import_osm(path, name="bad")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_extract_is_told_in_one_line(
    helsinki_path: Path, tmp_path: Path, share: float
) -> None:
    body = helsinki_path.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(body[: int(len(body) * share)])
    with pytest.raises(FileFormatError, match="truncated") as caught:
        import_osm(path, name="bad")
    assert "\n" not in caught.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no file"):
        import_osm(tmp_path / "nowhere.osm.pbf", name="bad")


def test_a_city_without_roads_is_refused(tmp_path: Path) -> None:
    path = write_xml(tmp_path / "town.osm", HOUSE_NODES + house())
    with pytest.raises(InputError, match="has no roads"):
        import_osm(path, name="bad")


def test_a_city_of_planned_roads_only_is_refused(tmp_path: Path) -> None:
    planned = square(1, lon=24.9, lat=60.1) + way(1, [1, 2], highway="proposed")
    path = write_xml(tmp_path / "town.osm", planned + HOUSE_NODES + house())
    with pytest.raises(InputError, match="has no roads"):
        import_osm(path, name="bad")


def test_a_city_without_buildings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no buildings"):
        import_osm(write_xml(tmp_path / "town.osm", ROAD), name="bad")


def test_a_place_outside_the_earth_is_refused(tmp_path: Path) -> None:
    nodes = square(1, lon=24.9, lat=88.0, side=0.01)
    path = write_xml(
        tmp_path / "town.osm", nodes + way(1, [1, 2, 3], highway="path") + HOUSE_NODES + house()
    )
    with pytest.raises(InputError, match=r"latitude 88\."):
        import_osm(path, name="bad")


@pytest.mark.parametrize("code", ["99", "99001", "99a0", "٩٩٠٠"])
def test_a_city_code_has_four_digits(helsinki_path: Path, code: str) -> None:
    with pytest.raises(InputError, match="four digits"):
        import_osm(helsinki_path, name="bad", code=code)


def test_an_unsorted_extract_is_told_how_to_mend_it(tmp_path: Path) -> None:
    ways = way(2, [3, 4], highway="path") + way(1, [1, 2, 3], highway="residential")
    path = write_xml(tmp_path / "town.osm", square(1, lon=24.9, lat=60.1) + ways)
    with pytest.raises(FileFormatError, match="osmium sort"):
        import_osm(path, name="bad")


def test_a_raster_gives_the_ground(helsinki: City, helsinki_path: Path, tmp_path: Path) -> None:
    west, south, _, north = helsinki.places.total_bounds
    rows = np.linspace(40.0, 0.0, 200, dtype=np.float32)
    slope = Raster(
        cells=np.tile(rows[:, None], (1, 200)),
        west=west - 500,
        north=north + 500,
        cell_m=(north - south + 1000) / 200,
    )
    write(slope, tmp_path / "ground.tif", crs=helsinki.crs)
    city = import_osm(helsinki_path, name="hill", terrain=tmp_path / "ground.tif")
    y = city.nodes.geometry.y.to_numpy()
    expected = 40.0 * (y - south + 500) / (north - south + 1000)
    assert np.abs(city.nodes["ground_m"].to_numpy() - expected).max() < 0.5
    assert not city.terrain.is_flat
    assert any("Terrain from ground.tif" in line for line in city.provenance.assumptions)


def test_a_raster_elsewhere_is_refused(helsinki_path: Path, tmp_path: Path) -> None:
    flat = Raster(cells=np.ones((9, 9), dtype=np.float32), west=5e5, north=4e6, cell_m=30.0)
    write(flat, tmp_path / "elsewhere.tif", crs="EPSG:32650")
    with pytest.raises(InputError, match="no value inside the city"):
        import_osm(helsinki_path, name="bad", terrain=tmp_path / "elsewhere.tif")


def test_a_text_file_is_no_raster(helsinki_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "ground.tif"
    path.write_text("high")
    with pytest.raises(FileFormatError, match="no readable GeoTIFF"):
        import_osm(helsinki_path, name="bad", terrain=path)
