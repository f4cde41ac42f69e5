"""Addresses: every building gets a number in a named street, no two alike."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.synthetic.plan import FINE, Plan
from twin.synthetic.streets import line_name
from twin.synthetic.zones import Blocks


def street_of_blocks(blocks: Blocks) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The lattice line each block is numbered along, and whether the line runs north.

    A block takes the lattice street it touches, first south, then north, west and east; a block in
    the middle of a superblock takes the superblock's southern street.
    """
    sides = np.stack([blocks.south, blocks.north, blocks.west, blocks.east])
    touches = sides % FINE == 0
    side = np.where(touches.any(axis=0), touches.argmax(axis=0), 0)
    line = np.take_along_axis(sides, side[None, :], axis=0)[0] // FINE
    return line.astype(np.int64), np.asarray(side >= 2)


def addresses(
    plan: Plan,
    blocks: Blocks,
    block: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Chinese and English address of every building.

    Args:
        plan: Sizes of the city.
        blocks: The blocks.
        block: Block of each building.
        x: Easting of each building [m].
        y: Northing of each building [m].
    """
    line, north = street_of_blocks(blocks)
    street = line[block] * 2 + north[block]
    along = np.where(north[block], y, x)
    order = np.lexsort((along, street))
    ordered = street[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order)) - start + 1
    names = {
        int(key): line_name(plan, int(key) // 2, is_north=bool(key % 2))
        for key in np.unique(street)
    }
    digits = pd.Series(number).astype(str)
    zh = pd.Series(street).map({key: pair[0] for key, pair in names.items()})
    en = pd.Series(street).map({key: pair[1] for key, pair in names.items()})
    return (zh + digits + "号").to_numpy(dtype=object), (digits + " " + en).to_numpy(dtype=object)
