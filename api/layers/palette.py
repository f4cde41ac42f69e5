"""Every colour of the map, as tables; the page writes none.

The dark theme is a city at three in the morning: slate ground, masses of stone lit a little by
their use and height, water that glows without shouting. Amber and red are kept for failures alone.
The five resilience bands stay apart for colour-blind readers (a test simulates three kinds).
"""

from collections.abc import Sequence

import numpy as np

from api.layers.colours import BUILDING_USES, Palette
from api.layers.dark import DARK
from api.layers.light import LIGHT
from api.layers.spec import Colour, Theme

_HEIGHT_LIGHT = (0.78, 0.94, 1.14, 1.36)
PALETTES: dict[Theme, Palette] = {"dark": DARK, "light": LIGHT}


def ramp(stops: Sequence[Colour], count: int) -> list[Colour]:
    """Spread colours evenly between stops, ends included.

    >>> ramp([(0, 0, 0, 0), (10, 20, 30, 40)], 3)
    [(0, 0, 0, 0), (5, 10, 15, 20), (10, 20, 30, 40)]
    """
    at = np.linspace(0, len(stops) - 1, count)
    table = np.asarray(stops, dtype=np.float64)
    channels = [np.interp(at, np.arange(len(stops)), table[:, c]) for c in range(4)]
    rows = np.rint(np.stack(channels, axis=1)).astype(int).tolist()
    return [(r, g, b, a) for r, g, b, a in rows]


def building_colours(palette: Palette) -> list[Colour]:
    """Colours of use x height class, uses outermost: higher masses catch more light."""
    dark = palette.name == "dark"
    lights = _HEIGHT_LIGHT if dark else tuple(1 + (light - 1) / 6 for light in _HEIGHT_LIGHT)
    return [
        (min(int(r * light), 255), min(int(g * light), 255), min(int(b * light), 255), a)
        for r, g, b, a in (palette.buildings[use] for use in BUILDING_USES)
        for light in lights
    ]


def flood_colours(palette: Palette) -> list[Colour]:
    """Colour of each depth unit of 2 cm, 256 entries; dry is clear, 1.5 m is already deep."""
    depth = np.arange(256) * 0.02
    place = np.interp(depth, [0.0, 0.1, 0.5, 1.5, 5.1], [0.0, 1.0, 2.0, 3.0, 4.0])
    table = np.asarray(palette.flood, dtype=np.float64)
    rows = np.stack([np.interp(place, np.arange(5), table[:, c]) for c in range(4)], axis=1)
    return [(r, g, b, a) for r, g, b, a in np.rint(rows).astype(int).tolist()]
