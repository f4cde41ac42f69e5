"""Means over runs with Student's 95 % interval, run by run with the same seed where paired."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

CONFIDENCE = 0.95
DIGITS = 10


class Interval(BaseModel):
    """A mean over runs and its two-sided 95 % interval (Student's t over the runs)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: float
    low: float | None = Field(description="None where one run leaves no interval")
    high: float | None
    n: int = Field(description="Runs, or pairs of runs")


def estimate(values: Sequence[float]) -> Interval:
    """Mean and interval of independent values by Student's t.

    >>> found = estimate([1.0, 2.0, 3.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    if len(values) == 0:
        return Interval(mean=float("nan"), low=None, high=None, n=0)
    return interval(values, [1.0], [0] * len(values))


def interval(values: Sequence[float], weights: Sequence[float], strata: Sequence[int]) -> Interval:
    """Weighted mean over drills of the mean over each drill's runs, and its interval.

    Runs of one drill are equally likely; drills weigh as given. Degrees of freedom after
    Welch and Satterthwaite (Satterthwaite 1946, Biometrics Bulletin 2).

    Args:
        values: One value for each run, or one difference for each pair of runs.
        weights: Weight of each stratum; they need not sum to 1.
        strata: Stratum (drill) of each value.

    >>> interval([1.0, 2.0, 3.0], [1.0], [0, 0, 0]).mean
    2.0
    >>> interval([4.0], [1.0], [0]).low is None
    True
    """
    array, place = np.asarray(values, dtype=np.float64), np.asarray(strata)
    share = np.asarray(weights, dtype=np.float64)
    share = share / share.sum()
    parts = [array[place == number] for number in range(len(share))]
    mean = float(sum(w * part.mean() for w, part in zip(share, parts, strict=True)))
    half = _half_width(parts, share)
    return Interval(
        mean=round(mean, DIGITS),
        low=None if half is None else round(mean - half, DIGITS),
        high=None if half is None else round(mean + half, DIGITS),
        n=len(array),
    )


def _half_width(parts: Sequence[NDArray[np.float64]], share: NDArray[np.float64]) -> float | None:
    if any(len(part) < 2 for part in parts):
        return None
    pieces = np.array(
        [w * w * part.var(ddof=1) / len(part) for w, part in zip(share, parts, strict=True)]
    )
    if pieces.sum() <= 0:
        return 0.0
    freedom = pieces.sum() ** 2 / sum(
        piece**2 / (len(part) - 1) for piece, part in zip(pieces, parts, strict=True)
    )
    return float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom) * np.sqrt(pieces.sum()))


def scaled(given: Interval, factor: float) -> Interval:
    """An interval in another unit."""
    ends = [None if end is None else round(end * factor, DIGITS) for end in (given.low, given.high)]
    low, high = ends if factor >= 0 else reversed(ends)
    return Interval(mean=round(given.mean * factor, DIGITS), low=low, high=high, n=given.n)
