"""Layers made ready to be asked: packed bytes on disk, indexes and tiles' rings in memory."""

import gzip
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.layers.cache import Shelf, kept
from api.layers.definition import Layer
from api.layers.features import Features
from api.layers.items import Collection, collection
from api.layers.packed import VERSION, pack_lines, pack_polygons
from api.layers.scene import Scene
from api.layers.sources import Library
from api.layers.tiles import Tiled, tiled
from gis.errors import InputError, NotFoundError

_COLLECTIONS = Shelf(24)
_TILED = Shelf(4)
PARTS = ("", "capacity", "load")
_ITEM_STATES = {
    "building_state": "buildings",
    "road_state": "roads",
    "grid_quality": "grids",
    "facility_open": "facilities",
    "facility_load": "facilities",
}


def packed(library: Library, scene: Scene, layer: Layer, part: str) -> bytes:
    """Packed geometry of a layer, gzipped; from the cache where it was made before.

    Raises:
        NotFoundError: The layer has no packed geometry, or no such part.
    """
    make = pack_lines if layer.encoding == "packed-lines" else pack_polygons
    rows = features_of(layer)
    if part not in PARTS:
        raise NotFoundError(
            f"layer {layer.id} has no part {part[:80]!r}; leave it out, or ask for one of "
            f"{', '.join(PARTS[1:])} of facilities",
            field="part",
        )
    name = f"layers/{'-'.join(key(scene, layer, part))}-{VERSION}.bin.gz"
    return kept(
        library.cache,
        name,
        lambda: gzip.compress(make(rows(scene, part), scene.city.crs), compresslevel=6, mtime=0),
    )


def features_of(layer: Layer) -> Any:  # noqa: ANN401 - Callable[[Scene, str], Features]
    """What gives a layer's rows.

    Raises:
        NotFoundError: The layer has no rows.
    """
    if layer.features is None:
        raise NotFoundError(f"layer {layer.id} has no rows of its own", field="layer")
    return layer.features


def key(scene: Scene, layer: Layer, part: str) -> tuple[str, ...]:
    """All that a layer's rows depend on."""
    owner = scene.city.release
    if layer.is_of_run and scene.run is not None:
        owner = scene.run.result.run
    elif layer.is_of_run and scene.placement is not None:
        owner = str(scene.placement["placement"])
    elif layer.is_of_run and scene.plan is not None:
        owner = f"{scene.plan.study.study}-{scene.plan.name}"
    return (owner, layer.id, part or "all")


def rows(scene: Scene, layer: Layer, part: str) -> Collection:
    """A layer's rows with their index."""
    make = features_of(layer)
    if part not in PARTS:
        raise NotFoundError(f"layer {layer.id} has no part {part[:80]!r}", field="part")
    return _COLLECTIONS.get(
        key(scene, layer, part), lambda: collection(make(scene, part), scene.city.crs)
    )


def rings_of(scene: Scene, layer: Layer) -> Tiled:
    """A layer's rings for tiles.

    Raises:
        NotFoundError: The layer is not served as tiles.
    """
    if not layer.has_tiles:
        raise NotFoundError(f"layer {layer.id} has no tiles; buildings have", field="layer")
    make = features_of(layer)

    def build() -> Tiled:
        found: Features = make(scene, "")
        return tiled(found, scene.city.crs)

    return _TILED.get(key(scene, layer, ""), build)


def state_column(
    scene: Scene, layer: Layer, name: str | None, step: int
) -> dict[str, NDArray[Any]]:
    """A state at one step as a further property of items; empty when none is asked for.

    Raises:
        InputError: The layer has no such state.
    """
    if name is None:
        return {}
    if _ITEM_STATES.get(name) != layer.id:
        own = [state for state, owner in _ITEM_STATES.items() if owner == layer.id]
        raise InputError(
            f"layer {layer.id} has no state {name[:80]!r}; it has {', '.join(own) or 'none'}",
            field="state",
        )
    return {"state": np.asarray(scene.the_run().frame(name)[step])}


def drawn_columns(
    scene: Scene, layer: Layer, part: str, step: int, features: Features
) -> dict[str, NDArray[Any]]:
    """Colour and height of each row as the style draws it at one step of a run.

    Returns:
        ``colour``, uint8, shape ``(rows, 4)``, and ``height`` [m], shape ``(rows,)``.
    """
    name = f"{layer.id}-{part}" if part else layer.id
    style = next(drawn for drawn in layer.dress(scene).style if drawn["id"] == name)
    colour = np.asarray(style["palette"], np.uint8)[features.kind]
    height: NDArray[Any] = features.size.astype(np.float64)
    state = style.get("state")
    if state is None:
        return {"colour": colour, "height": height}
    values = np.asarray(scene.the_run().frame(state["name"])[step])
    if state["target"] == "height":
        return {"colour": colour, "height": np.maximum(values * state["scale"], state["least"])}
    table = [tint or [0, 0, 0, 0] for tint in state["palette"]]
    is_own = np.array([tint is None for tint in state["palette"]])
    place = np.minimum(values, len(table) - 1)
    return {
        "colour": np.where(is_own[place][:, None], colour, np.asarray(table, np.uint8)[place]),
        "height": height,
    }
