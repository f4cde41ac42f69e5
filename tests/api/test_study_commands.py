"""``shapan place STUDY.yaml``: a study from its file to the table, kept and moved."""

from pathlib import Path

import orjson
import pytest
import yaml

from api.store import Store
from api.studying import QUESTION, move_depots, read_study, replay_plan
from gis.errors import NotFoundError
from simulation.studies.conduct import conduct
from simulation.studies.hands import LocalHands, MemoryShelf
from simulation.studies.result import Move
from simulation.studies.summary import id_of
from tests.api.commands import Say
from tests.simulation.study_cities import short_content, small_city, study_content

SHELF = MemoryShelf()


def small_study() -> dict:
    """One seed of each kind, two budgets, no played steps: four runs."""
    content = study_content()
    content["drills"][0] |= {"drill": "typhoon.yaml", "seeds": [11], "replay_seeds": [1]}
    content["front"] = {"budgets_yuan": [40_000, 90_000]}
    content["next_yuan"] |= {"options": ["depot", "tonne"]}
    return content


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for name, content in (("typhoon", short_content()), ("study", small_study())):
        text = yaml.safe_dump(content, allow_unicode=True)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "study.yaml"


@pytest.fixture
def rehearsed(store: Store, study: Path) -> str:
    """The small city published, and its runs on the shelf; gives the city's name."""
    city = store.cities.publish(small_city())
    asked, drills = read_study(str(study))
    conduct(city, asked, drills, shelf=SHELF)
    for key, content in SHELF.kept.items():
        store.rehearsals.put(key, content)
    return city.name


def test_a_study_is_printed_kept_and_read_again(say: Say, store: Store, study: Path, rehearsed):
    code, out, err = say("place", study, "--city", rehearsed, "--json")
    assert code == 0, err
    answer = orjson.loads(out)
    assert answer["runs_played"] == 0  # all of them were on the shelf
    assert [point["point"] for point in answer["points"]] == [0, 1]
    assert store.studies.has(answer["study"])
    assert store.studies.file(answer["study"], QUESTION)
    code, again, _ = say("place", study, "--city", rehearsed, "--json")
    assert (code, orjson.loads(again)) == (0, answer)
    for language, words in (("zh", ("优化预期", "下一步", "假设")), ("en", ("Replayed", "Gain"))):
        code, text, _ = say("place", study, "--city", rehearsed, "--lang", language)
        assert code == 0
        assert all(word in text for word in words)


def test_a_depot_is_moved_in_a_kept_study(say: Say, store: Store, study: Path, rehearsed):
    code, out, _ = say("place", study, "--city", rehearsed, "--json")
    answer = orjson.loads(out)
    assert code == 0
    point = answer["points"][-1]
    opened = next(depot["facility"] for depot in point["depots"] if depot["size"])
    free = next(site["facility"] for site in answer["sites"] if site["facility"] != opened)
    moves = [Move(facility=opened, to=free)]
    name, moved = move_depots(store, answer["study"], point=1, moves=moves)
    assert store.studies.moved(answer["study"], name) == moved
    assert not moved.is_replayed
    with pytest.raises(NotFoundError):
        move_depots(store, "0" * 64, point=1, moves=moves)


def test_a_moved_plan_is_replayed_and_stays_so(say: Say, store: Store, study: Path, rehearsed: str):
    code, out, _ = say("place", study, "--city", rehearsed, "--json")
    answer = orjson.loads(out)
    assert code == 0
    opened = next(depot["facility"] for depot in answer["points"][1]["depots"] if depot["size"])
    moves = [Move(facility=opened)]
    name, _ = move_depots(store, answer["study"], point=1, moves=moves)
    told: list[str] = []
    played = replay_plan(
        store,
        answer["study"],
        name,
        hands=LocalHands(),
        progress=lambda _share, line: told.append(line),
        is_cancelled=lambda: False,
    )
    assert played.is_replayed
    assert played.plan.replay is not None
    assert told[-1].startswith("replay: ")
    assert move_depots(store, answer["study"], point=1, moves=moves) == (name, played)


def _spoilt(study: Path, path: str, value: object) -> None:
    content = yaml.safe_load(study.read_text(encoding="utf-8"))
    part = content
    *parents, last = path.split("/")
    for name in parents:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[last] = value
    study.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        ("drills/0/drill", "deluge", "no drill 'deluge'"),
        ("drills/0/replay_seeds", [11], "plans and judges"),
        ("items/0/item", "gold", "lacks"),
        ("items/0/price/value", -1, "give 0 or more"),
        ("candidates/forbidden", ["castle-01"], "'castle-01', which the city lacks"),
        ("candidates/kinds", ["castle"], "0 candidate sites"),
        ("front/budgets_yuan", [], "give either budgets_yuan"),
        ("front/budgets_yuan", [float("inf")], "finite number"),
        ("front/budgets_yuan", [-5], "greater than 0"),
    ],
)
def test_a_wrong_study_is_one_line_and_nothing_is_written(
    say: Say, store: Store, study: Path, rehearsed: str, wrong: tuple[str, object, str]
):
    path, value, words = wrong
    _spoilt(study, path, value)
    if path == "candidates/kinds":
        _spoilt(study, "candidates/keep_stocked", value=False)
    code, out, err = say("place", study, "--city", rehearsed)
    assert (code, out) == (2, "")
    assert words in err
    assert err.strip().count("\n") == 0
    assert store.studies.summaries() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--city", "x"), "exactly one"),
        (("typhoon-reserve", "--depots", 2, "--city", "x"), "exactly one"),
        (("nowhere", "--city", "x"), "typhoon-reserve"),
        (("typhoon-reserve", "--city", "x", "--on", "tcp://here"), "dask://HOST:PORT"),
    ],
)
def test_a_wrong_command_is_one_line(say: Say, arguments: tuple, words: str):
    code, out, err = say("place", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_the_id_is_known_before_anything_is_played(store: Store, study: Path, rehearsed: str):
    asked, drills = read_study(str(study))
    city = store.cities.load(rehearsed)
    done = conduct(city, asked, drills, shelf=SHELF)
    assert done.result.study == id_of(city, asked, drills)
