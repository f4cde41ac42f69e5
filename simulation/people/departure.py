"""Departure: how long people take from deciding to leaving, on the Rayleigh curve."""

import numpy as np
from numpy.typing import NDArray


def rayleigh_scale(t50: float, t90: float) -> float:
    """Scale of the Rayleigh curve closest to two given quantiles (least squares).

    F(t) = 1 - exp(-t^2 / 2 s^2), so t50 = 1.177 s and t90 = 2.146 s.

    >>> round(rayleigh_scale(1.17741, 2.14597), 4)
    1.0
    """
    a, b = np.sqrt(2 * np.log(2)), np.sqrt(2 * np.log(10))
    return float((a * t50 + b * t90) / (a * a + b * b))


def departure_minutes(
    uniform: NDArray[np.float64], *, t50: float, t90: float
) -> NDArray[np.float64]:
    """Time from decision to departure [min] on the Rayleigh departure curve.

    Source of the shape: evacuees of Irene at Cape May, TRR 2376 (2013).

    Args:
        uniform: Draws in [0, 1), shape ``(households,)``.
        t50: Time by which half have left [min].
        t90: Time by which nine tenths have left [min].
    """
    scale = rayleigh_scale(t50, t90)
    return np.asarray(scale * np.sqrt(-2.0 * np.log1p(-uniform)), dtype=np.float64)
