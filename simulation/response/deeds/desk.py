"""Desk: what the rooms of the deeds share, and where they say which deeds they offer."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from gis.errors import ConflictError
from scenarios.injects import Deed, Expectation, Inject
from simulation.parts import Parts
from simulation.response.command import Command
from simulation.response.effects import Effects
from simulation.teams.responders import Incident, Unit

Carry = Callable[[Expectation, Inject], bool]
"""Carries out a deed; True when it is done at once, False when it ends later."""
Decide = Callable[[str], None]
"""Acts on the option of a decision."""
Follow = Callable[[int], None]
"""Follows the city for a step of some seconds."""


class Room(Protocol):
    """A class that offers deeds, decisions or steps when it is put in place."""

    def __init__(self, desk: "Desk") -> None: ...


Some = TypeVar("Some", bound=Room)


class Desk:
    """Parts, command and effects of a run, and the register of who carries out what.

    Attributes:
        deeds: Who carries out each deed.
        decisions: Who acts on each decision, by its id.
        steps: Who follows the city at each step, in order.
        rooms: The rooms put in place so far, by class.
    """

    def __init__(self, parts: Parts, command: Command, effects: Effects) -> None:
        self.parts, self.command, self.effects = parts, command, effects
        self.setting = parts.setting
        self.deeds: dict[Deed, Carry] = {}
        self.decisions: dict[str, Decide] = {}
        self.steps: list[Follow] = []
        self.rooms: dict[type, Room] = {}
        self._open: dict[str, int] = {}

    def offer(self, deed: Deed, carry: Carry) -> None:
        """Say who carries out a deed.

        Raises:
            ConflictError: Another room offers it already.
        """
        if deed in self.deeds:
            raise ConflictError(f"deed {deed!r} is offered by two rooms; offer it in one")
        self.deeds[deed] = carry

    def answer(self, decision: str, decide: Decide) -> None:
        """Say who acts on a decision.

        Raises:
            ConflictError: Another room acts on it already.
        """
        if decision in self.decisions:
            raise ConflictError(f"two rooms act on decision {decision!r}; let one do so")
        self.decisions[decision] = decide

    def room(self, kind: type[Some]) -> Some:
        """The room of a class, which must stand before the one that asks in ``ROOMS``."""
        found = self.rooms[kind]
        assert isinstance(found, kind)
        return found

    def request(self, kind: str, facility: int, matter: str) -> None:
        """Ask for a unit at a facility, on behalf of an action or a decision."""
        atlas = self.setting.atlas
        self.parts.dispatch.request(
            kind,
            node=int(atlas.facility_node[facility]),
            place=atlas.place_of(facility),
            facility=facility,
            matter=matter,
        )

    def expect(self, action: str, pieces: int) -> bool:
        """Take an action as done after some pieces of work; True where there are none."""
        self._open[action] = pieces
        return pieces == 0

    def count_down(self, action: str) -> None:
        """Book one piece of an action's work, and the action after the last one."""
        self._open[action] -= 1
        if self._open[action] == 0:
            self.command.finish(action)

    def set_up(self, incident: Incident, unit: Unit) -> float:
        """Give the time to connect and start what a unit brings [s]."""
        del unit
        norms = self.setting.drill.norms
        return 60 * self.parts.dispatch.spread(incident.kind, norms.setup_minutes)

    def dark(self, rows: list[int]) -> list[int]:
        """Facilities, of some, whose mains are off."""
        works, services = self.parts.lifelines.works, self.parts.services
        return [row for row in rows if not works[services.providers(row, "power")].all()]


def book(task: Expectation, inject: Inject) -> bool:
    """Book a deed that changes nothing in the city as done at once."""
    del task, inject
    return True


def wait(task: Expectation, inject: Inject) -> bool:
    """Leave a deed open until something else ends it."""
    del task, inject
    return False


def leave(incident: Incident, unit: Unit) -> None:
    """Deliver nothing: the unit's work ended on site."""
    del incident, unit
