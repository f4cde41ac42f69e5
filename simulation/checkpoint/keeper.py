"""Keeper: writes a run down at regular moments, and brings a fresh run to such a moment."""

from collections.abc import Callable

from simulation.checkpoint.file import Head, pack, refuse_others, unpack
from simulation.checkpoint.inventory import Inventory
from simulation.clock import TICKS_PER_SECOND
from simulation.setting import Setting

KEEP_EVERY_S = 86_400
"""Simulated time between two checkpoints [s]; what a kill may lose at most.

Five in a drill of 144 hours take about a twelfth of its time.
"""
Keep = Callable[[bytes], None]
"""Puts the bytes of a checkpoint where they outlive the process."""


class Keeper:
    """Checkpoints of one run. Make it when the run has been built and nothing was played.

    Args:
        root: The run, from which every part can be reached.
        setting: Its setting.
        head: What run it is; tick and time are filled in.
    """

    def __init__(self, root: object, setting: Setting, *, head: Head) -> None:
        self._setting = setting
        self._head = head
        self._inventory = Inventory(root, setting.drill)

    def write(self) -> bytes:
        """Give the run as it stands between two events."""
        moment = {"tick": self._setting.clock.tick, "time_s": self._setting.time_s}
        return pack(self._head.model_copy(update=moment), self._inventory.changes())

    def resume(self, content: bytes) -> None:
        """Bring the run to the moment of a checkpoint of the same run.

        Raises:
            FileFormatError: The bytes are no checkpoint.
            IntegrityError: They were altered.
            InputError: They are of another engine, release, drill, seed, decisions or run.
        """
        head, changes = unpack(content)
        refuse_others(head, self._head)
        self._inventory.restore(changes)

    def take_over(self, content: bytes) -> None:
        """Bring the run to the moment of a checkpoint of another run of the same city and seed.

        What differs between the two drills stays as this run has it, where the other run has not
        changed it since its beginning.

        Raises:
            FileFormatError: The bytes are no checkpoint.
            IntegrityError: They were altered, or are of a run that is built in another way.
        """
        self._inventory.restore(unpack(content)[1])

    def moments(self, every_s: int, end_tick: int) -> list[int]:
        """Ticks of the checkpoints still to be written: every so often, and none at the end."""
        every = every_s * TICKS_PER_SECOND
        first = (self._setting.clock.tick // every + 1) * every
        return list(range(first, end_tick, every))
