"""What a covering problem can do without: rows that others imply, sites that others outdo.

A row whose reaching sites include all those of another row is covered whenever that one is. A site
whose rows are among those of another site can give way to it (Toregas & ReVelle 1973, Geographical
Analysis 5). Each removal may allow further ones.
"""

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 4_000
"""Beyond this the comparison of all rows with each other costs more than it saves."""


def undominated(
    reached: NDArray[np.bool_], *, lasting: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Name the rows and sites that must be looked at for a cover with the fewest sites.

    Args:
        reached: Which site reaches which row, bool, shape ``(rows, sites)``.
        lasting: Sites that may not give way to another, bool.

    Returns:
        Rows and sites, rising. Sites that reach no row are dropped unless they are lasting.

    >>> reached = np.array([[True, False], [True, True]])
    >>> rows, sites = undominated(reached, lasting=np.zeros(2, dtype=bool))
    >>> rows.tolist(), sites.tolist()
    ([0], [0])
    """
    rows, sites = np.arange(reached.shape[0]), np.arange(reached.shape[1])
    while len(rows) <= MOST_ROWS and len(sites) <= MOST_ROWS:
        part = reached[np.ix_(rows, sites)]
        kept_rows = ~_contains_another(part)
        part = part[kept_rows]
        kept_sites = lasting[sites] | (~_lies_in_another(part.T) & part.any(axis=0))
        rows, sites = rows[kept_rows], sites[kept_sites]
        if kept_rows.all() and kept_sites.all():
            break
    return rows, sites


def _lies_in_another(sets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sets are part of another one; of equal sets all but the first."""
    inside = _inside(sets)
    equal = inside & inside.T
    return np.asarray(((inside & ~equal) | np.tril(equal, -1)).any(axis=1))


def _contains_another(sets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sets have another one as a part; of equal sets all but the first."""
    inside = _inside(sets)
    equal = inside & inside.T
    return np.asarray(((inside.T & ~equal) | np.tril(equal, -1)).any(axis=1))


def _inside(sets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    # counts up to 2^24 are exact in single precision
    number = sets.astype(np.float32)
    shared = number @ number.T
    inside: NDArray[np.bool_] = shared == number.sum(axis=1)[:, None]
    np.fill_diagonal(inside, val=False)
    return inside
