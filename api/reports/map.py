"""The report's map: a pydeck deck that carries all its data inside."""

import base64
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from api.layers import catalogue, flood, terrain
from api.layers.facilities import height_scale, holds
from api.layers.features import box_in_degrees, in_degrees
from api.layers.grids import places
from api.layers.items import Collection, collection
from api.layers.portable import Drawn, deck, portable, to_pydeck
from api.layers.prepared import drawn_columns, features_of
from api.layers.scene import Scene
from api.layers.triangles import rings

MOST_BUILDINGS, MOST_ROADS = 16_000, 9000
"""Beyond these the page would grow too large to mail; the map leaves them out and says so."""
DIGITS = 6
GROUND_PIXELS = 900
WIDTH_PIXELS = 1040


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMap:
    """A deck as JSON and which of its layers belong to which view.

    Attributes:
        json: pydeck's JSON of the deck.
        views: Ids of the layers of each view.
        has_buildings: Whether the city was small enough to show its buildings.
    """

    json: bytes
    views: dict[str, list[str]]
    has_buildings: bool


def report_map(scene: Scene) -> ReportMap:
    """Draw grids by resilience band, and buildings, water and shelters at their worst.

    Args:
        scene: A scene with a run, in the theme of the map.
    """
    run = scene.the_run()
    step = flood.wettest_step(run)
    has_buildings = len(scene.city.buildings) <= MOST_BUILDINGS
    base = [*_ground(scene), *_flat(scene, "land", step), *_flat(scene, "water", step)]
    bands = _flat(scene, "resilience-grid", step)
    outlines = _flat(scene, "districts", step)
    worst = [
        *(_flat(scene, "roads", step) if len(scene.city.roads) <= MOST_ROADS else []),
        *_water(scene, step),
        *(_masses(scene, step) if has_buildings else []),
        *_shelters(scene),
    ]
    drawn = [*base, *outlines, *bands, *worst]
    common = [layer["id"] for layer in [*base, *outlines]]
    made = deck([], view_of(scene))
    made.layers = to_pydeck(drawn)
    return ReportMap(
        json=orjson.dumps(orjson.loads(made.to_json())),
        views={
            "resilience": [*common, *(layer["id"] for layer in bands)],
            "flood": [*common, *(layer["id"] for layer in worst)],
        },
        has_buildings=has_buildings,
    )


def view_of(scene: Scene) -> dict[str, float]:
    """A camera that looks over the whole city."""
    west, south, east, north = box_in_degrees(places(scene.city, "grid"), scene.city.crs)
    middle = (south + north) / 2
    span = max(east - west, (north - south) / math.cos(math.radians(middle)) * 1.5, 1e-4)
    zoom = math.log2(360 * WIDTH_PIXELS / (span * 512)) - 0.22
    return {
        "longitude": (west + east) / 2,
        "latitude": middle,
        "zoom": round(min(zoom, 17.0), 2),
        "pitch": 48.0,
        "bearing": -16.0,
    }


def data_address(content: bytes, kind: str) -> str:
    """Bytes as a data address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _ground(scene: Scene) -> list[Drawn]:
    picture = terrain.picture(scene.city.terrain, scene.palette, side_pixels=GROUND_PIXELS)
    style = catalogue.layer(scene, "terrain").spec(scene).style
    return [style[0] | {"image": data_address(picture, "image/png")}]


def _water(scene: Scene, step: int) -> list[Drawn]:
    spec = catalogue.layer(scene, "flood").spec(scene)
    if spec.state is None or spec.state.length == 0:
        return []
    depth = flood.depth_at(scene.the_run(), scene.city.terrain, step)
    picture = data_address(flood.picture(depth, scene.palette), "image/png")
    style = portable(spec.style, scene, layer="flood", step=step)
    return [layer | {"image": picture} for layer in style]


def _flat(scene: Scene, name: str, step: int) -> list[Drawn]:
    """A layer's portable form with its rows inside instead of an address."""
    found = catalogue.layer_of_city(scene, name)
    features = features_of(found)(scene, "")
    rows = collection(features, scene.city.crs)
    data = _rows_inside(rows, drawn_columns(scene, found, "", step, features))
    style = portable(found.dress(scene).style, scene, layer=name, step=step)
    return [layer | {"data": data, "pickable": False, "autoHighlight": False} for layer in style]


def _rows_inside(rows: Collection, drawn: dict[str, NDArray[Any]]) -> dict[str, Any]:
    shapes = shapely.transform(rows.shapes, lambda xy: np.round(xy, DIGITS))
    looks = zip(
        shapely.to_geojson(shapes), drawn["colour"].tolist(), drawn["height"].tolist(), strict=True
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": orjson.loads(text),
                "properties": {"colour": colour, "height": round(height, 1)},
            }
            for text, colour, height in looks
            if text is not None
        ],
    }


def _masses(scene: Scene, step: int) -> list[Drawn]:
    """Buildings as short rows of a stock PolygonLayer: there are many of them."""
    found = catalogue.layer_of_city(scene, "buildings")
    features = features_of(found)(scene, "")
    drawn = drawn_columns(scene, found, "", step, features)
    ring = rings(in_degrees(features.shapes(), scene.city.crs))
    xy = np.round(ring.xy, DIGITS)
    rows = [
        {
            "p": xy[first : last - 1].tolist(),
            "h": round(float(drawn["height"][row]), 1),
            "c": drawn["colour"][row, :3].tolist(),
        }
        for (first, last), row in zip(pairwise(ring.start.tolist()), ring.row, strict=True)
    ]
    return [
        {
            "@@type": "PolygonLayer",
            "id": "buildings",
            "data": rows,
            "getPolygon": "@@=p",
            "getElevation": "@@=h",
            "getFillColor": "@@=c",
            "extruded": True,
            "stroked": False,
            "material": found.dress(scene).style[0]["material"],
        }
    ]


def _shelters(scene: Scene) -> list[Drawn]:
    """Glass columns as high as a shelter is large, filled to the most it held; names on top."""
    city, run = scene.city, scene.the_run()
    held = holds(city.facilities)
    load = run.frame("facility_load")
    peak = load.max(axis=0) if len(load) else np.zeros(len(held), np.int64)
    points = in_degrees(np.asarray(city.facilities.geometry.array, dtype=object), city.crs)
    metres = height_scale(held)
    rows = [
        {
            "position": [round(points[i].x, DIGITS), round(points[i].y, DIGITS)],
            "capacity": round(held[i] * metres, 1),
            "peak": round(min(peak[i], 1.2 * held[i]) * metres, 1),
        }
        for i in np.flatnonzero((held > 0) & (peak > 0))
    ]
    return [
        _column(rows, "peak", radius=26, colour=scene.palette.load),
        _column(rows, "capacity", radius=32, colour=(*scene.palette.glass[:3], 60)),
    ]


def _column(
    rows: list[dict[str, Any]], field: str, *, radius: float, colour: tuple[int, ...]
) -> Drawn:
    return {
        "@@type": "ColumnLayer",
        "id": f"shelters-{field}",
        "data": rows,
        "getPosition": "@@=position",
        "getElevation": f"@@={field}",
        "getFillColor": list(colour),
        "radius": radius,
        "diskResolution": 24,
        "extruded": True,
    }
