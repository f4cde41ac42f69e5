"""Runs on disk: result, event log and frames in one folder that appears whole or not at all."""

import re
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError as DuplicateRowError

from api.store import tables
from api.store.database import reading
from api.store.folders import remove_abandoned, write_whole
from api.store.prefixes import the_only
from gis.errors import IntegrityError, NotFoundError
from scenarios import loader
from scenarios.drill import Drill
from simulation.frames import Frames, Trips
from simulation.run import Run, RunResult
from simulation.supply.record import TABLES, ReliefRecord

_FRAMES = tuple(field.name for field in fields(Frames) if field.name != "trips")
_TRIPS = tuple(field.name for field in fields(Trips) if field.name != "people_per_trip")

_ID = re.compile(r"[0-9a-f]{64}")


class RunSummary(TypedDict):
    """What a list of runs shows."""

    run: str
    city: str
    release: str
    drill: str
    seed: int
    decisions: dict[str, str]
    events: int
    digest: str
    seconds: float
    synthetic: bool
    ratings: dict[str, str]
    red_lines_broken: int
    resilience: float
    created: float
    parent: NotRequired[str | None]
    forked_at_s: NotRequired[int | None]


class RunStore:
    """Runs by id. A run is listed only when its folder is whole.

    Args:
        engine: The control plane.
        folder: Where the runs lie.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self.folder = folder

    def write(self, run: Run, *, drill: Drill | None = None) -> RunSummary:
        """Keep a run; a run that is kept already is left as it is.

        Args:
            run: The run.
            drill: What was played, so that the run can be forked whatever becomes of the library;
                of a fork, the drill of its first parent.
        """
        remove_abandoned(self.folder)

        def fill(partial: Path) -> None:
            _fill(run, partial)
            if drill is not None:
                (partial / "drill.json").write_text(drill.model_dump_json(by_alias=True))

        write_whole(self.folder / run.id, fill)
        return self._list(self.result(run.id))

    def adopt(self) -> int:
        """List whole folders that no row names: their writer died between rename and commit."""
        remove_abandoned(self.folder)
        known = {summary["run"] for summary in self.summaries()}
        found = sorted(path.parent.name for path in self.folder.glob("*/result.json"))
        orphans = [name for name in found if name not in known and ".partial-" not in name]
        for name in orphans:
            self._list(_read_result(self.folder / name))
        return len(orphans)

    def has(self, run: str) -> bool:
        """Whether the run is kept."""
        if not _ID.fullmatch(run):
            return False
        statement = select(tables.runs.c.run).where(tables.runs.c.run == run)
        with reading(self._engine).connect() as connection:
            listed = connection.execute(statement).scalar() is not None
        return listed and (self.folder / run / "result.json").is_file()

    def summaries(self, *, city: str | None = None, limit: int = 1000) -> list[RunSummary]:
        """Runs, newest first.

        Args:
            city: Only runs on the city of this name.
            limit: At most so many.
        """
        table = tables.runs
        statement = select(table.c.summary).order_by(table.c.created.desc(), table.c.run)
        if city is not None:
            statement = statement.where(table.c.city == city)
        with reading(self._engine).connect() as connection:
            return list(connection.execute(statement.limit(limit)).scalars())

    def find(self, prefix: str) -> str:
        """The id of the only run that starts with ``prefix``; ``latest`` is the newest run.

        Raises:
            NotFoundError: No run, or more than one, starts with it.
        """
        ids = [summary["run"] for summary in self.summaries(limit=100_000)]
        return the_only(
            ids, prefix, noun="run", listed=f"`shapan drill runs` lists the {len(ids)} there are"
        )

    def result(self, run: str) -> RunResult:
        """What a run concludes.

        Raises:
            NotFoundError: No such run.
        """
        return _read_result(self.folder_of(run))

    def folder_of(self, run: str) -> Path:
        """Folder of a whole run.

        Raises:
            NotFoundError: No such run.
        """
        folder = self.folder / run
        if not _ID.fullmatch(run) or not (folder / "result.json").is_file():
            raise NotFoundError(f"no run has the id {run[:80]!r}", field="run")
        return folder

    def drill(self, run: str) -> Drill:
        """The drill of a run, as kept with it or else as the library has it.

        Raises:
            NotFoundError: No such run, or neither has the drill.
        """
        path = self.folder_of(run) / "drill.json"
        if path.is_file():
            return Drill.model_validate_json(path.read_bytes())
        return loader.load(self.result(run).drill)

    def events(self, run: str) -> list[bytes]:
        """The event log, one JSON line each."""
        path = self.folder_of(run) / "events.jsonl"
        return path.read_bytes().splitlines() if path.stat().st_size else []

    def event_items(self, run: str) -> Iterator[dict[str, Any]]:
        """The event log, parsed."""
        return (orjson.loads(line) for line in self.events(run))

    def frames(self, run: str) -> Frames:
        """The run's frames, memory-mapped: only what is looked at is read."""
        folder = self.folder_of(run) / "frames"
        arrays = {name: _open(folder, name) for name in _FRAMES}
        trips = {name: _open(folder, f"trips_{name}") for name in _TRIPS}
        share = float(np.load(folder / "trips_people_per_trip.npy"))
        return Frames(**arrays, trips=Trips(**trips, people_per_trip=share))

    def relief(self, run: str) -> ReliefRecord:
        """What people needed and got by grid, item and hour, and what was lost.

        Raises:
            NotFoundError: No such run.
            IntegrityError: A table of it cannot be read.
        """
        folder = self.folder_of(run) / "relief"
        return ReliefRecord(**{name: _open_table(folder, name) for name in TABLES})

    def _list(self, result: RunResult) -> RunSummary:
        summary = summarise(result, created=time.time())
        columns = ("run", "city", "release", "drill", "seed", "digest", "created")
        row = {name: value for name, value in summary.items() if name in columns}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.runs).values(summary=summary, **row))
        except DuplicateRowError:  # listed before; the first row stays
            return summary
        return summary


def summarise(result: RunResult, *, created: float) -> RunSummary:
    """What a list shows of a run.

    Args:
        result: What the run concludes.
        created: When it was kept [s since 1970].
    """
    return RunSummary(
        run=result.run,
        city=result.city,
        release=result.release,
        drill=result.drill,
        seed=result.seed,
        decisions=result.decisions,
        events=result.events,
        digest=result.digest,
        seconds=result.seconds,
        synthetic=result.synthetic,
        ratings={rating.objective: rating.rating for rating in result.ratings},
        red_lines_broken=sum(line.broken for line in result.red_lines),
        resilience=result.resilience.city,
        created=created,
        parent=result.parent,
        forked_at_s=result.forked_at_s,
    )


def as_json(result: RunResult) -> bytes:
    """A result as JSON with the field names of docs/reference/formats.md."""
    return orjson.dumps(result.model_dump(by_alias=True))


def _fill(run: Run, folder: Path) -> None:
    (folder / "result.json").write_bytes(as_json(run.result))
    (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in run.events))
    frames = folder / "frames"
    frames.mkdir()
    for name in _FRAMES:
        np.save(frames / f"{name}.npy", getattr(run.frames, name))
    for name in _TRIPS:
        np.save(frames / f"trips_{name}.npy", getattr(run.frames.trips, name))
    np.save(frames / "trips_people_per_trip.npy", np.float64(run.frames.trips.people_per_trip))
    relief = folder / "relief"
    relief.mkdir()
    for name in TABLES:
        getattr(run.relief, name).to_parquet(relief / f"{name}.parquet", index=False)


def _open(folder: Path, name: str) -> Any:  # noqa: ANN401 - a dtype per field of Frames
    path = folder / f"{name}.npy"
    try:
        return np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise IntegrityError(
            f"{path} cannot be read ({error}); remove the run's folder and run the drill again",
            field="run",
        ) from error


def _open_table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    try:
        return pd.read_parquet(path).astype(TABLES[name])
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityError(
            f"{path} cannot be read ({error}); remove the run's folder and run the drill again",
            field="run",
        ) from error


def _read_result(folder: Path) -> RunResult:
    path = folder / "result.json"
    try:
        return RunResult.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise IntegrityError(
            f"{path} is no run result of this version; remove the folder and run the drill again",
            field="run",
        ) from error
