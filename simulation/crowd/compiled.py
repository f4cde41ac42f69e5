"""One typed door to numba, so that the rest of the house need not know its decorators.

Numba keys its disk cache on the stamp of the file a function stands in, not on its callees' files:
after an edit of a callee in another file, touch the file of its caller.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, keep the machine code on disk, release the interpreter lock."""
    decorate = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast(Callable[P, R], decorate(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile into its callers: a part of a hot loop that deserves a name."""
    decorate = numba.njit(nogil=True, error_model="numpy", forceinline=True)
    return cast(Callable[P, R], decorate(function))
