"""Bytes that are made once and kept under a name that says all they depend on."""

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")


def kept(folder: Path, name: str, build: Callable[[], bytes]) -> bytes:
    """Bytes from the cache, or built now and put there whole.

    A cache that cannot be written costs time, never the answer.

    Args:
        folder: The cache; made when missing.
        name: Name that changes whenever the bytes would; ``/`` makes sub-folders.
        build: Gives the bytes.
    """
    path = folder / name
    try:
        return path.read_bytes()
    except OSError:
        content = build()
    try:
        _write_whole(path, content)
    except OSError:
        return content
    return content


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.partial-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(partial).replace(path)
    except OSError:
        Path(partial).unlink(missing_ok=True)
        raise


class Shelf:
    """The few values asked for last, kept in memory; safe between threads.

    Args:
        size: How many values stay.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], build: Callable[[], Value]) -> Value:
        """The value of a key, built when it is not on the shelf.

        Args:
            key: Says all that the value depends on.
            build: Gives the value; two threads may build it at once, and one of them wins.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Value = self._kept[key]
                return found
        value = build()
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
