"""One typed door to numba, so that the rest of the house need not know its decorators."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba

from gis.compiled import kept_by_content

P = ParamSpec("P")
R = TypeVar("R")

_ALWAYS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
# numba's own switch for code that counts no references: views of rows in a hot loop otherwise cost
# ten times what the loop does (350 against 34 ns an event); such code may not make arrays
_LEAN: Final[dict[str, Any]] = {**_ALWAYS, "_nrt": False}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, keep the machine code on disk, release the interpreter lock."""
    with kept_by_content(Path(function.__code__.co_filename)):
        return cast(Callable[P, R], numba.njit(cache=True, **_ALWAYS)(function))


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """Compile as ``compiled`` does, without reference counts: the function makes no arrays."""
    with kept_by_content(Path(function.__code__.co_filename)):
        return cast(Callable[P, R], numba.njit(cache=True, **_LEAN)(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile into lean callers: a part of a hot loop that deserves a name."""
    return cast(Callable[P, R], numba.njit(forceinline=True, **_LEAN)(function))
