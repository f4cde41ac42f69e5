"""Directed networks as compressed rows: arcs sorted by their tail, then head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from gis.errors import InputError, ShapeMismatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Arcs between nodes ``0..nodes-1``; of parallel arcs only the lightest is kept.

    Attributes:
        nodes: Number of nodes.
        start: First arc of each node, int64, shape ``(nodes + 1,)``.
        head: Node where each arc ends, int64, shape ``(arcs,)``.
        weight: Length or time of each arc, above 0, float64, shape ``(arcs,)``.
        edge: Row of the edge that each arc came from, int64, shape ``(arcs,)``.
    """

    nodes: int
    start: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.float64]
    edge: NDArray[np.int64]

    def matrix(self) -> csr_matrix:
        """The arcs as a sparse matrix of weights, shape ``(nodes, nodes)``."""
        shape = (self.nodes, self.nodes)
        return csr_matrix((self.weight, self.head, self.start), shape=shape)


def build(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    *,
    weight: NDArray[np.float64],
    oneway: NDArray[np.bool_],
    nodes: int,
) -> Network:
    """Make a network from edges; an edge that is not one-way becomes two arcs.

    Args:
        tail: Node where each edge starts, shape ``(edges,)``.
        head: Node where it ends.
        weight: Length or time of each edge, above 0 and finite.
        oneway: Edges that lead only from tail to head.
        nodes: Number of nodes.

    Raises:
        ShapeMismatchError: The arrays disagree on the number of edges.
        InputError: A weight is not above 0, or an end is no node.
    """
    if not tail.shape == head.shape == weight.shape == oneway.shape:
        raise ShapeMismatchError(
            f"tail {tail.shape}, head {head.shape}, weight {weight.shape} and oneway "
            f"{oneway.shape} disagree on the number of edges"
        )
    _check(tail, head, weight, nodes)
    back = np.flatnonzero(~oneway)
    ends = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    edge = np.concatenate([np.arange(len(tail)), back])
    order = np.lexsort((edge, weight[edge], ends[1], ends[0]))
    first, last, edge = ends[0][order], ends[1][order], edge[order]
    kept = np.ones(len(edge), dtype=bool)
    kept[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    start = np.searchsorted(first[kept], np.arange(nodes + 1))
    return Network(
        nodes=nodes,
        start=start.astype(np.int64),
        head=last[kept].astype(np.int64),
        weight=weight[edge[kept]].astype(np.float64),
        edge=edge[kept].astype(np.int64),
    )


def _check(
    tail: NDArray[np.int64], head: NDArray[np.int64], weight: NDArray[np.float64], nodes: int
) -> None:
    wrong = np.flatnonzero(~((weight > 0) & np.isfinite(weight)))
    if len(wrong):
        raise InputError(f"edge {wrong[0]} weighs {weight[wrong[0]]}; wanted above 0 and finite")
    for ends in (tail, head):
        lost = np.flatnonzero((ends < 0) | (ends >= nodes))
        if len(lost):
            raise InputError(
                f"edge {lost[0]} ends at node {ends[lost[0]]}; wanted 0 to {nodes - 1}"
            )


def largest_part(network: Network) -> NDArray[np.bool_]:
    """Nodes of the largest strongly connected part, shape ``(nodes,)``; the first where several."""
    part = connected_components(network.matrix(), directed=True, connection="strong")[1]
    return np.asarray(part == np.bincount(part).argmax(), dtype=bool)
