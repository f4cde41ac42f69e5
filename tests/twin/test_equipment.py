import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import points

from twin.equipment import STOCK, TEAM_KINDS, equip, scaled

KINDS = [
    "hospital",
    "fire_station",
    "depot",
    "depot",
    "substation",
    "substation",
    "water_works",
    "telecom",
    "pump_station",
    "police",
    "fuel",
]


def _facilities(kinds: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "facility": [f"{kind}-{i:02d}" for i, kind in enumerate(kinds)],
            "kind": kinds,
            "capacity": np.arange(len(kinds)) * 10,
            "backup_hours": np.full(len(kinds), 4.0),
        },
        geometry=points(np.arange(len(kinds)) * 100.0, 0.0),
    )


def _places(residents: int) -> pd.DataFrame:
    return pd.DataFrame({"code": ["9901"], "level": ["city"], "residents": [residents]})


def test_a_city_of_the_drill_has_the_resources_of_the_drill() -> None:
    teams, supplies, _ = equip(_facilities(KINDS), _places(104_000))
    assert teams.groupby("kind").size().to_dict() == {k: v.count for k, v in TEAM_KINDS.items()}
    assert supplies.groupby("item")["quantity"].sum().to_dict() == {row[0]: row[1] for row in STOCK}
    assert teams["team"].is_unique


def test_teams_and_stock_stand_in_facilities_that_exist() -> None:
    facilities = _facilities(KINDS)
    teams, supplies, lifelines = equip(facilities, _places(30_000))
    known = set(facilities["facility"])
    assert set(teams["facility"]) <= known
    assert set(supplies["facility"]) == {"depot-02", "depot-03"}
    assert set(lifelines["consumer"]) | set(lifelines["provider"]) <= known


def test_each_consumer_leans_on_its_nearest_provider_once_per_service() -> None:
    _, _, lifelines = equip(_facilities(KINDS), _places(30_000))
    assert not lifelines.duplicated(["consumer", "service"]).any()
    power = lifelines[lifelines["service"] == "power"].set_index("consumer")["provider"]
    assert power["hospital-00"] == "substation-04"
    assert power["fuel-10"] == "substation-05"


def test_a_bare_town_still_has_bases() -> None:
    teams, supplies, lifelines = equip(_facilities(["school"]), _places(900))
    assert set(teams["facility"]) == {"school-00"}
    assert set(supplies["facility"]) == {"school-00"}
    assert lifelines.empty


def test_no_facilities_give_empty_tables() -> None:
    assert all(table.empty for table in equip(_facilities([]), _places(900)))


def test_numbers_grow_with_the_city_and_never_vanish() -> None:
    assert scaled(40, 104_000) == 40
    assert scaled(40, 1_040_000) == 400
    assert scaled(1, 10) == 1
