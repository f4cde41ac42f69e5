"""Asks the processor for memory ahead of time; results are the same with and without.

A city's links and agents do not fit in the near caches. Serving a link reads six cache lines that
each tell where the next one is; waiting for each in turn took half of the processor time.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

_TO_READ, _KEEP_NEAR, _DATA = 0, 3, 1
"""What LLVM's prefetch wants to know (LLVM language reference, ``llvm.prefetch``)."""

# numba hands over its own untyped builders; only the function below is called by anyone.


def _type(context: Any, array: Any, row: Any, column: Any) -> Any:  # noqa: ANN401, ARG001 - numba's
    return types.void(array, row, column), _write


def _write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - numba's
    """Write the instruction for one element's address."""
    kind, *numbers = signature.args
    held = context.make_array(kind)(context, builder, arguments[0])
    place = [
        context.cast(builder, given, number, types.intp)
        for given, number in zip(arguments[1:], numbers, strict=True)
    ]
    found = cast(Any, cgutils).get_item_pointer(context, builder, kind, held, place[: kind.ndim])
    line = builder.bitcast(found, ir.IntType(8).as_pointer())
    number = ir.IntType(32)
    shape = ir.FunctionType(ir.VoidType(), [line.type, number, number, number])
    ask = builder.module.declare_intrinsic("llvm.prefetch", [line.type], shape)
    builder.call(ask, [line, number(_TO_READ), number(_KEEP_NEAR), number(_DATA)])
    return context.get_dummy_value()


prefetch = cast(Callable[[NDArray[Any], int, int], None], intrinsic(_type))
"""Ask for the cache line of ``array[row, column]``; of a row of numbers ``column`` is not read.

Both numbers must lie within the array; a negative one does not count from the end.
"""
