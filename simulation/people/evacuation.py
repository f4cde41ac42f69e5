"""Evacuation: who is ordered out, hears it, believes, prepares, and leaves by which way."""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import TICKS_PER_SECOND, Payload
from simulation.people.departure import departure_minutes
from simulation.people.journeys import Journeys, Mode
from simulation.people.meeting import Meeting
from simulation.people.residents import (
    AWAY,
    MOVING,
    NEEDS_STRETCHER,
    PREPARING,
    SHELTERED,
    STAYING,
    UNWARNED,
    WARNED,
    Residents,
    among,
)
from simulation.people.shelters import Shelters
from simulation.people.warning import NEVER, WarningChannels
from simulation.response.rescue import Rescue
from simulation.setting import Setting

HOUR = 3600 * TICKS_PER_SECOND
MINUTE = 60 * TICKS_PER_SECOND
Households = NDArray[np.int64]


class Evacuation:
    """Orders to leave and what households make of them.

    Attributes:
        depth_m: Forecast water depth at each home [m], shape ``(households,)``.
        zone: Households in the low-lying zone of the forecast.
        ordered: Households told to leave.
        heard_by: Channel over which each household hears the order first, -1 for none.
        warning: The ways an order travels.
        meeting: Who is away by day and meets the household where.
        riding: Residents under way in their household's car.
        no_place: Residents who wanted to leave and found no shelter place.
    """

    def __init__(
        self,
        setting: Setting,
        residents: Residents,
        shelters: Shelters,
        journeys: Journeys,
        rescue: Rescue,
    ) -> None:
        self.setting, self.residents, self.shelters = setting, residents, shelters
        self.journeys, self.rescue = journeys, rescue
        count = residents.households
        self.depth_m = np.zeros(count, np.float32)
        self.zone = np.zeros(count, bool)
        self.ordered = np.zeros(count, bool)
        self.heard = np.zeros(count, bool)
        self.heard_by = np.full(count, -1, np.int8)
        self.has_network = np.ones(count, bool)
        self.warning = WarningChannels(setting, residents)
        self.meeting = Meeting(setting, residents)
        self.rumour = 0.0
        self.riding = np.zeros(residents.count, bool)
        self.vulnerable = np.zeros(residents.count, bool)
        self.no_place = 0
        self._next = 0
        self.inform_at = np.full(count, NEVER)
        self.hear_at = np.full(count, NEVER)
        self.visit_at = np.full(count, NEVER)
        self.leave_at = np.full(count, NEVER)
        streams = setting.streams
        self._belief = streams.get("residents.belief").random(count)
        self._shadow = streams.get("residents.shadow").random(count)
        self._prepare = streams.get("residents.prepare").random(count)
        self._elsewhere = streams.get("residents.elsewhere").random(count)
        self.host_grid = np.zeros(count, np.int64)
        setting.clock.on("warning.tally", self._tally_warning)
        setting.clock.on("evacuation.tally", self._tally_evacuation)

    def draw_zone(self, peak_m: NDArray[np.float32]) -> None:
        """Mark the homes that the forecast puts under water, and dry grids that can host people."""
        atlas = self.setting.atlas
        at_building = peak_m[atlas.building_cell]
        self.depth_m = at_building[self.residents.building]
        self.zone = self.depth_m >= self.setting.drill.norms.zone_depth_m.value
        lives = self.zone[self.residents.household]
        self.vulnerable |= lives & (self.residents.mobility == NEEDS_STRETCHER)
        wet = np.bincount(self.residents.grid, self.zone, minlength=len(atlas.grid_codes))
        homes = np.bincount(self.residents.grid, minlength=len(atlas.grid_codes))
        dry = np.flatnonzero((wet <= 0.05 * homes) & (homes > 0))
        dry = dry if len(dry) else np.arange(len(homes))
        draw = self.setting.streams.get("residents.hosts").random(self.residents.households)
        self.host_grid = dry[(draw * len(dry)).astype(np.int64)]

    def inform(self) -> None:
        """Tell the whole city, without an order."""
        heard = self.warning.first_heard(
            "forecast",
            has_network=self.has_network,
            ordered=np.zeros(self.residents.households, bool),
        )
        self.inform_at = np.minimum(self.inform_at, self._ticks_from_now(heard.minutes))
        self._next = 0

    def order(self, households: NDArray[np.bool_], matter: str) -> None:
        """Order households out; everybody else hears that an order was given."""
        new = households & ~self.ordered
        self.ordered |= new
        self.heard[new] = False
        heard = self.warning.first_heard("order", has_network=self.has_network, ordered=new)
        at = self._ticks_from_now(heard.minutes)
        self._next = 0
        fresh = new | (self.hear_at == NEVER)
        self.hear_at[fresh] = at[fresh]
        self.heard_by[fresh] = heard.channel[fresh]
        self.setting.log.write(
            "evacuation.order",
            who="city_flood",
            matter=matter,
            households=int(new.sum()),
            people=int(self.residents.size[new].sum()),
        )
        self.setting.clock.after(3600, "warning.tally", {"since": self.setting.clock.tick})

    def _ticks_from_now(self, minutes: NDArray[np.float64]) -> NDArray[np.int64]:
        finite = np.isfinite(minutes)
        ticks = np.full(len(minutes), NEVER)
        ticks[finite] = self.setting.clock.tick + (minutes[finite] * MINUTE).astype(np.int64)
        return ticks

    def step(self) -> None:
        """Let everything happen that is due by now."""
        now = self.setting.clock.tick
        if now < self._next:
            return
        self._set_state(np.flatnonzero(self.inform_at <= now), (UNWARNED,), WARNED)
        self.inform_at[self.inform_at <= now] = NEVER
        due = np.flatnonzero((self.hear_at <= now) & ~self.heard)
        if len(due):
            self._hear(due)
        due = np.flatnonzero(self.visit_at <= now)
        if len(due):
            self._visit(due)
        due = np.flatnonzero(self.leave_at <= now)
        if len(due):
            self.leave_at[due] = NEVER
            self._leave(due)
        unheard = np.where(self.heard, NEVER, self.hear_at)
        pending = (self.inform_at, unheard, self.visit_at, self.leave_at)
        self._next = min(int(array.min()) for array in pending)

    def _set_state(self, households: Households, before: tuple[int, ...], after: int) -> None:
        people = self.residents.members(households)
        here = among(self.residents.state[people], before)
        self.residents.state[people[here]] = after

    def _hear(self, due: Households) -> None:
        self.heard[due] = True
        behaviour = self.setting.drill.behaviour
        share = np.where(
            self.ordered[due],
            behaviour.compliance.value * (1 - self.rumour),
            behaviour.shadow_share.value,
        )
        draw = np.where(self.ordered[due], self._belief[due], self._shadow[due])
        believes = draw < share
        self._prepare_to_leave(due[believes])
        stays = due[~believes]
        self._set_state(stays, (UNWARNED, WARNED), STAYING)
        refused = stays[self.ordered[stays]]
        self.visit_at[refused] = self._visit_times(len(refused))

    def _visit_times(self, count: int) -> NDArray[np.int64]:
        noise = self.setting.streams.get("residents.visits").standard_normal(count)
        hours = self.setting.drill.behaviour.visit_hours.value * np.exp(0.3 * noise)
        return np.asarray(self.setting.clock.tick + (hours * HOUR).astype(np.int64))

    def _visit(self, due: Households) -> None:
        draw = self.setting.streams.get("residents.persuasion").random(len(due))
        convinced = draw < self.setting.drill.behaviour.compliance_after_visit.value
        self.visit_at[due] = NEVER
        self._prepare_to_leave(due[convinced])
        rest = due[~convinced]
        self.visit_at[rest] = self._visit_times(len(rest))

    def _prepare_to_leave(self, households: Households) -> None:
        behaviour = self.setting.drill.behaviour
        self._set_state(households, (UNWARNED, WARNED, STAYING), PREPARING)
        minutes = departure_minutes(
            self._prepare[households],
            t50=behaviour.prepare_t50_minutes.value,
            t90=behaviour.prepare_t90_minutes.value,
        )
        if self.setting.is_night():
            minutes *= behaviour.night_factor.value
        to_relatives = self._elsewhere[households] < behaviour.elsewhere_share.value
        may_meet = ~(to_relatives & self.residents.has_car[households])
        wait = self.meeting.wait_minutes(households, may_meet=may_meet)
        minutes = np.maximum(minutes, wait)
        ticks = self.setting.clock.tick + (minutes * MINUTE).astype(np.int64)
        self.leave_at[households] = ticks

    def _leave(self, households: Households) -> None:
        people = self.residents.members(households)
        people = people[self.residents.state[people] == PREPARING]
        carried = people[self.residents.mobility[people] == NEEDS_STRETCHER]
        self.rescue.ask_stretchers(carried, matter="evacuation")
        going = people[self.residents.mobility[people] != NEEDS_STRETCHER]
        if len(going):
            self._go(np.unique(self.residents.household[going]))

    def _go(self, households: Households) -> None:
        residents, behaviour = self.residents, self.setting.drill.behaviour
        shelter, metres = self.shelters.nearest(residents.node[households])
        has_car = residents.has_car[households]
        elsewhere = has_car & (self._elsewhere[households] < behaviour.elsewhere_share.value)
        elsewhere |= has_car & ~np.isfinite(metres)
        near = metres <= behaviour.walk_limit_m.value
        walks = ~elsewhere & near
        drives = elsewhere | (~near & has_car & np.isfinite(metres))
        target = np.where(
            elsewhere, self.journeys.target_of_grid(self.host_grid[households]), shelter
        )
        walks &= self._ways("walk", households, target, walks)
        drives &= self._ways("car", households, target, drives)
        rides = ~walks & ~drives & np.isfinite(metres)
        leaves = walks | drives | rides
        self._meet(households[leaves], target[leaves])
        self._depart_walking(households[walks], target[walks])
        self._depart_driving(households[drives], target[drives])
        self.rescue.ask_buses(self._leaving(households[rides]))
        self._postpone(households[~leaves])

    def _ways(
        self, mode: Mode, households: Households, target: Households, chosen: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        found = np.zeros(len(households), bool)
        origin = self.residents.node[households[chosen]]
        found[chosen] = self.journeys.can_reach(mode, origin, target[chosen])
        return found

    def _leaving(self, households: Households) -> NDArray[np.int64]:
        """Give the members who are ready and need no stretcher."""
        people = self.residents.members(households)
        ready = self.residents.state[people] == PREPARING
        walks = self.residents.mobility[people] != NEEDS_STRETCHER
        return np.asarray(people[ready & walks], dtype=np.int64)

    def _meet(self, households: Households, target: Households) -> None:
        """Let members who are away walk to where their household goes."""
        residents = self.residents
        row = np.repeat(np.arange(len(households)), residents.size[households])
        people = residents.members(households)
        joins = self.meeting.apart[people] & (residents.state[people] == PREPARING)
        people, goal = people[joins], target[row[joins]]
        if len(people) == 0:
            return
        origin = self.setting.atlas.grid_node[self.meeting.place[people]]
        can = self.journeys.can_reach("walk", origin, goal)
        self.meeting.apart[people] = False
        people, origin, goal = people[can], origin[can], goal[can]
        residents.state[people] = MOVING
        self.shelters.expect(goal, np.ones(len(people), np.int64))
        self.journeys.depart("walk", people, origin, goal)

    def _depart_walking(self, households: Households, target: Households) -> None:
        people = self._leaving(households)
        goal = np.full(self.residents.households, -1)
        goal[households] = target
        home = self.residents.household[people]
        slow = self.residents.mobility[people] > 0
        self.residents.state[people] = MOVING
        self.shelters.expect(goal[home], np.ones(len(people), np.int64))
        self.journeys.depart("walk", people, self.residents.node[home], goal[home], slow=slow)

    def _depart_driving(self, households: Households, target: Households) -> None:
        people = self._leaving(households)
        self.residents.state[people] = MOVING
        self.riding[people] = True
        aboard = np.bincount(self.residents.household[people], minlength=len(self.ordered))
        self.shelters.expect(target, aboard[households])
        self.journeys.depart("car", households, self.residents.node[households], target)

    def _postpone(self, households: Households) -> None:
        if len(households) == 0:
            return
        people = self._leaving(households)
        self.no_place += len(people)
        self.leave_at[households] = self.setting.clock.tick + HOUR
        self.setting.log.write("evacuation.no_place", people=len(people))

    def _tally_warning(self, payload: Payload) -> None:
        """One hour after an order: whom did it reach?"""
        at_risk = self.ordered
        reached = at_risk & (self.hear_at <= self.setting.clock.tick)
        size = self.residents.size
        channels = self.setting.drill.behaviour.channels
        by = np.bincount(self.heard_by[reached], size[reached], minlength=len(channels))
        self.setting.log.write(
            "warning.tally",
            at_risk=int(size[at_risk].sum()),
            reached=int(size[reached].sum()),
            first_by={one.id: int(n) for one, n in zip(channels, by.tolist(), strict=True)},
            since_minutes=(self.setting.clock.tick - payload["since"]) / MINUTE,
        )

    def _tally_evacuation(self, payload: Payload) -> None:
        """At the onset: who of those in danger is out?"""
        in_zone = (self.zone | self.ordered)[self.residents.household]
        out = among(self.residents.state, (SHELTERED, AWAY))
        self.setting.log.write(
            "evacuation.tally",
            moment=payload["moment"],
            at_risk=int(in_zone.sum()),
            out=int((in_zone & out).sum()),
            vulnerable=int(self.vulnerable.sum()),
            vulnerable_out=int((self.vulnerable & out).sum()),
            no_place=self.no_place,
        )

    @property
    def is_busy(self) -> bool:
        """True while households still have something to do."""
        return bool((self.leave_at < NEVER).any() or (self.hear_at[~self.heard] < NEVER).any())
