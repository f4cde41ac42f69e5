"""Neighbours: a message that those who heard it pass on within their building or grid."""

import numpy as np
from numpy.typing import NDArray

STEP_MINUTES = 2.0
"""Time step of the spread [min]; within a step the informed share is taken as constant."""
Reals = NDArray[np.float64]


def passed_on(
    heard: Reals,
    group: NDArray[np.int64],
    *,
    resistance: Reals,
    tells_per_hour: float,
    for_minutes: float,
) -> Reals:
    """Minutes until each household hears, if those who heard tell their neighbours.

    A household that has not heard is told at the rate ``tells_per_hour`` times the share of its
    group that has. With exponential resistance the informed share of a large group follows the
    logistic curve.

    Args:
        heard: Minutes until it hears otherwise, inf for never, shape ``(households,)``.
        group: Building or grid of each household, integers from 0.
        resistance: Draws from the exponential distribution of mean 1; inf for those who talk
            with nobody.
        tells_per_hour: Rate [1/h].
        for_minutes: When people stop telling [min].

    Returns:
        Minutes [min], never later than ``heard``.
    """
    found = heard.copy()
    size = np.bincount(group)
    told = np.zeros(len(size))
    rate = tells_per_hour * STEP_MINUTES / 60.0
    open_rows = np.flatnonzero(np.isfinite(resistance) & (heard > 0))
    for step in range(int(np.ceil(for_minutes / STEP_MINUTES)) if rate > 0 else 0):
        now = step * STEP_MINUTES
        knows = np.bincount(group[found <= now], minlength=len(size))
        pressure = rate * knows / np.maximum(size, 1)
        after = told + pressure
        rows = open_rows[resistance[open_rows] < after[group[open_rows]]]
        where = group[rows]
        share = (resistance[rows] - told[where]) / pressure[where]
        found[rows] = np.minimum(found[rows], now + STEP_MINUTES * share)
        told = after
        open_rows = open_rows[found[open_rows] > now + STEP_MINUTES]
        if len(open_rows) == 0:
            break
    return found
