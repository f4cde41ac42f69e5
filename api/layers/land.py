"""The layer of open land: parks, woods, fields and squares."""

import numpy as np

from api.layers.colours import LAND_KINDS
from api.layers.definition import FLAT, Dress, Layer
from api.layers.features import Features, kinds
from api.layers.scene import Scene, rgba, words
from api.layers.spec import LegendEntry

TITLES = {
    "park": words("公园", "park"),
    "forest": words("林地", "wood"),
    "field": words("农田", "field"),
    "square": words("广场", "square"),
    "sports": words("体育场地", "sports ground"),
    "cemetery": words("公墓", "cemetery"),
}


def features(scene: Scene, part: str) -> Features:
    """Open land."""
    del part  # one geometry serves all
    table = scene.city.land
    kind = kinds(table["kind"], LAND_KINDS)
    return Features(table=table, kind=kind, size=np.zeros(len(table), np.float32))


def _dress(scene: Scene) -> Dress:
    colours = scene.palette.land
    style = {
        "@@type": "PackedPolygonLayer",
        "id": "land",
        "data": scene.geometry_href("land"),
        "extruded": False,
        "parameters": FLAT,
        "palette": rgba([colours[name] for name in LAND_KINDS]),
    }
    present = [k for k in LAND_KINDS if (scene.city.land["kind"] == k).any()]
    return Dress(
        style=[style],
        legend=[LegendEntry(colour=colours[k], title=TITLES[k]) for k in present],
    )


LAYER = Layer(
    id="land",
    title=words("绿地", "Open land"),
    kind="base",
    order=10,
    visible=True,
    encoding="packed-polygons",
    dress=_dress,
    features=features,
)
