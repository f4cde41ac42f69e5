"""Checkpoints of runs that are not at their end: what was asked for, and how far it got."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from api.store.folders import is_alive
from api.store.prefixes import the_only
from gis.errors import IntegrityError, NotFoundError
from scenarios.change import Change
from scenarios.drill import Drill
from simulation.fork import Branch
from simulation.supply.plan import ReservePlan

_PARTIAL = re.compile(r"\.partial-(\d+)$")


class Departure(BaseModel):
    """One point where a run leaves its parent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_s: int
    change: Change


class Order(BaseModel):
    """All that a run is a function of, but for the engine.

    Attributes:
        release: The city's release.
        drill: The drill of the run, or of a fork's first parent.
        departures: Where a fork leaves its parents.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    release: str
    drill: Drill
    seed: int
    decisions: dict[str, str]
    reserve: ReservePlan | None = None
    departures: tuple[Departure, ...] = ()

    def branches(self) -> list[Branch]:
        """The departures as the engine takes them."""
        return [Branch(at_s=one.at_s, change=one.change) for one in self.departures]

    def content(self) -> dict[str, Any]:
        """The order as JSON data."""
        return self.model_dump(mode="json", by_alias=True)


class CheckpointStore:
    """The newest checkpoint of each unfinished run, replaced whole or not at all.

    Args:
        folder: Where they lie; need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, run: str, content: bytes, order: Order) -> None:
        """Replace a run's checkpoint; its order lets it be resumed by its id alone."""
        if not (self.folder / f"{run}.order.json").is_file():
            self._remove_abandoned()
            self._write(f"{run}.order.json", orjson.dumps(order.content()))
        self._write(f"{run}.checkpoint", content)

    def read(self, run: str) -> bytes | None:
        """A run's newest checkpoint; None where it has none."""
        path = self.folder / f"{run}.checkpoint"
        return path.read_bytes() if path.is_file() else None

    def order(self, run: str) -> Order:
        """What an unfinished run was asked with.

        Raises:
            NotFoundError: Nothing of the run was kept.
            IntegrityError: What was kept cannot be read.
        """
        path = self.folder / f"{run}.order.json"
        if not path.is_file():
            raise NotFoundError(f"run {run[:12]} has no checkpoint; play it from the start")
        try:
            return Order.model_validate_json(path.read_bytes())
        except ValidationError:
            raise IntegrityError(
                f"{path} cannot be read; it is damaged or another version's, play from the start"
            ) from None

    def names(self) -> list[str]:
        """Ids of the runs that have a checkpoint."""
        return sorted(path.stem for path in self.folder.glob("*.checkpoint"))

    def find(self, prefix: str) -> str:
        """The id of the only unfinished run that starts with ``prefix``; ``latest`` is the newest.

        Raises:
            NotFoundError: No run, or more than one, starts with it.
        """
        paths = sorted(self.folder.glob("*.checkpoint"), key=lambda path: -path.stat().st_mtime)
        names = [path.stem for path in paths]
        listed = ", ".join(name[:12] for name in names) or "none"
        return the_only(names, prefix, noun="unfinished run", listed=f"there are {listed}")

    def remove(self, run: str) -> None:
        """Forget a run's checkpoint, as when it is at its end."""
        for name in (f"{run}.checkpoint", f"{run}.order.json"):
            (self.folder / name).unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{name}.partial-{os.getpid()}"
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self.folder / name)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _remove_abandoned(self) -> None:
        for path in self.folder.glob("*.partial-*"):
            match = _PARTIAL.search(path.name)
            if match and not is_alive(int(match.group(1))):
                with suppress(FileNotFoundError):
                    path.unlink()
