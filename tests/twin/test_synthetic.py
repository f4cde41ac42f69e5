import hashlib
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.errors import InputError
from twin.city import TABLES, City
from twin.synthetic import make_city
from twin.synthetic.relief import DYKE_CREST_M, WARNING_STAGE_M
from twin.validate import validate

FLOOD_M = WARNING_STAGE_M + 1.4


@pytest.fixture(scope="module")
def demo() -> City:
    return make_city()


def _fingerprint(city: City) -> str:
    digest = hashlib.sha256(city.terrain.elevation_m.tobytes())
    for name in TABLES:
        table = pd.DataFrame(getattr(city, name))
        if "geometry" in table:
            table["geometry"] = shapely.to_wkb(table["geometry"].to_numpy())
        digest.update(table.to_csv().encode())
    return digest.hexdigest()


def _flooded(city: City, level_m: float) -> np.ndarray:
    """Connected fill: True in cells below the level that join the river."""
    terrain = city.terrain
    patch, _ = label(terrain.elevation_m < level_m)
    row, column = np.indices(patch.shape)
    x = terrain.west + (column + 0.5) * terrain.cell_m
    y = terrain.north - (row + 0.5) * terrain.cell_m
    river = city.water[city.water["kind"] == "river"].union_all()
    in_river = shapely.contains_xy(river, x, y)
    return np.isin(patch, np.unique(patch[in_river & (patch > 0)])) & ~in_river


def _is_wet(city: City, flooded: np.ndarray, shapes: gpd.GeoSeries) -> np.ndarray:
    centre = shapely.get_coordinates(shapes.centroid.to_numpy())
    return flooded.ravel()[city.terrain.cells(centre[:, 0], centre[:, 1])]


def test_the_demo_city_has_the_size_of_the_drills(demo: City) -> None:
    counts = demo.places["level"].value_counts().to_dict()
    assert counts == {"city": 1, "district": 2, "street": 5, "community": 25, "grid": 100}
    assert len(demo.people) == 104_000
    assert demo.people["household"].max() + 1 == 40_000
    assert 12_000 <= len(demo.buildings) <= 20_000
    assert demo.grids["households"].between(300, 500).all()


def test_the_demo_city_is_sound_and_says_that_it_is_fictional(demo: City) -> None:
    validate(demo)
    assert demo.provenance.kind == "synthetic"
    assert "fictional" in demo.title_en
    assert any("fictional" in line for line in demo.provenance.assumptions)


def test_grids_tile_the_city_without_gap_or_overlap(demo: City) -> None:
    city = demo.places.set_index("code").geometry["9901"]
    grids = demo.grids.geometry.to_numpy()
    assert shapely.coverage_is_valid(grids)
    assert shapely.union_all(grids).symmetric_difference(city).area < 1e-3
    assert (demo.places.geometry.geom_type == "Polygon").all()
    assert demo.places.geometry.is_valid.all()


def test_every_building_and_facility_stands_in_its_grid(demo: City) -> None:
    grids = demo.grids.set_index("code").geometry
    for table in (demo.buildings, demo.facilities):
        home = grids.reindex(table["grid"]).to_numpy()
        assert shapely.dwithin(home, table.geometry.centroid.to_numpy(), 0.01).all()


def test_buildings_keep_clear_of_each_other_of_water_and_of_roads(demo: City) -> None:
    shape = demo.buildings.geometry.to_numpy()
    assert shapely.is_valid(shape).all()
    tree = shapely.STRtree(shape)
    one, other = tree.query(shape, predicate="intersects")
    assert (one == other).all()
    assert tree.query(demo.water.geometry.to_numpy(), predicate="intersects").size == 0
    near, building = tree.query(
        demo.roads.geometry.to_numpy(),
        predicate="dwithin",
        distance=demo.roads["width_m"].to_numpy(dtype=np.float64) / 2,
    )
    assert near.size == building.size == 0


def test_every_node_can_be_driven_to(demo: City) -> None:
    roads, count = demo.roads, len(demo.nodes)
    assert roads["drive"].all()
    assert not roads["oneway"].any()
    ends = (roads["from_node"], roads["to_node"])
    parts, _ = connected_components(coo_array((np.ones(len(roads)), ends), shape=(count, count)))
    assert parts == 1


def test_roads_join_their_nodes(demo: City) -> None:
    ends = shapely.get_coordinates(demo.roads.geometry.to_numpy()).reshape(-1, 2, 2)
    nodes = shapely.get_coordinates(demo.nodes.geometry.to_numpy())
    assert np.allclose(ends[:, 0], nodes[demo.roads["from_node"]])
    assert np.allclose(ends[:, 1], nodes[demo.roads["to_node"]])
    assert np.allclose(demo.roads["length_m"], demo.roads.length, rtol=1e-5)


def test_the_flood_of_the_drill_reaches_an_eighth_of_the_homes(demo: City) -> None:
    wet = _is_wet(demo, _flooded(demo, FLOOD_M), demo.buildings.geometry)
    assert 0.08 <= demo.buildings["residents"][wet].sum() / 104_000 <= 0.15


def test_the_river_at_its_warning_stage_wets_no_home(demo: City) -> None:
    wet = _is_wet(demo, _flooded(demo, WARNING_STAGE_M + 0.3), demo.buildings.geometry)
    assert demo.buildings["residents"][wet].sum() == 0


def test_river_bridges_stand_above_the_flood_and_underpasses_below_their_streets(
    demo: City,
) -> None:
    river = demo.water[demo.water["kind"] == "river"].union_all()
    over = demo.roads[demo.roads.intersects(river)]
    assert (over["structure"] == "bridge").all()
    assert (over["low_m"] > FLOOD_M + 1).all()
    dips = demo.roads[demo.roads["structure"] == "underpass"]
    assert len(dips) >= 8
    street = demo.nodes["ground_m"].to_numpy()
    ends = np.minimum(street[dips["from_node"]], street[dips["to_node"]])
    assert (dips["low_m"] <= ends - 3.0).all()


def test_shelters_are_dry_and_the_second_substation_is_not(demo: City) -> None:
    flooded = _flooded(demo, FLOOD_M)
    shelters = demo.facilities[demo.facilities["kind"] == "shelter"]
    assert len(shelters) == 14
    assert shelters["capacity"].sum() == 9_000
    assert not _is_wet(demo, flooded, shelters.geometry).any()
    second = demo.facilities[demo.facilities["facility"] == "substation-02"]
    assert _is_wet(demo, flooded, second.geometry).all()


def test_dyke_sections_stand_on_the_crest_and_some_are_weak(demo: City) -> None:
    sections = demo.facilities[demo.facilities["kind"] == "dyke"]
    river = demo.water[demo.water["kind"] == "river"].union_all()
    assert not sections.intersects(river).any()
    weak = sections["ground_m"] < FLOOD_M
    assert 2 <= weak.sum() <= 4
    assert np.allclose(sections["ground_m"][~weak], DYKE_CREST_M, atol=0.05)


def test_halls_and_schools_can_become_shelters(demo: City) -> None:
    halls = demo.facilities[demo.facilities["kind"].isin(["sports_hall", "school"])]
    assert halls["roles"].str.contains(r"shelter:[1-9]\d*").all()


def test_addresses_are_complete_and_unique(demo: City) -> None:
    for column in ("address_zh", "address_en"):
        assert demo.buildings[column].str.len().min() > 2
        assert demo.buildings[column].is_unique


@settings(max_examples=4, deadline=None)
@given(st.integers(4_000, 16_000), st.integers(0, 2**31))
def test_small_cities_are_sound_and_keep_their_residents(residents: int, seed: int) -> None:
    city = make_city(residents=residents, seed=seed)
    validate(city)
    assert len(city.people) == residents
    assert int(city.places["residents"].iloc[0]) == residents
    assert (city.places["level"] == "district").sum() >= 1
    assert shapely.coverage_is_valid(city.grids.geometry.to_numpy())


def test_two_processes_make_the_same_city() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_synthetic as t; "
        "print(t._fingerprint(t.make_city(residents=4_000, seed=3)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == _fingerprint(make_city(residents=4_000, seed=3))


def test_another_seed_makes_another_city() -> None:
    one, other = (make_city(residents=4_000, seed=seed) for seed in (1, 2))
    assert _fingerprint(one) != _fingerprint(other)


def test_progress_rises_to_the_end() -> None:
    told: list[float] = []
    make_city(residents=4_000, progress=lambda share, _line: told.append(share))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("residents", "seed"), [(-1, 1), (0, 1), (3_999, 1), (10**9, 1), (8_000, -1)]
)
def test_sizes_that_make_no_city_are_refused_in_one_line(residents: int, seed: int) -> None:
    with pytest.raises(InputError) as caught:
        make_city(residents=residents, seed=seed)
    assert "\n" not in str(caught.value)
