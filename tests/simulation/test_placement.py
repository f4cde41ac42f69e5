"""Depots on a small hand-made town: a line of five blocks, one of them on an island."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from gis.errors import InfeasibleError, InputError
from simulation.placement import place
from twin.city import TABLES, City, Provenance
from twin.terrain import Terrain

CRS = "EPSG:32650"
RESIDENTS = (100, 200, 50, 400, 30)
EAST, NORTH = 500_000.0, 3_300_000.0


def tables() -> dict[str, pd.DataFrame]:
    at = [Point(EAST + 5000 * i, NORTH) for i in (0, 1, 2, 3, 9)]
    grids = pd.DataFrame(
        {
            "code": [f"99010100100{i}001" for i in range(5)],
            "level": "grid",
            "residents": RESIDENTS,
        }
    )
    outline = [box(p.x - 400, p.y - 400, p.x + 400, p.y + 400) for p in at]
    roads = pd.DataFrame(
        {
            "from_node": [0, 1, 2],
            "to_node": [1, 2, 3],
            "length_m": 5000.0,
            "speed_kmh": 30.0,
            "oneway": False,
            "drive": True,
            "walk": True,
        }
    )
    kinds = ["depot", "school", "warehouse", "sports_hall", "hotel"]
    facilities = pd.DataFrame(
        {
            "facility": [f"{kind}-01" for kind in kinds],
            "kind": kinds,
            "name_zh": kinds,
            "name_en": kinds,
        }
    )
    buildings = pd.DataFrame({"grid": grids["code"], "residents": RESIDENTS})
    lines = [LineString([at[i], at[i + 1]]) for i in range(3)]
    return {
        "places": gpd.GeoDataFrame(grids, geometry=outline, crs=CRS),
        "buildings": gpd.GeoDataFrame(buildings, geometry=outline, crs=CRS),
        "facilities": gpd.GeoDataFrame(facilities, geometry=at, crs=CRS),
        "nodes": gpd.GeoDataFrame({"ground_m": np.zeros(5)}, geometry=at, crs=CRS),
        "roads": gpd.GeoDataFrame(roads, geometry=lines, crs=CRS),
    }


def town(**changed: pd.DataFrame) -> City:
    given = {name: pd.DataFrame() for name in TABLES} | tables() | changed
    return City(
        name="line",
        title_zh="线城",
        title_en="Line town",
        crs=CRS,
        provenance=Provenance(kind="synthetic", sources=(), assumptions=()),
        terrain=Terrain(
            elevation_m=np.zeros((1, 1), np.float32), west=EAST, north=NORTH, cell_m=1000.0
        ),
        **given,
    )


def test_the_depot_stands_where_the_whole_travel_is_least():
    found = place(town(), depots=1, within_minutes=10)
    # by hand: ten minutes a block; 3 -> 400 at 0, 50 at 10, 200 at 20, 100 at 30 minutes
    assert [depot.facility for depot in found.open] == ["sports_hall-01"]
    assert found.value == pytest.approx(7500.0)
    assert found.bound == pytest.approx(7500.0)
    assert found.is_proven
    assert found.mean_minutes == pytest.approx(10.0)


def test_coverage_counts_the_residents_within_the_minutes():
    found = place(town(), depots=1, within_minutes=10.001, model="coverage")
    assert found.value == found.covered_residents == 650
    assert found.covered_share == pytest.approx(650 / 780)


def test_the_island_is_reported_and_not_served():
    found = place(town(), depots=2, within_minutes=10)
    assert found.unreachable == ["990101001004001"]
    assert found.unreachable_residents == 30
    assert found.assignment[4].facility is None
    assert sum(row.residents for row in found.assignment) == found.residents == 780


def test_more_depots_never_cost_more_travel_in_a_town():
    values = [place(town(), depots=p, within_minutes=10).value for p in (1, 2, 3, 4)]
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(0.0)


def test_the_same_question_has_the_same_id_and_answer():
    first, second = (place(town(), depots=2, within_minutes=10) for _ in range(2))
    assert first.model_dump(exclude={"seconds"}) == second.model_dump(exclude={"seconds"})
    assert place(town(), depots=3, within_minutes=10).placement != first.placement


def test_progress_ends_at_one():
    told = []
    place(town(), depots=1, within_minutes=10, progress=lambda share, _: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("changes", "asked", "error", "words"),
    [
        ({}, {"depots": 0}, InputError, "at least 1"),
        ({}, {"depots": 5}, InfeasibleError, "4 candidate sites"),
        ({}, {"within_minutes": -3}, InputError, "above 0"),
        ({"roads": tables()["roads"].iloc[:0]}, {}, InputError, "no drivable road"),
        ({"facilities": tables()["facilities"].iloc[4:]}, {}, InputError, "0 candidate sites"),
    ],
)
def test_impossible_questions_get_one_line(changes, asked, error, words):
    with pytest.raises(error, match=words):
        place(town(**changes), **({"depots": 1, "within_minutes": 10} | asked))
