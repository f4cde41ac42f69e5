"""What every solver answers: the choice, its value, and how good it provably is."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Literal

import numpy as np
from numpy.typing import NDArray

PROOF_TOLERANCE = 1e-7
"""Relative difference of value and bound below which a choice counts as proven: rounding of sums
in double precision over 10^5 rows stays far below it."""

Model = Literal[
    "lscp", "mclp", "p-median", "p-center", "p-dispersion", "cflp", "capacitated-p-median"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try.

    Attributes:
        seconds: Time after which the best choice so far is returned [s]. An answer that ends
            before is the same on every machine; one that this limit ends is not.
        gap: Relative gap at which to stop [1]; 0 asks for a proof.
        seed: Seed of the random search; the same seed takes the same path.
        clock: What ``seconds`` are read on: ``wall``, or ``processor`` to be as thorough on a busy
            machine as on an idle one. HiGHS knows the wall clock only.
    """

    seconds: float = 60.0
    gap: float = 0.0
    seed: int = 1
    clock: Literal["wall", "processor"] = "wall"

    @property
    def timer(self) -> Callable[[], float]:
        """The clock, as a function that gives seconds."""
        return thread_time if self.clock == "processor" else perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A choice of sites and its certificate.

    Attributes:
        model: Which question was asked.
        value: Objective of the choice, recomputed from ``sites``.
        bound: No choice can be better than this: a lower bound where the model minimises, an upper
            bound where it maximises (``mclp``, ``p-dispersion``).
        is_proven: The choice is optimal: value and bound agree within ``PROOF_TOLERANCE``, or no
            value that the data permit (whole numbers) lies between them.
        seconds: Wall time spent [s]; no part of the answer's identity.
        sites: Open sites, rising, int64, existing ones included.
        assignment: Site that serves each demand row, int64, shape ``(demands,)``; -1 where none.
        method: How the answer and its bound were found, in a few words.
        seed: Seed of the random search.
    """

    model: Model
    value: float
    bound: float
    is_proven: bool
    seconds: float
    sites: NDArray[np.int64]
    assignment: NDArray[np.int64]
    method: str
    seed: int

    @property
    def gap(self) -> float:
        """Distance of value and bound relative to the value [1]; 0 when both are 0."""
        if self.value == self.bound:
            return 0.0
        return abs(self.value - self.bound) / max(abs(self.value), 1e-12)


def proves(value: float, bound: float, *, step: float = 0.0) -> bool:
    """Tell whether no better value fits between a value and a bound.

    Args:
        value: Value of a choice.
        bound: Valid bound of all choices.
        step: Smallest difference between two values the data permit; 0 where unknown.

    >>> proves(713.0, 712.2, step=1.0)
    True
    """
    slack = PROOF_TOLERANCE * max(1.0, abs(value))
    return abs(value - bound) <= slack or abs(value - bound) < step - slack


def nearest(distance: NDArray[np.float64], sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """Serve each demand row from its nearest open site, the lowest number on a tie.

    Args:
        distance: Distance or time, shape ``(demands, sites)``; ``inf`` where no way leads.
        sites: Open sites, rising, int64.

    Returns:
        Site per demand row, int64; -1 where no open site is reachable.
    """
    if sites.size == 0:
        return np.full(distance.shape[0], -1, dtype=np.int64)
    part = distance[:, sites]
    position = part.argmin(axis=1)
    reached = np.isfinite(part[np.arange(len(part)), position])
    return np.where(reached, sites[position], -1).astype(np.int64)


def whole_step(*arrays: NDArray[np.float64]) -> float:
    """Smallest difference two values can have: 1 where all finite data are whole, else 0."""
    return 1.0 if all(_is_whole(array) for array in arrays) else 0.0


def _is_whole(array: NDArray[np.float64]) -> bool:
    finite = array[np.isfinite(array)]
    return bool((finite == np.floor(finite)).all())
