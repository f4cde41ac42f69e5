"""What the layers need from the rest of the service: cities, runs, placements, plans, a cache."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from simulation.studies.result import FrontPoint, StudyResult
from twin.city import City


class Library(Protocol):
    """Where layers find what they draw. The app sets one as ``app.state.library``.

    Every method raises ``NotFoundError`` for a name or id that nobody has.
    """

    @property
    def cache(self) -> Path:
        """Folder for what can be made again; need not exist."""

    def city(self, name: str) -> City:
        """The current release of a named city."""

    def release(self, release: str) -> City:
        """The city of one release."""

    def run_folder(self, run: str) -> Path:
        """Folder of a whole run: ``result.json``, ``events.jsonl``, ``frames/*.npy``."""

    def placement(self, placement: str) -> Mapping[str, Any]:
        """Result of a placement, as ``GET /api/placements/{placement}`` answers it."""

    def study(self, study: str) -> StudyResult:
        """Answer of a reserve study."""

    def plan(self, study: str, plan: str) -> FrontPoint:
        """A point of a study's front by its number, or a moved plan by its id."""
