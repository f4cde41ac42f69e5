"""The command line, walked from an empty folder to a report."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from tests.api.commands import Say, begin, copy_home, shapan

RUN_FIELDS = {"run", "city", "drill", "seed", "events", "digest", "ratings", "kpis", "red_lines"}


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(small_home, tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="module")
def run(home: Path) -> dict:
    """One drill, played by the command."""
    played = shapan(home, "drill", "run", "typhoon-flood", "--city", "small", "--json")
    assert "100%" in played.err
    return played.json()


def test_the_city_is_listed_shown_and_marked_as_synthetic(say: Say):
    _, out, _ = say("city", "list", "--json")
    (item,) = [city for city in orjson.loads(out)["items"] if city["name"] == "small"]
    assert item["synthetic"]
    _, out, _ = say("city", "show", "small", "--json")
    shown = orjson.loads(out)
    assert shown["counts"]["people"] == 4000
    assert [past["release"] for past in shown["history"]] == [item["release"]]
    _, out, _ = say("city", "show", "small")
    assert "synthetic" in out
    assert "assumed:" in out
    _, out, _ = say("city", "list", "--lang", "zh")
    assert item["title"]["zh"] in out


def test_a_city_is_exported_to_what_other_programs_read(say: Say, tmp_path: Path):
    code, out, _ = say("city", "export", "small", tmp_path / "out.gpkg", "--json")
    assert (code, orjson.loads(out)["file"]) == (0, str(tmp_path / "out.gpkg"))
    with closing(sqlite3.connect(tmp_path / "out.gpkg")) as package:
        (residents,) = package.execute("SELECT sum(residents) FROM buildings").fetchone()
    assert residents == 4000
    assert [path.name for path in tmp_path.iterdir()] == ["out.gpkg"]
    assert say("city", "export", "small", tmp_path / "out.gpkg")[0] == 2


def test_a_drill_is_listed_and_checked_against_a_city(say: Say):
    _, out, _ = say("drill", "list", "--json")
    (item,) = [drill for drill in orjson.loads(out)["items"] if drill["name"] == "typhoon-flood"]
    assert item["decisions"]
    code, out, _ = say("drill", "validate", "typhoon-flood", "--city", "small")
    assert code == 0
    assert "valid" in out


def test_a_run_says_what_it_concludes_and_is_kept(say: Say, run: dict):
    assert RUN_FIELDS | {"seconds"} <= set(run)
    _, out, _ = say("drill", "runs", "--city", "small", "--json")
    assert run["run"] in {item["run"] for item in orjson.loads(out)["items"]}
    code, out, err = say("drill", "run", "typhoon-flood", "--city", "small")
    assert (code, err) == (0, "")
    assert run["digest"] in out
    assert all(word in out for word in ("Ratings", "Indicators", "Red lines", "synthetic"))
    _, out, _ = say("drill", "run", "typhoon-flood", "--city", "small", "--lang", "zh")
    assert all(word in out for word in ("评级", "指标", "底线", "合成数据"))


def test_a_run_is_reported_as_a_page_and_as_json(say: Say, run: dict, tmp_path: Path):
    page = tmp_path / "page.html"
    code, _, err = say("drill", "report", run["run"][:10], "--out", page)
    assert (code, err) == (0, "")
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    code, out, _ = say("drill", "report", "latest", "--format", "json")
    assert code == 0
    assert orjson.loads(out)


def test_every_verification_case_passes(say: Say):
    code, out, _ = say("verify", "--json")
    answer = orjson.loads(out)
    assert (code, answer["failed"]) == (0, 0)
    assert answer["passed"] == len(answer["cases"]) > 0
    assert {"model", "case", "expected", "source", "computed", "tolerance", "pass"} <= set(
        answer["cases"][0]
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("city", "show", "atlantis"), "atlantis"),
        (("city", "make", "--name", "Bad Name"), "--name"),
        (("city", "make", "--residents", "-5"), "residents"),
        (("city", "export", "small", "/proc/nowhere/x.gpkg"), "/proc/nowhere"),
        (("city", "export", "small", "x.shp"), ".shp"),
        (("city", "import", "/nowhere/x.osm.pbf", "--name", "x"), "/nowhere/x.osm.pbf"),
        (("drill", "run", "earthquake", "--city", "small"), "earthquake"),
        (("drill", "run", "typhoon-flood", "--city", "atlantis"), "atlantis"),
        (("drill", "run", "typhoon-flood", "--city", "small", "--decide", "D1"), "D1=now"),
        (("drill", "run", "typhoon-flood", "--city", "small", "--decide", "D1=no"), "D1"),
        (("drill", "run", "typhoon-flood", "--city", "small", "--decide", "D99=x"), "D99"),
        (("drill", "run", "typhoon-flood", "--city", "small", "--seed", "x"), "--seed"),
        (("drill", "run", "/", "--city", "small"), "folder"),
        (("drill", "report", "nobody"), "nobody"),
        (("drill", "dance"), "dance"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(say: Say, arguments: tuple[str, ...], word: str):
    code, out, err = say(*arguments)
    assert (code, out) == (2, "")
    assert word in err.strip().splitlines()[-1]
    assert sum(line.startswith("shapan: ") for line in err.splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "content", [b"", b"not a map at all" * 50, None], ids=["empty", "text", "cut"]
)
def test_a_broken_extract_is_refused_and_nothing_is_written(
    say: Say, tmp_path: Path, home: Path, helsinki_path: Path, content: bytes | None
):
    file = tmp_path / "broken.osm.pbf"
    file.write_bytes(helsinki_path.read_bytes()[:40_000] if content is None else content)
    before = sorted((home / "releases").iterdir())
    code, out, err = say("city", "import", file, "--name", "broken")
    assert (code, out) == (2, "")
    assert "broken.osm.pbf" in err.strip().splitlines()[-1]
    assert sorted((home / "releases").iterdir()) == before
    assert say("city", "show", "broken")[0] == 2


def test_a_drill_that_names_an_unknown_facility_is_refused_before_it_runs(say: Say, tmp_path: Path):
    from importlib.resources import files  # noqa: PLC0415 - only here

    text = (files("scenarios") / "library" / "typhoon_flood.yaml").read_text(encoding="utf-8")
    start = text.index("conversions:")
    line = text.index("facility:", start)
    broken = text[:line] + "facility: id:no-such-hall" + text[text.index("\n", line) :]
    file = tmp_path / "broken.yaml"
    file.write_text(broken, encoding="utf-8")
    code, out, err = say("drill", "run", file, "--city", "small")
    assert (code, out) == (2, "")
    assert "no-such-hall" in err


def test_helsinki_is_imported_and_rehearsed(home: Path, helsinki_path: Path):
    imported = shapan(home, "city", "import", helsinki_path, "--name", "helsinki", "--json").json()
    assert imported["buildings"] > 400
    assert imported["kind"] == "imported"
    assert imported["synthetic"], "its people and grids are generated, and that must show"
    played = shapan(home, "drill", "run", "typhoon-flood", "--city", "helsinki", "--json").json()
    assert set(played) >= RUN_FIELDS
    assert played["city"] == "helsinki"


def test_a_run_killed_half_way_was_never_there_and_comes_out_the_same_afterwards(
    small_home: Path, run: dict, tmp_path: Path
):
    copy_home(small_home, tmp_path)
    arguments = ("drill", "run", "typhoon-flood", "--city", "small", "--json")
    process = begin(tmp_path, *arguments)
    assert process.stderr is not None
    for line in process.stderr:
        if any(f": {tens}0%" in line for tens in range(5, 10)):
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert shapan(tmp_path, "drill", "runs", "--json").json() == {"items": []}
    assert not list((tmp_path / "runs").glob("*/result.json"))
    afterwards = shapan(tmp_path, *arguments).json()
    assert (afterwards["run"], afterwards["digest"]) == (run["run"], run["digest"])
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [run["run"]]


def test_ctrl_c_ends_a_run_quietly(home: Path):
    process = begin(home, "drill", "run", "typhoon-flood", "--city", "small", "--seed", "3")
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.rstrip().endswith("shapan: stopped")


def test_help_loads_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'fastapi', 'sqlalchemy', 'numba', 'scenarios', 'simulation'}"
    program = (
        "import sys, api.cli\n"
        "try: api.cli.main(['--help'])\n"
        f"except SystemExit as left: sys.exit(left.code or bool({heavy} & set(sys.modules)))"
    )
    arguments = [sys.executable, "-c", program]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout
