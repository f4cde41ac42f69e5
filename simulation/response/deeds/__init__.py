"""Deeds: what organisations do about injects and decisions, one room per noun.

A new deed is a file here with a class that offers it to the :class:`Desk` in its ``__init__``, one
line in ``ROOMS``, and its name in ``scenarios.injects.Deed``.
"""

from scenarios.injects import Deed, Expectation, Inject
from simulation.parts import Parts
from simulation.response.command import Command
from simulation.response.deeds.clearing import Clearing
from simulation.response.deeds.desk import Desk
from simulation.response.deeds.dykes import Dykes
from simulation.response.deeds.generators import Generators
from simulation.response.deeds.networks import Networks
from simulation.response.deeds.openings import Openings
from simulation.response.deeds.orders import Orders
from simulation.response.deeds.pumps import Pumps
from simulation.response.deeds.surges import Surges
from simulation.response.deeds.traffic import TrafficOrders
from simulation.response.deeds.underpasses import Underpasses
from simulation.response.deeds.whistles import Whistles
from simulation.response.effects import Effects
from simulation.run import Whistle

ROOMS = (
    Clearing,
    Underpasses,
    Openings,
    Orders,
    Whistles,
    Generators,
    Networks,
    Dykes,
    Pumps,
    Surges,
    TrafficOrders,
)
"""Every room, in the order in which they act at each step; a room may ask for those before it."""


class Deeds:
    """Carries out expected actions and decisions by the rooms that offer them.

    Attributes:
        desk: What the rooms share, and what they offer.
        rooms: The rooms, in the order of ``ROOMS``.
    """

    def __init__(self, parts: Parts, command: Command, effects: Effects) -> None:
        self.desk = Desk(parts, command, effects)
        for room in ROOMS:
            self.desk.rooms[room] = room(self.desk)
        self.rooms = list(self.desk.rooms.values())

    @property
    def whistles(self) -> list[Whistle]:
        """Whistles answered so far."""
        return self.desk.room(Whistles).answered

    def offered(self) -> set[Deed]:
        """Every deed that some room carries out."""
        return set(self.desk.deeds)

    def perform(self, task: Expectation, inject: Inject) -> bool:
        """Carry out a deed; True when it is done at once."""
        return self.desk.deeds[task.do](task, inject)

    def rescued(self, inject: str) -> None:
        """Book the rescue an inject asked for."""
        self.desk.command.finish_all("rescue_complete", inject)

    def decided(self, decision: str, option: str) -> None:
        """Act on a decision that stands now."""
        if decision in self.desk.decisions:
            self.desk.decisions[decision](option)
        self.desk.command.finish_all("decide", decision)

    def step(self, seconds: int) -> None:
        """Let every room follow the city for a step [s]."""
        for follow in self.desk.steps:
            follow(seconds)
