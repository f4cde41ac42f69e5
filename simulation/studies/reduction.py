"""Fewer scenarios that stand for all: forward selection.

Dupačová, Gröwe-Kuska, Römisch 2003, Mathematical Programming 95, "fast forward selection":
each step adds the scenario that shortens most the probability-weighted distance of all scenarios to
the nearest chosen one. Deterministic; ties go to the first.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist


def reduce_scenarios(
    features: NDArray[np.float64], probability: NDArray[np.float64], *, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose scenarios and say which one stands for each.

    Args:
        features: What scenarios are compared by, shape ``(scenarios, features)``.
        probability: Weight of each, shape ``(scenarios,)``.
        limit: At most so many are kept.

    Returns:
        The scenarios kept, rising, and for every scenario the one that stands for it.

    >>> kept, owner = reduce_scenarios(np.array([[0.0], [1.0], [9.0]]), np.ones(3) / 3, limit=2)
    >>> kept.tolist(), owner.tolist()
    ([1, 2], [1, 1, 2])
    """
    count = len(features)
    if count <= limit:
        return np.arange(count), np.arange(count)
    apart = cdist(features, features)
    nearest = np.full(count, np.inf)
    kept: list[int] = []
    for _ in range(limit):
        left = np.minimum(nearest[:, None], apart)
        loss = probability @ left
        loss[kept] = np.inf
        best = int(loss.argmin())
        kept.append(best)
        nearest = np.minimum(nearest, apart[:, best])
    chosen = np.array(sorted(kept), dtype=np.int64)
    return chosen, chosen[apart[:, chosen].argmin(axis=1)]
