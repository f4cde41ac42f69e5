"""Deeds: what organisations do about injects, and which deeds units must carry out."""

from collections.abc import Callable

import numpy as np

from scenarios.injects import Deed, Expectation, Inject
from scenarios.selectors import find
from simulation.clock import TICKS_PER_SECOND, Payload
from simulation.parts import Parts
from simulation.people.residents import PREPARING
from simulation.response.command import Command
from simulation.response.effects import Effects
from simulation.run import Whistle
from simulation.teams.responders import Incident, Unit

WAIT_HOURS = 6.0
"""The option to wait puts an evacuation order off until the next forecast [h]."""
REOPEN_DEPTH_M, SHUT_AT_LEAST_S = 0.05, 4 * 3600
"""An underpass is opened again once it is this dry, and not before this long; assumption A."""
LIFELINE_CLASSES = ("motorway", "trunk", "primary", "secondary")


class Deeds:
    """Carries out expected actions.

    Attributes:
        whistles: Whistles blown so far.
        crews_clearing: Crews that clear roads.
    """

    def __init__(self, parts: Parts, command: Command, effects: Effects) -> None:
        self.parts, self.command, self.effects = parts, command, effects
        self.setting = parts.setting
        self.whistles: list[Whistle] = []
        self._blown: dict[str, int] = {}
        self.crews_clearing = 0
        self._levels: dict[str, int] = {}
        self._shut_since: dict[int, int] = {}
        self._deeds: dict[Deed, Callable[[Expectation, Inject], bool]] = {
            "activate_response": self._activate,
            "predischarge_reservoir": self._predischarge,
            "sweep_at_risk_people": self._sweep,
            "order_evacuation": _wait_for_decision,
            "stage_buses": _book,
            "whistle": self._whistle,
            "report_in": self._report_in,
            "stop_lines": _book,
            "close_underpasses": self._close_underpasses,
            "deploy_generators": self._deploy_generators,
            "rescue_complete": self._rescue,
            "deploy_satcom": self._deploy_satcom,
            "fallback_runner_report": self._send_runners,
            "open_next_shelter": self._open_next_shelter,
            "decide": _wait_for_decision,
            "publish_update": self._publish,
            "clear_lifeline_roads": self._clear_roads,
        }
        self._listen()

    def _listen(self) -> None:
        clock, dispatch = self.setting.clock, self.parts.dispatch
        clock.on("shelter.opens", self._shelter_opens)
        clock.on("evacuation.late_order", self._late_order)
        clock.on("dyke.sandbags", self._sandbags)
        for kind, finish in (
            ("generator", self._generator_runs),
            ("satcom", self._satcom_runs),
            ("close_road", self._underpass_shut),
            ("pump", self._pump_runs),
        ):
            dispatch.on(kind, on_site=self._set_up, finish=finish, deliver=_leave)

    def perform(self, task: Expectation, inject: Inject) -> bool:
        """Carry out a deed; True when it is done at once."""
        return self._deeds[task.do](task, inject)

    def _activate(self, task: Expectation, inject: Inject) -> bool:
        del inject
        self.setting.log.write("response.level", who=task.who, level=task.arg)
        return True

    def _predischarge(self, task: Expectation, inject: Inject) -> bool:
        del inject
        fall = self.setting.drill.hazard.predischarge_m.value
        self.parts.waters.stage_fall_m = fall
        self.setting.log.write("reservoir.lowered", who=task.who, metres=fall)
        return True

    def _sweep(self, task: Expectation, inject: Inject) -> bool:
        del inject
        zone = self.parts.evacuation.zone
        people = int(self.parts.residents.size[zone].sum())
        self.setting.log.write("sweep.done", who=task.who, people=people)
        return True

    def _whistle(self, task: Expectation, inject: Inject) -> bool:
        place = find(inject.area, self.setting.city).place
        self._blown[task.id] = self.setting.clock.tick
        self.setting.log.write(
            "whistle.blown", who=task.who, place=place, whistle=task.id, to=task.arg
        )
        self.parts.services.whistle_share[self.setting.atlas.grids_in(place)] = 0.5
        return True

    def _report_in(self, task: Expectation, inject: Inject) -> bool:
        place = find(inject.area, self.setting.city).place
        tick = self._blown[task.arg]
        minutes = (self.setting.clock.tick - tick) / TICKS_PER_SECOND / 60
        met = minutes <= task.within / 60
        self.whistles.append(
            Whistle(
                id=task.arg,
                time_s=self.setting.drill.horizon.start + tick // TICKS_PER_SECOND,
                place=place,
                to=task.who,
                report_in_minutes=round(minutes, 3),
                within_minutes=task.within / 60,
                met=met,
            )
        )
        self.setting.log.write(
            "whistle.answered", who=task.who, place=place, whistle=task.arg, minutes=minutes
        )
        self.parts.services.whistle_share[self.setting.atlas.grids_in(place)] = 1.0
        people = self.effects.stretchers.pop(inject.id, np.empty(0, np.int64))
        self.parts.rescue.ask_stretchers(people, matter=inject.id)
        return True

    def _request(self, kind: str, facility: int, matter: str) -> None:
        atlas = self.setting.atlas
        self.parts.dispatch.request(
            kind,
            node=int(atlas.facility_node[facility]),
            place=atlas.place_of(facility),
            facility=facility,
            matter=matter,
        )

    def _set_up(self, incident: Incident, unit: Unit) -> float:
        del unit
        if incident.kind == "close_road":
            return 60.0
        norms = self.setting.drill.norms
        spread = norms.telecom_kit_minutes if incident.kind == "satcom" else norms.setup_minutes
        return 60 * self.parts.dispatch.spread(incident.kind, spread)

    def _close_underpasses(self, task: Expectation, inject: Inject) -> bool:
        del inject
        rows = self.setting.atlas.facilities_of("underpass")
        for facility in rows.tolist():
            self._request("close_road", facility, task.id)
        self._levels[task.id] = len(rows)
        return len(rows) == 0

    def _underpass_shut(self, incident: Incident, unit: Unit) -> int:
        roads, pit = self.parts.roads, self.parts.waters.pits[incident.facility]
        roads.ordered_shut[roads.pit_of_road == incident.facility] = True
        self._shut_since[incident.facility] = self.setting.time_s + SHUT_AT_LEAST_S
        limit = self.setting.drill.norms.underpass_close_depth_m.value
        self.setting.log.write(
            "underpass.closed",
            who=unit.name,
            place=incident.place,
            facility=self.setting.atlas.facility_names[incident.facility],
            depth_m=pit.depth_m,
            before_limit=pit.depth_m < limit,
        )
        self._count_down(incident.matter)
        return -1

    def _count_down(self, action: str) -> None:
        self._levels[action] -= 1
        if self._levels[action] == 0:
            self.command.finish(action)

    def _deploy_generators(self, task: Expectation, inject: Inject) -> bool:
        """Send a generator to each hospital that lost its mains."""
        del inject
        dark = self._dark(self.setting.atlas.facilities_of("hospital").tolist())
        for facility in dark:
            self._request("generator", facility, task.id)
        self._levels[task.id] = len(dark)
        return not dark

    def _generator_runs(self, incident: Incident, unit: Unit) -> int:
        self.parts.services.truck_power[incident.facility] = True
        self.setting.log.write(
            "generator.runs",
            who=unit.name,
            place=incident.place,
            facility=self.setting.atlas.facility_names[incident.facility],
        )
        self._count_down(incident.matter)
        return -1

    def _rescue(self, task: Expectation, inject: Inject) -> bool:
        self.parts.rescue.send_to_underpass(inject.id)
        del task
        return False

    def rescued(self, inject: str) -> None:
        """Book the rescue an inject asked for."""
        self.command.finish_all("rescue_complete", inject)

    def _deploy_satcom(self, task: Expectation, inject: Inject) -> bool:
        del inject
        grids = self.setting.atlas.grids_in(find(task.arg, self.setting.city).place)
        middle = int(np.flatnonzero(grids)[grids.sum() // 2])
        self.parts.dispatch.request(
            "satcom",
            node=int(self.setting.atlas.grid_node[middle]),
            place=self.setting.atlas.grid_codes[middle],
            matter=task.id,
        )
        return False

    def _satcom_runs(self, incident: Incident, unit: Unit) -> int:
        task = self.command.expectations[incident.matter][1]
        place = find(task.arg, self.setting.city).place
        self.parts.services.satcom |= self.setting.atlas.grids_in(place)
        self.setting.log.write("satcom.runs", who=unit.name, place=place)
        self.command.finish(incident.matter)
        return -1

    def _send_runners(self, task: Expectation, inject: Inject) -> bool:
        del inject
        place = find(task.arg, self.setting.city).place
        self.parts.services.runner |= self.setting.atlas.grids_in(place)
        self.setting.log.write("runner.reports", who=task.who, place=place)
        return True

    def _open_next_shelter(self, task: Expectation, inject: Inject) -> bool:
        del inject
        candidates = self.parts.shelters.candidates()
        if len(candidates) == 0:
            self.setting.log.write("shelter.none_left", who=task.who)
            return False
        facility = int(candidates[0])
        self.parts.shelters.state[facility] = 1
        self.setting.clock.after(600, "shelter.opens", {"facility": facility, "action": task.id})
        return False

    def _shelter_opens(self, payload: Payload) -> None:
        self.parts.shelters.open(int(payload["facility"]))
        if payload.get("action"):
            self.command.finish(payload["action"])

    def _publish(self, task: Expectation, inject: Inject) -> bool:
        del inject
        self.parts.evacuation.rumour = 0.0
        self.setting.log.write("update.published", who=task.who)
        return True

    def _clear_roads(self, task: Expectation, inject: Inject) -> bool:
        del inject
        self.crews_clearing = max(1, len(self.parts.responders.by_kind.get("repair_crew", [])) // 2)
        self.setting.log.write("roads.clearing", who=task.who, crews=self.crews_clearing)
        return False

    def clear_mud(self, hours: float) -> None:
        """Let the crews clear mud for some hours, lifeline roads first."""
        roads = self.parts.roads
        if not self.crews_clearing or not roads.muddy.any():
            return
        rate = self.setting.drill.norms.debris_clear_m_per_crew_hour.value
        classes = self.setting.city.roads["class"].astype(str)
        is_lifeline = classes.isin(LIFELINE_CLASSES).to_numpy()
        rows = np.flatnonzero(roads.muddy & (roads.depth_m <= 0))
        rows = rows[np.lexsort((rows, ~is_lifeline[rows]))]
        reach = np.cumsum(roads.length_m[rows]) - roads.length_m[rows]
        roads.muddy[rows[reach < rate * self.crews_clearing * hours]] = False
        if not (roads.muddy & is_lifeline).any():
            self.command.finish_all("clear_lifeline_roads")

    def decided(self, decision: str, option: str) -> None:
        """Act on a decision that stands now."""
        acts = {"D1": self._evacuate, "D2": self._defend, "D3": self._place_pumps}
        if decision in acts:
            acts[decision](option)
        self.command.finish_all("decide", decision)

    def _evacuate(self, option: str) -> None:
        evacuation = self.parts.evacuation
        if option == "now":
            self._order(evacuation.zone, "D1")
            return
        if option == "partial":
            deep = evacuation.zone & (evacuation.depth_m >= 0.5)
            self._order(deep, "D1")
        self.setting.clock.after(WAIT_HOURS * 3600, "evacuation.late_order")

    def _late_order(self, payload: Payload) -> None:
        del payload
        self._order(self.parts.evacuation.zone, "D1")

    def _order(
        self, households: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], matter: str
    ) -> None:
        self.open_shelters(int(self.parts.residents.size[households].sum()))
        self.parts.evacuation.order(households, matter)
        self.command.finish_all("order_evacuation", matter)

    def open_shelters(self, people: int) -> None:
        """Open shelters for a share of those ordered out, purpose-built ones first."""
        norms, shelters = self.setting.drill.norms, self.parts.shelters
        wanted = people * norms.shelter_open_share.value - int(shelters.free_places().sum())
        for facility in shelters.candidates().tolist():
            if wanted <= 0:
                break
            shelters.state[facility] = 1
            wanted -= int(shelters.places[facility])
            spread = norms.shelter_setup_minutes
            minutes = self.setting.streams.lognormal("shelters", spread.value, spread.sigma)
            self.setting.clock.after(minutes * 60, "shelter.opens", {"facility": facility})

    def keep_places(self) -> None:
        """Once a street hub had to open a shelter, open more each hour while people wait."""
        if self.setting.time_s % 3600 == 0 and "open_next_shelter" in self._awake():
            waiting = int((self.parts.residents.state == PREPARING).sum())
            self.open_shelters(waiting)

    def _awake(self) -> set[str]:
        return {self.command.expectations[action][1].do for action in self.command.done}

    def _defend(self, option: str) -> None:
        if self.effects.dyke < 0:
            return
        spec = self.setting.drill.hazard.dyke
        if option in ("plug", "both"):
            success = spec.plug_success if option == "plug" else spec.plug_success_shared
            details = {"success": success.value}
            self.setting.clock.after(spec.sandbag_crew_hours.value * 3600, "dyke.sandbags", details)
        if option in ("evacuate", "both"):
            cells = np.isin(self.setting.atlas.building_cell, self.parts.waters.polder)
            self._order(cells[self.parts.residents.building], "D2")

    def _sandbags(self, payload: Payload) -> None:
        draw = float(self.setting.streams.get("dyke.sandbags").random())
        self.effects.dyke_plugged = draw < float(payload["success"])
        place = self.setting.atlas.place_of(self.effects.dyke)
        kind = "dyke.plugged" if self.effects.dyke_plugged else "dyke.plug_failed"
        self.setting.log.write(kind, place=place)

    def _place_pumps(self, option: str) -> None:
        """Send the mobile third of the pump trucks to one kind of low spot."""
        trucks = len(self.parts.responders.by_kind.get("pump_truck", [])) // 3
        targets = self._pump_targets(option)
        if not targets:
            self.setting.log.write("pumps.no_target", option=option)
            return
        for number in range(max(trucks, 1)):
            self._request("pump", targets[number % len(targets)], "D3")

    def _pump_targets(self, option: str) -> list[int]:
        """Low spots to pump: the one an inject names, else those without mains, else one."""
        for inject in self.setting.drill.injects:
            found = find(inject.area, self.setting.city)
            if found.facility >= 0 and self.setting.atlas.facility_kind[found.facility] == option:
                return [found.facility]
        rows = self.setting.atlas.facilities_of(option).tolist()
        return self._dark(rows) or rows[:1]

    def _dark(self, rows: list[int]) -> list[int]:
        """Facilities whose mains are off."""
        works, services = self.parts.lifelines.works, self.parts.services
        return [row for row in rows if not works[services.providers(row, "power")].all()]

    def reopen_underpasses(self) -> None:
        """Let the police open underpasses again that have run dry."""
        roads = self.parts.roads
        for facility in np.unique(roads.pit_of_road[roads.ordered_shut]).tolist():
            pit = self.parts.waters.pits[facility]
            if pit.depth_m <= REOPEN_DEPTH_M and self.setting.time_s > self._shut_since[facility]:
                roads.ordered_shut[roads.pit_of_road == facility] = False
                place = self.setting.atlas.place_of(facility)
                name = self.setting.atlas.facility_names[facility]
                self.setting.log.write("underpass.opened", place=place, facility=name)

    def _pump_runs(self, incident: Incident, unit: Unit) -> int:
        pit = self.parts.waters.pits.get(incident.facility)
        if pit is not None:
            pit.extra_m3_h += self.setting.drill.hazard.pump_truck_m3_h.value
        self.setting.log.write("pump.runs", who=unit.name, place=incident.place)
        return -1


def _book(task: Expectation, inject: Inject) -> bool:
    del task, inject
    return True


def _wait_for_decision(task: Expectation, inject: Inject) -> bool:
    del task, inject
    return False


def _leave(incident: Incident, unit: Unit) -> None:
    del incident, unit
