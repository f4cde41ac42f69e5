"""The layer of incidents: injects, whistles and events that have a place, while they last."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from api.layers.definition import Dress, Layer
from api.layers.facilities import text_layer
from api.layers.features import in_degrees
from api.layers.scene import Scene, words
from api.layers.spec import LegendEntry
from simulation.run import Words

SHOWN_S = 3 * 3600
"""How long a mark stays when nothing in the log ends it [s]; a drawing choice."""
WASH = 72
"""Opacity inside a mark's ring, 0 to 255: the city shows through."""
TITLES = {
    "incident": words("突发事件", "incidents"),
    "whistle": words("吹哨", "whistles"),
    "inject": words("导调信息", "injects"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How one kind of event is shown.

    Attributes:
        group: Colour group, a key of ``TITLES``.
        title: What it says where the event brings no text of its own.
        ends: Kinds of events that end it when they happen at the same place.
    """

    group: str
    title: Words
    ends: tuple[str, ...] = ()


def _incident(zh: str, en: str, *ends: str) -> Mark:
    return Mark(group="incident", title=words(zh, en), ends=ends)


MARKS: dict[str, Mark] = {
    "inject.sent": Mark(group="inject", title=words("导调信息", "inject")),
    "whistle.blown": Mark(
        group="whistle", title=words("街道吹哨", "whistle"), ends=("whistle.answered",)
    ),
    "facility.failed": _incident("设施失效", "facility failed", "facility.repaired"),
    "network.lost": _incident("通信中断", "network lost", "network.repaired"),
    "dyke.piping": _incident("堤防管涌", "dyke piping", "dyke.held", "dyke.breach"),
    "dyke.breach": _incident("堤防溃口", "dyke breached"),
    "residents.caught": _incident("人员被困", "people caught", "rescue.complete"),
    "residents.trapped": _incident("居民被困", "residents trapped"),
    "resident.dead": _incident("人员死亡", "death"),
    "resident.injured": _incident("人员受伤", "people hurt"),
    "surge.activated": _incident("医院扩容", "hospital surge", "surge.ready"),
    "shelter.full": _incident("安置点已满", "shelter full"),
    "underpass.closed": _incident("下穿封闭", "underpass closed"),
}
_CITY_DIGITS = 4


def rows(scene: Scene) -> list[dict[str, Any]]:
    """Marks with ``position, from_s, to_s, kind, event, place, zh, en, sequence``.

    An event of the whole city has no point of its own; the page's list of events shows it.
    """
    where = _positions(scene)
    events = list(_events(scene))
    marks = []
    for number, event in enumerate(events):
        mark = MARKS.get(event["kind"])
        place = next((event[k] for k in ("facility", "place") if event.get(k) in where), None)
        if mark is None or place is None or len(place) == _CITY_DIGITS:
            continue
        begin, text = int(event["time_s"]), event.get("text") or {}
        marks.append(
            {
                "position": where[place],
                "from_s": begin,
                "to_s": _end(mark, event, events[number + 1 :], scene),
                "kind": mark.group,
                "event": event["kind"],
                "place": place,
                "zh": str(text.get("zh") or mark.title.zh),
                "en": str(text.get("en") or mark.title.en),
                "sequence": int(event["sequence"]),
            }
        )
    return marks


def _end(mark: Mark, event: dict[str, Any], later: list[dict[str, Any]], scene: Scene) -> int:
    begin = int(event["time_s"])
    if not mark.ends:
        return begin + SHOWN_S
    ends = (e for e in later if e["kind"] in mark.ends and e.get("place") == event.get("place"))
    last = next(ends, None)
    # a matter that opens and closes within a step still shows once
    shortest = begin + scene.the_run().result.step_s
    return scene.the_run().result.end_s + 1 if last is None else max(int(last["time_s"]), shortest)


def _events(scene: Scene) -> Iterator[dict[str, Any]]:
    """Events that mark something or end a mark."""
    kinds = {*MARKS, *(end for mark in MARKS.values() for end in mark.ends)}
    path = scene.the_run().folder / "events.jsonl"
    with path.open("rb") as lines:
        for line in lines:
            event = orjson.loads(line)
            if event["kind"] in kinds:
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
        red, green, blue, opacity = colours[mark["kind"]]
        mark["colour"] = [red, green, blue, opacity]
        mark["wash"] = [red, green, blue, WASH]
    dots = {
        "@@type": "ScatterplotLayer",
        "id": "incidents",
        "data": marks,
        "window": ["from_s", "to_s"],
        "pickable": True,
        "stroked": True,
        "filled": True,
        "getPosition": "@@=position",
        "getFillColor": "@@=wash",
        "getLineColor": "@@=colour",
        "getRadius": 60,
        "radiusUnits": "meters",
        "radiusMinPixels": 4,
        "radiusMaxPixels": 8,
        "getLineWidth": 2,
        "lineWidthUnits": "pixels",
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
