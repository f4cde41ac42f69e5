"""deck.json is what pydeck writes, and nothing in it would be garbled on the way."""

import datetime as dt
import decimal
import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pydeck as pdk
import pytest

from api.layers import catalogue
from api.layers.plain import plain
from api.layers.portable import deck, portable, to_pydeck
from api.layers.scene import Scene
from api.layers.scenes import run_view
from gis.errors import InputError
from simulation.placement import place
from tests.api.layered import Service, serve
from twin.city import City

VIEW = {"longitude": 120.0, "latitude": 30.0, "zoom": 12.0, "pitch": 45.0, "bearing": 0.0}


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[Service]:
    opened = serve(tmp_path_factory.mktemp("service"), make_tiny_city())
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def scenes(service: Service) -> list[Scene]:
    answer = place(service.city, depots=1, within_minutes=1).model_dump(mode="json")
    run = run_view(service.store, service.run.id)
    return [
        Scene(city=service.city, base="/api/cities/tiny"),
        Scene(city=service.city, base="/api/runs/r", run=run, theme="light", language="en"),
        Scene(city=service.city, base="/api/placements/p", placement=answer),
    ]


def test_portable_deck_json_equals_the_json_of_pydeck(scenes: list[Scene]):
    for scene in scenes:
        for layer in catalogue.layers(scene):
            style = portable(layer.spec(scene).style, scene, layer=layer.id, step=2)
            written = json.loads(deck(style, VIEW).to_json())
            assert written["layers"] == style, layer.id
            assert "mapProvider" not in written
            assert "mapStyle" not in written


def test_a_layer_of_our_own_class_is_no_pydeck_layer(scenes: list[Scene]):
    spec = catalogue.layer(scenes[0], "buildings").spec(scenes[0])
    with pytest.raises(InputError, match="portable"):
        to_pydeck(spec.style)


def test_ids_of_drawn_layers_are_unique(scenes: list[Scene]):
    for scene in scenes:
        ids = [
            drawn["id"] for layer in catalogue.layers(scene) for drawn in layer.spec(scene).style
        ]
        assert len(ids) == len(set(ids))


def test_the_golden_form_of_the_buildings_layer(scenes: list[Scene]):
    spec = catalogue.layer(scenes[1], "buildings").spec(scenes[1])
    (drawn,) = spec.to_deck_json()["layers"]
    assert sorted(drawn) == [
        "@@type",
        "autoHighlight",
        "data",
        "elevationScale",
        "extruded",
        "highlightColor",
        "id",
        "material",
        "palette",
        "pickable",
        "state",
    ]
    assert drawn["data"].startswith("/api/runs/r/layers/buildings/geometry.bin?v=")
    assert len(drawn["palette"]) == 44
    assert drawn["state"].pop("palette")[0] is None
    assert drawn["state"] == {
        "name": "building_state",
        "href": "/api/runs/r/state/building_state/{chunk}",
        "chunkSteps": 24,
        "steps": 30,
        "length": 4,
        "type": "u8",
        "target": "colour",
    }


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (np.float32(1.5), 1.5),
        (np.int64(5), 5),
        (np.bool_(True), True),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (pd.NA, None),
        (pd.NaT, None),
        (float("inf"), None),
        (decimal.Decimal("0.5"), 0.5),
        (pd.Timestamp("2026-08-12"), "2026-08-12T00:00:00"),
        (dt.date(2026, 8, 12), "2026-08-12"),
        ({"a": (1, None)}, {"a": [1, None]}),
    ],
)
def test_what_pydeck_would_garble_becomes_plain(given: object, wanted: object):
    assert plain(given) == wanted
    row = {"v": plain(given)}
    written = json.loads(pdk.Layer("ScatterplotLayer", data=[row], id="x").to_json())
    assert written["data"] == [{"v": wanted}]


@pytest.mark.parametrize("given", [{1}, b"x", object()])
def test_what_has_no_plain_form_is_refused(given: object):
    with pytest.raises(TypeError, match="not layer data"):
        plain(given)
