"""Study files: what is asked is checked before anything is played."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from gis.errors import DrillError, NotFoundError
from scenarios import studies
from scenarios.study import Study


@pytest.fixture
def content() -> dict:
    entry = files("scenarios") / "library_studies" / "typhoon_reserve.yaml"
    return yaml.safe_load(entry.read_text(encoding="utf-8"))


def written(content: dict, tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", studies.names())
def test_every_study_of_the_library_reads_with_its_drills(name: str):
    study = studies.load(name)
    assert study.id == name
    assert len(studies.drills(study)) == len(study.drills)


def test_two_files_that_say_the_same_are_the_same_study(content: dict, tmp_path: Path):
    turned = dict(reversed(content.items()))
    assert studies.load(written(turned, tmp_path)).digest() == studies.load(content["id"]).digest()


def test_points_stand_for_budgets_that_rise_to_the_largest(content: dict):
    content["front"] = {"points": 3, "largest_yuan": 300_000}
    assert Study.model_validate(content).front.budgets() == (100_000, 200_000, 300_000)


def spoilt(content: dict, path: str, value: object) -> dict:
    *parents, last = path.split("/")
    part = content
    for name in parents:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[int(last) if isinstance(part, list) else last] = value
    return content


SHARE = {"value": 0.2, "unit": "1", "basis": "A", "citation": "test"}


def test_losses_and_limits_on_evenness_exclude_each_other(content: dict):
    content["objective"]["lost_depots"] = 1
    assert Study.model_validate(content).objective.loss_weight == 0.5
    content["rules"]["most_gini"] = SHARE
    with pytest.raises(ValueError, match="exclude each other; drop one"):
        Study.model_validate(content)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("drills/0/replay_seeds", [101, 7], "seed 101 plans and judges"),
        ("drills/0/seeds", [5, 5], "lists seed 5 2 times"),
        ("drills/0/seeds", [-1], "greater than or equal to 0"),
        ("drills/0/weight/value", 0, "give one above 0"),
        ("items/0/price/value", -2, "items.water.price is -2"),
        ("sizes/1/id", "small", "size class 'small' occurs 2 times"),
        ("candidates/limit", 0, "greater than or equal to 1"),
        ("candidates/required", ["x"], ""),
        ("front", {"points": 3}, "points needs largest_yuan"),
        ("front", {}, "give either"),
        ("next_yuan/point", 9, "the front has 4 points"),
        ("rules/most_gini", SHARE | {"value": 1.2}, "rules.most_gini is 1.2; give 0 to 1"),
        ("objective", {"kind": "regret", "lost_depots": 1}, "goes with expected or cvar"),
        ("objective", {"kind": "cvar", "lost_depots": 4}, "less than or equal to 3"),
        ("colour", "red", "Extra inputs"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    content: dict, tmp_path: Path, path: str, value: object, words: str
):
    if path == "candidates/required":
        content["candidates"]["forbidden"] = ["x"]
        words = "both required and forbidden"
    with pytest.raises(DrillError, match=words) as raised:
        studies.load(written(spoilt(content, path, value), tmp_path))
    assert "\n" not in str(raised.value)


def test_an_unknown_study_or_drill_or_decision_is_named(content: dict):
    with pytest.raises(NotFoundError, match="typhoon-reserve"):
        studies.load("nowhere")
    for part, words in (({"drill": "flud"}, "flud"), ({"decisions": {"D9": "x"}}, "D9=x")):
        study = Study.model_validate(content | {"drills": [content["drills"][0] | part]})
        with pytest.raises((NotFoundError, DrillError), match=words):
            studies.drills(study)
