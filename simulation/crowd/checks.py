"""Checks what callers give: shapes, whole numbers, ranges; each failure is one line."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError

Ints = NDArray[np.int32]


def whole(values: ArrayLike, name: str) -> Ints:
    """Give a row of whole numbers, 0 or more, as int32."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InputError(f"{name} must be a row of whole numbers", field=name)
    if array.size and (array.min() < 0 or array.max() >= 2**31):
        raise InputError(f"{name} holds {array.min()}, wanted 0 or more", field=name)
    return array.astype(np.int32, copy=False)


def spread(values: ArrayLike, name: str, count: int) -> Ints:
    """Give one whole number per item; a single one serves all."""
    array = np.atleast_1d(np.asarray(values))
    if array.shape not in {(count,), (1,)}:
        raise InputError(
            f"{name} has shape {array.shape}, wanted ({count},) or one number", field=name
        )
    return np.broadcast_to(whole(array, name), (count,))


def rate(values: ArrayLike, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Give rates above 0.001 of the wanted shape."""
    array = np.broadcast_to(np.asarray(values, dtype=np.float64), shape)
    if not ((array > 1e-3) & (array < np.inf)).all():
        raise InputError(
            f"{name} is {array.min()}, wanted more than 0.001; close the link to stop it"
        )
    return array
