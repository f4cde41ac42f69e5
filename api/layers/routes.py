"""Routes of layers: definitions, deck.gl JSON, tiles, items, packed geometry, state and trips.

Cities, runs, placements and reserve plans answer the same questions; only the scene differs.
"""

import gzip
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from api.layers import catalogue, flood, items, prepared, state, terrain, tiles, trips
from api.layers.atmosphere import atmosphere
from api.layers.cache import kept
from api.layers.features import box_in_degrees
from api.layers.portable import portable
from api.layers.scene import Scene
from api.layers.scenes import (
    LibraryDependency,
    ThemeQuery,
    city_scene,
    placement_scene,
    plan_scene,
    run_scene,
)
from api.layers.spec import LayerSpec
from gis.errors import NotFoundError

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
StateName = Annotated[str, Path(max_length=120, description="State, as a layer's `state.name`")]
Chunk = Annotated[int, Path(description="Which piece of the run, from 0")]
Row = Annotated[int, Path(description="Row of the layer, from 0; the id of a packed feature")]
Zoom = Annotated[int, Path(description="Zoom of the tile")]
Column = Annotated[int, Path(description="Column of the tile, from the west")]
TileRow = Annotated[int, Path(description="Row of the tile, from the north")]
LayerName = Annotated[str, Path(max_length=40, description="Layer", examples=["buildings"])]
StepQuery = Annotated[int | None, Query(description="Step of a run; the worst when left out")]
PartQuery = Annotated[str, Query(max_length=40, description="Further geometry of a layer")]


def _scene_of(request: Request) -> Scene | None:
    # None only where the query is invalid: then FastAPI answers 422 and calls no route
    return getattr(request.state, "scene", None)


SceneDependency = Annotated[Scene, Depends(_scene_of)]


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


def _stored(request: Request, zipped: bytes, *, immutable: bool) -> Response:
    """Gzipped bytes, unpacked for the rare client that cannot read them."""
    headers = {"Cache-Control": IMMUTABLE if immutable else REVALIDATE, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(zipped, media_type="application/octet-stream", headers=headers)
    return Response(gzip.decompress(zipped), media_type="application/octet-stream", headers=headers)


def _is_fixed(request: Request, scene: Scene) -> bool:
    """Whether an address means the same bytes for ever: a run, or a city's named release."""
    asked = request.query_params.get("v")
    return scene.base.startswith("/api/runs/") or (
        bool(asked) and scene.city.release.startswith(str(asked))
    )


def _step(scene: Scene, asked: int | None) -> int:
    return 0 if scene.run is None else scene.run.checked_step(asked)


class LayerList(BaseModel):
    """All layers of a city, run, placement or reserve plan, in drawing order."""

    items: list[LayerSpec]


def list_layers(scene: SceneDependency) -> Response:
    """All layers, in drawing order."""
    specs = [layer.spec(scene).model_dump() for layer in catalogue.layers(scene)]
    return _json({"items": specs})


def get_layer(scene: SceneDependency, layer: LayerName) -> Response:
    """One layer's definition."""
    return _json(catalogue.layer(scene, layer).spec(scene).model_dump())


def get_deck_json(
    scene: SceneDependency,
    layer: LayerName,
    *,
    portable_only: Annotated[
        bool, Query(alias="portable", description="Stock classes only")
    ] = False,
    step: StepQuery = None,
) -> Response:
    """The layer as deck.gl JSON; ``portable=true`` uses stock classes only."""
    spec = catalogue.layer(scene, layer).spec(scene)
    if not portable_only:
        return _json(spec.to_deck_json())
    style = portable(spec.style, scene, layer=layer, step=_step(scene, step))
    return _json({"layers": style})


def get_geometry(
    request: Request,
    library: LibraryDependency,
    scene: SceneDependency,
    layer: LayerName,
    part: PartQuery = "",
) -> Response:
    """Packed geometry; docs/reference/formats.md has the layout."""
    found = catalogue.layer(scene, layer)
    content = prepared.packed(library, scene, found, part)
    return _stored(request, content, immutable=_is_fixed(request, scene))


def get_items(
    scene: SceneDependency,
    layer: LayerName,
    *,
    bbox: Annotated[
        str | None,
        Query(description="West,south,east,north [degrees]", examples=["120.1,30.2,120.2,30.3"]),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=items.LARGEST_LIMIT, description="At most so many")
    ] = items.LIMIT,
    offset: Annotated[
        int, Query(ge=0, le=1_000_000_000, description="Leave out so many first")
    ] = 0,
    part: PartQuery = "",
    name: Annotated[
        str | None, Query(alias="state", max_length=40, description="Add a state's value")
    ] = None,
    step: StepQuery = None,
    look: Annotated[bool, Query(description="Add the colour and height drawn")] = False,
) -> Response:
    """Rows as GeoJSON (WGS 84), at most ``limit`` of those that meet the box."""
    box = None if bbox is None else items.box(bbox)
    found = catalogue.layer(scene, layer)
    at = _step(scene, step)
    more = prepared.state_column(scene, found, name, at)
    rows = prepared.rows(scene, found, part)
    if look:
        more |= prepared.drawn_columns(scene, found, part, at, rows.features)
    content = items.feature_collection(rows, box, limit=limit, offset=offset, extra=more)
    return Response(content, media_type="application/geo+json")


def get_item(scene: SceneDependency, layer: LayerName, row: Row) -> Response:
    """One row with all its columns."""
    found = catalogue.layer(scene, layer)
    return Response(
        items.feature(prepared.rows(scene, found, ""), row), media_type="application/geo+json"
    )


def get_image(
    request: Request,
    library: LibraryDependency,
    scene: SceneDependency,
    layer: LayerName,
    step: StepQuery = None,
) -> Response:
    """The ground, or a run's water at one step, as PNG."""
    found = catalogue.layer(scene, layer)
    if found.leaf != "image.png":
        raise NotFoundError(f"layer {layer} has no image; terrain and flood have", field="layer")
    if found.id == "terrain":
        name = f"layers/{scene.city.release}-terrain-{scene.theme}.png"
        ground = scene.city.terrain
        content = kept(library.cache, name, lambda: terrain.picture(ground, scene.palette))
    else:
        run = scene.the_run()
        depth = flood.depth_at(run, scene.city.terrain, run.checked_step(step))
        content = flood.picture(depth, scene.palette)
    control = IMMUTABLE if _is_fixed(request, scene) else REVALIDATE
    return Response(content, media_type="image/png", headers={"Cache-Control": control})


def get_tilejson(request: Request, scene: SceneDependency, layer: LayerName) -> Response:
    """TileJSON 3.0 of a layer that is served as vector tiles."""
    found = catalogue.layer(scene, layer)
    prepared.rings_of(scene, found)
    west, south, east, north = box_in_degrees(scene.city.buildings, scene.city.crs)
    root = str(request.base_url).rstrip("/")
    body: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": found.id,
        "attribution": scene.provenance.licence,
        "tiles": [f"{root}{scene.base}/layers/{found.id}/tiles/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": tiles.MIN_ZOOM,
        "maxzoom": tiles.MAX_ZOOM,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, tiles.MIN_ZOOM + 1],
        "vector_layers": [{"id": found.id, "fields": {"height": "Number", "kind": "Number"}}],
    }
    return _json(body)


def get_tile(scene: SceneDependency, layer: LayerName, z: Zoom, x: Column, y: TileRow) -> Response:
    """One vector tile (MVT 2.1); a feature is in the tile that holds its centre, unclipped."""
    found = catalogue.layer(scene, layer)
    tiles.check_address(z, x, y)
    content = tiles.tile(prepared.rings_of(scene, found), found.id, zoom=z, x=x, y=y)
    return Response(content, media_type="application/vnd.mapbox-vector-tile")


def get_state(request: Request, scene: SceneDependency, name: StateName, chunk: Chunk) -> Response:
    """State of 24 steps; docs/reference/formats.md has the layout."""
    content = state.chunk(scene.the_run(), name, chunk, terrain=scene.city.terrain)
    return _stored(request, gzip.compress(content, compresslevel=1, mtime=0), immutable=True)


def get_trips(request: Request, scene: SceneDependency, chunk: Chunk) -> Response:
    """Trips that move in six hours of the run, packed."""
    content = trips.pack(scene.the_run(), scene.city.crs, chunk)
    return _stored(request, gzip.compress(content, compresslevel=3, mtime=0), immutable=True)


def get_paths(scene: SceneDependency, step: StepQuery = None) -> Response:
    """Trips around one step as rows of a stock TripsLayer."""
    run = scene.the_run()
    return _json(trips.paths(run, scene.city.crs, run.checked_step(step)))


def get_scene(theme: ThemeQuery = "dark") -> Response:
    """Ground colour, light, bands and page colours."""
    return _json(atmosphere(theme))


Endpoints = tuple[tuple[str, Callable[..., Any]], ...]
_EVERYWHERE: Endpoints = (
    ("/layers", list_layers),
    ("/layers/{layer}", get_layer),
    ("/layers/{layer}/deck.json", get_deck_json),
    ("/layers/{layer}/geometry.bin", get_geometry),
    ("/layers/{layer}/items", get_items),
    ("/layers/{layer}/items/{row}", get_item),
    ("/layers/{layer}/image.png", get_image),
    ("/layers/{layer}/tiles.json", get_tilejson),
    ("/layers/{layer}/tiles/{z}/{x}/{y}.mvt", get_tile),
)
_OF_RUNS: Endpoints = (
    ("/layers/trips/paths.json", get_paths),
    ("/state/{name}/{chunk}", get_state),
    ("/trips/{chunk}", get_trips),
)


_MODELS: dict[Callable[..., Any], type[BaseModel]] = {
    list_layers: LayerList,
    get_layer: LayerSpec,
}
_BINARY = "application/octet-stream"
_MEDIA: dict[Callable[..., Any], str] = {
    get_geometry: _BINARY,
    get_state: _BINARY,
    get_trips: _BINARY,
    get_items: "application/geo+json",
    get_item: "application/geo+json",
    get_image: "image/png",
    get_tile: "application/vnd.mapbox-vector-tile",
}


def _add(family: APIRouter, path: str, endpoint: Callable[..., Any]) -> None:
    """Add a route with the media type it answers in."""
    media = _MEDIA.get(endpoint)
    if media is None:
        model = _MODELS.get(endpoint)
        family.add_api_route(path, endpoint, responses={200: {"model": model}} if model else None)
        return
    answer = {"description": "Successful Response", "content": {media: {}}}
    family.add_api_route(path, endpoint, response_class=Response, responses={200: answer})


def _family(prefix: str, set_scene: Callable[..., None], endpoints: Endpoints) -> APIRouter:
    family = APIRouter(prefix=prefix, tags=["layers"], dependencies=[Depends(set_scene)])
    for path, endpoint in endpoints:
        _add(family, path, endpoint)
    return family


router = APIRouter()
router.add_api_route("/api/scene", get_scene, tags=["layers"])
router.include_router(_family("/api/cities/{city}", city_scene, _EVERYWHERE))
router.include_router(_family("/api/runs/{run}", run_scene, (*_OF_RUNS, *_EVERYWHERE)))
router.include_router(_family("/api/placements/{placement}", placement_scene, _EVERYWHERE))
router.include_router(_family("/api/studies/{study}/plans/{plan}", plan_scene, _EVERYWHERE))
