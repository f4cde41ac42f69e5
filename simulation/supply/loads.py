"""Loads: what goes onto one truck, and the loads that are under way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.supply.goods import Catalogue

Reals = NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class Load:
    """Goods on one truck, or promised to it.

    Attributes:
        depot: Row of the depot.
        drop: Row of the drop.
        units: Units of each item, shape ``(items,)``.
        ordered_s, left_s: When it was ordered and when it left the depot [s from T0].
        truck: The truck that carries it, empty until one does.
        is_aboard: True from the moment it is loaded.
    """

    depot: int
    drop: int
    units: Reals
    ordered_s: int
    left_s: int = 0
    truck: str = ""
    is_aboard: bool = False


def pack(want: Reals, goods: Catalogue, *, payload_kg: float, space_m3: float) -> Reals:
    """Fill a truck with the same share of everything wanted, whole pieces first to last.

    Args:
        want: Units wanted and in stock, shape ``(items,)``.
        goods: Weight and volume of a unit of each item.
        payload_kg: What the truck carries.
        space_m3: What goes into it.

    Returns:
        Units loaded, shape ``(items,)``; all that is wanted where it fits.

    >>> import numpy as np
    >>> one = Catalogue(
    ...     names=("water", "tent"), kg=np.array([1.0, 60.0]), m3=np.array([0.002, 0.3]),
    ...     is_consumed=np.array([True, False]), is_whole=np.array([False, True]),
    ... )
    >>> pack(np.array([8000.0, 20.0]), one, payload_kg=5000, space_m3=25).tolist()
    [4340.0, 11.0]
    """
    heavy, bulky = float(want @ goods.kg), float(want @ goods.m3)
    share = min(1.0, payload_kg / max(heavy, 1e-12), space_m3 / max(bulky, 1e-12))
    units = np.where(goods.is_whole, np.floor(want * share), want * share)
    left_kg, left_m3 = payload_kg - float(units @ goods.kg), space_m3 - float(units @ goods.m3)
    for row in np.flatnonzero(want > units):
        fits = min(left_kg / goods.kg[row], left_m3 / goods.m3[row])
        more = max(0.0, min(float(want[row] - units[row]), fits))
        more = np.floor(more + 1e-9) if goods.is_whole[row] else more
        units[row] += more
        left_kg -= more * goods.kg[row]
        left_m3 -= more * goods.m3[row]
    return units
