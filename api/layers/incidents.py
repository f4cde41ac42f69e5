"""The layer of incidents: injects, whistles and events that have a place, while they last."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson

from api.layers.definition import Dress, Layer
from api.layers.facilities import text_layer
from api.layers.features import in_degrees
from api.layers.scene import Scene, words
from api.layers.spec import LegendEntry

SHOWN_S = 3 * 3600
"""How long a mark stays where the log names no end [s]."""
KINDS: dict[str, str] = {
    "inject": "inject",
    "whistle": "whistle",
    "incident": "incident",
    "rescue": "incident",
    "facility": "incident",
    "dyke": "incident",
}
"""First word of an event's kind, and the colour group it is drawn in."""
TITLES = {
    "incident": words("突发事件", "incidents"),
    "whistle": words("吹哨", "whistles"),
    "inject": words("导调信息", "injects"),
}


def rows(scene: Scene) -> list[dict[str, Any]]:
    """Marks with ``position, from_s, to_s, kind, event, place, zh, en, sequence``."""
    where = _positions(scene)
    marks = []
    for event in _events(scene):
        group = KINDS.get(str(event["kind"]).split(".")[0])
        place = next((str(event[k]) for k in ("facility", "place") if event.get(k)), "")
        if group is None or place not in where:
            continue
        begin = int(event["time_s"])
        title = event.get("title") or {}
        marks.append(
            {
                "position": where[place],
                "from_s": begin,
                "to_s": begin + SHOWN_S,
                "kind": group,
                "event": event["kind"],
                "place": place,
                "zh": str(title.get("zh") or TITLES[group].zh),
                "en": str(title.get("en") or TITLES[group].en),
                "sequence": int(event["sequence"]),
            }
        )
    return marks


def _events(scene: Scene) -> Iterator[dict[str, Any]]:
    path = scene.the_run().folder / "events.jsonl"
    with path.open("rb") as lines:
        for line in lines:
            event = orjson.loads(line)
            if event.get("facility") or event.get("place"):
                yield event


def _positions(scene: Scene) -> dict[str, list[float]]:
    city = scene.city
    shapes = np.concatenate(
        [
            np.asarray(city.places.geometry.representative_point().array, dtype=object),
            np.asarray(city.facilities.geometry.array, dtype=object),
        ]
    )
    names = [*city.places["code"].astype(str), *city.facilities["facility"].astype(str)]
    points = in_degrees(shapes, city.crs)
    return {
        name: [round(p.x, 7), round(p.y, 7), 40.0] for name, p in zip(names, points, strict=True)
    }


def _dress(scene: Scene) -> Dress:
    colours, marks = scene.palette.incidents, rows(scene)
    for mark in marks:
        mark["colour"] = list(colours[mark["kind"]])
    dots = {
        "@@type": "ScatterplotLayer",
        "id": "incidents",
        "data": marks,
        "window": ["from_s", "to_s"],
        "pickable": True,
        "stroked": True,
        "filled": True,
        "getPosition": "@@=position",
        "getFillColor": "@@=colour",
        "getLineColor": list(scene.palette.halo),
        "getRadius": 70,
        "radiusUnits": "meters",
        "radiusMinPixels": 5,
        "radiusMaxPixels": 14,
        "lineWidthMinPixels": 1.5,
        "billboard": True,
    }
    labels = text_layer(scene, "incidents-labels", marks, metres=70)
    labels |= {"window": ["from_s", "to_s"], "getPixelOffset": [0, -14], "sizeMinPixels": 10}
    legend = [LegendEntry(colour=colours[kind], title=title) for kind, title in TITLES.items()]
    return Dress(style=[dots, labels], legend=legend)


LAYER = Layer(
    id="incidents",
    title=words("事件", "Incidents"),
    kind="facilities",
    order=80,
    visible=True,
    encoding="geojson",
    dress=_dress,
    leaf="deck.json",
    is_of_run=True,
)
