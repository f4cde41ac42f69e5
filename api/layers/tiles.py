"""Vector tiles of buildings, encoded by numpy (Mapbox Vector Tile 2.1).

A feature belongs to the tile that holds the centre of its bounding box and is never clipped:
every zoom partitions the features exactly, so sums over tiles are sums over the city.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.layers.features import Features, in_degrees
from api.layers.protobuf import field_bytes, varint, varint_lengths, varints
from api.layers.triangles import rings
from gis.errors import InputError

MIN_ZOOM, MAX_ZOOM = 12, 16
EXTENT = 4096
_LATITUDE_LIMIT = 85.0511287798066
"""Where the square of Web Mercator ends [degrees]."""
_MOVE_TO, _CLOSE = 9, 15
_POLYGON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiled:
    """Rings ready to be cut into tiles.

    Attributes:
        xy: Vertices in the unit square of Web Mercator, x east and y *south*, clockwise on
            screen, not closed, float64, shape ``(vertices, 2)``.
        start: First vertex of each ring, int64, shape ``(rings + 1,)``.
        centre: Centre of each ring's bounding box in the unit square, shape ``(rings, 2)``.
        row: Row of each ring's feature, int64, shape ``(rings,)``.
        height: Height [m] rounded to 0.1, float64, shape ``(rings,)``.
        kind: Index into the palette, shape ``(rings,)``.
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    centre: NDArray[np.float64]
    row: NDArray[np.int64]
    height: NDArray[np.float64]
    kind: NDArray[np.uint8]


def tiled(features: Features, crs: str) -> Tiled:
    """Bring rings into the unit square of Web Mercator.

    Args:
        features: Polygons in a metric CRS.
        crs: That CRS.
    """
    ring = rings(in_degrees(features.shapes(), crs))
    vertices = len(ring.xy)
    is_open = np.ones(vertices, dtype=bool)
    is_open[ring.start[1:] - 1] = False  # the closing vertex repeats the first
    xy = mercator(ring.xy)[is_open]
    start = ring.start - np.arange(len(ring.start))
    # counter-clockwise on the ground is counter-clockwise on screen: MVT wants the reverse
    count = np.diff(start)
    backwards = np.repeat(start[:-1] + start[1:] - 1, count) - np.arange(len(xy))
    low = np.minimum.reduceat(xy, start[:-1], axis=0) if len(count) else np.zeros((0, 2))
    high = np.maximum.reduceat(xy, start[:-1], axis=0) if len(count) else np.zeros((0, 2))
    return Tiled(
        xy=xy[backwards],
        start=start,
        centre=(low + high) / 2,
        row=ring.row,
        height=np.asarray(np.round(features.size[ring.row].astype(np.float64), 1), np.float64),
        kind=features.kind[ring.row],
    )


def mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude as the unit square of Web Mercator, x east, y south.

    >>> mercator(np.array([[0.0, 0.0], [180.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.5]]
    """
    latitude = np.radians(np.clip(degrees[:, 1], -_LATITUDE_LIMIT, _LATITUDE_LIMIT))
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)
    return np.column_stack([degrees[:, 0] / 360 + 0.5, y])


def check_address(zoom: int, x: int, y: int) -> None:
    """Refuse tiles that cannot exist.

    Raises:
        InputError: The zoom is not served, or the tile lies outside the world.
    """
    if not MIN_ZOOM <= zoom <= MAX_ZOOM:
        raise InputError(f"z is {zoom}; wanted {MIN_ZOOM} to {MAX_ZOOM}", field="z")
    side = 2**zoom
    for name, value in (("x", x), ("y", y)):
        if not 0 <= value < side:
            raise InputError(f"{name} is {value}; wanted 0 to {side - 1} at z {zoom}", field=name)


def tile(found: Tiled, name: str, *, zoom: int, x: int, y: int) -> bytes:
    """One tile; empty bytes where no feature has its centre in it.

    Args:
        found: The rings of the layer.
        name: Name of the layer in the tile.
        zoom: Zoom, ``MIN_ZOOM`` to ``MAX_ZOOM``.
        x: Column, from the west.
        y: Row, from the north.

    Raises:
        InputError: There is no such tile.
    """
    check_address(zoom, x, y)
    home = np.floor(found.centre * 2.0**zoom).astype(np.int64)
    chosen = np.flatnonzero((home[:, 0] == x) & (home[:, 1] == y))
    if len(chosen) == 0:
        return b""
    vertices, start = gather(found.start, chosen)
    place = (found.xy[vertices] * 2.0**zoom - np.array([x, y])) * EXTENT
    q, start = tidy(np.rint(place).astype(np.int64), start)
    heights, height_at = np.unique(found.height[chosen], return_inverse=True)
    kinds, kind_at = np.unique(found.kind[chosen], return_inverse=True)
    tags = np.column_stack([height_at, kind_at + len(heights)])
    features = frame_features(found.row[chosen], tags, commands(q, start))
    values = [b"\x19" + np.float64(h).astype("<f8").tobytes() for h in heights]
    values += [b"\x28" + varint(int(kind)) for kind in kinds]
    parts = [
        b"\x78\x02",
        field_bytes(1, name.encode()),
        features,
        field_bytes(3, b"height"),
        field_bytes(3, b"kind"),
        *(field_bytes(4, value) for value in values),
        b"\x28" + varint(EXTENT),
    ]
    return field_bytes(3, b"".join(parts))


def gather(
    start: NDArray[np.int64], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Vertex numbers of chosen rings, and where each then starts."""
    count = start[chosen + 1] - start[chosen]
    begin = np.concatenate([[0], np.cumsum(count)])
    within = np.arange(begin[-1]) - np.repeat(begin[:-1], count)
    return within + np.repeat(start[chosen], count), begin


def doubled_areas(q: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Twice the signed area of unclosed rings; positive is clockwise on screen (y south)."""
    following = np.arange(len(q)) + 1
    following[start[1:] - 1] = start[:-1]
    cross = q[:, 0] * q[following, 1] - q[following, 0] * q[:, 1]
    return np.asarray(np.add.reduceat(cross, start[:-1]))


def tidy(
    q: NDArray[np.int64], start: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Drop repeated vertices; a ring that rounding has flattened becomes one unit's triangle.

    Args:
        q: Vertices in tile units, shape ``(vertices, 2)``.
        start: First vertex of each ring, shape ``(rings + 1,)``.
    """
    count = np.diff(start)
    ring = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(q)) - start[:-1][ring]
    is_flat = (doubled_areas(q, start) <= 0)[ring]
    corner = np.minimum(place, 2)
    unit = q[start[:-1]][ring] + np.array([[0, 0], [1, 0], [1, 1]])[corner]
    q = np.where(is_flat[:, None], unit, q)
    previous = np.arange(len(q)) - 1
    previous[start[:-1]] = start[1:] - 1
    keep = (q != q[previous]).any(axis=1)
    kept = np.concatenate([[0], np.cumsum(np.bincount(ring[keep], minlength=len(count)))])
    return q[keep], kept


def commands(
    q: NDArray[np.int64], start: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Geometry commands of many rings: one MoveTo, one LineTo, one ClosePath each.

    Args:
        q: Vertices in tile units, shape ``(vertices, 2)``.
        start: First vertex of each ring, shape ``(rings + 1,)``.

    Returns:
        The command integers of all rings, and where each ring's begin.
    """
    count = np.diff(start)
    step = np.diff(q, axis=0, prepend=0)
    step[start[:-1]] = q[start[:-1]]
    zigzag = ((step << 1) ^ (step >> 63)).astype(np.uint64)
    begin = np.concatenate([[0], np.cumsum(2 * count + 3)])
    out = np.empty(begin[-1], np.uint64)
    out[begin[:-1]] = _MOVE_TO
    out[begin[:-1] + 3] = ((count - 1) << 3) | 2
    out[begin[1:] - 1] = _CLOSE
    place = np.arange(len(q)) - np.repeat(start[:-1], count)
    at = np.repeat(begin[:-1], count) + np.where(place == 0, 1, 2 + 2 * place)
    out[at], out[at + 1] = zigzag[:, 0], zigzag[:, 1]
    return out, begin


def frame_features(
    rows: NDArray[np.int64],
    tags: NDArray[np.int64],
    geometry: tuple[NDArray[np.uint64], NDArray[np.int64]],
) -> bytes:
    """Feature messages, all at once: every byte of them belongs to some varint.

    Args:
        rows: Feature ids, shape ``(features,)``.
        tags: Value numbers of height and kind, shape ``(features, 2)``.
        geometry: Commands and where each feature's begin.
    """
    orders, begin = geometry
    count = np.diff(begin)
    geometry_bytes = np.add.reduceat(varint_lengths(orders), begin[:-1])
    tag_bytes = 2 + varint_lengths(tags.astype(np.uint64).ravel()).reshape(-1, 2).sum(axis=1)
    ids = rows.astype(np.uint64)
    inside = (
        1
        + varint_lengths(ids)
        + 2
        + tag_bytes
        + 2
        + 1
        + varint_lengths(geometry_bytes.astype(np.uint64))
        + geometry_bytes
    )
    head = np.stack(
        [
            np.full(len(rows), 0x12),
            inside,
            np.full(len(rows), 0x08),
            ids,
            np.full(len(rows), 0x12),
            tag_bytes,
            np.zeros(len(rows)),
            tags[:, 0],
            np.ones(len(rows)),
            tags[:, 1],
            np.full(len(rows), 0x18),
            np.full(len(rows), _POLYGON),
            np.full(len(rows), 0x22),
            geometry_bytes,
        ],
        axis=1,
    ).astype(np.uint64)
    width = head.shape[1]
    out = np.empty(len(orders) + width * len(rows), np.uint64)
    first = begin[:-1] + width * np.arange(len(rows))
    out[first[:, None] + np.arange(width)] = head
    out[np.arange(len(orders)) + width * (1 + np.repeat(np.arange(len(rows)), count))] = orders
    return varints(out)
