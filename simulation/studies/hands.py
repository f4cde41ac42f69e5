"""Hands: who plays the runs of a study. Two processes or a cluster give the same bytes as one."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from typing import Protocol

from gis.errors import CancelledError, ConflictError
from simulation.studies.tasks import Task, perform
from twin.city import City

IsCancelled = Callable[[], bool]
PATIENCE_S = 0.2
"""How often a waiting study asks whether it is cancelled [s]."""


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
            until ``close``, or until the city changes.
    """

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._stop: Event | None = None
        self._city: City | None = None

    def play(
        self, city: City, tasks: Mapping[str, Task], *, is_cancelled: IsCancelled
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the key and the bytes of each task, in any order.

        Raises:
            CancelledError: ``is_cancelled`` said so.
            ConflictError: A worker process ended before its run did.
        """
        if self.workers <= 1 or len(tasks) == 0:
            for key, task in tasks.items():
                yield key, perform(city, task, is_cancelled=is_cancelled)
            return
        is_done = False
        try:
            yield from _together(self._settled(city), tasks, is_cancelled)
            is_done = True
        finally:
            if not is_done:
                self.close()

    def close(self) -> None:
        """Let the processes go; runs under way stop."""
        if self._stop is not None:
            self._stop.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._stop = self._city = None

    def _settled(self, city: City) -> ProcessPoolExecutor:
        if self._pool is None or self._city is not city:
            self.close()
            fresh = multiprocessing.get_context("spawn")
            stop = fresh.Event()
            self._pool = ProcessPoolExecutor(
                self.workers, fresh, initializer=_settle, initargs=(city, stop)
            )
            self._city, self._stop = city, stop
        return self._pool


def _together(
    pool: ProcessPoolExecutor, tasks: Mapping[str, Task], is_cancelled: IsCancelled
) -> Iterator[tuple[str, bytes]]:
    try:
        waiting: dict[Future[bytes], str] = {
            pool.submit(_perform, task): key for key, task in tasks.items()
        }
        while waiting:
            if is_cancelled():
                raise CancelledError("the study was asked to stop; finished runs are kept")
            done, _ = wait(waiting, timeout=PATIENCE_S, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda one: waiting[one]):
                yield waiting.pop(future), future.result()
    except BrokenProcessPool:
        message = "a worker process ended before its run did, perhaps for want of memory"
        raise ConflictError(f"{message}; ask again: finished runs are kept") from None


_PLACE: list[tuple[City, Event]] = []


def _settle(city: City, stop: Event) -> None:
    """Give a worker process its city once."""
    _PLACE[:] = [(city, stop)]


def _perform(task: Task) -> bytes:
    city, stop = _PLACE[0]
    return perform(city, task, is_cancelled=stop.is_set)


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
