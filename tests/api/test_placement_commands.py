"""``shapan place`` and ``shapan locate`` as people and programs use them."""

from pathlib import Path

import orjson
import pytest

from tests.api.commands import Say
from twin.city import City


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    path = tmp_path / "line.csv"
    path.write_text("0,9,9\n1,9,9\n9,0,2\n", encoding="utf-8")
    return path


def test_a_placement_is_proven_printed_and_kept(say: Say, tiny: City, store):
    code, out, err = say("place", "--city", tiny.name, "--depots", 1, "--within", 30, "--json")
    assert code == 0, err
    answer = orjson.loads(out)
    assert answer["is_proven"]
    assert answer["bound"] <= answer["value"]
    assert len(answer["open"]) == 1
    assert store.placements.has(answer["placement"])


def test_a_person_sees_the_depots_and_the_share_within_reach(say: Say, tiny: City):
    code, out, _ = say("place", "--city", tiny.name, "--depots", 1)
    assert code == 0
    assert "proven best" in out
    assert "within 30 minutes" in out


def test_a_solver_answers_a_plain_file(say: Say, matrix: Path):
    code, out, _ = say("locate", "p-median", "--matrix", matrix, "--p", 2, "--json")
    answer = orjson.loads(out)
    assert code == 0
    assert (answer["value"], answer["bound"], answer["is_proven"]) == (1.0, 1.0, True)
    assert answer["sites"] == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("place", "--city", "nowhere", "--depots", 1), "nowhere"),
        (("locate", "p-median", "--matrix", "absent.csv", "--p", 2), "absent.csv"),
        (("locate", "p-median", "--matrix", "{matrix}"), "--p"),
        (("locate", "p-median", "--matrix", "{matrix}", "--p", 2, "--required", "x"), "--required"),
        (("locate", "p-median", "--matrix", "{matrix}", "--p", 9), "3 may open"),
        (("locate", "nonsense", "--matrix", "{matrix}"), "nonsense"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_two(say: Say, matrix: Path, arguments, words):
    filled = [matrix if word == "{matrix}" else word for word in arguments]
    code, out, err = say(*filled)
    assert code == 2
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
