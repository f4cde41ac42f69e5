"""How a part of the choices is split in two: by how many depots of a class, by site, by class.

Counts come first: room is bought in lumps, and a relaxation that opens two and a half large depots
saves the most by it. Once the counts are whole, it matters where the depots stand.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

WHOLE = 1e-5
"""Distance from a whole number that counts as none."""
LUMP = 0.02
"""Counts nearer to a whole number are not split as long as sites can be."""


@dataclass(order=True, slots=True)
class Node:
    """A part of the choices.

    Attributes:
        bound: No plan of this part is better.
        number: Order of making, which breaks ties.
        upper: Greatest opening by site and class, shape ``(S, L)``.
        must: Least opening of each site, shape ``(S,)``.
        least: Least number of depots of each class, shape ``(L,)``.
        most: Greatest number of depots of each class, shape ``(L,)``.
    """

    bound: float
    number: int
    upper: NDArray[np.float64] = field(compare=False)
    must: NDArray[np.float64] = field(compare=False)
    least: NDArray[np.float64] = field(compare=False)
    most: NDArray[np.float64] = field(compare=False)


def split(node: Node, opened: NDArray[np.float64], cost: NDArray[np.float64]) -> list[Node]:
    """Two parts of a node that a point is in neither of; none where its depots are whole.

    Args:
        node: The part.
        opened: Openings of the point, shape ``(S, L)``.
        cost: Cost of opening [yuan/a], same shape.
    """
    count, share = opened.sum(axis=0), opened.sum(axis=1)
    lump = _split_off(count)
    if lump.max() > LUMP:
        return _by_count(node, count, int((lump * cost.mean(axis=0)).argmax()))
    if _split_off(share).max() > WHOLE:
        return _by_site(node, int((_split_off(share) * cost.max(axis=1)).argmax()))
    return _by_class(node, opened)


def _split_off(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance to the nearest whole number."""
    distance: NDArray[np.float64] = np.abs(values - np.round(values))
    return distance


def _by_count(node: Node, count: NDArray[np.float64], size: int) -> list[Node]:
    least, most = node.least.copy(), node.most.copy()
    most[size] = np.floor(count[size])
    least[size] = most[size] + 1.0
    return [replace(node, most=most), replace(node, least=least)]


def _by_site(node: Node, site: int) -> list[Node]:
    closed, must = node.upper.copy(), node.must.copy()
    closed[site], must[site] = 0.0, 1.0
    return [replace(node, upper=closed), replace(node, must=must)]


def _by_class(node: Node, opened: NDArray[np.float64]) -> list[Node]:
    mixed = _split_off(opened).max(axis=1)
    site = int(mixed.argmax())
    if mixed[site] <= WHOLE:
        return []
    small, large = node.upper.copy(), node.upper.copy()
    last = int(np.flatnonzero(opened[site] > WHOLE)[0])
    small[site, last + 1 :], large[site, : last + 1] = 0.0, 0.0
    return [replace(node, upper=small), replace(node, upper=large)]
