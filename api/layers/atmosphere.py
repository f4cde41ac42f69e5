"""What a map needs beside its layers: ground colour, light, bands and the page's colours."""

from typing import Any

from api.layers.grids import BAND_TITLES
from api.layers.palette import PALETTES
from api.layers.scene import words
from api.layers.spec import Theme
from simulation.judgement.measures import BANDS

RATING_TITLES = {
    "P": words("完成", "performed"),
    "S": words("基本完成", "performed with some challenges"),
    "M": words("困难较大", "performed with major challenges"),
    "U": words("未能完成", "unable to be performed"),
}
_LIGHT: dict[Theme, dict[str, Any]] = {
    "dark": {
        "ambient": ([178, 194, 226], 0.9),
        "sun": ([255, 236, 208], 1.5, [0.9, 1.1, -1.6]),
    },
    "light": {
        "ambient": ([255, 255, 255], 1.25),
        "sun": ([255, 248, 232], 1.35, [0.9, 1.1, -2.0]),
    },
}


def atmosphere(theme: Theme) -> dict[str, Any]:
    """Give the scene as ``GET /api/scene`` answers it."""
    palette, light = PALETTES[theme], _LIGHT[theme]
    ambient, sun = light["ambient"], light["sun"]
    effect = {
        "@@type": "LightingEffect",
        "ambient": {"@@type": "AmbientLight", "color": ambient[0], "intensity": ambient[1]},
        "sun": {
            "@@type": "DirectionalLight",
            "color": sun[0],
            "intensity": sun[1],
            "direction": sun[2],
        },
    }
    bounds = (0.0, *BANDS, 100.0)
    bands = [
        {"band": i + 1, "colour": list(colour), "title": title.model_dump()}
        | {"from": bounds[i], "to": bounds[i + 1]}
        for i, (colour, title) in enumerate(zip(palette.bands, BAND_TITLES, strict=True))
    ]
    ratings = {
        name: {"colour": list(palette.ratings[name]), "title": title.model_dump()}
        for name, title in RATING_TITLES.items()
    }
    return {
        "theme": theme,
        "ground": list(palette.ground),
        "effects": [effect],
        "bands": bands,
        "ratings": ratings,
        "curve": {
            "line": list(palette.load),
            "fill": [*palette.load[:3], 46],
            "grid": list(palette.outline["grid"]),
        },
        "css": palette.css,
    }
