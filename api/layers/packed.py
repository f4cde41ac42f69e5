"""Packed geometry: shapes as bytes that go to the graphics card without parsing.

The layout stands in ``docs/reference/formats.md``: little endian, an origin in degrees, offsets
from it as float32. The offset error is 1 cm at 0.1 degrees from the origin and 8 cm at 0.2.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from api.layers.features import Features, in_degrees
from api.layers.triangles import Rings, rings, triangles
from gis.errors import FileFormatError

VERSION = 1
_HEADER = struct.Struct("<4I2d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What packed bytes hold, one field per column of the format.

    Attributes:
        origin: Longitude and latitude [degrees] that ``xy`` is relative to.
        xy: Offsets [degrees], float32, shape ``(vertices, 2)``.
        start: First vertex of each feature, uint32, shape ``(features + 1,)``.
        size: Height or width [m], float32, shape ``(features,)``.
        indices: Corners of triangles, uint32, shape ``(3 * triangles,)``; empty for lines.
        row: Row in the layer's table, uint32, shape ``(features,)``.
        kind: Index into the palette, uint8, shape ``(features,)``.
    """

    origin: tuple[float, float]
    xy: NDArray[np.float32]
    start: NDArray[np.uint32]
    size: NDArray[np.float32]
    indices: NDArray[np.uint32]
    row: NDArray[np.uint32]
    kind: NDArray[np.uint8]


def pack_polygons(features: Features, crs: str) -> bytes:
    """Pack polygons as ``packed-polygons``.

    Args:
        features: Rows with polygons or multipolygons in a metric CRS.
        crs: That CRS.
    """
    ring = rings(in_degrees(features.shapes(), crs))
    return to_bytes(_pack(ring, features, indices=triangles(ring)), lines=False)


def pack_lines(features: Features, crs: str) -> bytes:
    """Pack lines as ``packed-lines``; a line of several parts is several features of one row."""
    parts, row = shapely.get_parts(in_degrees(features.shapes(), crs), return_index=True)
    keep = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    xy, line = shapely.get_coordinates(parts[keep], return_index=True)
    start = np.searchsorted(line, np.arange(int(keep.sum()) + 1)).astype(np.int64)
    path = Rings(xy=xy, start=start, row=row[keep].astype(np.int64))
    return to_bytes(_pack(path, features, indices=np.zeros(0, np.uint32)), lines=True)


def _pack(path: Rings, features: Features, *, indices: NDArray[np.uint32]) -> Packed:
    origin = middle(path.xy)
    return Packed(
        origin=origin,
        xy=(path.xy - np.array(origin)).astype(np.float32),
        start=path.start.astype(np.uint32),
        size=features.size[path.row].astype(np.float32),
        indices=indices,
        row=path.row.astype(np.uint32),
        kind=features.kind[path.row],
    )


def middle(xy: NDArray[np.float64]) -> tuple[float, float]:
    """Middle of the extent of points; the origin itself for no points."""
    if len(xy) == 0:
        return (0.0, 0.0)
    lon, lat = ((xy.min(axis=0) + xy.max(axis=0)) / 2).tolist()
    return (lon, lat)


def to_bytes(packed: Packed, *, lines: bool) -> bytes:
    """Write the columns in the order of the format."""
    header = _HEADER.pack(
        len(packed.row), len(packed.xy), len(packed.indices), VERSION, *packed.origin
    )
    columns: list[NDArray[Any]] = [
        packed.xy.astype("<f4"),
        packed.start.astype("<u4"),
        packed.size.astype("<f4"),
    ]
    if not lines:
        columns.append(packed.indices.astype("<u4"))
    columns += [packed.row.astype("<u4"), packed.kind.astype("u1")]
    return b"".join([header, *(column.tobytes() for column in columns)])


def from_bytes(content: bytes, *, lines: bool) -> Packed:
    """Read packed polygons or lines back.

    Raises:
        FileFormatError: The bytes are shorter or longer than their header says, or of another
            version.
    """
    if len(content) < _HEADER.size:
        raise FileFormatError(f"found {len(content)} bytes, wanted a header of {_HEADER.size}")
    features, vertices, corners, version, lon, lat = _HEADER.unpack_from(content)
    wanted = _HEADER.size + 8 * vertices + 4 * (features + 1) + 4 * corners + 9 * features
    if version != VERSION or len(content) != wanted:
        raise FileFormatError(
            f"found version {version} and {len(content)} bytes, wanted version {VERSION} and "
            f"{wanted} bytes; make the geometry again"
        )
    reader = _Reader(content)
    return Packed(
        origin=(lon, lat),
        xy=reader.take("<f4", 2 * vertices).reshape(-1, 2),
        start=reader.take("<u4", features + 1),
        size=reader.take("<f4", features),
        indices=reader.take("<u4", 0 if lines else corners),
        row=reader.take("<u4", features),
        kind=reader.take("u1", features),
    )


class _Reader:
    """Takes columns off the front of packed bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = _HEADER.size

    def take(self, dtype: str, count: int) -> NDArray[Any]:
        column = np.frombuffer(self._content, dtype, count, self._at)
        self._at += column.nbytes
        return column
