"""Media: when people next look or listen, by the hour of the day."""

import numpy as np
from numpy.typing import NDArray

from scenarios.channels import Media

DAYS = 2
"""News older than this many days is news no more; assumption A."""


def noticed_after(
    media: Media, resistance: NDArray[np.float64], *, hour: float
) -> NDArray[np.float64]:
    """Minutes until each household takes note.

    In a whole hour a share p of the users takes note, spread evenly: at the rate -ln(1 - p).

    Args:
        media: The channel.
        resistance: Draws from the exponential distribution of mean 1, shape ``(households,)``.
        hour: Local hour of the order, 0 to 24.

    Returns:
        Minutes [min] from the order, inf for those who missed it for two days.
    """
    on_air = hour + media.delay_minutes.value / 60.0
    hours = np.concatenate([[on_air], np.floor(on_air) + 1.0 + np.arange(24 * DAYS)])
    rate = -np.log1p(-np.array(media.by_hour))
    exposure = rate[np.floor(hours[:-1]).astype(np.int64) % 24] * np.diff(hours)
    met = np.concatenate([[0.0], np.cumsum(exposure)])
    at = np.interp(resistance, met, hours)
    return np.asarray(np.where(resistance < met[-1], (at - hour) * 60.0, np.inf))
