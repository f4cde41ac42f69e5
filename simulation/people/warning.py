"""Warning: when a message reaches each household, over channels with reach and delay."""

import numpy as np
from numpy.typing import NDArray

from scenarios.behaviour import Behaviour

NEVER = np.iinfo(np.int64).max


def heard_after_minutes(
    behaviour: Behaviour, has_network: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.float64]:
    """Minutes until the first channel reaches each household, inf where none does.

    Args:
        behaviour: Channels with reach and lognormal delay.
        has_network: Households with a working mobile network, shape ``(households,)``.
        random: Two draws for each household and channel, whoever is reached.
    """
    first = np.full(len(has_network), np.inf)
    for channel in behaviour.channels:
        is_reached = random.random(len(first)) < channel.reach.value
        noise = random.standard_normal(len(first))
        if channel.needs_network:
            is_reached &= has_network
        minutes = channel.delay_minutes.value * np.exp(channel.sigma * noise)
        first = np.minimum(first, np.where(is_reached, minutes, np.inf))
    return first


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
