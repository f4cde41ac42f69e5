"""Every layer answers over HTTP, and every wrong question gets a problem document."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from api.layers.packed import from_bytes
from tests.api.layered import Service, serve
from twin.city import City


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, make_tiny_city: Callable[[], City]
) -> Iterator[Service]:
    opened = serve(tmp_path_factory.mktemp("service"), make_tiny_city())
    yield opened
    opened.store.close()


def test_every_layer_gives_its_definition_deck_json_and_geometry(service: Service):
    for base in service.bases:
        specs = service.client.get(f"{base}/layers").json()["items"]
        assert [spec["order"] for spec in specs] == sorted(spec["order"] for spec in specs)
        for spec in specs:
            assert service.client.get(spec["links"]["self"]).json() == spec
            assert service.client.get(spec["links"]["deck"]).json() == {"layers": spec["style"]}
            if spec["geometry"]["encoding"].startswith("packed-p") or "lines" in spec["geometry"]:
                answer = service.client.get(spec["geometry"]["href"])
                assert answer.status_code == 200
            assert spec["provenance"]["synthetic"] is True
            assert len(spec["provenance"]["release"]) == 64


def test_every_address_in_a_style_answers(service: Service):
    asked = []
    for base in service.bases:
        for spec in service.client.get(f"{base}/layers").json()["items"]:
            for drawn in spec["style"]:
                asked += [
                    drawn[key] for key in ("data", "image") if isinstance(drawn.get(key), str)
                ]
                asked += [drawn["state"]["href"]] if "state" in drawn else []
    assert len(asked) > 30
    for address in asked:
        answer = service.client.get(address.replace("{chunk}", "0"))
        assert answer.status_code == 200, address
        assert answer.content


def test_every_portable_layer_answers_with_stock_classes(service: Service):
    stock = {"BitmapLayer", "GeoJsonLayer", "MVTLayer", "ScatterplotLayer", "TextLayer"}
    for base in service.bases:
        for spec in service.client.get(f"{base}/layers").json()["items"]:
            address = f"{base}/layers/{spec['id']}/deck.json?portable=true&step=3"
            for drawn in service.client.get(address).json()["layers"]:
                assert drawn["@@type"] in stock | {"TripsLayer", "ArcLayer"}
                for key in ("data", "image"):
                    if isinstance(drawn.get(key), str):
                        assert service.client.get(drawn[key]).status_code == 200, drawn[key]


def test_packed_polygons_have_a_palette_entry_for_every_kind(service: Service):
    for base in service.bases:
        for spec in service.client.get(f"{base}/layers").json()["items"]:
            for drawn in spec["style"]:
                if not drawn["@@type"].startswith(("PackedPolygon", "PackedPath")):
                    continue
                lines = drawn["@@type"] == "PackedPathLayer"
                packed = from_bytes(service.client.get(drawn["data"]).content, lines=lines)
                assert int(packed.kind.max(initial=0)) < len(drawn["palette"])
                if "state" in drawn:
                    assert int(packed.row.max(initial=0)) < drawn["state"]["length"]


def test_the_light_theme_travels_through_the_addresses(service: Service):
    dark = service.client.get("/api/cities/tiny/layers/water").json()
    light = service.client.get("/api/cities/tiny/layers/water?theme=light").json()
    assert dark["style"][0]["palette"] != light["style"][0]["palette"]
    assert light["links"]["deck"].endswith("theme=light")
    labels = service.client.get("/api/cities/tiny/layers/facilities?language=en").json()["style"][
        -1
    ]
    assert labels["getText"] == "@@=en"


def test_geometry_of_a_named_release_may_be_kept_for_ever(service: Service):
    address = f"/api/cities/tiny/layers/buildings/geometry.bin?v={service.city.release[:12]}"
    assert "immutable" in service.client.get(address).headers["cache-control"]
    assert (
        service.client.get(address.split("?", maxsplit=1)[0]).headers["cache-control"] == "no-cache"
    )


def test_a_client_without_gzip_gets_the_same_bytes(service: Service):
    address = "/api/cities/tiny/layers/buildings/geometry.bin"
    plain = service.client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == service.client.get(address).content


@pytest.mark.parametrize(
    ("leaf", "status", "field"),
    [
        ("nowhere", 404, "layer"),
        ("nowhere/deck.json", 404, "layer"),
        ("buildings/items?bbox=1,2,3", 422, "bbox"),
        ("buildings/items?bbox=a,b,c,d", 422, "bbox"),
        ("buildings/items?bbox=nan,0,1,1", 422, "bbox"),
        ("buildings/items?bbox=10,0,5,1", 422, "bbox"),
        ("buildings/items?bbox=0,-91,5,1", 422, "bbox"),
        ("buildings/items?limit=0", 422, "limit"),
        ("buildings/items?limit=x", 422, "limit"),
        ("buildings/items?offset=-1", 422, "offset"),
        ("buildings/items?state=road_state", 422, "state"),
        ("buildings/items/99", 404, "row"),
        ("buildings/items/-1", 404, "row"),
        ("buildings/geometry.bin?part=cellar", 404, "part"),
        ("terrain/geometry.bin", 404, "layer"),
        ("buildings/image.png", 404, "layer"),
        ("roads/tiles.json", 404, "layer"),
        ("roads/tiles/14/0/0.mvt", 404, "layer"),
        ("buildings/tiles/3/0/0.mvt", 422, "z"),
        ("buildings/tiles/14/99999/0.mvt", 422, "x"),
        ("buildings/tiles/14/0/-1.mvt", 422, "y"),
        ("buildings/tiles/14/zero/0.mvt", 422, "x"),
        ("buildings/deck.json?theme=pink", 422, "theme"),
    ],
)
def test_a_wrong_question_names_its_field(service: Service, leaf: str, status: int, field: str):
    answer = service.client.get(f"/api/cities/tiny/layers/{leaf}")
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("leaf", "status", "field"),
    [
        ("state/building_state/99", 404, "chunk"),
        ("state/building_state/-1", 404, "chunk"),
        ("state/moods/0", 404, "state"),
        ("state/..%2Fresult/0", 404, None),
        ("trips/9", 404, "chunk"),
        ("layers/flood/image.png?step=30", 422, "step"),
        ("layers/grids/items?step=-1&state=grid_quality", 422, "step"),
    ],
)
def test_a_wrong_question_about_a_run_names_its_field(
    service: Service, leaf: str, status: int, field: str | None
):
    answer = service.client.get(f"/api/runs/{service.run.id}/{leaf}")
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_unknown_cities_runs_and_placements_are_not_found(service: Service):
    for base in ("cities/atlantis", f"runs/{'0' * 64}", "runs/..", f"placements/{'0' * 64}"):
        assert service.client.get(f"/api/{base}/layers").status_code == 404


def test_items_are_found_by_box_and_carry_state(service: Service):
    everything = service.client.get(f"/api/runs/{service.run.id}/layers/grids/items").json()
    assert everything["numberMatched"] == len(service.city.grids) == 4
    first = everything["features"][0]
    lon, lat = np.mean(first["geometry"]["coordinates"][0], axis=0)
    box = f"{lon},{lat},{lon},{lat}"
    address = f"/api/runs/{service.run.id}/layers/grids/items?bbox={box}&state=grid_quality&step=2"
    (found,) = service.client.get(address).json()["features"]
    assert found["id"] == first["id"]
    assert found["properties"]["code"] == service.city.grids["code"][0]
    assert found["properties"]["state"] == service.run.frames.grid_quality[2, 0]


def test_pages_of_items_join_to_all_items(service: Service):
    address = "/api/cities/tiny/layers/roads/items"
    whole = service.client.get(address).json()["features"]
    pages = [
        service.client.get(f"{address}?limit=5&offset={offset}").json()["features"]
        for offset in (0, 5, 10)
    ]
    assert [feature for page in pages for feature in page] == whole


def test_the_scene_tells_colours_and_light(service: Service):
    for theme in ("dark", "light"):
        scene = service.client.get(f"/api/scene?theme={theme}").json()
        assert [band["band"] for band in scene["bands"]] == [1, 2, 3, 4, 5]
        assert scene["effects"][0]["@@type"] == "LightingEffect"
        assert scene["css"]["--ground"].startswith("#")
