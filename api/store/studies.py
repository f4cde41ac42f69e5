"""Reserve studies on disk: the answer, what its plans are computed from, and moved plans."""

import hashlib
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError as DuplicateRowError

from api.store import tables
from api.store.database import reading
from api.store.folders import remove_abandoned, write_whole
from api.store.prefixes import the_only
from gis.errors import IntegrityError, NotFoundError
from simulation.record import canonical
from simulation.studies.result import FrontPoint, MovedPlan, StudyResult

_ID = re.compile(r"[0-9a-f]{64}")
_MOVED = re.compile(r"[0-9a-f]{16}")
_ANSWER = "study.json"


class StudyStore:
    """Studies by id. A study is listed only when its folder is whole.

    Args:
        engine: The control plane.
        folder: Where the studies lie.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self.folder = folder

    def write(self, result: StudyResult, files: Mapping[str, bytes]) -> None:
        """Keep a study; one that is kept already is left as it is.

        Args:
            result: What the study concludes.
            files: What its plans are computed from, by file name, such as ``instance.npz``.
        """
        remove_abandoned(self.folder)

        def fill(partial: Path) -> None:
            for name, content in sorted(files.items()):
                (partial / name).write_bytes(content)
            (partial / _ANSWER).write_text(result.model_dump_json(), encoding="utf-8")

        write_whole(self.folder / result.study, fill)
        self._list(result)

    def adopt(self) -> int:
        """List whole folders that no row names: their writer died between rename and commit."""
        remove_abandoned(self.folder)
        known = {row["study"] for row in self.summaries(limit=1_000_000)}
        found = sorted(path.parent.name for path in self.folder.glob(f"*/{_ANSWER}"))
        orphans = [name for name in found if _ID.fullmatch(name) and name not in known]
        for name in orphans:
            self._list(self.result(name))
        return len(orphans)

    def has(self, study: str) -> bool:
        """Whether the study is kept."""
        return bool(_ID.fullmatch(study)) and (self.folder / study / _ANSWER).is_file()

    def find(self, prefix: str) -> str:
        """The id of the only study that starts with ``prefix``; ``latest`` is the newest.

        Raises:
            NotFoundError: No study, or more than one, starts with it.
        """
        ids = [str(row["study"]) for row in self.summaries(limit=100_000)]
        return the_only(
            ids, prefix, noun="study", listed=f"`GET /api/studies` lists the {len(ids)} there are"
        )

    def result(self, study: str) -> StudyResult:
        """What a study concludes.

        Raises:
            NotFoundError: No such study.
            IntegrityError: Its answer is not of this version.
        """
        path = self._folder_of(study) / _ANSWER
        try:
            return StudyResult.model_validate_json(path.read_bytes())
        except ValueError as error:
            raise IntegrityError(
                f"{path} is no answer of this version; remove the folder and ask again",
                field="study",
            ) from error

    def file(self, study: str, name: str) -> bytes:
        """One of the files that the study was kept with.

        Raises:
            NotFoundError: No such study or file.
        """
        path = self._folder_of(study) / name
        if Path(name).name != name or not path.is_file():
            raise NotFoundError(f"study {study[:12]} has no file {name[:80]!r}", field="study")
        return path.read_bytes()

    def summaries(self, *, city: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """Studies, newest first: ``study, id, title, city, release, synthetic, points, created``.

        Args:
            city: Only studies of the city of this name.
            limit: At most so many.
        """
        table = tables.studies
        statement = select(table.c.summary).order_by(table.c.created.desc(), table.c.study)
        if city is not None:
            statement = statement.where(table.c.city == city)
        with reading(self._engine).connect() as connection:
            return list(connection.execute(statement.limit(limit)).scalars())

    def write_plan(self, moved: MovedPlan) -> str:
        """Keep a moved plan and give its id: the hash of its study, point and moves.

        One that is replayed is not replaced by one that is not.
        """
        moves = [move.model_dump() for move in moved.moves]
        asked = {"study": moved.study, "point": moved.point, "moves": moves}
        name = hashlib.sha256(canonical(asked)).hexdigest()[:16]
        folder = self._folder_of(moved.study) / "plans"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.json"
        if path.is_file() and not moved.is_replayed and self.moved(moved.study, name).is_replayed:
            return name
        partial = folder / f"{name}.partial-{os.getpid()}"
        partial.write_text(moved.model_dump_json(), encoding="utf-8")
        partial.replace(path)
        return name

    def moved(self, study: str, plan: str) -> MovedPlan:
        """A moved plan.

        Raises:
            NotFoundError: No such study or plan.
        """
        path = self._folder_of(study) / "plans" / f"{plan}.json"
        if not _MOVED.fullmatch(plan) or not path.is_file():
            raise NotFoundError(f"study {study[:12]} has no plan {plan[:80]!r}", field="plan")
        return MovedPlan.model_validate_json(path.read_bytes())

    def plan(self, study: str, plan: str) -> FrontPoint:
        """A point of a study's front by its number, or a moved plan by its id.

        Raises:
            NotFoundError: No such study, point or plan.
        """
        if not (plan.isascii() and plan.isdigit() and len(plan) <= 4):
            return self.moved(study, plan).plan
        points = {str(point.point): point for point in self.result(study).points}
        if plan not in points:
            raise NotFoundError(
                f"study {study[:12]} has no point {plan}; it has {', '.join(points)}", field="plan"
            )
        return points[plan]

    def _folder_of(self, study: str) -> Path:
        if not self.has(study):
            raise NotFoundError(f"no study has the id {study[:80]!r}", field="study")
        return self.folder / study

    def _list(self, result: StudyResult) -> None:
        created = time.time()
        summary = {
            "study": result.study,
            "id": result.id,
            "title": result.title.model_dump(),
            "city": result.city,
            "release": result.release,
            "synthetic": result.synthetic,
            "points": len(result.points),
            "created": created,
        }
        row = {name: summary[name] for name in ("study", "city", "release", "created")}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(tables.studies).values(summary=summary, **row))
        except DuplicateRowError:  # listed before; the first row stays
            return
