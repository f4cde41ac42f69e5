import pytest
import shapely

from gis.errors import InputError
from twin.city import City
from twin.synthetic import make_city


@pytest.fixture(scope="module")
def demo() -> City:
    return make_city()


def test_the_demo_city_has_the_size_of_the_drills(demo: City) -> None:
    counts = demo.places["level"].value_counts().to_dict()
    assert counts == {"city": 1, "district": 2, "street": 5, "community": 25, "grid": 100}
    assert len(demo.people) == 104_000
    assert demo.people["household"].max() + 1 == 40_000


def test_grids_tile_the_city_without_gap_or_overlap(demo: City) -> None:
    city = demo.places.set_index("code").geometry["9901"]
    assert shapely.coverage_is_valid(demo.grids.geometry.to_numpy())
    union = shapely.union_all(demo.grids.geometry.to_numpy())
    assert union.symmetric_difference(city).area < 1e-3
    assert (demo.places.geometry.geom_type == "Polygon").all()


@pytest.mark.parametrize(
    ("residents", "seed"), [(-1, 1), (0, 1), (3_999, 1), (10**9, 1), (8_000, -1)]
)
def test_sizes_that_make_no_city_are_refused_in_one_line(residents: int, seed: int) -> None:
    with pytest.raises(InputError) as caught:
        make_city(residents=residents, seed=seed)
    assert "\n" not in str(caught.value)
