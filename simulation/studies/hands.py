"""Hands: who plays the runs of a study. Two processes or a cluster give the same bytes as one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from simulation.studies.tasks import IsCancelled, Task, perform
from simulation.workers import Workers
from twin.city import City


class Hands(Protocol):
    """Plays tasks and hands back each rehearsal's bytes as it is done."""

    def play(
        self, city: City, tasks: Mapping[str, Task], *, is_cancelled: IsCancelled
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the key and the bytes of each task, in any order."""
        ...

    def close(self) -> None:
        """Let go of what plays."""
        ...


class Shelf(Protocol):
    """Where rehearsals are kept between studies."""

    def get(self, key: str) -> bytes | None:
        """The bytes kept under a key, or None."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key."""
        ...


class MemoryShelf:
    """A shelf that lasts as long as its process."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The bytes kept under a key, or None."""
        return self.kept.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key."""
        self.kept[key] = content


class LocalHands:
    """This machine.

    Args:
        workers: Processes that play; 1 plays in this process. They start at the first run and stay
            until ``close``.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = Workers(workers)

    def play(
        self, city: City, tasks: Mapping[str, Task], *, is_cancelled: IsCancelled
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the key and the bytes of each task, in any order.

        Raises:
            CancelledError: ``is_cancelled`` said so.
            ConflictError: A worker process ended before its run did.
        """
        keys = list(tasks)
        played = self._workers.each(
            _perform, city, list(tasks.values()), is_cancelled=is_cancelled, is_in_order=False
        )
        for number, content in played:
            yield keys[number], content

    def close(self) -> None:
        """Let the processes go; runs under way stop."""
        self._workers.close()


def _perform(city: City, task: Task, is_cancelled: IsCancelled) -> bytes:
    return perform(city, task, is_cancelled=is_cancelled)


def play_all(
    city: City,
    tasks: Sequence[Task],
    *,
    hands: Hands,
    shelf: Shelf,
    progress: Callable[[int, int], None],
    is_cancelled: IsCancelled,
) -> tuple[list[bytes], int]:
    """Play what is not kept yet, and keep it.

    Args:
        city: The city.
        tasks: What is wanted; the same run may be named twice.
        hands: Who plays.
        shelf: Where rehearsals are kept.
        progress: Told how many of the distinct tasks are there, and how many there are.
        is_cancelled: Asked while waiting.

    Returns:
        The bytes of each task in the order asked, and how many had to be played.
    """
    keys = [task.key(city) for task in tasks]
    wanted = dict(zip(keys, tasks, strict=True))
    kept = {key: held for key in wanted if (held := shelf.get(key)) is not None}
    missing = {key: task for key, task in wanted.items() if key not in kept}
    progress(len(kept), len(wanted))
    for key, content in hands.play(city, missing, is_cancelled=is_cancelled):
        shelf.put(key, content)
        kept[key] = content
        progress(len(kept), len(wanted))
    return [kept[key] for key in keys], len(missing)
