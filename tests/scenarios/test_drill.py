"""What a drill file may say, and what is said when it may not."""

import pytest
import yaml

from gis.errors import DrillError, NotFoundError
from scenarios import loader
from scenarios.drill import Drill
from scenarios.words import seconds
from twin.city import City
from twin.synthetic import make_city


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(residents=5_000)


@pytest.fixture
def content() -> dict:
    drill = loader.load("typhoon-flood")
    return drill.model_dump(mode="json", by_alias=True)


def parsed(content: dict) -> Drill:
    return loader.parse(yaml.safe_dump(content, allow_unicode=True), source="mine.yaml")


def test_the_typhoon_flood_has_all_injects_and_decisions_of_the_sketch():
    drill = loader.load("typhoon-flood")
    assert [inject.id for inject in drill.injects] == [f"T{n:02d}" for n in range(1, 15)]
    assert [decision.id for decision in drill.decisions] == ["D1", "D2", "D3"]
    assert {rule.id for rule in drill.red_lines} == {"N1", "N2", "N3", "N4"}
    assert [inject.id for inject in drill.injects if inject.kind == "hidden"] == ["T08"]


def test_a_whistle_is_answered_within_thirty_minutes_of_the_whistle():
    _, task = loader.load("typhoon-flood").expectations()["T04.2"]
    assert (task.within, task.after) == (1800, "T04.1")


def test_every_number_of_a_drill_has_a_basis():
    bases = loader.load("typhoon-flood").bases()
    assert set(bases) == {"S", "K", "A"}
    assert min(bases.values()) > 0


def test_a_drill_survives_the_way_through_json(content):
    drill = loader.load("typhoon-flood")
    assert parsed(content).digest() == drill.digest()


@pytest.mark.parametrize(
    ("text", "value"),
    [("-PT48H", -172_800), ("PT1H30M", 5_400), ("P1DT6H", 108_000), ("PT0S", 0), (900, 900)],
)
def test_durations_are_read_as_seconds(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["48H", "P", "PT", "", "-P", "PT1.5H", True, None])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="ISO 8601"):
        seconds(text)


def refuse(content: dict, *words: str) -> None:
    with pytest.raises(DrillError) as caught:
        parsed(content)
    message = str(caught.value)
    assert "\n" not in message
    assert all(word in message for word in ("mine.yaml", *words)), message


def test_an_unknown_field_is_refused_by_its_name(content):
    content["hazard"]["colour"] = "red"
    refuse(content, "hazard.colour")


def test_a_missing_norm_is_refused_by_its_name(content):
    del content["norms"]["shelter_m2_per_person"]
    refuse(content, "norms.shelter_m2_per_person")


def test_a_default_that_is_no_option_is_refused(content):
    content["decisions"][0]["default"] = "never"
    refuse(content, "never", "wait_6h")


def test_a_source_without_citation_is_refused(content):
    content["norms"]["water_full_l_per_day"]["citation"] = ""
    refuse(content, "water_full_l_per_day", "citation")


def test_an_objective_on_an_unknown_action_is_refused(content):
    content["objectives"][0]["actions"].append("T99.1")
    refuse(content, "T99.1")


def test_an_inject_outside_the_horizon_is_refused(content):
    content["injects"][0]["at"] = -999_999
    refuse(content, "T01", "horizon")


def test_a_task_after_an_unlisted_task_is_refused(content):
    content["conversions"][0]["tasks"][1]["after"] = ["nothing"]
    refuse(content, "nothing")


def test_text_that_is_no_yaml_is_refused():
    with pytest.raises(DrillError, match=r"mine\.yaml is no YAML"):
        loader.parse("a: [1,", source="mine.yaml")


def test_a_name_nobody_has_is_refused():
    with pytest.raises(NotFoundError, match="typhoon-flood"):
        loader.load("no-such-drill")


def test_a_facility_named_by_an_identifier_the_city_lacks_is_refused(content, city):
    content["injects"][5]["area"] = "id:substation-99"
    with pytest.raises(DrillError) as caught:
        loader.validate(parsed(content), city)
    message = str(caught.value)
    assert "\n" not in message
    assert "substation-99" in message
    assert "injects.T06.area" in message


def test_selectors_that_find_nothing_are_told_and_not_refused(city):
    missing = loader.validate(loader.load("typhoon-flood"), city)
    assert "street:3" in missing


@pytest.mark.parametrize("selector", ["castle:1", "street:0", "street:x", "shelter", "zone:moon"])
def test_a_selector_of_no_known_form_is_refused(content, city, selector):
    content["injects"][0]["area"] = selector
    with pytest.raises(DrillError, match="T01"):
        loader.validate(parsed(content), city)
