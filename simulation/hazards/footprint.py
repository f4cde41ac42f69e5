"""Footprint: the intensity of a hazard over time, on cells, buildings, edges or nodes."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError


@dataclass(slots=True, kw_only=True)
class Footprint:
    """What a hazard did, step by step; sparse, since most of a city stays dry.

    Attributes:
        hazard: Name of the hazard.
        imts: Intensity measures with their units.
        support: What the ids number.
        interp: How values between two times are read.
        limits: What the model cannot say; carried into every export.
        times: Seconds from T0 of each recorded step, rising.
        ids: Ids with a value above zero at each step, int32, rising.
        values: Intensity at these ids, float32.
    """

    hazard: str
    imts: dict[str, str]
    support: Literal["cell", "building", "edge", "node", "point"]
    limits: tuple[str, ...]
    interp: Literal["hold", "linear"] = "hold"
    times: list[int] = field(default_factory=list)
    ids: list[NDArray[np.int32]] = field(default_factory=list)
    values: list[NDArray[np.float32]] = field(default_factory=list)

    def record(self, time_s: int, dense: NDArray[np.float32], *, above: float) -> None:
        """Append one step.

        Args:
            time_s: Moment [s from T0], later than the last one.
            dense: Intensity of every id, shape ``(ids,)``.
            above: Values up to this are left out.

        Raises:
            InputError: The moment is not later than the last one.
        """
        if self.times and time_s <= self.times[-1]:
            raise InputError(f"footprint step at {time_s} s does not follow {self.times[-1]} s")
        found = np.flatnonzero(dense > above).astype(np.int32)
        self.times.append(time_s)
        self.ids.append(found)
        self.values.append(dense[found].astype(np.float32))

    def at(self, time_s: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Ids and values that hold at a moment: those of the last step up to it."""
        step = int(np.searchsorted(np.asarray(self.times), time_s, side="right")) - 1
        if step < 0:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        return self.ids[step], self.values[step]

    def peak(self, size: int) -> NDArray[np.float32]:
        """Largest value of each id over all steps, shape ``(size,)``."""
        top = np.zeros(size, np.float32)
        for found, value in zip(self.ids, self.values, strict=True):
            top[found] = np.maximum(top[found], value)
        return top

    def arrival(self, size: int, *, threshold: float) -> NDArray[np.float64]:
        """First moment [s from T0] at which each id reaches a threshold; inf where never."""
        first = np.full(size, np.inf)
        for time_s, found, value in zip(self.times, self.ids, self.values, strict=True):
            reached = found[value >= threshold]
            first[reached] = np.minimum(first[reached], time_s)
        return first
