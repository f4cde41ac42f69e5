"""How long people withstand smoke: the fractional effective dose (Purser, SFPE Handbook)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def dose_per_s(
    carbon_monoxide_ppm: ArrayLike, carbon_dioxide_percent: ArrayLike, oxygen_percent: ArrayLike
) -> NDArray[np.float64]:
    """Give the fractional effective dose taken in per second; at a sum of 1 a person is helpless.

    Carbon monoxide, hastened by the breathing that carbon dioxide drives, plus lack of oxygen, as
    in NIST TN 1822 (2013) test 2.6.

    Args:
        carbon_monoxide_ppm: CO [ppm].
        carbon_dioxide_percent: CO2 [%].
        oxygen_percent: O2 [%].

    >>> float((1 / dose_per_s(5000, 2, 18)).round(2))
    207.58
    """
    monoxide = np.asarray(carbon_monoxide_ppm, dtype=np.float64)
    dioxide = np.asarray(carbon_dioxide_percent, dtype=np.float64)
    missing = 20.9 - np.asarray(oxygen_percent, dtype=np.float64)
    breathing = np.exp(0.193 * dioxide + 2.0004) / 7.1
    asphyxia = 1.0 / (60.0 * np.exp(8.13 - 0.54 * missing))
    return np.asarray(4.607e-7 * monoxide**1.036 * breathing + asphyxia)
