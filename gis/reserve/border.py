"""What every array of the reserve model is checked for, once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError, ShapeMismatchError


def accept(
    values: ArrayLike,
    name: str,
    shape: tuple[int, ...],
    *,
    most: float = np.inf,
    is_inf_allowed: bool = False,
) -> NDArray[np.float64]:
    """Accept numbers of 0 or more in one shape; they can no longer be written to.

    Args:
        values: The numbers; a single number is spread over the shape.
        name: What they are, for messages.
        shape: The shape they must have.
        most: Greatest number allowed.
        is_inf_allowed: ``inf`` is a number here.

    Raises:
        ShapeMismatchError: The shape differs.
        InputError: A number is negative, missing (nan), too large or infinite.
    """
    array = np.array(values, dtype=np.float64)
    if array.ndim == 0:
        array = np.full(shape, float(array))
    if array.shape != shape:
        raise ShapeMismatchError(f"{name} is {array.shape}; give {shape}", field=name)
    allowed = (array >= 0) & (array <= most)
    if not is_inf_allowed:
        allowed &= np.isfinite(array)
    if not allowed.all():
        place = tuple(int(number) for number in np.argwhere(~allowed)[0])
        limit = f"0 to {most:g}" if np.isfinite(most) else "0 or more"
        tail = ", or inf for none" if is_inf_allowed else ", and finite"
        raise InputError(
            f"{name}[{', '.join(map(str, place))}] is {array[place]:g}; give {limit}{tail}",
            field=name,
        )
    array.setflags(write=False)
    return array


def accept_numbers(
    numbers: ArrayLike, name: str, *, length: int, least: int, most: int
) -> NDArray[np.int64]:
    """Accept whole numbers in a range, shape ``(length,)``.

    Raises:
        ShapeMismatchError: There are more or fewer.
        InputError: One is outside the range.
    """
    array = np.array(numbers, dtype=np.int64)
    if array.shape != (length,):
        raise ShapeMismatchError(f"{name} is {array.shape}; give ({length},)", field=name)
    wrong = np.flatnonzero((array < least) | (array > most))
    if wrong.size:
        raise InputError(
            f"{name}[{wrong[0]}] is {array[wrong[0]]}; give {least} to {most}", field=name
        )
    array.setflags(write=False)
    return array


def zeros_like_items(values: ArrayLike, items: int) -> NDArray[np.float64]:
    """Give the values, or a zero per item where none are given."""
    array = np.asarray(values, dtype=np.float64)
    return array if array.size else np.zeros(items)
