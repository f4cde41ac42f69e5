"""Tessellations: an outline cut into blocks by lines, and blocks merged into connected cells.

Cells never overlap and together cover the outline; both laws are tests.
"""

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.errors import InputError, ShapeMismatchError

_SNAP_M = 0.01
_OVERSHOOT_M = 0.5


def blocks(outline: shapely.Polygon, lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Cut an outline along lines into the faces between them.

    Lines may cross anywhere; what leads nowhere (a dead end) cuts nothing. Coordinates are snapped
    to centimetres, so that neighbouring faces share their corners exactly.

    Args:
        outline: The whole, in metres.
        lines: Line strings, shape ``(lines,)``.

    Returns:
        Faces, shape ``(faces,)``, from south to north and west to east.

    Raises:
        InputError: The outline has no area.
    """
    if outline.area <= 0:
        raise InputError("the outline has no area; wanted a polygon in metres")
    shapely.prepare(outline)
    near = lines[shapely.intersects(outline, lines)]
    noded = shapely.union_all([*near, outline.boundary], grid_size=_SNAP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    # lines that leave the outline close faces outside it too
    return ordered(faces[shapely.contains(outline, shapely.point_on_surface(faces))])


def ordered(faces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Faces from south to north in strips of 500 m, west to east within a strip."""
    at = shapely.get_coordinates(shapely.point_on_surface(faces)).reshape(-1, 2)
    return faces[np.lexsort((at[:, 1], at[:, 0], np.floor(at[:, 1] / 500.0)))]


def halving_lines(
    face: shapely.Polygon,
    points: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    most: float,
) -> list[shapely.LineString]:
    """Lines that cut a face until no part weighs more than ``most`` (or holds one point).

    Each cut runs across the longer axis of the points, where half the weight lies on either side.

    Args:
        face: The polygon to cut.
        points: Positions of what weighs [m], shape ``(points, 2)``.
        weight: Weight of each point, shape ``(points,)``.
        most: Largest weight of a part, in the unit of ``weight``.
    """
    lines: list[shapely.LineString] = []
    piles: list[tuple[BaseGeometry, NDArray[np.intp]]] = [(face, np.arange(len(points)))]
    while piles:
        part, pile = piles.pop()
        if weight[pile].sum() <= most or len(pile) < 2:
            continue
        axis, along = _longer_axis(points[pile])
        order = np.argsort(along, kind="stable")
        share = np.cumsum(weight[pile][order])
        cut = int(np.clip(np.searchsorted(share, share[-1] / 2), 1, len(pile) - 1))
        at = (along[order[cut - 1]] + along[order[cut]]) / 2
        below, line = _cut(part, axis, float(at))
        lines += [_overshot(piece) for piece in shapely.get_parts(line) if piece.length > 0]
        piles += [(below, pile[order[:cut]]), (part.difference(below), pile[order[cut:]])]
    return lines


def _longer_axis(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vector of the longer axis and each point's coordinate along it."""
    axis = np.linalg.eigh(np.cov(points.T))[1][:, 1]
    axis = axis if axis[np.argmax(np.abs(axis))] > 0 else -axis
    return axis, points @ axis


def _cut(
    part: BaseGeometry, axis: NDArray[np.float64], at: float
) -> tuple[BaseGeometry, BaseGeometry]:
    """The part where the coordinate along the axis is below ``at``, and the line of the cut."""
    west, south, east, north = part.bounds
    centre = np.array([(west + east) / 2, (south + north) / 2])
    far = (east - west) + (north - south) + abs(at - float(centre @ axis))
    side = np.array([-axis[1], axis[0]])
    middle = centre + axis * (at - float(centre @ axis))
    ends = [middle - far * side, middle + far * side]
    half = shapely.Polygon([*ends, ends[1] - 2 * far * axis, ends[0] - 2 * far * axis])
    return part.intersection(half), part.intersection(shapely.LineString(ends))


def _overshot(line: shapely.LineString) -> shapely.LineString:
    """The line, a little longer, so that it surely meets what it was cut at."""
    ends = shapely.get_coordinates(line)[[0, -1]]
    step = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0])) * _OVERSHOOT_M
    return shapely.LineString([ends[0] - step, ends[1] + step])


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """Which faces share a border.

    Attributes:
        one: Row of one face, shape ``(borders,)``, lower than ``other``.
        other: Row of the other face.
        length_m: Length of the shared border [m].
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    length_m: NDArray[np.float64]


def borders(faces: NDArray[np.object_]) -> Borders:
    """Find shared borders of faces whose corners coincide exactly, as :func:`blocks` makes them.

    Args:
        faces: Polygons, shape ``(faces,)``.
    """
    owner, first, last = _segments(faces)
    flip = (first[:, 0] > last[:, 0]) | ((first[:, 0] == last[:, 0]) & (first[:, 1] > last[:, 1]))
    low, high = np.where(flip[:, None], last, first), np.where(flip[:, None], first, last)
    order = np.lexsort((high[:, 1], high[:, 0], low[:, 1], low[:, 0]))
    key, owner = np.column_stack([low, high])[order], owner[order]
    same = np.flatnonzero((key[1:] == key[:-1]).all(axis=1) & (owner[1:] != owner[:-1]))
    one = np.minimum(owner[same], owner[same + 1])
    other = np.maximum(owner[same], owner[same + 1])
    length = np.hypot(key[same, 2] - key[same, 0], key[same, 3] - key[same, 1])
    return _summed(one, other, length, count=len(faces))


def _segments(
    faces: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Owner, first and last corner of every segment of every ring."""
    polygons, polygon_face = shapely.get_parts(faces, return_index=True)
    rings, ring_polygon = shapely.get_rings(polygons, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero(point_ring[1:] == point_ring[:-1])
    owner = polygon_face[ring_polygon[point_ring[inner]]]
    return np.asarray(owner, dtype=np.int64), points[inner], points[inner + 1]


def _summed(
    one: NDArray[np.int64], other: NDArray[np.int64], length: NDArray[np.float64], *, count: int
) -> Borders:
    pair, row = np.unique(one * count + other, return_inverse=True)
    total = np.bincount(row, weights=length, minlength=len(pair)).astype(np.float64)
    return Borders(one=pair // count, other=pair % count, length_m=total)


def merge(
    weight: NDArray[np.float64], shared: Borders, *, target: float, label: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Merge faces into connected groups of about the target weight.

    The lightest group joins, of the neighbours with its label, the one it shares the longest border
    with while both stay below 1.4 targets, else the lightest; groups of 0.7 targets are left alone.

    Args:
        weight: Weight of each face, such as households, shape ``(faces,)``.
        shared: Borders between the faces.
        target: Weight wanted, in the unit of ``weight``.
        label: Faces of different labels are never merged, shape ``(faces,)``.

    Returns:
        Group of each face, shape ``(faces,)``, numbered from 0 by their lowest face.

    Raises:
        ShapeMismatchError: ``label`` and ``weight`` disagree.
    """
    if weight.shape != label.shape:
        raise ShapeMismatchError(f"weight is {weight.shape}, but label is {label.shape}")
    groups = _Groups(weight, shared, label)
    queue = [(float(w), row) for row, w in enumerate(weight)]
    heapq.heapify(queue)
    while queue:
        heavy, group = heapq.heappop(queue)
        if not groups.is_current(group, heavy):
            continue
        if heavy >= 0.7 * target:
            break
        partner = groups.partner(group, most=1.4 * target)
        if partner is not None:
            kept = groups.join(group, partner)
            heapq.heappush(queue, (groups.weight[kept], kept))
    return groups.numbered()


class _Groups:
    """Groups under way: their weights and the borders between them."""

    def __init__(
        self, weight: NDArray[np.float64], shared: Borders, label: NDArray[np.int64]
    ) -> None:
        self.weight = [float(w) for w in weight]
        self.owner = list(range(len(weight)))
        self.near: list[dict[int, float]] = [{} for _ in self.owner]
        mine = label[shared.one] == label[shared.other]
        rows = zip(shared.one[mine], shared.other[mine], shared.length_m[mine], strict=True)
        for one, other, length in rows:
            self.near[int(one)][int(other)] = float(length)
            self.near[int(other)][int(one)] = float(length)

    def is_current(self, group: int, weight: float) -> bool:
        return self.owner[group] == group and self.weight[group] == weight

    def partner(self, group: int, *, most: float) -> int | None:
        near = self.near[group]
        if not near:
            return None
        room = [h for h in near if self.weight[group] + self.weight[h] <= most]
        if room:
            return max(room, key=lambda h: (near[h], -h))
        return min(near, key=lambda h: (self.weight[h], h))

    def join(self, one: int, other: int) -> int:
        kept, gone = min(one, other), max(one, other)
        self.owner[gone] = kept
        self.weight[kept] += self.weight[gone]
        for third, length in self.near[gone].items():
            del self.near[third][gone]
            if third != kept:
                self.near[kept][third] = self.near[kept].get(third, 0.0) + length
                self.near[third][kept] = self.near[kept][third]
        self.near[gone] = {}
        return kept

    def numbered(self) -> NDArray[np.int64]:
        root = list(self.owner)
        for face in range(len(root)):
            # an owner is always lower than what it owns, so its root is known already
            root[face] = root[self.owner[face]]
        return np.unique(np.array(root, dtype=np.int64), return_inverse=True)[1]


def regroup(shared: Borders, group: NDArray[np.int64]) -> Borders:
    """Borders between groups of faces.

    Args:
        shared: Borders between faces.
        group: Group of each face, shape ``(faces,)``.
    """
    one, other = group[shared.one], group[shared.other]
    apart = one != other
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    return _summed(low, high, shared.length_m[apart], count=int(group.max(initial=0)) + 1)


def unite(faces: NDArray[np.object_], group: NDArray[np.int64]) -> NDArray[np.object_]:
    """The outline of each group of faces, shape ``(groups,)``.

    Args:
        faces: Polygons that do not overlap, shape ``(faces,)``.
        group: Group of each face, numbered from 0 without gaps, shape ``(faces,)``.
    """
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(int(group.max(initial=-1)) + 2))
    members = [faces[order[a:b]] for a, b in pairwise(edges)]
    shapes = np.empty(len(members), dtype=object)
    shapes[:] = [shapely.coverage_union_all(member) for member in members]
    return shapely.normalize(shapes)
