"""Damage: when roads were closed and depots lost, as intervals that an ensemble can read."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.supply.depots import CAUSES
from simulation.supply.record import as_table


class Intervals:
    """Spells in which things were in a state other than 0.

    Args:
        count: Number of things.

    >>> spells = Intervals(2)
    >>> for time_s, state in ((0, [0, 1]), (60, [2, 1]), (120, [2, 0])):
    ...     spells.note(np.array(state, np.uint8), time_s)
    >>> spells.rows(end_s=180)
    [(0, 2, 60, 180), (1, 1, 0, 120)]
    """

    def __init__(self, count: int) -> None:
        self.state: NDArray[np.uint8] = np.zeros(count, np.uint8)
        self.since_s = np.zeros(count, np.int64)
        self.over: list[tuple[int, int, int, int]] = []

    def note(self, state: NDArray[np.uint8], time_s: int) -> None:
        """Take down the state of everything now."""
        for row in np.flatnonzero(state != self.state).tolist():
            if self.state[row]:
                self.over.append((row, int(self.state[row]), int(self.since_s[row]), time_s))
            self.since_s[row] = time_s
        self.state = state.astype(np.uint8)

    def rows(self, *, end_s: int) -> list[tuple[int, int, int, int]]:
        """Thing, state, from, to, by thing and time; what still lasts ends at ``end_s``."""
        lasting = [
            (row, int(self.state[row]), int(self.since_s[row]), end_s)
            for row in np.flatnonzero(self.state).tolist()
        ]
        return sorted([*self.over, *lasting], key=lambda row: (row[0], row[2]))


def roads_closed(roads: Intervals, *, end_s: int) -> pd.DataFrame:
    """The table of closed roads."""
    rows: list[tuple[object, ...]] = [
        (road, start, end) for road, _, start, end in roads.rows(end_s=end_s)
    ]
    return as_table("roads_closed", rows)


def depots_lost(depots: Intervals, names: tuple[str, ...], *, end_s: int) -> pd.DataFrame:
    """The table of lost depots."""
    rows: list[tuple[object, ...]] = [
        (names[row], CAUSES[cause], start, end)
        for row, cause, start, end in depots.rows(end_s=end_s)
    ]
    return as_table("depots_lost", rows)
