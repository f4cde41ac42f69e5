"""Refit: conversions of facilities, played on the run's clock."""

from scenarios.conversion import ConversionPlan
from scenarios.selectors import find
from simulation.clock import Payload
from simulation.people.shelters import OPENING, Shelters
from simulation.response.conversion import Slot, schedule
from simulation.run import Conversion, ConversionTask, Words
from simulation.setting import Setting


class Refit:
    """Starts each planned conversion, logs its tasks, and opens the facility in its new role."""

    def __init__(self, setting: Setting, shelters: Shelters) -> None:
        self.setting, self.shelters = setting, shelters
        self.slots: dict[str, list[Slot]] = {}
        self.rows: dict[str, int] = {}
        setting.clock.on("conversion.start", self._start)
        setting.clock.on("conversion.task", self._task)
        for plan in setting.drill.conversions:
            self._prepare(plan)

    def _prepare(self, plan: ConversionPlan) -> None:
        found = find(plan.facility, self.setting.city)
        if found.sort != "facility" or self.shelters.places[found.facility] <= 0:
            self.setting.limit(
                f"本市数据没有可转换的设施（{plan.facility}），未进行平战转换",
                f"No conversion {plan.id}: this city's data has no {plan.facility} that can"
                f" become a {plan.role}",
            )
            self.setting.log.write("conversion.not_applicable", conversion=plan.id)
            return
        self.rows[plan.id] = found.facility
        self.slots[plan.id] = schedule(plan)
        self.shelters.reserved_for_conversion.add(found.facility)
        tick = self.setting.tick_at(plan.start)
        self.setting.clock.schedule(tick, "conversion.start", {"conversion": plan.id})

    def _plan(self, payload: Payload) -> ConversionPlan:
        name = payload["conversion"]
        return next(plan for plan in self.setting.drill.conversions if plan.id == name)

    def _write(self, kind: str, plan: ConversionPlan, **details: object) -> None:
        atlas, row = self.setting.atlas, self.rows[plan.id]
        self.setting.log.write(
            kind,
            who=plan.who,
            place=atlas.place_of(row),
            conversion=plan.id,
            facility=atlas.facility_names[row],
            **details,
        )

    def _start(self, payload: Payload) -> None:
        plan = self._plan(payload)
        self.shelters.state[self.rows[plan.id]] = OPENING
        self._write("conversion.start", plan, role=plan.role)
        for number, slot in enumerate(self.slots[plan.id]):
            details = {"conversion": plan.id, "slot": number}
            self.setting.clock.after(slot.end * 3600, "conversion.task", details)

    def _task(self, payload: Payload) -> None:
        plan = self._plan(payload)
        slots = self.slots[plan.id]
        slot = slots[payload["slot"]]
        self._write("conversion.task_done", plan, task=slot.task.id, crew=slot.task.crew)
        if not slot.task.sign_off:
            return
        row = self.rows[plan.id]
        places = int(self.shelters.places[row] * plan.place_share.value)
        self.shelters.places[row] = places
        self._write("conversion.ready", plan, role=plan.role, places=places, hours=slot.end)
        self.shelters.reserved_for_conversion.discard(row)
        self.shelters.open(row)

    def results(self) -> list[Conversion]:
        """The conversions as they were played."""
        return [
            self._result(plan) for plan in self.setting.drill.conversions if plan.id in self.rows
        ]

    def _result(self, plan: ConversionPlan) -> Conversion:
        slots = self.slots[plan.id]
        tasks = [
            ConversionTask(
                id=slot.task.id,
                title=Words(zh=slot.task.title.zh, en=slot.task.title.en),
                start_s=plan.start + round(slot.start * 3600),
                end_s=plan.start + round(slot.end * 3600),
                crew=slot.task.crew,
                float_s=round(slot.slack * 3600),
                critical=slot.is_critical,
            )
            for slot in slots
        ]
        hours = max(slot.end for slot in slots if slot.task.sign_off)
        return Conversion(
            facility=self.setting.atlas.facility_names[self.rows[plan.id]],
            role=plan.role,
            tasks=tasks,
            ready_s=plan.start + round(hours * 3600),
            hours=round(hours, 3),
        )
