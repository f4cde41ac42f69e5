"""Wants: how much of each item people need where they are, by the drill's norms."""

import numpy as np
from numpy.typing import NDArray

from scenarios.relief import Item

Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]
Conditions = dict[str, Bools]
"""``without_water``, ``without_power``, ``cut_off``: places where it holds now."""


class Wants:
    """Rates of need, from the items' needs.

    Args:
        items: Items in the drill's order.
    """

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = items

    def rates(self, who: str, conditions: Conditions, *, places: int) -> tuple[Reals, Reals]:
        """Units a person needs in each place, and the share of people in need.

        Args:
            who: ``sheltered`` or ``at_home``.
            conditions: What is lost where, bool, shape ``(places,)`` each.
            places: Number of places.

        Returns:
            Units per person and day of what is consumed, units per person of what is issued, and
            share of people in need [1]; both of shape ``(places, items)``.
        """
        units = np.zeros((places, len(self._items)))
        share = np.zeros((places, len(self._items)))
        for column, item in enumerate(self._items):
            for need in item.needs:
                if need.who == who:
                    here = conditions.get(need.when, np.ones(places, bool))
                    units[:, column] += here * need.amount.value * need.people_share
                    share[:, column] += here * need.people_share
        return units, np.minimum(share, 1.0)

    def household_units(self, residents: Reals) -> Reals:
        """What households keep at home: units of each item, shape ``(grids, items)``.

        Args:
            residents: Residents of each grid, shape ``(grids,)``.
        """
        daily = [
            max(
                (n.amount.value * n.people_share for n in item.needs if n.who == "at_home"),
                default=0,
            )
            for item in self._items
        ]
        days = [item.household_days.value if item.household_days else 0.0 for item in self._items]
        return np.asarray(np.outer(residents, np.array(daily) * np.array(days)))


class Tally:
    """Adds need and what was met up to whole hours; rows of ``ReliefRecord.needs``.

    Args:
        names: Items.
        is_consumed: Items used up by the day.
        grids: Number of grids.
    """

    def __init__(self, names: tuple[str, ...], is_consumed: Bools, grids: int) -> None:
        self._names, self._is_consumed = names, is_consumed
        self.hour: int | None = None
        self.need, self.met, self.people = (np.zeros((grids, len(names))) for _ in range(3))
        self.rows: list[tuple[object, ...]] = []

    def add(self, time_s: int, seconds: int, *, need: Reals, met: Reals, people: Reals) -> None:
        """Book one step.

        Args:
            time_s: End of the step [s from T0].
            seconds: Its length.
            need: Units used up in the step of what is consumed, units wanted during it of what
                is issued, shape ``(grids, items)``.
            met: Part of it that was there, same shape.
            people: People in need, same shape.
        """
        if seconds == 0:
            return
        hour = int((time_s - seconds / 2) // 3600)
        if hour != self.hour:
            self.flush()
            self.hour = hour
        weight = np.where(self._is_consumed, 1.0, seconds / 3600)
        self.need += need * weight
        self.met += met * weight
        self.people += people * (need > 0) * (seconds / 3600)

    def flush(self) -> None:
        """Write the hour's rows."""
        for grid, item in np.argwhere(self.need > 0).tolist():
            need, met = float(self.need[grid, item]), float(self.met[grid, item])
            people = float(self.people[grid, item])
            row = (grid, self._names[item], self.hour, people, need, met, max(need - met, 0.0))
            self.rows.append(row)
        for sums in (self.need, self.met, self.people):
            sums[:] = 0.0
        self.hour = None
