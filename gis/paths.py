"""Shortest paths between many nodes (Dijkstra 1959, Numerische Mathematik 1)."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gis.errors import InputError
from gis.network import Network

_CHUNK_CELLS = 20_000_000


def shortest(
    network: Network,
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    limit: float = np.inf,
) -> NDArray[np.float64]:
    """Weight of the shortest path from every source to every target.

    Works from the smaller side, in chunks of at most 160 MB.

    Args:
        network: The network; weights in any unit.
        sources: Nodes, shape ``(sources,)``.
        targets: Nodes, shape ``(targets,)``.
        limit: Paths heavier than this count as none.

    Returns:
        Float64, shape ``(sources, targets)``, in the unit of the weights; inf where no path leads.

    Raises:
        InputError: A source or target is no node.
    """
    _check(network, sources, targets)
    matrix = network.matrix()
    if len(targets) < len(sources):
        return _rows(matrix.T.tocsr(), targets, sources, limit=limit).T.copy()
    return _rows(matrix, sources, targets, limit=limit)


def _rows(
    matrix: csr_matrix, sources: NDArray[np.int64], targets: NDArray[np.int64], *, limit: float
) -> NDArray[np.float64]:
    step = max(1, _CHUNK_CELLS // max(1, matrix.shape[0]))
    result = np.empty((len(sources), len(targets)), dtype=np.float64)
    for first in range(0, len(sources), step):
        chunk = sources[first : first + step]
        result[first : first + step] = dijkstra(matrix, indices=chunk, limit=limit)[:, targets]
    return result


def nearest(
    network: Network, sources: NDArray[np.int64], *, reverse: bool = False
) -> NDArray[np.float64]:
    """Weight of the shortest path from the nearest source to every node.

    Args:
        network: The network.
        sources: Nodes, shape ``(sources,)``.
        reverse: Measure from every node to its nearest source instead.

    Returns:
        Float64, shape ``(nodes,)``; inf where no path leads, and everywhere without sources.

    Raises:
        InputError: A source is no node.
    """
    _check(network, sources, sources)
    if not len(sources):
        return np.full(network.nodes, np.inf)
    matrix = network.matrix().T.tocsr() if reverse else network.matrix()
    return np.asarray(dijkstra(matrix, indices=sources, min_only=True), dtype=np.float64)


def _check(network: Network, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:
    for name, nodes in (("source", sources), ("target", targets)):
        lost = np.flatnonzero((nodes < 0) | (nodes >= network.nodes))
        if len(lost):
            raise InputError(
                f"{name} {lost[0]} is node {nodes[lost[0]]}; wanted 0 to {network.nodes - 1}"
            )
