"""One typed door to numba for the kernels of this floor.

Numba keys its disk cache on the stamp of the file a function stands in, not on its callees' files:
a kernel therefore keeps its callees in its own file.
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
