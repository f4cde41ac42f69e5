"""Measures: service levels to quality, quality to resilience, resilience to five levels.

Formulae: weak-link quality Q = [sum w / max(q, 0.01)]^-1 with weights that sum to 1; loss
L = (1/T) integral (1 - Q) dt (Bruneau et al. 2003); R = 1 - L; roll-up 0.7 mean + 0.3 tail, the
tail the mean of the worst fifth of the residents' grids.
"""

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

FLOOR = 0.01
TAIL_SHARE = 0.2
MEAN_WEIGHT, TAIL_WEIGHT = 0.7, 0.3
BANDS = (60.0, 70.0, 80.0, 90.0)
"""Lower limits of bands 2 to 5 of the index; assumption A."""
RED_LINE_POINTS, RED_LINE_CAP = 10.0, 30.0


def weak_link(service: Reals, weights: Reals) -> Reals:
    """Weak-link quality of service levels: a weighted harmonic mean.

    Args:
        service: Service levels [1], shape ``(..., functions)``; nan where not modelled.
        weights: Weights, shape ``(functions,)``; those of modelled functions are scaled to sum 1.

    Returns:
        Quality [1], shape ``(...)``.

    >>> round(float(weak_link(np.array([1.0, 0.5]), np.array([1.0, 1.0]))), 4)
    0.6667
    """
    known = ~np.isnan(service)
    weight = np.where(known, weights, 0.0)
    weight = weight / weight.sum(axis=-1, keepdims=True)
    level = np.where(known, np.clip(service, FLOOR, 1.0), 1.0)
    return np.asarray(1.0 / (weight / level).sum(axis=-1), dtype=np.float64)


def resilience(quality: Reals, time_s: Reals) -> Reals:
    """R = 1 - loss triangle, by the trapezium rule.

    Args:
        quality: Q [1], shape ``(steps, ...)``.
        time_s: Moments [s], rising, shape ``(steps,)``.
    """
    span = time_s[-1] - time_s[0]
    return np.asarray(1.0 - np.trapezoid(1.0 - quality, time_s, axis=0) / span)


def grid_index(resilience_of_grid: Reals, red_line_hours: Reals) -> Reals:
    """Index of each grid, 0 to 100: resilience less ten points for each hour of a broken red line.

    Standing capacity and governance scores (the other half of the full index) are not part of it.
    """
    penalty = np.minimum(RED_LINE_POINTS * red_line_hours, RED_LINE_CAP)
    return np.asarray(np.clip(100.0 * resilience_of_grid - penalty, 0.0, 100.0))


def tail_mean(index: Reals, people: Reals, share: float = TAIL_SHARE) -> float:
    """Mean index of the worst share of the people (CVaR), the grid at the edge counted in part.

    >>> tail_mean(np.array([50.0, 90.0]), np.array([1.0, 3.0]), share=0.5)
    70.0
    """
    order = np.argsort(index, kind="stable")
    left = share * people.sum()
    before = np.concatenate([[0.0], np.cumsum(people[order])[:-1]])
    part = np.clip(left - before, 0.0, people[order])
    return float((index[order] * part).sum() / left) if left > 0 else float(index.mean())


def roll_up(index: Reals, people: Reals) -> tuple[float, float, float]:
    """Index, mean part and tail part of a place from its grids; the mean part alone is additive."""
    total = people.sum()
    mean = float((index * people).sum() / total) if total > 0 else float(index.mean())
    tail = tail_mean(index, people) if total > 0 else float(index.min())
    return MEAN_WEIGHT * mean + TAIL_WEIGHT * tail, mean, tail


def band(index: float) -> int:
    """Band of an index, 1 worst to 5 best.

    >>> band(59.9), band(90.0)
    (1, 5)
    """
    return 1 + int(np.searchsorted(BANDS, index, side="right"))
