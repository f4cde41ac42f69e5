"""Shapes of buildings: plans drawn in a unit square, placed by the thousand."""

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.lattice import Points

PLANS: dict[str, tuple[tuple[float, float], ...]] = {
    "bar": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "l": ((-0.5, -0.5), (0.5, -0.5), (0.5, -0.08), (-0.1, -0.08), (-0.1, 0.5), (-0.5, 0.5)),
    "u": (
        (-0.5, -0.5),
        (0.5, -0.5),
        (0.5, 0.5),
        (0.2, 0.5),
        (0.2, -0.15),
        (-0.2, -0.15),
        (-0.2, 0.5),
        (-0.5, 0.5),
    ),
    "t": (
        (-0.5, -0.5),
        (0.5, -0.5),
        (0.5, -0.05),
        (0.2, -0.05),
        (0.2, 0.5),
        (-0.2, 0.5),
        (-0.2, -0.05),
        (-0.5, -0.05),
    ),
    "plus": (
        (-0.24, -0.5),
        (0.24, -0.5),
        (0.24, -0.3),
        (0.5, -0.3),
        (0.5, 0.22),
        (0.3, 0.22),
        (0.3, 0.5),
        (-0.3, 0.5),
        (-0.3, 0.22),
        (-0.5, 0.22),
        (-0.5, -0.3),
        (-0.24, -0.3),
    ),
    "slab": (
        (-0.5, -0.5),
        (-0.2, -0.5),
        (-0.2, -0.38),
        (-0.12, -0.38),
        (-0.12, -0.5),
        (0.12, -0.5),
        (0.12, -0.38),
        (0.2, -0.38),
        (0.2, -0.5),
        (0.5, -0.5),
        (0.5, 0.38),
        (0.36, 0.5),
        (0.04, 0.5),
        (0.0, 0.38),
        (-0.04, 0.5),
        (-0.36, 0.5),
        (-0.5, 0.38),
    ),
    "e": (
        (-0.5, -0.5),
        (0.5, -0.5),
        (0.5, -0.22),
        (-0.28, -0.22),
        (-0.28, -0.1),
        (0.4, -0.1),
        (0.4, 0.16),
        (-0.28, 0.16),
        (-0.28, 0.28),
        (0.5, 0.28),
        (0.5, 0.5),
        (-0.5, 0.5),
    ),
    "h": (
        (-0.5, -0.5),
        (-0.2, -0.5),
        (-0.2, -0.14),
        (0.2, -0.14),
        (0.2, -0.5),
        (0.5, -0.5),
        (0.5, 0.5),
        (0.2, 0.5),
        (0.2, 0.14),
        (-0.2, 0.14),
        (-0.2, 0.5),
        (-0.5, 0.5),
    ),
    "octagon": (
        (-0.28, -0.5),
        (0.28, -0.5),
        (0.5, -0.28),
        (0.5, 0.28),
        (0.28, 0.5),
        (-0.28, 0.5),
        (-0.5, 0.28),
        (-0.5, -0.28),
    ),
    "round": tuple(
        (0.5 * float(np.cos(t)), 0.5 * float(np.sin(t)))
        for t in np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ),
}
COURT: tuple[tuple[float, float], ...] = ((-0.2, -0.18), (-0.2, 0.2), (0.2, 0.2), (0.2, -0.18))
"""Hole of the plan ``court``, whose outline is ``bar``."""


def draw(plan: NDArray[np.str_], box: Points, flip: NDArray[np.int64]) -> NDArray[np.object_]:
    """Draw footprints.

    Args:
        plan: Name of the plan of each building, shape ``(buildings,)``.
        box: Easting and northing of the centre [m], width and depth [m] and angle [rad], shape
            ``(buildings, 5)``.
        flip: Bit 1 mirrors the plan east to west, bit 2 north to south.

    Returns:
        Polygons, shape ``(buildings,)``.
    """
    shapes = np.empty(len(plan), dtype=object)
    for kind in np.unique(plan):
        here = np.flatnonzero(plan == kind)
        outline = PLANS["bar" if kind == "court" else str(kind)]
        rings = shapely.linearrings(_place(outline, box[here], flip[here]))
        holes = None
        if kind == "court":
            holes = np.asarray(shapely.linearrings(_place(COURT, box[here], flip[here])))[:, None]
        shapes[here] = shapely.polygons(rings, holes=holes)
    return np.asarray(shapely.orient_polygons(shapes, exterior_cw=False))


def boxes(box: Points) -> NDArray[np.object_]:
    """The rectangles in which the plans are drawn."""
    corner = _place(PLANS["bar"], box, np.zeros(len(box), dtype=np.int64))
    return np.asarray(shapely.polygons(corner))


def _place(
    outline: tuple[tuple[float, float], ...], box: Points, flip: NDArray[np.int64]
) -> Points:
    unit = np.asarray((*outline, outline[0]))
    x = unit[:, 0] * (box[:, 2] * np.where(flip & 1, -1, 1))[:, None]
    y = unit[:, 1] * (box[:, 3] * np.where(flip & 2, -1, 1))[:, None]
    cos, sin = np.cos(box[:, 4])[:, None], np.sin(box[:, 4])[:, None]
    return np.stack(
        [box[:, 0][:, None] + x * cos - y * sin, box[:, 1][:, None] + x * sin + y * cos], axis=-1
    )
