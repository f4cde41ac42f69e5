"""Responders: organisations and units as agents of a Mesa model.

Mesa keeps the agents; the run's own clock moves them, and no result draws on Mesa's random numbers.
"""

from dataclasses import dataclass, field

import mesa

from scenarios.responders import Mobilisation, TeamRoster
from simulation.teams.ledger import Ledger, Phase
from simulation.teams.ways import Leg


@dataclass(slots=True, kw_only=True)
class Incident:
    """One matter that a unit must go to.

    Attributes:
        kind: What is asked, such as ``stretcher``; decides which units suit.
        node: Where.
        people: Residents concerned.
        facility: Facility concerned, -1 for none.
        amount: Goods or work asked, in the unit of its kind.
        matter: Id of the inject or action behind it, empty for none.
        patient: Number of the patient concerned, -1 for none.
        priority: 1, life in danger, to 5, can wait.
        tried: When nobody could get there: state of the roads and units freed until then.
    """

    number: int
    kind: str
    node: int
    place: str
    created_tick: int
    people: list[int] = field(default_factory=list)
    facility: int = -1
    amount: float = 0.0
    item: str = ""
    matter: str = ""
    patient: int = -1
    priority: int = 3
    tried: tuple[int, ...] = ()


class Unit(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One team with its vehicle.

    Attributes:
        number: Rank among all units by name.
        node: Where it stands, or where it is going.
        leg: The drive it is on, None where it stands.
        event: Number of the event that ends what it does now, -1 for none.
        shift_s: Length of a crew's shift, 0 where crews are not relieved [s].
        relief_s: Time the changeover of crews takes [s].
        duty_tick: When its crew came on duty; negative for before the run's first moment.
        is_overdue: True once the crew should have been relieved.
    """

    def __init__(
        self, model: "Responders", *, name: str, number: int, roster: TeamRoster, node: int
    ) -> None:
        super().__init__(model)
        self.name = name
        self.number = number
        self.kind = roster.kind
        self.organisation = roster.organisation
        self.seats = roster.seats
        self.payload_kg = roster.payload_kg
        self.speed_mps = roster.speed_kmh / 3.6
        self.base = node
        self.node = node
        self.phase: Phase = "idle"
        self.incident: Incident | None = None
        self.leg: Leg | None = None
        self.event = -1
        self.aboard: list[int] = []
        self.cargo = 0.0
        self.shift_s = 0.0 if roster.shift is None else roster.shift.hours * 3600
        self.relief_s = 0.0 if roster.shift is None else roster.shift.relief_minutes * 60
        self.duty_tick = 0
        self.is_overdue = False


class Responders(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """All units of a drill in a city; its offices are agents of the same model.

    Args:
        units: Name, roster and base node of every unit, in order of name.

    Attributes:
        mobilising: How units come on duty, for the kinds that are not all on duty at once.
    """

    def __init__(self, units: list[tuple[str, TeamRoster, int]]) -> None:
        super().__init__(rng=0)
        self.units: dict[str, Unit] = {}
        self.by_kind: dict[str, list[Unit]] = {}
        self.mobilising: dict[str, Mobilisation] = {}
        for number, (name, roster, node) in enumerate(units):
            unit = Unit(self, name=name, number=number, roster=roster, node=node)
            self.units[name] = unit
            self.by_kind.setdefault(unit.kind, []).append(unit)
            if roster.mobilise is not None:
                self.mobilising[unit.kind] = roster.mobilise
        self.roll = list(self.units.values())
        self.ledger = Ledger({kind: len(found) for kind, found in self.by_kind.items()})

    def idle(self, kinds: tuple[str, ...]) -> list[Unit]:
        """Free units of some kinds, in order of name."""
        found = [unit for kind in kinds for unit in self.by_kind.get(kind, [])]
        return [unit for unit in found if unit.phase == "idle"]

    def shift(self, unit: Unit, phase: Phase) -> None:
        """Move a unit to another phase, in the agent and in the ledger."""
        self.ledger.move(unit.kind, unit.phase, phase)
        unit.phase = phase
