"""The layer of buildings: masses lit by use and height, darkened or reddened by a run."""

import numpy as np

from api.layers.colours import BUILDING_USES, HEIGHT_STEPS_M
from api.layers.definition import Dress, Layer
from api.layers.features import Features, kinds
from api.layers.palette import building_colours
from api.layers.scene import Scene, colour_state, rgba, words
from api.layers.spec import LegendEntry, State, StateValue
from simulation.frames import BUILDING_STATES

USE_TITLES = {
    "residential": words("住宅", "residential"),
    "commercial": words("商业", "commercial"),
    "office": words("办公", "office"),
    "industrial": words("工业", "industrial"),
    "school": words("学校", "school"),
    "medical": words("医疗", "medical"),
    "public": words("公共", "public"),
    "sports": words("体育", "sports"),
    "transport": words("交通", "transport"),
    "utility": words("市政", "utility"),
    "other": words("其他", "other"),
}
STATE_TITLES = {
    "normal": words("正常", "normal"),
    "dark": words("停电", "without power"),
    "wet": words("进水", "water at the door"),
    "flooded": words("受淹", "flooded"),
    "isolated": words("孤岛", "cut off"),
}


def features(scene: Scene, part: str) -> Features:
    """Footprints with their height; the kind is use x height class."""
    del part  # one geometry serves all
    table = scene.city.buildings
    height = table["height_m"].to_numpy(np.float32)
    storey = np.searchsorted(np.array(HEIGHT_STEPS_M, np.float32), height, side="right")
    use = kinds(table["use"], BUILDING_USES).astype(np.int64)
    kind = use * (len(HEIGHT_STEPS_M) + 1) + storey
    return Features(table=table, kind=kind.astype(np.uint8), size=height)


def _dress(scene: Scene) -> Dress:
    palette = scene.palette
    state = _state(scene) if scene.run else None
    style = {
        "@@type": "PackedPolygonLayer",
        "id": "buildings",
        "data": scene.geometry_href("buildings"),
        "extruded": True,
        "pickable": True,
        "autoHighlight": True,
        "highlightColor": [*palette.words[:3], 70],
        "elevationScale": 1,
        "material": {
            "ambient": 0.42,
            "diffuse": 0.62,
            "shininess": 28,
            "specularColor": [58, 70, 92],
        },
        "palette": rgba(building_colours(palette)),
    }
    if state:
        style["state"] = colour_state(state, [None, *(v.colour for v in state.values[1:])])
    legend = [
        LegendEntry(colour=value.colour, title=value.title)
        for value in (state.values[1:] if state else [])
    ] or [
        LegendEntry(colour=palette.buildings[use], title=USE_TITLES[use]) for use in BUILDING_USES
    ]
    return Dress(style=[style], legend=legend, state=state)


def _state(scene: Scene) -> State:
    values = [
        StateValue(
            value=i,
            id=name,
            title=STATE_TITLES[name],
            colour=scene.palette.building_states[name],
        )
        for i, name in enumerate(BUILDING_STATES)
    ]
    return scene.state(
        "building_state", length=len(scene.city.buildings), type_="u8", values=values
    )


LAYER = Layer(
    id="buildings",
    title=words("建筑", "Buildings"),
    kind="buildings",
    order=50,
    visible=True,
    encoding="packed-polygons",
    dress=_dress,
    features=features,
    has_tiles=True,
)
