"""What Shapan keeps: everything under one folder, so that two of them never meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from api.settings import Settings
from api.store.checkpoints import CheckpointStore
from api.store.cities import CityStore
from api.store.database import connect
from api.store.placements import PlacementStore
from api.store.rehearsals import RehearsalStore
from api.store.runs import RunStore
from api.store.studies import StudyStore
from gis.errors import InputError

if TYPE_CHECKING:  # geometry takes a second to import, and lists need none
    from simulation.studies.result import FrontPoint, StudyResult
    from twin.city import City

__all__ = ["Store", "open_store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The stores of one home folder.

    Attributes:
        settings: What it was opened with.
        engine: The control plane.
        cities: Cities by name, releases by hash.
        runs: Runs by id.
        placements: Placements by id.
        checkpoints: Unfinished runs by id.
        studies: Reserve studies by id.
        rehearsals: Single runs that studies were made of.
    """

    settings: Settings
    engine: Engine
    cities: CityStore
    runs: RunStore
    placements: PlacementStore
    checkpoints: CheckpointStore
    studies: StudyStore
    rehearsals: RehearsalStore

    @property
    def cache(self) -> Path:
        """Folder for what can be made again; need not exist."""
        return self.settings.home / "cache"

    def city(self, name: str) -> "City":
        """The city a name stands for now."""
        return self.cities.load(name)

    def release(self, release: str) -> "City":
        """The city of one release."""
        return self.cities.release(release)

    def run_folder(self, run: str) -> Path:
        """Folder of a whole run: ``result.json``, ``events.jsonl``, ``frames/*.npy``."""
        return self.runs.folder_of(run)

    def placement(self, placement: str) -> Mapping[str, Any]:
        """Answer of a placement, as ``GET /api/placements/{placement}`` gives it."""
        return self.placements.result(placement)

    def study(self, study: str) -> "StudyResult":
        """Answer of a reserve study."""
        return self.studies.result(study)

    def plan(self, study: str, plan: str) -> "FrontPoint":
        """A point of a study's front by its number, or a moved plan by its id."""
        return self.studies.plan(study, plan)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the home folder, making it where there is none.

    Raises:
        InputError: The database address cannot be used.
        IntegrityError: The control plane is damaged or newer than this Shapan.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the folder {settings.home} cannot be made ({error.strerror}); "
            "set SHAPAN_HOME to a folder you may write to",
            field="home",
        ) from error
    engine = connect(settings.database)
    return Store(
        settings=settings,
        engine=engine,
        cities=CityStore(engine, settings.home / "releases"),
        runs=RunStore(engine, settings.home / "runs"),
        placements=PlacementStore(engine),
        checkpoints=CheckpointStore(settings.home / "checkpoints"),
        studies=StudyStore(engine, settings.home / "studies"),
        rehearsals=RehearsalStore(settings.home / "rehearsals"),
    )
