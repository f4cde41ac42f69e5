"""Goods: the books of all relief goods; nothing appears and nothing vanishes unbooked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.errors import IntegrityError
from scenarios.relief import Item

Reals = NDArray[np.float64]
ROUNDING = 1e-9
"""Part of all goods ever booked that sums of float64 may differ by [1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The items of a drill as arrays, in the drill's order; shape ``(items,)`` each.

    Attributes:
        names: Items.
        kg, m3: Weight [kg] and volume [m3] of a unit.
        is_consumed: Items used up by the day; the others are issued once.
        is_whole: Items counted in pieces or sets that no truck carries a part of.
    """

    names: tuple[str, ...]
    kg: Reals
    m3: Reals
    is_consumed: NDArray[np.bool_]
    is_whole: NDArray[np.bool_]


def catalogue(items: tuple[Item, ...]) -> Catalogue:
    """Read a drill's items into arrays."""
    return Catalogue(
        names=tuple(item.id for item in items),
        kg=np.array([item.kg_per_unit.value for item in items]),
        m3=np.array([item.m3_per_unit.value for item in items]),
        is_consumed=np.array([item.use == "consumed" for item in items]),
        is_whole=np.array([item.use == "issued" for item in items]),
    )


class Goods:
    """What came into the books of each item and what left them, in units, shape ``(items,)``.

    Attributes:
        initial: On hand at the beginning.
        released: Let go by suppliers under contract.
        produced: Made since.
        under_way: In trucks.
        delivered: Handed over at shelters and distribution points since the beginning.
        consumed: Used up by people.
        lost: Spoilt by water.
    """

    def __init__(self, items: int) -> None:
        self.initial = np.zeros(items)
        self.released = np.zeros(items)
        self.produced = np.zeros(items)
        self.under_way = np.zeros(items)
        self.delivered = np.zeros(items)
        self.consumed = np.zeros(items)
        self.lost = np.zeros(items)

    def check(self, *, in_depots: Reals, at_drops: Reals) -> None:
        """Verify that stock, under way, handed over, consumed and lost sum to what came in.

        Args:
            in_depots: Stock in all depots, shape ``(items,)``.
            at_drops: Stock at all shelters and distribution points, shape ``(items,)``.

        Raises:
            IntegrityError: The books of an item do not balance, or an amount is below zero.
        """
        came = self.initial + self.released + self.produced
        there = in_depots + self.under_way + at_drops + self.consumed + self.lost
        least = min(float(one.min(initial=0.0)) for one in (in_depots, at_drops, self.under_way))
        scale = np.maximum(came, 1.0) * ROUNDING
        if (np.abs(came - there) > scale).any() or least < -float(scale.max(initial=1.0)):
            row = int(np.argmax(np.abs(came - there)))
            message = f"item {row}: {came[row]:.6f} units came in, {there[row]:.6f} are booked"
            raise IntegrityError(f"{message}, least stock {least:.6f}; goods were lost or made up")
