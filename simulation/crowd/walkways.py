"""Walkways: Weidmann's curve as the kernel plays it.

The curve is concave, so its congested branch is the lower envelope of its tangents, and each
tangent is one backward wave (Newell 1993; Daganzo 2005, Transportation Research B 39): with n
walkers in, the next one may enter when, for every tangent, the walker has left who was n less
the tangent's room ahead, and the tangent's wave has come up since.
"""

from typing import Final

import numpy as np

from simulation.crowd import layout as at
from simulation.crowd.compiled import inlined
from simulation.crowd.layout import Ints, Ints2
from simulation.crowd.weidmann import JAM_DENSITY_PER_M2, flow

TANGENTS_PER_M2: Final = (2.2, 2.6, 3.1, 3.7, 4.5, 5.1)
"""Densities at which the curve is touched: nowhere between is it missed by more than 1 %."""
FASTEST_PER_M2: Final = 1.75
"""Density of the largest flow; beyond it waves, not entries, set the pace."""


def _slope(density: float) -> float:
    """Give dq/dk of Weidmann's curve [m/s], by central difference."""
    step = 1e-5
    return float((flow(density + step) - flow(density - step)) / (2 * step))


JAM_WAVE_MPS: Final = -_slope(JAM_DENSITY_PER_M2 - 1e-4)


def _wave(density: float) -> tuple[float, float]:
    """Give a tangent's wave over the jam's, and its room over the jam's."""
    wave = -_slope(density)
    return wave / JAM_WAVE_MPS, (density + float(flow(density)) / wave) / JAM_DENSITY_PER_M2


WAVES: Final = tuple(_wave(density) for density in TANGENTS_PER_M2)


@inlined
def slowdown(density: float) -> float:
    """Give free speed over Weidmann's speed at a density [1/m2] of the free branch."""
    if density <= 0.05:
        return 1.0
    density = min(density, FASTEST_PER_M2)
    return float(1.0 / (1.0 - np.exp(-1.913 * (1.0 / density - 1.0 / 5.4))))


@inlined
def thinning(links: Ints2, ring: Ints, link: int) -> int:
    """Give the first tick at which no wave of a walkway's jam holds the next walker back."""
    row = links[link]
    tick = 0
    for i in range(len(WAVES)):
        pace, room = WAVES[i]
        needed = row[at.N_IN] - int(np.ceil(room * row[at.STORAGE]))
        if needed >= row[at.N_OUT]:
            return at.NEVER
        if needed >= 0 and needed >= row[at.N_OUT] - row[at.RING_SIZE]:
            left = ring[row[at.RING] + needed % row[at.RING_SIZE]]
            tick = max(tick, left + int(row[at.LAG] / pace))
    return int(tick)
