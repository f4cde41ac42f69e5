"""The layer of flood water: depth on the raster of the ground, step by step."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from api.layers.colours import Palette
from api.layers.definition import FLAT, Dress, Layer
from api.layers.palette import flood_colours
from api.layers.scene import RunView, Scene, colour_state, words
from api.layers.spec import LegendEntry, State, StateValue
from api.layers.terrain import corners
from twin.terrain import Terrain

UNIT_M = 0.02
"""Depth of one unit [m]; 255 means 5.1 m or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of the terrain raster that is ever wet.

    Attributes:
        top: First row.
        left: First column.
        rows: Number of rows; 0 when it stays dry.
        columns: Number of columns.
        place: Place of each flood cell in the window, int64, shape ``(cells,)``.
    """

    top: int
    left: int
    rows: int
    columns: int
    place: NDArray[np.int64]

    def spread(self, depth: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Depths of the wet cells laid out on the window.

        Args:
            depth: Depth units, shape ``(steps, cells)``.

        Returns:
            Shape ``(steps, rows, columns)``, first row in the north.
        """
        out = np.zeros((len(depth), self.rows * self.columns), np.uint8)
        out[:, self.place] = depth
        return out.reshape(len(depth), self.rows, self.columns)


def window(terrain: Terrain, cells: NDArray[np.int32]) -> Window:
    """The smallest window of the raster that holds the cells (flat indices)."""
    columns = terrain.elevation_m.shape[1]
    row, column = np.divmod(np.asarray(cells, dtype=np.int64), columns)
    if len(row) == 0:
        return Window(top=0, left=0, rows=0, columns=0, place=row)
    top, left = int(row.min()), int(column.min())
    height, width = int(row.max()) - top + 1, int(column.max()) - left + 1
    place = (row - top) * width + (column - left)
    return Window(top=top, left=left, rows=height, columns=width, place=place)


def run_window(scene: Scene) -> Window:
    """The flood window of the scene's run."""
    return window(scene.city.terrain, scene.the_run().frame("flood_cell"))


def depth_at(run: RunView, terrain: Terrain, step: int) -> NDArray[np.uint8]:
    """Depth units on the window at one step, shape ``(rows, columns)``."""
    here = window(terrain, run.frame("flood_cell"))
    depth: NDArray[np.uint8] = here.spread(run.frame("flood_depth")[step : step + 1])[0]
    return depth


def picture(depth: NDArray[np.uint8], palette: Palette) -> bytes:
    """Water of one step as PNG.

    Args:
        depth: Depth units, shape ``(rows, columns)``.
        palette: Colours.
    """
    colours = np.asarray(flood_colours(palette), np.uint8)
    shape = depth if depth.size else np.zeros((1, 1), np.uint8)
    out = io.BytesIO()
    Image.fromarray(colours[shape], "RGBA").save(out, "PNG", compress_level=6)
    return out.getvalue()


def wettest_step(run: RunView) -> int:
    """The step with the most water; 0 in a dry run."""
    depth = run.frame("flood_depth")
    if depth.size == 0:
        return 0
    return int(np.argmax(depth.sum(axis=1, dtype=np.int64)))


def _state(scene: Scene, here: Window) -> State:
    colours = flood_colours(scene.palette)
    values = [
        StateValue(
            value=v,
            id=f"{v}",
            title=words(f"{v * UNIT_M:g} 米", f"{v * UNIT_M:g} m"),
            colour=colours[v],
        )
        for v in (5, 25, 75, 150)
    ]
    return scene.state("flood", length=here.rows * here.columns, type_="u8", values=values)


def _dress(scene: Scene) -> Dress:
    here = run_window(scene)
    state = _state(scene, here)
    bounds = (here.top, here.top + here.rows, here.left, here.left + here.columns)
    style = {
        "@@type": "RasterStateLayer",
        "id": "flood",
        "rows": here.rows,
        "columns": here.columns,
        "bounds": corners(scene.city.terrain, scene.city.crs, window=bounds),
        "smooth": True,
        "opacity": 1,
        "parameters": FLAT,
        "state": colour_state(state, [*flood_colours(scene.palette)]),
    }
    legend = [
        LegendEntry(colour=(*value.colour[:3], 255), title=value.title, unit="m")
        for value in state.values
    ]
    return Dress(style=[style], legend=legend, state=state)


LAYER = Layer(
    id="flood",
    title=words("洪水", "Flood water"),
    kind="hazard",
    order=40,
    visible=True,
    encoding="raster",
    dress=_dress,
    leaf="image.png",
    is_of_run=True,
)
