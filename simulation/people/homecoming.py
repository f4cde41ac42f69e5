"""Arrivals at shelters and elsewhere, redirection from full doors, and the way home."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import TICKS_PER_SECOND
from simulation.hazards.waters import Waters
from simulation.people.departure import departure_minutes
from simulation.people.evacuation import Evacuation
from simulation.people.journeys import Arrived, Journeys
from simulation.people.residents import (
    AWAY,
    MOVING,
    NEEDS_STRETCHER,
    RETURNED,
    SHELTERED,
    Residents,
    among,
)
from simulation.people.shelters import Shelters
from simulation.people.warning import NEVER
from simulation.setting import Setting

MOST_DOORS = 4
"""Shelters a party tries before it goes elsewhere; assumption A."""
RETURN_T50_MINUTES, RETURN_T90_MINUTES = 120.0, 300.0
"""How quickly people set out for home once they may; assumption A."""
People = NDArray[np.int64]


class Homecoming:
    """What happens at the end of a journey, and the journey back.

    Attributes:
        turned_away: Residents who found no place at any shelter.
    """

    def __init__(
        self,
        setting: Setting,
        residents: Residents,
        shelters: Shelters,
        journeys: Journeys,
        evacuation: Evacuation,
    ) -> None:
        self.setting, self.residents, self.shelters = setting, residents, shelters
        self.journeys, self.evacuation = journeys, evacuation
        self.turned_away = 0
        self._doors = np.zeros(residents.count, np.int8)
        self._going_home = np.zeros(residents.count, bool)
        self._dry_since = np.full(len(setting.atlas.building_cell), NEVER)
        self._is_free = np.zeros(len(setting.atlas.building_cell), bool)
        self._return_at = np.full(residents.households, NEVER)
        self._returns = np.zeros(residents.households, bool)

    def arrive(self, arrived: Arrived) -> None:
        """Bring walkers or cars in where they arrived."""
        order = np.argsort(arrived.target, kind="stable")
        agent, target = arrived.agent[order].astype(np.int64), arrived.target[order]
        bounds = np.flatnonzero(np.diff(target)) + 1
        for group, where in zip(
            np.split(agent, bounds), target[np.concatenate([[0], bounds])].tolist(), strict=True
        ):
            people = group if arrived.mode == "walk" else self._alight(group)
            if where < len(self.journeys.shelters):
                self._enter(int(self.journeys.shelters[where]), people)
            else:
                self._reach_grid(where - len(self.journeys.shelters), people)

    def _alight(self, households: People) -> People:
        people = self.residents.members(households)
        people = people[self.evacuation.riding[people]]
        self.evacuation.riding[people] = False
        return people

    def _enter(self, facility: int, people: People) -> None:
        outside = self.shelters.admit(facility, people)
        self.shelters.heading[facility] -= len(people)
        self.residents.state[people] = SHELTERED
        if len(outside) == 0:
            return
        self.residents.state[outside] = MOVING
        self._doors[outside] += 1
        self._redirect(facility, outside)

    def _redirect(self, facility: int, people: People) -> None:
        """Send those who did not fit to the nearest shelter with places, or elsewhere."""
        node = self.setting.atlas.facility_node[facility]
        target, metres = self.shelters.nearest(np.array([node]))
        goes_on = (self._doors[people] < MOST_DOORS) & bool(np.isfinite(metres[0]))
        goal = np.full(len(people), target[0])
        if goes_on.any():
            origin = np.full(len(people), node)
            goes_on &= self.journeys.can_reach("walk", origin, goal)
        walkers, rest = people[goes_on], people[~goes_on]
        slow = self.residents.mobility[walkers] > 0
        self.journeys.depart("walk", walkers, np.full(len(walkers), node), goal[goes_on], slow=slow)
        self.shelters.expect(goal[goes_on], np.ones(len(walkers), np.int64))
        self.residents.state[rest] = AWAY
        self.turned_away += len(rest)
        self.setting.log.write(
            "shelter.redirected",
            place=self.setting.atlas.place_of(facility),
            facility=self.setting.atlas.facility_names[facility],
            redirected=len(walkers),
            turned_away=len(rest),
        )

    def _reach_grid(self, grid: int, people: People) -> None:
        home = self._going_home[people]
        self.residents.state[people] = np.where(home, RETURNED, AWAY)
        own = self.residents.grid[self.residents.household[people]]
        self.residents.here[people] = np.where(home, own, grid)
        self._going_home[people] = False

    def may_return(self, household: int) -> bool:
        """True for a household that was never ordered out, or whose way home is free again."""
        return bool(self._returns[household] or not self.evacuation.ordered[household])

    def step(self, waters: Waters, crest_s: int) -> None:
        """Let households set out for home whose home has been dry long enough after the crest."""
        now = self.setting.clock.tick
        is_dry = waters.depth_m[self.setting.atlas.building_cell] < 0.02
        self._dry_since = np.where(is_dry, np.minimum(self._dry_since, now), NEVER)
        if self.setting.time_s <= crest_s:
            return
        wait = self.setting.drill.behaviour.return_after_hours.value * 3600 * TICKS_PER_SECOND
        long_dry = is_dry & (now - np.maximum(self._dry_since, 0) >= wait)
        new = long_dry & ~self._is_free
        if new.any():
            self._is_free |= new
            fresh = np.flatnonzero(new[self.residents.building])
            self._returns[fresh] = True
            draw = self.setting.streams.get("residents.return").random(len(fresh))
            minutes = departure_minutes(draw, t50=RETURN_T50_MINUTES, t90=RETURN_T90_MINUTES)
            self._return_at[fresh] = now + (minutes * 60 * TICKS_PER_SECOND).astype(np.int64)
        due = np.flatnonzero(self._return_at <= now)
        if len(due):
            self._set_out(due)

    def _set_out(self, households: People) -> None:
        residents = self.residents
        people = residents.members(households)
        people = people[among(residents.state[people], (SHELTERED, AWAY))]
        people = people[(residents.mobility[people] != NEEDS_STRETCHER)]
        self._return_at[households] = NEVER
        if len(people) == 0:
            return
        inside = residents.facility[people] >= 0
        atlas = self.setting.atlas
        node = np.where(
            inside,
            atlas.facility_node[np.maximum(residents.facility[people], 0)],
            atlas.grid_node[residents.here[people]],
        )
        home = residents.household[people]
        target = self.journeys.target_of_grid(residents.grid[home])
        can = self.journeys.can_reach("walk", node, target)
        blocked = np.unique(home[~can])
        self._return_at[blocked] = self.setting.clock.tick + 3600 * TICKS_PER_SECOND
        people, node, target = people[can], node[can], target[can]
        self.shelters.leave(people)
        residents.state[people] = MOVING
        self._going_home[people] = True
        slow = residents.mobility[people] > 0
        self.journeys.depart("walk", people, node, target, slow=slow)
