"""One typed door to numba for the kernels of this floor, and the folder where machine code is kept.

Numba keys its disk cache on the stamp of the file a function stands in, not on the files of the
functions it calls: after an upgrade, old machine code of a callee would go on running. Here the
folder's name holds a hash of the room's sources, so that other sources mean other machine code. A
kernel therefore calls only compiled functions of its own room.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")
config: Any = numba.config  # numba fills this module when it is imported


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, keep the machine code on disk, release the interpreter lock."""
    decorate = numba.njit(cache=True, nogil=True, error_model="numpy")
    with kept_by_content(Path(function.__code__.co_filename)):
        return cast(Callable[P, R], decorate(function))


@contextmanager
def kept_by_content(source: Path) -> Iterator[None]:
    """Let numba keep what is decorated inside in a folder named by the content of its sources.

    Args:
        source: File of the function; whatever it calls stands in files of the same folder.
    """
    before = config.CACHE_DIR
    base = Path(before) if before else _package(source).parent / "__pycache__"
    config.CACHE_DIR = os.fspath(base / f"compiled-{_digest(source.resolve().parent)}")
    try:
        yield
    finally:
        config.CACHE_DIR = before


def _package(source: Path) -> Path:
    """The topmost package that a file stands in."""
    folder = source.resolve().parent
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder


@cache
def _digest(room: Path) -> str:
    """A hash of every source file of a room."""
    found = hashlib.sha256()
    for path in sorted(room.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]
