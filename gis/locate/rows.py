"""Rows that several models share, as sparse blocks over ``[y | rest]`` columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A group of rows ``low <= coefficients @ x <= high``."""

    coefficients: sparse.csr_matrix
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def stack(blocks: list[Block]) -> Block:
    """Put blocks with the same columns under each other."""
    return Block(
        coefficients=sparse.vstack([block.coefficients for block in blocks], format="csr"),
        low=np.concatenate([block.low for block in blocks]),
        high=np.concatenate([block.high for block in blocks]),
    )


def triplets(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    shape: tuple[int, int],
) -> sparse.csr_matrix:
    """Build a sparse matrix from coordinates; entries named twice add up."""
    return sparse.csr_matrix((values, (rows, columns)), shape=shape)


def exactly(total: int, *, sites: int, columns: int) -> Block:
    """Sum of the first ``sites`` columns equals ``total``."""
    limit = np.array([float(total)])
    return Block(coefficients=_sum(sites, columns), low=limit, high=limit)


def _sum(sites: int, columns: int) -> sparse.csr_matrix:
    first = np.zeros(sites, dtype=np.int64)
    return triplets(first, np.arange(sites), np.ones(sites), shape=(1, columns))


def link(site: NDArray[np.int64], *, sites: int) -> Block:
    """Each pair is used only where its site is open; pair columns follow the site columns."""
    count = len(site)
    number = np.arange(count)
    return Block(
        coefficients=triplets(
            np.concatenate([number, number]),
            np.concatenate([sites + number, site]),
            np.concatenate([np.ones(count), -np.ones(count)]),
            shape=(count, sites + count),
        ),
        low=np.full(count, -np.inf),
        high=np.zeros(count),
    )


def apart(rules: Rules, *, columns: int) -> list[Block]:
    """At most one open site of each group."""
    if not rules.apart:
        return []
    rows = np.repeat(np.arange(len(rules.apart)), [len(group) for group in rules.apart])
    sites = np.concatenate([np.array(group, dtype=np.int64) for group in rules.apart])
    matrix = triplets(rows, sites, np.ones(len(sites)), shape=(len(rules.apart), columns))
    return [
        Block(
            coefficients=matrix,
            low=np.full(len(rules.apart), -np.inf),
            high=np.ones(len(rules.apart)),
        )
    ]


def opening_bounds(rules: Rules, *, sites: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest value of each site's opening variable."""
    lower, upper = np.zeros(sites), np.ones(sites)
    lower[list(rules.open)] = 1.0
    upper[list(rules.forbidden)] = 0.0
    return lower, upper
