"""Surges: hospitals are told to make room."""

from scenarios.injects import Expectation, Inject
from simulation.response.deeds.desk import Desk


class Surges:
    """Orders hospitals to surge."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.parts = desk, desk.parts
        desk.offer("activate_surge", self._activate)

    def _activate(self, task: Expectation, inject: Inject) -> bool:
        del task, inject
        self.parts.care.surge.activate_all()
        return True
