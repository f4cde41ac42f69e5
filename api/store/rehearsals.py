"""Rehearsals on disk: what single runs left for reserve studies, shared between studies.

They can be made again from their key's content, so a lost one costs time and nothing else.
"""

import os
import re
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")
_PARTIAL = ".partial-"


class RehearsalStore:
    """A shelf of ``simulation.studies.hands``: bytes by key, each file whole or not there.

    Args:
        folder: Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The bytes kept under a key, or None."""
        path = self._path(key)
        return path.read_bytes() if path.is_file() else None

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key: written aside, synced and renamed."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}{_PARTIAL}{os.getpid()}")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            message = f"{key[:80]!r} is no key of a rehearsal; it must be 64 hex digits"
            raise ValueError(message)
        return self.folder / key[:2] / f"{key}.npz"
