"""The city's grids as a flat drawing in SVG: for print, and where no 3D can be had."""

import numpy as np
import shapely
from markupsafe import Markup

from api.layers.grids import places
from api.layers.scene import Scene
from simulation.run import RunResult

WIDTH = 960
TOLERANCE = 0.6
"""Vertices may move by this much of the drawing's unit."""


def plan(scene: Scene, result: RunResult) -> Markup:
    """Draw grids coloured by band and districts as outlines.

    Args:
        scene: Gives the city and its colours.
        result: Gives the bands.
    """
    grids, districts = places(scene.city, "grid"), places(scene.city, "district")
    west, south, east, north = grids.total_bounds
    scale = WIDTH / max(east - west, 1.0)

    def drawn(shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> list[str]:
        turned = shapely.transform(
            shapes, lambda xy: (xy - np.array([west, north])) * np.array([scale, -scale])
        )
        return [_path(shape) for shape in shapely.simplify(turned, TOLERANCE)]

    bands = [_band(result, code) for code in grids["code"]]
    areas = zip(drawn(np.asarray(grids.geometry.array, dtype=object)), bands, strict=True)
    parts = [Markup("<path class='band-{}' d='{}'/>").format(band, d) for d, band in areas]
    parts += [
        Markup("<path class='district' d='{}'/>").format(d)
        for d in drawn(np.asarray(districts.geometry.array, dtype=object))
    ]
    return Markup('<svg class="plan" viewBox="-4 -4 {} {}" role="img">{}</svg>').format(
        WIDTH + 8, round((north - south) * scale) + 8, Markup("").join(parts)
    )


def _band(result: RunResult, code: str) -> int:
    found = result.resilience.levels.get(code)
    return found.band if found else 0


def _path(shape: shapely.Geometry) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z"
        for ring in rings
    )
