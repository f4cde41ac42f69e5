"""A layer as this service knows it: what it draws, and how a scene dresses it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from api.layers.features import Features
from api.layers.scene import Scene
from api.layers.spec import Encoding, Geometry, Kind, LayerSpec, LegendEntry, State
from simulation.run import Words
from twin.city import Level

FLAT: dict[str, Any] = {"depthWriteEnabled": False, "depthCompare": "always"}
"""Parameters of layers on the ground: drawn in order, never fighting for the same depth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """How a layer looks in one scene: deck.gl layers, legend and state."""

    style: list[dict[str, Any]]
    legend: list[LegendEntry] = field(default_factory=list)
    state: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer.

    Attributes:
        id: Name in addresses.
        order: Lower is drawn first.
        visible: Shown when the page opens.
        encoding: Form of the geometry.
        dress: Gives style, legend and state for a scene.
        features: Gives rows for a scene and a part; None where the layer has no table.
        leaf: Last part of the geometry's address.
        has_tiles: Served as vector tiles too.
        levels: Levels of places that the layer shows.
        is_of_run: The rows depend on the run or placement, not only on the city.
    """

    id: str
    title: Words
    kind: Kind
    order: int
    visible: bool
    encoding: Encoding
    dress: Callable[[Scene], Dress]
    features: Callable[[Scene, str], Features] | None = None
    leaf: Literal["geometry.bin", "image.png", "deck.json", "trips"] = "geometry.bin"
    has_tiles: bool = False
    levels: tuple[Level, ...] = ()
    is_of_run: bool = False

    def spec(self, scene: Scene) -> LayerSpec:
        """The layer's definition in one scene."""
        dress = self.dress(scene)
        return LayerSpec(
            id=self.id,
            title=self.title,
            kind=self.kind,
            order=self.order,
            visible=self.visible,
            geometry=Geometry(encoding=self.encoding, href=self._geometry_href(scene)),
            state=dress.state,
            style=dress.style,
            legend=dress.legend,
            levels=list(self.levels),
            time=scene.time,
            links=self._links(scene),
            provenance=scene.provenance,
        )

    def _geometry_href(self, scene: Scene) -> str:
        if self.leaf == "geometry.bin":
            return scene.geometry_href(self.id)
        if self.leaf == "trips":
            return f"{scene.base}/trips/{{chunk}}"
        return scene.href(self.id, self.leaf, **scene.look())

    def _links(self, scene: Scene) -> dict[Literal["self", "deck", "tiles", "items"], str]:
        look = scene.look()
        links: dict[Literal["self", "deck", "tiles", "items"], str] = {
            "self": scene.href(self.id, **look),
            "deck": scene.href(self.id, "deck.json", **look),
        }
        if self.features is not None:
            links["items"] = scene.href(self.id, "items")
        if self.has_tiles:
            links["tiles"] = scene.href(self.id, "tiles.json")
        return links
