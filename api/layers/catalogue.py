"""Which layers a city, a run, a placement and a reserve plan have, in drawing order."""

from api.layers import (
    buildings,
    facilities,
    flood,
    grids,
    incidents,
    placement,
    reserves,
    roads,
    surfaces,
    terrain,
    trips,
)
from api.layers.definition import Layer
from api.layers.scene import Scene
from gis.errors import NotFoundError

_GROUND = (terrain.LAYER, surfaces.LAND)
CITY: tuple[Layer, ...] = (
    *_GROUND,
    *grids.DENSITY_LAYERS,
    surfaces.WATER,
    roads.LAYER,
    buildings.LAYER,
    facilities.LAYER,
)
RUN: tuple[Layer, ...] = (
    *_GROUND,
    grids.GRIDS,
    *grids.BAND_LAYERS,
    surfaces.WATER,
    flood.LAYER,
    roads.LAYER,
    buildings.LAYER,
    trips.LAYER,
    facilities.LAYER,
    incidents.LAYER,
)
PLACEMENT: tuple[Layer, ...] = (placement.REACH, placement.DEPOTS)
PLAN: tuple[Layer, ...] = (reserves.UNMET, reserves.SITES, reserves.DELIVERIES, reserves.STOCK)


def layers(scene: Scene) -> tuple[Layer, ...]:
    """The layers of a scene."""
    if scene.placement is not None:
        return PLACEMENT
    if scene.plan is not None:
        return PLAN
    return CITY if scene.run is None else RUN


def layer(scene: Scene, name: str) -> Layer:
    """One layer of a scene.

    Raises:
        NotFoundError: The scene has no such layer.
    """
    known = {one.id: one for one in layers(scene)}
    if name not in known:
        raise NotFoundError(
            f"there is no layer {name[:80]!r}; there are {', '.join(known)}", field="layer"
        )
    return known[name]


def layer_of_city(scene: Scene, name: str) -> Layer:
    """One layer of a city or of a run on it, whatever the scene is of.

    Raises:
        NotFoundError: There is no such layer.
    """
    known = {one.id: one for one in (*CITY, *RUN)}
    return known.get(name) or layer(scene, name)
