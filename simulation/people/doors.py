"""Doors: grid workers knock at one door after the other, the frail first."""

import numpy as np
from numpy.typing import NDArray

from scenarios.channels import Door
from scenarios.norms import Spread
from simulation.clock import TICKS_PER_SECOND
from simulation.people.residents import Residents

MINUTE = 60 * TICKS_PER_SECOND
OLD = 65
"""From this age on a household counts as frail; usual limit of old age, basis K."""


class Doors:
    """The workers of every grid and what they are busy with.

    Attributes:
        free_at: Tick from which each worker is free, shape ``(grids, workers)``.
        knocked: Doors knocked at or planned so far.
    """

    def __init__(self, door: Door, residents: Residents, *, grids: int) -> None:
        self._door, self._residents = door, residents
        self.free_at = np.zeros((grids, int(door.workers.value)), np.int64)
        self.knocked = 0
        frailty = np.zeros(residents.households, np.int64)
        np.maximum.at(frailty, residents.household, 2 * residents.mobility.astype(np.int64))
        np.maximum.at(frailty, residents.household, (residents.age >= OLD).astype(np.int64))
        self._frailty = frailty

    def rounds(
        self, ordered: NDArray[np.bool_], *, now: int, random: np.random.Generator
    ) -> NDArray[np.float64]:
        """Plan the workers' rounds and give the minutes until each household is told.

        Doors are taken in turns by a grid's workers: frail households first, then building by
        building. Workers still busy with an earlier order come when they are done.

        Args:
            ordered: Households told to leave by this order, shape ``(households,)``.
            now: Tick of the order.
            random: Draws for every grid and household, whoever is visited.

        Returns:
            Minutes [min], inf where nobody knocks or nobody opens, shape ``(households,)``.
        """
        residents, door = self._residents, self._door
        grids, workers = self.free_at.shape
        count = residents.households
        set_out = _drawn(door.mobilise_minutes, grids, random)
        visit = _drawn(door.visit_minutes, count, random)
        opens = random.random(count) < door.reach.value
        told = np.full(count, np.inf)
        rows = np.flatnonzero(ordered)
        if len(rows) == 0:
            return told
        rows, worker = self._share_out(rows, workers)
        start = np.maximum(self.free_at, now + (set_out[:, None] * MINUTE).astype(np.int64))
        first = np.flatnonzero(np.concatenate([[True], np.diff(worker) != 0]))
        spent = np.cumsum(visit[rows])
        before = np.repeat(
            spent[first] - visit[rows[first]], np.diff(np.append(first, len(worker)))
        )
        minutes = (start.reshape(-1)[worker] - now) / MINUTE + spent - before
        last = np.append(first[1:], len(worker)) - 1
        self.free_at.reshape(-1)[worker[last]] = now + (minutes[last] * MINUTE).astype(np.int64)
        self.knocked += len(rows)
        told[rows] = np.where(opens[rows], minutes, np.inf)
        return told

    def _share_out(
        self, rows: NDArray[np.int64], workers: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Put doors in order of visit, worker by worker; give households and their workers."""
        residents = self._residents
        grid = residents.grid[rows]
        order = np.lexsort((rows, residents.building[rows], -self._frailty[rows], grid))
        rows, grid = rows[order], grid[order]
        place = np.arange(len(rows)) - np.searchsorted(grid, grid)
        worker = grid * workers + place % workers
        order = np.argsort(worker, kind="stable")
        return rows[order], worker[order]


def _drawn(spread: Spread, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    noise = random.standard_normal(count)
    return np.asarray(spread.value * np.exp(spread.sigma * noise))
