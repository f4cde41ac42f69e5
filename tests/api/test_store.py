"""What is kept is whole, listed, and found again; what is half-written is neither."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from api.settings import Settings
from api.store import Store, open_store, tables
from api.store.database import connect, reading
from api.store.folders import remove_abandoned, write_whole
from gis.errors import InputError, IntegrityError, NotFoundError
from simulation.placement import place
from simulation.supply.record import TABLES
from tests.api.databases import BOTH
from tests.api.made_runs import make_run
from tests.api.together import at_once
from twin.city import City

MakeCity = Callable[[], City]


@BOTH
def test_the_migrations_give_the_tables_that_the_code_uses(store: Store):
    with reading(store.engine).connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []


@BOTH
def test_opening_twice_changes_nothing(settings: Settings):
    tables = []
    for _ in range(2):
        store = open_store(settings)
        tables.append(sorted(inspect(store.engine).get_table_names()))
        store.close()
    assert tables[0] == tables[1]
    assert {"cities", "jobs", "runs", "placements"} <= set(tables[0])


def test_sqlite_survives_a_power_cut(store: Store):
    with reading(store.engine).connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]


def test_a_newer_control_plane_is_refused(settings: Settings):
    open_store(settings).close()
    connection = sqlite3.connect(settings.home / "shapan.sqlite")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(IntegrityError, match="upgrade Shapan"):
        open_store(settings)


def test_a_file_that_is_no_database_is_refused(settings: Settings):
    settings.home.mkdir()
    (settings.home / "shapan.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(IntegrityError, match="cannot be opened"):
        open_store(settings)


@pytest.mark.parametrize("address", ["nonsense", "oracle+none://x/y", "mysql+nothing://x"])
def test_a_bad_database_address_is_refused(tmp_path: Path, address: str):
    with pytest.raises(InputError, match="SHAPAN_DATABASE_URL"):
        open_store(Settings(home=tmp_path, database_url=address))


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path):
    pytest.importorskip("psycopg", reason="psycopg is missing: install shapan[postgres]")
    address = f"postgresql://somebody:secret@/shapan?host={tmp_path}"
    with pytest.raises(InputError, match="start the server") as caught:
        open_store(Settings(home=tmp_path, database_url=address))
    assert "secret" not in caught.value.message
    assert "\n" not in caught.value.message


@BOTH
def test_services_that_open_one_new_control_plane_at_once_all_find_it_whole(settings: Settings):
    for engine in at_once(4, lambda _: connect(settings.database)):
        with reading(engine).connect() as connection:
            assert connection.execute(select(tables.jobs)).all() == []
        engine.dispose()


@BOTH
def test_a_city_published_twice_at_once_is_kept_once(store: Store, make_tiny_city: MakeCity):
    cities = [replace(make_tiny_city(), title_en=f"Tiny {number}") for number in range(4)]
    at_once(4, lambda place: store.cities.publish(cities[place]))
    (summary,) = store.cities.summaries()
    newest, *older = store.cities.history("tiny")
    assert summary["release"] == newest["release"]
    assert len(older) == 3


@BOTH
def test_a_placement_is_read_back_as_it_was_written_and_kept_once(store: Store, tiny: City):
    answer = place(tiny, depots=1, within_minutes=10.0, model="p-median")
    for _ in range(2):
        store.placements.write(answer)
    assert store.placements.result(answer.placement) == answer.model_dump(
        mode="json", by_alias=True
    )
    assert [item["placement"] for item in store.placements.summaries()] == [answer.placement]


@BOTH
@pytest.mark.parametrize("name", ["a" * 300, "沙盘", "a\x00b"])
def test_no_name_makes_a_look_up_fail(store: Store, name: str):
    for read in (store.cities.summary, store.placements.result, store.runs.result):
        with pytest.raises((NotFoundError, InputError)):
            read(name)
    assert not store.runs.has(name)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "home").write_text("")
    with pytest.raises(InputError, match="SHAPAN_HOME"):
        open_store(Settings(home=tmp_path / "home"))


@BOTH
def test_a_city_is_found_by_its_name(store: Store, tiny: City):
    summary = store.cities.summary("tiny")
    assert summary["release"] == tiny.release
    assert summary["residents"] == 12
    assert summary["synthetic"]
    west, south, east, north = summary["bbox"]
    assert west < summary["centre"][0] < east
    assert south < summary["centre"][1] < north
    assert store.cities.load("tiny").release == tiny.release


@BOTH
def test_a_name_moves_to_the_newer_release_and_remembers_the_older(
    store: Store, tiny: City, make_tiny_city: MakeCity
):
    second = store.cities.publish(replace(make_tiny_city(), title_en="Tiny again"))
    assert second.release != tiny.release
    assert [past["release"] for past in store.cities.history("tiny")] == [
        second.release,
        tiny.release,
    ]
    assert store.cities.summary("tiny")["release"] == second.release
    assert store.cities.release(tiny.release).title_en == "Tiny"


@BOTH
def test_an_unknown_city_is_named_together_with_the_known_ones(store: Store, tiny: City):
    with pytest.raises(NotFoundError, match=f"there are {tiny.name}") as caught:
        store.cities.load("atlantis")
    assert caught.value.field == "city"


@BOTH
def test_a_run_is_read_back_as_it_was_written(store: Store, tiny: City):
    run = make_run(tiny)
    store.runs.write(run)
    assert store.runs.result(run.id) == run.result
    assert store.runs.events(run.id) == run.events
    frames = store.runs.frames(run.id)
    assert isinstance(frames.grid_quality, np.memmap)
    np.testing.assert_array_equal(frames.grid_quality, run.frames.grid_quality)
    np.testing.assert_array_equal(frames.trips.kind, run.frames.trips.kind)
    assert frames.trips.people_per_trip == run.frames.trips.people_per_trip
    assert store.runs.find(run.id[:6]) == store.runs.find("latest") == run.id


@BOTH
def test_writing_a_run_twice_lists_it_once(store: Store, tiny: City):
    run = make_run(tiny)
    store.runs.write(run)
    store.runs.write(run)
    assert [summary["run"] for summary in store.runs.summaries()] == [run.id]


@BOTH
def test_a_whole_folder_without_a_row_is_adopted(store: Store, tiny: City):
    run = make_run(tiny)
    store.runs.write(run)
    with store.engine.begin() as connection:
        connection.execute(tables.runs.delete())
    assert not store.runs.has(run.id)
    assert store.runs.adopt() == 1
    assert store.runs.has(run.id)


@BOTH
@pytest.mark.parametrize("run", ["", "x", "../../etc", "a" * 64, "A" * 64, "\x00"])
def test_an_unknown_run_is_not_found(store: Store, run: str):
    for read in (store.runs.result, store.runs.events, store.runs.frames, store.runs.find):
        with pytest.raises(NotFoundError):
            read(run)
    assert not store.runs.has(run)


def test_the_relief_record_is_read_back_as_it_was_written(store: Store, tiny: City):
    run = make_run(tiny)
    store.runs.write(run)
    relief = store.runs.relief(run.id)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(relief, name), getattr(run.relief, name))
    (store.runs.folder_of(run.id) / "relief" / "needs.parquet").write_bytes(b"no table")
    with pytest.raises(IntegrityError, match=r"needs\.parquet cannot be read"):
        store.runs.relief(run.id)


def test_a_run_with_a_broken_array_is_refused(store: Store, tiny: City):
    run = make_run(tiny)
    store.runs.write(run)
    (store.runs.folder / run.id / "frames" / "road_state.npy").write_bytes(b"")
    with pytest.raises(IntegrityError, match=r"road_state\.npy"):
        store.runs.frames(run.id)


def test_a_folder_that_fails_half_way_is_not_there(tmp_path: Path):
    def fail(folder: Path) -> None:
        (folder / "one").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "run", fail)
    assert list(tmp_path.iterdir()) == []


def test_the_leavings_of_a_dead_process_are_removed_and_those_of_a_live_one_kept(tmp_path: Path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f"run.partial-{ended.pid}").mkdir()
    (tmp_path / f"run.partial-{os.getppid()}").mkdir()
    (tmp_path / "run").mkdir()
    removed = remove_abandoned(tmp_path)
    assert [path.name for path in removed] == [f"run.partial-{ended.pid}"]
    assert (tmp_path / "run").is_dir()
    assert (tmp_path / f"run.partial-{os.getppid()}").is_dir()
