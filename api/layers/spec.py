"""A map layer, defined once: the page, pydeck, tiles and GeoJSON all read this definition.

``docs/reference/formats.md`` shows every field with an example for each layer.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulation.run import Words

Colour = tuple[int, int, int, int]
Kind = Literal["base", "buildings", "flow", "choropleth", "facilities", "hazard", "agents"]
Encoding = Literal["packed-polygons", "packed-lines", "packed-trips", "raster", "geojson"]
Theme = Literal["dark", "light"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Geometry(_Part):
    """Where the immutable shapes are and how they are packed."""

    encoding: Encoding
    href: str = Field(description="Packed bytes, image or GeoJSON; `{chunk}` for trips")


class StateValue(_Part):
    """One value that a state may take, with its words and colour."""

    value: int
    id: str
    title: Words
    colour: Colour


class State(_Part):
    """State per time step; feature `i` takes the value at row `id[i]` of its step."""

    name: str
    href: str = Field(description="Chunk address with `{chunk}` to replace")
    chunk_steps: int = Field(gt=0)
    steps: int = Field(ge=0)
    length: int = Field(ge=0, description="Values per step")
    type: Literal["u8", "i32"]
    values: list[StateValue] = Field(description="Empty where the state is a measure")


class LegendEntry(_Part):
    """One line of the legend."""

    colour: Colour
    title: Words
    unit: str = ""


class TimeExtent(_Part):
    """When a run's layer has state, in seconds from the drill's T0."""

    start_s: int
    end_s: int
    step_s: int


class LayerProvenance(_Part):
    """Where a layer comes from; the page shows it beside the map."""

    synthetic: bool = Field(description="Generated data, or a run: a simulation, never a record")
    release: str
    run: str | None = None
    drill: str | None = None
    seed: int | None = None
    licence: str
    assumptions: list[str] = []


class LayerSpec(_Part):
    """One layer of one city, run or placement.

    `style` holds deck.gl layers in JSONConverter form, in drawing order; `deck.json` is exactly
    `{"layers": style}`.
    """

    id: str
    title: Words
    kind: Kind
    order: int = Field(description="Drawing order of layers; lower is drawn first")
    visible: bool = Field(description="Shown when the page opens")
    geometry: Geometry
    state: State | None = None
    style: list[dict[str, Any]]
    legend: list[LegendEntry]
    levels: list[Literal["city", "district", "street", "community", "grid"]] = []
    time: TimeExtent | None = None
    links: dict[Literal["self", "deck", "tiles", "items"], str]
    provenance: LayerProvenance

    def to_deck_json(self) -> dict[str, Any]:
        """Give the layer as deck.gl JSON, for the page's JSONConverter."""
        return {"layers": self.style}
