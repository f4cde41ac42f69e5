"""Places: a number of equal servers with one waiting line, most urgent first.

Bays, theatres and beds are all of this kind. Nothing here knows time but by the ticks it is told,
so the queue that serves patients is the one that the proofs drive with Erlang's assumptions.
"""

import heapq

from gis.errors import IntegrityError


class Places:
    """Servers, who is in them, and who waits.

    >>> bay = Places(1)
    >>> bay.ask(7, priority=1, tick=0), bay.ask(8, priority=1, tick=0)
    (True, False)
    >>> bay.ask(9, priority=0, tick=5)
    False
    >>> bay.leave(7, tick=10)
    [9]

    Attributes:
        capacity: Places that can be used now.
        inside: Patients in a place, with the tick since when.
        waiting: Patients in line, with the tick since when.
        peak: Most patients inside at once.
        area_inside, area_waiting: Patients times ticks, for mean numbers.
        asked, refused, delayed, served: Counts of patients.
        waited: Ticks waited by those who got a place.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.inside: dict[int, int] = {}
        self.waiting: dict[int, int] = {}
        self.peak = 0
        self.area_inside = self.area_waiting = 0
        self.asked = self.delayed = self.served = self.waited = 0
        self._line: list[tuple[int, int, int]] = []
        self._sequence = 0
        self._since = 0

    @property
    def free(self) -> int:
        """Places nobody is in; below zero where capacity was lost under patients."""
        return self.capacity - len(self.inside)

    def ask(self, patient: int, *, priority: int, tick: int) -> bool:
        """Take a free place, or stand in line; True where there was one."""
        self._pass(tick)
        self.asked += 1
        if self.free > 0 and not self.waiting:
            self._enter(patient, tick)
            return True
        self.delayed += 1
        self._sequence += 1
        heapq.heappush(self._line, (priority, self._sequence, patient))
        self.waiting[patient] = tick
        return False

    def leave(self, patient: int, *, tick: int) -> list[int]:
        """Give a place up and name those who get one now.

        Raises:
            IntegrityError: The patient has none.
        """
        if patient not in self.inside:
            raise IntegrityError(f"patient {patient} leaves a place that is not his")
        self._pass(tick)
        del self.inside[patient]
        return self._admit(tick)

    def withdraw(self, patient: int, *, tick: int) -> None:
        """Leave the line; nothing where the patient is not in it."""
        if patient in self.waiting:
            self._pass(tick)
            del self.waiting[patient]

    def resize(self, capacity: int, *, tick: int) -> list[int]:
        """Set how many places can be used and name those who get one now."""
        self._pass(tick)
        self.capacity = capacity
        return self._admit(tick)

    def settle(self, tick: int) -> None:
        """Bring the areas up to a moment, before they are read."""
        self._pass(tick)

    def _pass(self, tick: int) -> None:
        span = tick - self._since
        self.area_inside += span * len(self.inside)
        self.area_waiting += span * len(self.waiting)
        self._since = tick

    def _enter(self, patient: int, tick: int) -> None:
        self.inside[patient] = tick
        self.served += 1
        self.peak = max(self.peak, len(self.inside))

    def _admit(self, tick: int) -> list[int]:
        admitted = []
        while self.free > 0 and self._line:
            _, _, patient = heapq.heappop(self._line)
            if patient in self.waiting:
                self.waited += tick - self.waiting.pop(patient)
                self._enter(patient, tick)
                admitted.append(patient)
        return admitted
