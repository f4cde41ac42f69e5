"""Portable layers: the same picture from deck.gl's stock classes alone, and as pydeck layers.

A run's portable layer shows one moment, because stock classes know nothing of state chunks.
"""

from typing import Any

import pydeck as pdk

from api.layers.items import LARGEST_LIMIT
from api.layers.plain import plain
from api.layers.scene import Scene
from api.layers.tiles import MAX_ZOOM, MIN_ZOOM
from gis.errors import InputError

_OWN_KEYS = ("palette", "state", "window", "filled", "lineWidthMinPixels", "getLineColor")
Drawn = dict[str, Any]


def portable(style: list[Drawn], scene: Scene, *, layer: str, step: int) -> list[Drawn]:
    """Stock deck.gl layers for the layers of a style.

    Args:
        style: Layers as in ``LayerSpec.style``.
        scene: What they are drawn from.
        layer: Id of the layer they belong to.
        step: Moment of the run.
    """
    found = [_stock(drawn, scene, layer=layer, step=step) for drawn in style]
    return [plain(drawn) for drawn in found]


def _stock(drawn: Drawn, scene: Scene, *, layer: str, step: int) -> Drawn:
    kind = drawn["@@type"]
    if kind == "PackedPolygonLayer":
        many = layer == "buildings" and len(scene.city.buildings) > LARGEST_LIMIT
        return _tiles(drawn, scene) if many else _polygons(drawn, scene, layer=layer, step=step)
    if kind == "PackedPathLayer":
        return _paths(drawn, scene, layer=layer, step=step)
    if kind == "PackedTripsLayer":
        return _trips(drawn, scene, step=step)
    if kind == "RasterStateLayer":
        return {
            "@@type": "BitmapLayer",
            "id": drawn["id"],
            "image": scene.href(layer, "image.png", **scene.look(), step=step),
            "bounds": drawn["bounds"],
            "parameters": drawn["parameters"],
        }
    return _at_moment(drawn, scene, step=step)


def _items(scene: Scene, layer: str, drawn: Drawn, step: int) -> str:
    return scene.href(
        layer,
        "items",
        limit=LARGEST_LIMIT,
        part=drawn["id"].removeprefix(f"{layer}-") if drawn["id"] != layer else None,
        look="true",
        step=step if "state" in drawn else None,
        theme=scene.look()["theme"],
    )


def _polygons(drawn: Drawn, scene: Scene, *, layer: str, step: int) -> Drawn:
    kept = {key: value for key, value in drawn.items() if key not in _OWN_KEYS}
    stock = kept | {
        "@@type": "GeoJsonLayer",
        "data": _items(scene, layer, drawn, step),
        "getFillColor": "@@=properties.colour",
        "filled": drawn.get("filled", True),
        "stroked": bool(drawn.get("stroked")),
    }
    if drawn.get("extruded"):
        stock["getElevation"] = "@@=properties.height"
    if drawn.get("stroked"):
        stock |= {key: drawn[key] for key in ("getLineColor", "lineWidthMinPixels")}
    return stock


def chosen(field: str, colours: list[list[int]]) -> str:
    """Expression that picks a colour by number; deck.gl's parser cannot index a written list.

    >>> chosen("kind", [[1, 2], [3, 4], [5, 6]])
    '@@=kind == 0 ? [1, 2] : kind == 1 ? [3, 4] : [5, 6]'
    """
    *others, last = colours
    tests = "".join(f"{field} == {i} ? {colour} : " for i, colour in enumerate(others))
    return f"@@={tests}{last}"


def _tiles(drawn: Drawn, scene: Scene) -> Drawn:
    kept = {key: value for key, value in drawn.items() if key not in _OWN_KEYS}
    return kept | {
        "@@type": "MVTLayer",
        "data": scene.href("buildings", "tiles.json"),
        "minZoom": MIN_ZOOM,
        "maxZoom": MAX_ZOOM,
        "binary": False,
        "clipBounds": [-0.1, -0.1, 1.1, 1.1],
        "getFillColor": chosen("properties.kind", drawn["palette"]),
        "getElevation": "@@=properties.height",
        "filled": True,
        "stroked": False,
    }


def _paths(drawn: Drawn, scene: Scene, *, layer: str, step: int) -> Drawn:
    width = {
        f"line{key[:1].upper()}{key[1:]}": drawn[key]
        for key in ("widthUnits", "widthScale", "widthMinPixels", "widthMaxPixels")
    }
    return {
        "@@type": "GeoJsonLayer",
        "id": drawn["id"],
        "data": _items(scene, layer, drawn, step),
        "stroked": True,
        "filled": False,
        "pickable": drawn["pickable"],
        "lineCapRounded": True,
        "lineJointRounded": True,
        "getLineColor": "@@=properties.colour",
        "getLineWidth": "@@=properties.height",
        "parameters": drawn["parameters"],
        **width,
    }


def _trips(drawn: Drawn, scene: Scene, *, step: int) -> Drawn:
    run = scene.the_run()
    now = int(run.frame("time_s")[step]) - run.result.start_s
    return {
        "@@type": "TripsLayer",
        "id": drawn["id"],
        "data": scene.href("trips", "paths.json", step=step),
        "getPath": "@@=path",
        "getTimestamps": "@@=times",
        "getColor": chosen("kind", drawn["palette"]),
        "currentTime": now,
        "trailLength": drawn["trailLength"],
        "fadeTrail": True,
        "widthUnits": "pixels",
        "getWidth": drawn["getWidth"],
        "capRounded": True,
        "jointRounded": True,
        "parameters": drawn["parameters"],
    }


def _at_moment(drawn: Drawn, scene: Scene, *, step: int) -> Drawn:
    window = drawn.get("window")
    if window is None or scene.run is None:
        return drawn
    now = int(scene.run.frame("time_s")[step])
    rows = [row for row in drawn["data"] if row[window[0]] <= now < row[window[1]]]
    return {key: value for key, value in drawn.items() if key != "window"} | {"data": rows}


def to_pydeck(style: list[Drawn]) -> list[pdk.Layer]:
    """Pydeck layers of portable deck.gl layers.

    pydeck reads a plain string as an expression; literal text must stand in quotes and tuples
    stay lists, so every property is wrapped here once.

    Raises:
        InputError: A layer is of a class that stock deck.gl does not have.
    """
    own = [drawn["id"] for drawn in style if "Packed" in drawn["@@type"]]
    if own:
        raise InputError(f"layers {own} use Shapan's own classes; make them portable first")
    return [_pydeck(plain(drawn)) for drawn in style]


def _pydeck(drawn: Drawn) -> pdk.Layer:
    rest = {
        key: _pydeck_value(value)
        for key, value in drawn.items()
        if key not in ("@@type", "id", "data")
    }
    return pdk.Layer(drawn["@@type"], data=drawn.get("data"), id=drawn["id"], **rest)


def _pydeck_value(value: Any) -> Any:  # noqa: ANN401 - any property of any layer
    if isinstance(value, str):
        return value[3:] if value.startswith("@@=") else _quoted(value)
    return tuple(value) if isinstance(value, list) else value


def _quoted(text: str) -> str:
    quote = next(mark for mark in ("'", '"', "`") if mark not in text)
    return f"{quote}{text}{quote}"


def deck(style: list[Drawn], view: dict[str, float]) -> pdk.Deck:
    """A pydeck deck of portable layers, without any base map.

    Args:
        style: Portable layers.
        view: ``longitude, latitude, zoom, pitch, bearing``.
    """
    return pdk.Deck(
        layers=to_pydeck(style),
        initial_view_state=pdk.ViewState(**view),
        map_provider=None,
        map_style=None,
    )
