"""A scene: what a list of layers is drawn from - a city, perhaps with a run or a placement."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from api.layers.colours import Palette
from api.layers.palette import PALETTES
from api.layers.spec import Colour, LayerProvenance, State, StateValue, Theme, TimeExtent
from gis.errors import InputError, NotFoundError
from simulation.run import RunResult, Words
from simulation.studies.result import FrontPoint, StudyResult
from twin.city import City

CHUNK_STEPS = 24
Language = Literal["zh", "en"]


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run as it lies on the disk; arrays are mapped, not read.

    Attributes:
        folder: The run's folder.
        result: What the run concludes.
    """

    folder: Path
    result: RunResult

    def frame(self, name: str) -> NDArray[Any]:
        """One array of ``simulation.frames``, memory-mapped.

        Raises:
            NotFoundError: The run has no such array.
        """
        path = self.folder / "frames" / f"{name}.npy"
        if not path.is_file():
            raise NotFoundError(f"run {self.result.run[:12]} has no frames {name!r}", field="state")
        return np.asanyarray(np.load(path, mmap_mode="r", allow_pickle=False))

    @cached_property
    def steps(self) -> int:
        """Number of moments the run has state for."""
        return int(self.frame("time_s").shape[0])

    @cached_property
    def worst_step(self) -> int:
        """Step at which the city's service was lowest."""
        quality = self.result.curve.quality
        worst = int(np.argmin(quality)) if quality else 0
        return min(worst, max(self.steps - 1, 0))

    def checked_step(self, step: int | None) -> int:
        """The step asked for, or the worst one.

        Raises:
            InputError: There is no such step.
        """
        if step is None:
            return self.worst_step
        if not 0 <= step < self.steps:
            raise InputError(f"step is {step}; wanted 0 to {self.steps - 1}", field="step")
        return step


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A reserve plan of a study.

    Attributes:
        name: The plan in addresses: a point of the front, or the id of a moved plan.
        plan: Depots, stock, deliveries and what stays unmet.
        study: The study it belongs to.
    """

    name: str
    plan: FrontPoint
    study: StudyResult


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What layers are made from, and where their addresses begin.

    Attributes:
        city: The city, of exactly the release that is drawn.
        base: Address prefix, such as ``/api/runs/<run>``.
        theme: Colours.
        language: Language of labels drawn in the map.
        run: The run drawn, if any.
        placement: Result of the placement drawn, if any.
        plan: The reserve plan drawn, if any.
    """

    city: City
    base: str
    theme: Theme = "dark"
    language: Language = "zh"
    run: RunView | None = None
    placement: Mapping[str, Any] | None = None
    plan: PlanView | None = None

    @property
    def palette(self) -> Palette:
        """The theme's colours."""
        return PALETTES[self.theme]

    def href(self, layer: str, leaf: str = "", /, **query: str | int | None) -> str:
        """Address of something of a layer; the query keeps only what differs from the default."""
        tail = f"/{leaf}" if leaf else ""
        asked = {key: value for key, value in query.items() if value is not None}
        return f"{self.base}/layers/{layer}{tail}" + (f"?{urlencode(asked)}" if asked else "")

    def geometry_href(self, layer: str, part: str | None = None) -> str:
        """Address of packed geometry, with the release so that it may be kept for ever."""
        return self.href(layer, "geometry.bin", part=part, v=self.city.release[:12] or None)

    def look(self) -> dict[str, str | int | None]:
        """Query that carries theme and language on, where they are not the default."""
        return {
            "theme": self.theme if self.theme != "dark" else None,
            "language": self.language if self.language != "zh" else None,
        }

    @property
    def time(self) -> TimeExtent | None:
        """The run's time."""
        if self.run is None:
            return None
        result = self.run.result
        return TimeExtent(start_s=result.start_s, end_s=result.end_s, step_s=result.step_s)

    @property
    def provenance(self) -> LayerProvenance:
        """Where the scene comes from. A run is a simulation, so it always counts as synthetic."""
        known = self.city.provenance
        result = self.run.result if self.run else None
        return LayerProvenance(
            synthetic=known.is_synthetic or result is not None,
            release=self.city.release,
            run=result.run if result else None,
            drill=result.drill if result else None,
            seed=result.seed if result else None,
            licence="; ".join(known.sources),
            assumptions=list(known.assumptions),
        )

    def the_run(self) -> RunView:
        """The run of a scene that must have one.

        Raises:
            NotFoundError: The scene has no run.
        """
        if self.run is None:
            raise NotFoundError("this layer exists only in a run", field="layer")
        return self.run

    def state(
        self, name: str, *, length: int, type_: Literal["u8", "i32"], values: list[StateValue]
    ) -> State:
        """Describe one state of the run."""
        return State(
            name=name,
            href=f"{self.base}/state/{name}/{{chunk}}",
            chunk_steps=CHUNK_STEPS,
            steps=self.the_run().steps,
            length=length,
            type=type_,
            values=values,
        )


def colour_state(state: State, palette: list[Colour | None]) -> dict[str, Any]:
    """The ``state`` property of a deck.gl layer whose colour follows a state."""
    return {**_transport(state), "target": "colour", "palette": rgba(palette)}


def height_state(state: State, *, scale: float, least: float) -> dict[str, Any]:
    """The ``state`` property of a deck.gl layer whose height [m] follows a state."""
    return {**_transport(state), "target": "height", "scale": scale, "least": least}


def _transport(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "href": state.href,
        "chunkSteps": state.chunk_steps,
        "steps": state.steps,
        "length": state.length,
        "type": state.type,
    }


def rgba(colours: "list[Colour] | list[Colour | None] | tuple[Colour, ...]") -> list[Any]:
    """Colours as JSON has them."""
    return [None if colour is None else list(colour) for colour in colours]


def words(zh: str, en: str) -> Words:
    """One text in both languages."""
    return Words(zh=zh, en=en)
