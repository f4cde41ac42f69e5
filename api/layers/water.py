"""The layer of standing and running water in peacetime."""

import numpy as np

from api.layers.colours import WATER_KINDS
from api.layers.definition import FLAT, Dress, Layer
from api.layers.features import Features, kinds
from api.layers.scene import Scene, rgba, words
from api.layers.spec import LegendEntry

TITLES = {
    "river": words("河流", "river"),
    "canal": words("运河", "canal"),
    "lake": words("湖泊", "lake"),
    "reservoir": words("水库", "reservoir"),
    "sea": words("海域", "sea"),
    "wetland": words("湿地", "wetland"),
}


def features(scene: Scene, part: str) -> Features:
    """Water surfaces."""
    del part  # one geometry serves all
    table = scene.city.water
    kind = kinds(table["kind"], WATER_KINDS)
    return Features(table=table, kind=kind, size=np.zeros(len(table), np.float32))


def _dress(scene: Scene) -> Dress:
    colours = scene.palette.water
    style = {
        "@@type": "PackedPolygonLayer",
        "id": "water",
        "data": scene.geometry_href("water"),
        "extruded": False,
        "parameters": FLAT,
        "palette": rgba([colours[name] for name in WATER_KINDS]),
    }
    present = [k for k in WATER_KINDS if (scene.city.water["kind"] == k).any()]
    return Dress(
        style=[style],
        legend=[LegendEntry(colour=colours[k], title=TITLES[k]) for k in present],
    )


LAYER = Layer(
    id="water",
    title=words("水系", "Water"),
    kind="base",
    order=39,
    visible=True,
    encoding="packed-polygons",
    dress=_dress,
    features=features,
)
