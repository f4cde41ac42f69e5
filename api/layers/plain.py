"""Plain values: what JSON can hold, from what tables hold; pydeck garbles the rest silently."""

import datetime as dt
import decimal
import math
from typing import Any

import numpy as np
import pandas as pd


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is recursive
    """The same value made of dict, list, str, bool, int, float and None.

    Missing values (nan, inf, ``pd.NA``, ``NaT``) become None; times become ISO 8601.

    Raises:
        TypeError: A value that has no plain form, such as a set or bytes.

    >>> plain({"a": np.float32(1.5), "b": np.array([1, 2]), "c": float("nan")})
    {'a': 1.5, 'b': [1, 2], 'c': None}
    """
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    return _plain_scalar(value.item() if isinstance(value, np.generic) else value)


def _plain_scalar(value: object) -> str | bool | int | float | None:
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"not layer data: {value!r}; give numbers, text, lists or times")
