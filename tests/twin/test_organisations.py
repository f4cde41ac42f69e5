import pandas as pd

from twin.organisations import CITY, organisations_for

PLACES = pd.DataFrame(
    {
        "code": ["9901", "990101", "990101001", "990101001001", "990101001001001"],
        "level": ["city", "district", "street", "community", "grid"],
        "name_zh": ["测试市", "东区", "桥头街道", "桥头社区", "桥头社区1号网格"],
        "name_en": ["Testing", "East", "Qiaotou Street", "Qiaotou", "Qiaotou Grid 1"],
    }
)


def test_every_place_has_an_organisation_that_answers_for_it() -> None:
    organisations = organisations_for(PLACES)
    assert set(organisations["place"]) == set(PLACES["code"])
    assert organisations["organisation"].is_unique
    assert (organisations["name_zh"].str.len() > 0).all()


def test_identifiers_are_those_of_the_drills() -> None:
    organisations = organisations_for(PLACES).set_index("organisation")
    assert {row[0] for row in CITY} <= set(organisations.index)
    assert organisations.loc["street_hub:990101001", "role"] == "coordination"
    assert organisations.loc["grid:990101001001001", "name_zh"] == "桥头社区1号网格网格员"
    assert organisations.loc["city_flood", "name_zh"] == "测试市防汛防台抗旱指挥部"
