"""Folders that appear whole or not at all.

A folder is written under ``<name>.partial-<pid>``, synced to the disk and renamed. Whoever is
killed half-way leaves a partial folder, which nobody reads and the next writer removes once its
process is gone.
"""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

_PARTIAL = re.compile(r"\.partial-(\d+)$")


def write_whole(folder: Path, fill: Callable[[Path], None]) -> bool:
    """Fill a partial folder and rename it to ``folder``.

    Args:
        folder: Where the finished folder shall stand; its name is the hash of its content.
        fill: Writes the files into the folder it is given.

    Returns:
        False when the folder stood already, and nothing was written.
    """
    if folder.is_dir():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        fill(partial)
        _sync_tree(partial)
        return _rename(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove_abandoned(parent: Path) -> list[Path]:
    """Remove the partial folders of processes that have ended; returns what was removed."""
    removed: list[Path] = []
    if not parent.is_dir():
        return removed
    for path in sorted(parent.iterdir()):
        match = _PARTIAL.search(path.name)
        if match and not is_alive(int(match.group(1))):
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path)
    return removed


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _rename(partial: Path, folder: Path) -> bool:
    try:
        partial.rename(folder)
    except OSError:
        if folder.is_dir():  # another process finished the same content first
            return False
        raise
    _sync(folder.parent)
    return True


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
