"""Service curves of places: the frames of a run rolled up from grids by residents."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from api.store import Store
from gis.errors import NotFoundError
from simulation.frames import FUNCTIONS


class PlaceCurve(BaseModel):
    """Service quality of one place over time."""

    time_s: list[int] = Field(description="Moments [s from T0]")
    quality: list[float] = Field(description="Weak-link service level, mean over residents [0-1]")
    functions: dict[str, list[float] | None] = Field(
        description="Share of demand met by function [0-1]; null where it is not modelled"
    )
    residents_present: list[int] = Field(description="People there at each moment [persons]")


def place_curve(store: Store, run: str, code: str) -> PlaceCurve:
    """Roll a place's grids up, weighted by registered residents.

    Args:
        store: Where runs and cities are.
        run: Id of the run.
        code: Code of a place on any level.

    Raises:
        NotFoundError: No such run, or the run's city has no such place.
    """
    result = store.runs.result(run)
    city = store.cities.release(result.release)
    if not (city.places["code"] == code).any():
        raise NotFoundError(f"city {city.name} has no place {code[:80]!r}", field="code")
    frames = store.runs.frames(run)
    is_inside = city.grids["code"].str.startswith(code).to_numpy(dtype=bool)
    weight = city.grids["residents"].to_numpy(dtype=np.float64)[is_inside]
    service = frames.grid_service[:, is_inside]
    functions = {
        name: _rolled_up(service[:, :, index], weight) for index, name in enumerate(FUNCTIONS)
    }
    return PlaceCurve(
        time_s=frames.time_s.tolist(),
        quality=_rolled_up(frames.grid_quality[:, is_inside], weight) or [],
        functions=functions,
        residents_present=frames.grid_residents[:, is_inside].sum(axis=1).tolist(),
    )


def _rolled_up(percent: NDArray[np.uint8], weight: NDArray[np.float64]) -> list[float] | None:
    """Mean over grids as a share; None where no grid models it.

    Args:
        percent: Service level [%], 255 where not modelled, shape ``(steps, grids)``.
        weight: Residents per grid [persons], shape ``(grids,)``; all equal where nobody lives.
    """
    is_modelled = percent != 255
    if not is_modelled.any():
        return None
    shares = np.where(weight.sum() > 0, weight, 1.0) * is_modelled
    total = shares.sum(axis=1)
    mean = (percent * shares).sum(axis=1) / np.where(total > 0, total, 1.0) / 100.0
    values: list[float] = np.round(mean, 4).tolist()
    return values
