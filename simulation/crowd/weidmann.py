"""How fast people walk: by density (Weidmann 1993), by age and mobility, and in smoke.

Weidmann, U. (1993), Transporttechnik der Fussgaenger, Schriftenreihe des IVT 90, ETH Zurich.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FREE_SPEED_MPS: Final = 1.34
JAM_DENSITY_PER_M2: Final = 5.4
CAPACITY_PER_M_S: Final = 1.225
_SHAPE_PER_M2: Final = 1.913


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRange:
    """Free walking speeds of one group, uniform in the range [m/s]."""

    group: str
    slowest_mps: float
    fastest_mps: float
    basis: Literal["S", "K", "A"]
    citation: str


_RIMEA = "RiMEA guideline 4.1.1 test 7, after IMO MSC.1/Circ.1238"
FREE_SPEEDS: Final = (
    SpeedRange(group="under_30", slowest_mps=0.58, fastest_mps=1.61, basis="S", citation=_RIMEA),
    SpeedRange(group="30_to_50", slowest_mps=1.41, fastest_mps=1.54, basis="S", citation=_RIMEA),
    SpeedRange(group="over_50", slowest_mps=0.68, fastest_mps=1.41, basis="S", citation=_RIMEA),
    SpeedRange(group="impaired", slowest_mps=0.46, fastest_mps=0.76, basis="S", citation=_RIMEA),
)


def speed(density_per_m2: ArrayLike) -> NDArray[np.float64]:
    """Give walking speed [m/s] at a density [1/m2]; 0 from jam density on.

    v = 1.34 (1 - exp(-1.913 (1/k - 1/5.4))).

    >>> float(speed(1.0).round(3))
    1.058
    """
    density = np.clip(np.asarray(density_per_m2, dtype=np.float64), 1e-9, JAM_DENSITY_PER_M2)
    exponent = -_SHAPE_PER_M2 * (1.0 / density - 1.0 / JAM_DENSITY_PER_M2)
    return np.asarray(FREE_SPEED_MPS * (1.0 - np.exp(exponent)))


def flow(density_per_m2: ArrayLike) -> NDArray[np.float64]:
    """Give the flow per metre of width [1/m/s] at a density [1/m2]."""
    return np.asarray(density_per_m2, dtype=np.float64) * speed(density_per_m2)


def walkway(width_m: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Give the ``Network.build`` values of walkways of a width [m]: capacity and jam per metre.

    By themselves they make Newell's triangle min(1.34 k, 0.273 (5.4 - k)): up to 21 % above
    Weidmann's flow at 0.9 people per m2 and a third below it at 3. Give ``walking_width_m``
    besides, and the link follows the curve.
    """
    width = np.asarray(width_m, dtype=np.float64)
    return {
        "capacity_per_s": CAPACITY_PER_M_S * width,
        "jam_per_m": JAM_DENSITY_PER_M2 * width,
    }


def draw_free_speeds(
    age: ArrayLike, is_impaired: ArrayLike, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw free walking speeds [m/s] from the ranges of ``FREE_SPEEDS``.

    Args:
        age: Age [years], shape ``(people,)``.
        is_impaired: Whether each walks with difficulty, shape ``(people,)``.
        rng: Where the draws come from, one per person.
    """
    years = np.asarray(age)
    group = np.where(years < 30, 0, np.where(years <= 50, 1, 2))
    group = np.where(np.asarray(is_impaired, dtype=bool), 3, group)
    slowest = np.array([r.slowest_mps for r in FREE_SPEEDS])[group]
    fastest = np.array([r.fastest_mps for r in FREE_SPEEDS])[group]
    return np.asarray(slowest + (fastest - slowest) * rng.random(len(years)))


def together(free_speed_mps: ArrayLike, group: ArrayLike) -> NDArray[np.float64]:
    """Give the speed of each walker who stays with a group: that of its slowest [m/s].

    Args:
        free_speed_mps: Free speed of each walker [m/s], shape ``(walkers,)``.
        group: Number of each walker's group, 0 or more.

    >>> together([1.25, 0.5, 1.4], [0, 0, 1]).tolist()
    [0.5, 0.5, 1.4]
    """
    own, number = np.asarray(free_speed_mps, dtype=np.float64), np.asarray(group)
    slowest = np.full(int(number.max(initial=-1)) + 1, np.inf)
    np.minimum.at(slowest, number, own)
    return np.asarray(slowest[number])


def pace_classes(
    free_speed_mps: ArrayLike, *, classes: int = 4, link_mps: float = FREE_SPEED_MPS
) -> tuple[tuple[float, ...], NDArray[np.int32]]:
    """Sort walkers into pace classes of equal numbers.

    Args:
        free_speed_mps: Free speed of each walker [m/s], shape ``(walkers,)``.
        classes: Most classes.
        link_mps: Free speed of the links they walk on [m/s].

    Returns:
        The ``pace`` of a ``Movement`` (harmonic mean of a class over ``link_mps``, so that the mean
        walking time of a class is kept), and the class of each walker.
    """
    own = np.asarray(free_speed_mps, dtype=np.float64)
    edges = np.quantile(own, np.linspace(0, 1, classes + 1)[1:-1])
    number = np.searchsorted(np.unique(edges), own, side="right").astype(np.int32)
    number = np.unique(number, return_inverse=True)[1].astype(np.int32)
    total = np.bincount(number, weights=1.0 / own)
    pace = np.bincount(number) / total / link_mps
    return tuple(float(p) for p in pace), number


def smoke_speed(extinction_per_m: ArrayLike, *, free_mps: float = 1.25) -> NDArray[np.float64]:
    """Give speed [m/s] in smoke, free (1 - K/2), never below 0.3 (NIST TN 1822 test 2.5)."""
    extinction = np.asarray(extinction_per_m, dtype=np.float64)
    return np.asarray(np.maximum(0.3, free_mps * (1.0 - 0.5 * extinction)))
