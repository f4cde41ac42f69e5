"""Simulated annealing for coverage: swap an open site, mostly for a neighbour, and cool down.

Where sites stand close together a cover has very many choices of nearly the same value, and the
best ones differ from a local optimum by shifting several neighbours a little. Descents stop there;
annealing (Kirkpatrick, Gelatt & Vecchi 1983, Science 220) passes through.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.compiled import compiled

BATCH = 100_000
BATCHES = 10
NEIGHBOUR_SHARE = 0.2
"""Sites are neighbours where they share this part of the rows that the smaller one reaches."""
NEARBY = 0.6
"""Share of the moves that go to a neighbour of the closed site; others go anywhere."""
COOLING = 0.1
"""Last temperature relative to the first."""


class Ground(NamedTuple):
    """What the moves run on.

    Attributes:
        start: First entry of each site in ``row``, shape ``(sites + 1,)``.
        row: Rows that each site reaches.
        weight: Weight of each row.
        near_start: First entry of each site in ``near``.
        near: Neighbours of each site.
    """

    start: NDArray[np.int32]
    row: NDArray[np.int32]
    weight: NDArray[np.float64]
    near_start: NDArray[np.int32]
    near: NDArray[np.int32]


class Cover(NamedTuple):
    """A choice under way.

    Attributes:
        slots: Open sites; the first ``locked`` of them stay open.
        is_open: Which sites are open.
        times: By how many open sites each row is reached.
        locked: Number of sites that stay open.
    """

    slots: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    times: NDArray[np.int64]
    locked: int


def lay_ground(reach: sparse.csr_matrix, weight: NDArray[np.float64]) -> Ground:
    """Prepare moves.

    Args:
        reach: Ones where a site (column) reaches a row.
        weight: Weight of each row.
    """
    by_site = reach.tocsc()
    size = np.diff(by_site.indptr)
    shared = (by_site.T @ by_site).tocoo()
    least = np.minimum(size[shared.row], size[shared.col])
    kept = (shared.data > NEIGHBOUR_SHARE * least) & (shared.row != shared.col)
    pairs = (shared.row[kept], shared.col[kept])
    near = sparse.csr_matrix((np.ones(kept.sum()), pairs), shape=shared.shape)
    return Ground(by_site.indptr, by_site.indices, weight, near.indptr, near.indices)


@compiled
def _open(g: Ground, c: Cover, site: int) -> float:
    gain = 0.0
    for k in range(g.start[site], g.start[site + 1]):
        if c.times[g.row[k]] == 0:
            gain += g.weight[g.row[k]]
        c.times[g.row[k]] += 1
    c.is_open[site] = True
    return gain


@compiled
def _close(g: Ground, c: Cover, site: int) -> float:
    loss = 0.0
    for k in range(g.start[site], g.start[site + 1]):
        c.times[g.row[k]] -= 1
        if c.times[g.row[k]] == 0:
            loss += g.weight[g.row[k]]
    c.is_open[site] = False
    return loss


@compiled
def _target(g: Ground, site: int, draw: float, nearby: float) -> int:
    begin, end = g.near_start[site], g.near_start[site + 1]
    if draw < nearby and end > begin:
        return int(g.near[begin + int(draw / nearby * (end - begin))])
    return int((draw - nearby) / (1.0 - nearby) * (len(g.start) - 1)) if draw >= nearby else site


@compiled
def _cool(
    g: Ground,
    c: Cover,
    best: NDArray[np.int64],
    values: NDArray[np.float64],
    draws: NDArray[np.float64],
) -> None:
    # each row of draws: slot, target, acceptance, and the temperature of the step
    for step in range(len(draws)):
        slot = c.locked + int(draws[step, 0] * (len(c.slots) - c.locked))
        old = c.slots[slot]
        new = _target(g, old, draws[step, 1], NEARBY)
        if c.is_open[new]:
            continue
        change = -_close(g, c, old) + _open(g, c, new)
        if change < 0.0 and draws[step, 2] >= np.exp(change / draws[step, 3]):
            _close(g, c, new)
            _open(g, c, old)
            continue
        values[0] += change
        c.slots[slot] = new
        if values[0] > values[1] + 1e-9:
            values[1] = values[0]
            best[:] = c.slots


def anneal(
    ground: Ground,
    sites: NDArray[np.int64],
    *,
    locked: int,
    heat: float,
    random: np.random.Generator,
    batches: int = BATCHES,
) -> tuple[float, NDArray[np.int64]]:
    """Improve a choice by random moves, a million of them; the same draws give the same answer.

    Args:
        ground: What ``lay_ground`` made.
        sites: The choice to begin with; fewer than all sites, and not all locked.
        locked: How many of ``sites``, counted from the first, must stay open.
        heat: First temperature, in the unit of the weights.
        random: Source of the draws.
        batches: How many times 100,000 moves.

    Returns:
        The covered weight of the best choice met, and its sites, rising.
    """
    cover = Cover(
        slots=sites.copy(),
        is_open=np.zeros(len(ground.start) - 1, dtype=np.bool_),
        times=np.zeros(len(ground.weight), dtype=np.int64),
        locked=locked,
    )
    value = sum(_open(ground, cover, int(site)) for site in sites)
    best, values = sites.copy(), np.array([value, value])
    falling = heat * np.geomspace(1.0, COOLING, BATCH * batches)
    for part in np.split(falling, batches):
        _cool(ground, cover, best, values, np.column_stack([random.random((BATCH, 3)), part]))
    return float(values[1]), np.sort(best)
