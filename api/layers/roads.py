"""The layer of roads: a quiet net of streets; amber where slow, red where closed."""

import numpy as np

from api.layers.colours import ROAD_CLASSES
from api.layers.definition import FLAT, Dress, Layer
from api.layers.features import Features, kinds
from api.layers.scene import Scene, colour_state, rgba, words
from api.layers.spec import LegendEntry, State, StateValue
from simulation.frames import ROAD_STATES

LANE_M = 3.25
"""Drawn width of a lane [m]; a drawing choice, no input of any model."""
STATE_TITLES = {
    "open": words("通行", "open"),
    "slow": words("缓行", "slow"),
    "closed": words("中断", "closed"),
}
_GROUPS = {
    "motorway": words("快速路", "expressway"),
    "primary": words("主干路", "main road"),
    "secondary": words("次干路", "secondary road"),
    "residential": words("支路", "street"),
    "pedestrian": words("步行", "footway"),
}


def features(scene: Scene, part: str) -> Features:
    """Centre lines with the width of their carriageway."""
    del part  # one geometry serves all
    table = scene.city.roads
    lanes = np.maximum(table["lanes"].to_numpy(np.float32), 1) * LANE_M
    both_ways = np.where(table["oneway"].to_numpy(bool), lanes, 2 * lanes)
    width = np.where(table["drive"].to_numpy(bool), both_ways, 2.0)
    return Features(
        table=table, kind=kinds(table["class"], ROAD_CLASSES), size=width.astype(np.float32)
    )


def _dress(scene: Scene) -> Dress:
    palette = scene.palette
    state = _state(scene) if scene.run else None
    style = {
        "@@type": "PackedPathLayer",
        "id": "roads",
        "data": scene.geometry_href("roads"),
        "pickable": True,
        "widthUnits": "meters",
        "widthScale": 1,
        "widthMinPixels": 0.5,
        "widthMaxPixels": 16,
        "capRounded": True,
        "jointRounded": True,
        "parameters": FLAT,
        "palette": rgba([palette.roads[name] for name in ROAD_CLASSES]),
    }
    if state:
        style["state"] = colour_state(state, [None, *(v.colour for v in state.values[1:])])
        legend = [LegendEntry(colour=v.colour, title=v.title) for v in state.values[1:]]
    else:
        legend = [LegendEntry(colour=palette.roads[k], title=t) for k, t in _GROUPS.items()]
    return Dress(style=[style], legend=legend, state=state)


def _state(scene: Scene) -> State:
    values = [
        StateValue(
            value=i, id=name, title=STATE_TITLES[name], colour=scene.palette.road_states[name]
        )
        for i, name in enumerate(ROAD_STATES)
    ]
    return scene.state("road_state", length=len(scene.city.roads), type_="u8", values=values)


LAYER = Layer(
    id="roads",
    title=words("道路", "Roads"),
    kind="flow",
    order=45,
    visible=True,
    encoding="packed-lines",
    dress=_dress,
    features=features,
)
