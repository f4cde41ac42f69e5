"""Layers of a placement: whom the open depots reach in time, and where they stand."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from api.layers.definition import FLAT, Dress, Layer
from api.layers.facilities import text_layer
from api.layers.features import Features, in_degrees
from api.layers.portable import chosen
from api.layers.scene import Scene, rgba, words
from api.layers.spec import LegendEntry
from gis.errors import NotFoundError

DEPOT_RADIUS_M, DEPOT_M = 34.0, 190.0
WITHIN, BEYOND, NO_ROAD = 0, 1, 2
TITLES = (
    words("时限内可达", "within the time"),
    words("超时", "later"),
    words("无路可达", "no road"),
)


def _answer(scene: Scene) -> Mapping[str, Any]:
    if scene.placement is None:
        raise NotFoundError("this layer exists only in a placement", field="layer")
    return scene.placement


def reach_features(scene: Scene, part: str) -> Features:
    """Grids by whether a depot reaches them in time."""
    del part  # one geometry serves all
    answer, table = _answer(scene), scene.city.grids
    minutes = {row["grid"]: row["minutes"] for row in answer["assignment"]}
    depot = {row["grid"]: row["facility"] for row in answer["assignment"]}
    table = table.assign(
        minutes=[minutes.get(code) for code in table["code"]],
        depot=[depot.get(code) for code in table["code"]],
    )
    late = [_class(minutes.get(code), answer["within_minutes"]) for code in table["code"]]
    return Features(
        table=table, kind=np.array(late, np.uint8), size=np.zeros(len(table), np.float32)
    )


def _class(minutes: float | None, within: float) -> int:
    if minutes is None:
        return NO_ROAD
    return WITHIN if minutes <= within else BEYOND


def depot_features(scene: Scene, part: str) -> Features:
    """Open depots as columns."""
    del part  # one geometry serves all
    table = _open(scene)
    around = shapely.buffer(np.asarray(table.geometry.array, dtype=object), DEPOT_RADIUS_M)
    return Features(
        table=table.set_geometry(gpd.GeoSeries(around, index=table.index, crs=table.crs)),
        kind=np.zeros(len(table), np.uint8),
        size=np.full(len(table), DEPOT_M, np.float32),
    )


def _open(scene: Scene) -> gpd.GeoDataFrame:
    chosen = [depot["facility"] for depot in _answer(scene)["open"]]
    facilities = scene.city.facilities
    return facilities[facilities["facility"].isin(chosen)].reset_index(drop=True)


def _arcs(scene: Scene) -> list[dict[str, Any]]:
    grids, depots = scene.city.grids, _open(scene)
    centres = np.asarray(grids.geometry.representative_point().array, dtype=object)
    here = _positions(centres, scene.city.crs)
    there = _positions(np.asarray(depots.geometry.array, dtype=object), scene.city.crs)
    by_code = dict(zip(grids["code"], here, strict=True))
    by_depot = dict(zip(depots["facility"], there, strict=True))
    within = _answer(scene)["within_minutes"]
    return [
        {
            "from": by_depot[row["facility"]],
            "to": by_code[row["grid"]],
            "grid": row["grid"],
            "minutes": row["minutes"],
            "late": _class(row["minutes"], within),
        }
        for row in _answer(scene)["assignment"]
        if row["facility"] in by_depot and row["grid"] in by_code
    ]


def _positions(points: Any, crs: str) -> list[list[float]]:  # noqa: ANN401 - an object array
    return [[round(p.x, 7), round(p.y, 7)] for p in in_degrees(points, crs)]


def _reach_dress(scene: Scene) -> Dress:
    palette = scene.palette
    area = {
        "@@type": "PackedPolygonLayer",
        "id": "reach",
        "data": scene.geometry_href("reach"),
        "extruded": False,
        "stroked": True,
        "pickable": True,
        "getLineColor": list(palette.outline["grid"]),
        "lineWidthMinPixels": 0.8,
        "parameters": FLAT,
        "palette": rgba(palette.reach),
    }
    tints = [[*colour[:3], 200] for colour in palette.reach]
    arcs = {
        "@@type": "ArcLayer",
        "id": "reach-arcs",
        "data": _arcs(scene),
        "getSourcePosition": "@@=from",
        "getTargetPosition": "@@=to",
        "getSourceColor": [*palette.depot[:3], 210],
        "getTargetColor": chosen("late", tints),
        "getWidth": 1.4,
        "getHeight": 0.35,
    }
    legend = [
        LegendEntry(colour=(*colour[:3], 255), title=title)
        for colour, title in zip(palette.reach, TITLES, strict=True)
    ]
    return Dress(style=[area, arcs], legend=legend)


def _depot_dress(scene: Scene) -> Dress:
    palette = scene.palette
    columns = {
        "@@type": "PackedPolygonLayer",
        "id": "depots",
        "data": scene.geometry_href("depots"),
        "extruded": True,
        "pickable": True,
        "palette": rgba([palette.depot]),
    }
    table = _open(scene)
    points = _positions(np.asarray(table.geometry.array, dtype=object), scene.city.crs)
    rows: list[dict[str, object]] = [
        {"position": [*point, DEPOT_M + 12], "zh": zh, "en": en, "row": i}
        for i, (point, zh, en) in enumerate(
            zip(points, table["name_zh"], table["name_en"], strict=True)
        )
    ]
    return Dress(
        style=[columns, text_layer(scene, "depots-labels", rows, metres=90)],
        legend=[LegendEntry(colour=palette.depot, title=words("启用储备点", "open depots"))],
    )


REACH = Layer(
    id="reach",
    title=words("可达范围", "Reach"),
    kind="choropleth",
    order=38,
    visible=True,
    encoding="packed-polygons",
    dress=_reach_dress,
    features=reach_features,
    levels=("grid",),
    is_of_run=True,
)
DEPOTS = Layer(
    id="depots",
    title=words("储备点", "Depots"),
    kind="facilities",
    order=72,
    visible=True,
    encoding="packed-polygons",
    dress=_depot_dress,
    features=depot_features,
    is_of_run=True,
)
