"""Content: the hash of what a table or a raster says, whatever file or library holds it.

Two machines with other versions of Python, pyarrow or PROJ write other bytes for the same city; its
name must not change with them.
"""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray


def hash_table(frame: pd.DataFrame) -> str:
    """Give the sha256 of a table: column names and values in order; shapes as little-endian WKB.

    >>> hash_table(pd.DataFrame({"a": [1]})) == hash_table(pd.DataFrame({"a": [2]}))
    False
    """
    digest = hashlib.sha256()
    for name in frame.columns:
        digest.update(f"{name}\0".encode())
        for part in _bytes(frame[name]):
            digest.update(part)
    return digest.hexdigest()


def hash_cells(cells: NDArray[np.float32]) -> str:
    """Give the sha256 of a raster's cells, row by row."""
    return hashlib.sha256(np.ascontiguousarray(cells, dtype="<f4").tobytes()).hexdigest()


def _bytes(column: pd.Series) -> tuple[bytes, bytes]:
    """The lengths of the values where they vary, else their type, and the values themselves."""
    if isinstance(column, gpd.GeoSeries):
        return _joined(list(shapely.to_wkb(column.to_numpy(), byte_order=1)))
    if column.dtype.kind in "biuf":
        values = column.to_numpy()
        values = values.astype(values.dtype.newbyteorder("<"))
        return values.dtype.str.encode(), values.tobytes()
    return _joined([str(value).encode() for value in column])


def _joined(values: list[bytes]) -> tuple[bytes, bytes]:
    lengths = np.fromiter(map(len, values), dtype="<i8", count=len(values))
    return lengths.tobytes(), b"".join(values)
