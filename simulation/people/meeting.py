"""Meeting: who of a household is away, and how long it waits for its last member."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.gathering import Gathering
from simulation.people.residents import NEEDS_STRETCHER, PREPARING, Residents
from simulation.setting import Setting

GROWN_UP = 18
"""From this age on somebody at home can lead a household out; age of majority, basis K."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Meeting:
    """Where residents are by day, and who meets the household at its shelter.

    Attributes:
        place: Grid of each resident's school or work, shape ``(residents,)``.
        apart: Residents who will go to the household's shelter from there.
    """

    def __init__(self, setting: Setting, residents: Residents) -> None:
        self.setting, self.residents = setting, residents
        self.apart = np.zeros(residents.count, bool)
        self.place = residents.grid[residents.household]
        rules = setting.drill.behaviour.gathering
        if rules is None or rules.mode == "none":
            return
        streams = setting.streams
        self._draw = streams.get("residents.away").random(residents.count)
        self._notice = streams.get("residents.notice").standard_normal(residents.count)
        self._studies = _between(residents.age, rules.school_ages)
        self._works = _between(residents.age, rules.work_ages) & ~self._studies
        self._settle(rules, streams.get("residents.workplace").random(residents.count))
        setting.limit(
            "上班上学的居民在动身之前按在家统计，仅影响家庭集合与出发时间",
            "Residents at work or school count as at home until they set off; being away only"
            " delays their household or changes where they start",
        )

    def _settle(self, rules: Gathering, draw: NDArray[np.float64]) -> None:
        """Give everybody a place by day."""
        atlas = self.setting.atlas
        count = np.bincount(atlas.facility_grid, minlength=len(atlas.grid_codes))
        centres = np.lexsort((np.arange(len(count)), -count))[: rules.centres]
        weight = np.cumsum(np.maximum(count[centres], 1))
        chosen = np.searchsorted(weight, draw[self._works] * weight[-1], side="right")
        self.place[self._works] = centres[chosen]
        schools = atlas.facilities_of("school")
        if len(schools):
            homes = atlas.node_xy[self.residents.node[self.residents.household[self._studies]]]
            _, nearest = cKDTree(atlas.facility_xy[schools]).query(homes)
            self.place[self._studies] = atlas.facility_grid[schools[nearest]]

    def wait_minutes(self, households: Ints, *, may_meet: Bools) -> NDArray[np.float64]:
        """Minutes until each household's last member is back; note who will not come back first.

        Args:
            households: Households that just decided to leave, each once.
            may_meet: Those that go to a shelter, where members away could join them.
        """
        rules, residents = self.setting.drill.behaviour.gathering, self.residents
        wait = np.zeros(len(households))
        if rules is None or rules.mode == "none" or len(households) == 0:
            return wait
        people = residents.members(households)
        row = np.repeat(np.arange(len(households)), residents.size[households])
        away = self._is_away(people, rules)
        leads = ~away & (residents.age[people] >= GROWN_UP)
        leads &= residents.mobility[people] != NEEDS_STRETCHER
        is_led = np.bincount(row[leads], minlength=len(households)) > 0
        meets = away & (rules.mode == "shelter") & (may_meet & is_led)[row]
        self.apart[people[meets]] = True
        comes = away & ~meets
        np.maximum.at(wait, row[comes], self._way_minutes(people[comes], rules))
        return wait

    def _is_away(self, people: Ints, rules: Gathering) -> Bools:
        hour = int(self.setting.hour_of_day())
        share = np.where(self._studies[people], rules.school_by_hour[hour], 0.0)
        share = np.where(self._works[people], rules.work_by_hour[hour], share)
        can = (self.residents.mobility[people] == 0) & (self.residents.state[people] == PREPARING)
        return np.asarray(can & (self._draw[people] < share))

    def _way_minutes(self, people: Ints, rules: Gathering) -> NDArray[np.float64]:
        atlas, residents = self.setting.atlas, self.residents
        home = atlas.node_xy[residents.node[residents.household[people]]]
        metres = np.hypot(*(atlas.grid_xy[self.place[people]] - home).T) * rules.detour.value
        notice = rules.notice_minutes
        begun = notice.value * np.exp(notice.sigma * self._notice[people])
        return np.asarray(begun + metres / (rules.speed_kmh.value / 0.06))


def _between(age: NDArray[np.uint8], ages: tuple[int, int]) -> Bools:
    return np.asarray((age >= ages[0]) & (age <= ages[1]))
