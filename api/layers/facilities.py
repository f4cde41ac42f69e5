"""The layer of facilities: posts by kind, and glass columns that fill as people come."""

import re

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from api.layers.colours import FACILITY_KINDS
from api.layers.definition import Dress, Layer
from api.layers.features import Features, in_degrees, kinds
from api.layers.scene import Scene, colour_state, height_state, rgba, words
from api.layers.spec import LegendEntry, State, StateValue

POST_M, POST_RADIUS_M = 24.0, 9.0
COLUMN_RADIUS_M = 22.0
TALLEST_M = 240.0
"""Height drawn for the largest capacity of the city [m]; the others are in proportion."""
STATE_IDS = ("closed", "opening", "open", "failed", "works")
STATE_TITLES = {
    "closed": words("关闭", "closed"),
    "opening": words("转换中", "being converted"),
    "open": words("已开放", "open as shelter"),
    "failed": words("失效", "failed"),
    "works": words("正常运行", "works as in peacetime"),
}
LABELLED = frozenset(
    {"hospital", "sports_hall", "shelter", "depot", "substation", "water_works", "government"}
)
FONTS = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
_SHELTER_ROLE = re.compile(r"(?:^|;)\s*shelter:(\d+)")


def holds(table: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """People or patients that a facility can hold in an emergency [persons], shape ``(rows,)``.

    A shelter role counts by its own figure; hospitals and shelters by their capacity.
    """
    roles = [_SHELTER_ROLE.search(role) for role in table["roles"].astype(str)]
    by_role = np.array([int(found.group(1)) if found else 0 for found in roles], np.int64)
    is_home = table["kind"].isin(["hospital", "shelter"]).to_numpy(bool)
    today = np.where(is_home, table["capacity"].to_numpy(np.int64), 0)
    return np.maximum(by_role, today)


def height_scale(held: NDArray[np.int64]) -> float:
    """Height drawn for one person [m]."""
    return TALLEST_M / max(int(held.max(initial=0)), 1)


def features(scene: Scene, part: str) -> Features:
    """Posts of all facilities, or the columns (``capacity``, ``load``) of those that hold people.

    Columns are empty shapes in the other rows, so a row is the same facility in every part.
    """
    table = scene.city.facilities
    kind = kinds(table["kind"], FACILITY_KINDS)
    points = np.asarray(table.geometry.array, dtype=object)
    if part in ("capacity", "load"):
        held = holds(table)
        around = shapely.buffer(points, COLUMN_RADIUS_M - 3 * (part == "load"), quad_segs=6)
        around[held == 0] = None
        height = held * height_scale(held) * (part == "capacity")
        shown = np.zeros(len(table), np.uint8)
    else:
        around = shapely.buffer(points, POST_RADIUS_M, quad_segs=2)
        height, shown = np.full(len(table), POST_M), kind
    return Features(
        table=table.set_geometry(gpd.GeoSeries(around, index=table.index, crs=table.crs)),
        kind=shown,
        size=height.astype(np.float32),
    )


def _columns(scene: Scene, part: str, colour: tuple[int, int, int, int]) -> dict[str, object]:
    return {
        "@@type": "PackedPolygonLayer",
        "id": f"facilities-{part}",
        "data": scene.geometry_href("facilities", part),
        "extruded": True,
        "pickable": True,
        "material": {
            "ambient": 0.7,
            "diffuse": 0.4,
            "shininess": 40,
            "specularColor": [90, 120, 120],
        },
        "palette": rgba([colour]),
    }


def labels(scene: Scene) -> dict[str, object]:
    """Names of the facilities that matter in a drill, small from afar."""
    table = scene.city.facilities
    row = np.flatnonzero(table["kind"].isin(LABELLED).to_numpy(bool))
    points = in_degrees(np.asarray(table.geometry.array, dtype=object)[row], scene.city.crs)
    rows = [
        {
            "position": [round(point.x, 7), round(point.y, 7), POST_M + 8],
            "zh": str(table["name_zh"].iat[i]),
            "en": str(table["name_en"].iat[i]),
            "row": int(i),
        }
        for i, point in zip(row, points, strict=True)
    ]
    return text_layer(scene, "facilities-labels", rows, metres=54)


def text_layer(
    scene: Scene, name: str, rows: list[dict[str, object]], *, metres: float
) -> dict[str, object]:
    """A stock TextLayer of rows with ``position``, ``zh`` and ``en``.

    Args:
        scene: Gives language and colours.
        name: Id of the deck.gl layer.
        rows: Inline data.
        metres: Height of a letter in the map [m]; never above 13 pixels.
    """
    palette = scene.palette
    return {
        "@@type": "TextLayer",
        "id": name,
        "data": rows,
        "getPosition": "@@=position",
        "getText": f"@@={scene.language}",
        "getSize": metres,
        "sizeUnits": "meters",
        "sizeMinPixels": 0,
        "sizeMaxPixels": 13,
        "getColor": list(palette.words),
        "outlineColor": list(palette.halo),
        "outlineWidth": 3,
        "fontSettings": {"sdf": True, "fontSize": 48, "buffer": 8},
        "fontFamily": FONTS,
        "characterSet": "auto",
        "getTextAnchor": "middle",
        "getAlignmentBaseline": "bottom",
    }


def _states(scene: Scene) -> tuple[State, State]:
    rows = len(scene.city.facilities)
    values = [
        StateValue(
            value=i, id=name, title=STATE_TITLES[name], colour=scene.palette.facility_states[name]
        )
        for i, name in enumerate(STATE_IDS)
    ]
    opened = scene.state("facility_open", length=rows, type_="u8", values=values)
    return opened, scene.state("facility_load", length=rows, type_="i32", values=[])


def _dress(scene: Scene) -> Dress:
    palette = scene.palette
    posts = {
        "@@type": "PackedPolygonLayer",
        "id": "facilities",
        "data": scene.geometry_href("facilities"),
        "extruded": True,
        "pickable": True,
        "autoHighlight": True,
        "highlightColor": [*palette.words[:3], 70],
        "material": {
            "ambient": 0.7,
            "diffuse": 0.4,
            "shininess": 24,
            "specularColor": [60, 64, 72],
        },
        "palette": rgba([palette.facilities[kind] for kind in FACILITY_KINDS]),
    }
    glass = _columns(scene, "capacity", palette.glass)
    if scene.run is None:
        return Dress(style=[posts, glass, labels(scene)])
    opened, load = _states(scene)
    works = len(opened.values) - 1
    posts["state"] = colour_state(opened, [*(v.colour for v in opened.values[:works]), None])
    filled = _columns(scene, "load", palette.load)
    filled["state"] = height_state(
        load, scale=height_scale(holds(scene.city.facilities)), least=0.0
    )
    legend = [LegendEntry(colour=v.colour, title=v.title) for v in opened.values]
    return Dress(style=[posts, filled, glass, labels(scene)], legend=legend, state=opened)


LAYER = Layer(
    id="facilities",
    title=words("设施", "Facilities"),
    kind="facilities",
    order=70,
    visible=True,
    encoding="packed-polygons",
    dress=_dress,
    features=features,
)
