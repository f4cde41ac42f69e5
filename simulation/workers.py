"""Worker processes: one piece of work after another, on one large thing that they share.

What is shared travels with each piece of work and not with each worker: a city is too long for the
pipe that starts a worker, where its writer would wait for ever on one that died. A worker unpacks
it once.
"""

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any, Self, TypeVar

from gis.errors import CancelledError, ConflictError

Shared = TypeVar("Shared")
Work = TypeVar("Work")
Made = TypeVar("Made")
IsCancelled = Callable[[], bool]
PATIENCE_S = 0.2
"""How often one who waits asks whether it is cancelled [s]."""


class Workers:
    """This machine's processes.

    Args:
        count: How many; 1 or fewer work in this process. They start with the first work and stay
            until ``close``.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._stop: Event | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def each(
        self,
        perform: Callable[[Shared, Work, IsCancelled], Made],
        shared: Shared,
        todo: Sequence[Work],
        *,
        is_cancelled: IsCancelled,
        is_in_order: bool = True,
    ) -> Iterator[tuple[int, Made]]:
        """Do all work and give each piece's number and what it made.

        There are never more pieces in hand or waiting to be taken than workers and one.

        Args:
            perform: A module's function: the shared thing, a piece of work, and what to ask now and
                then whether to stop.
            shared: The same for all pieces.
            todo: The pieces.
            is_cancelled: Asked while waiting.
            is_in_order: Give them in the order of ``todo``, not as they are done.

        Raises:
            CancelledError: ``is_cancelled`` said so.
            ConflictError: A process died.
        """
        if self.count <= 1:
            for number, work in enumerate(todo):
                yield number, perform(shared, work, is_cancelled)
            return
        is_done = False
        try:
            yield from self._spread(perform, shared, todo, is_cancelled, is_in_order=is_in_order)
            is_done = True
        except BrokenProcessPool:
            raise ConflictError(
                "a worker process died, perhaps for want of memory; ask again with fewer workers:"
                " runs that are kept are not played again"
            ) from None
        finally:
            if not is_done:
                self.close()

    def close(self) -> None:
        """Let the processes go; work in hand stops."""
        if self._stop is not None:
            self._stop.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._stop = None

    def _spread(
        self,
        perform: Callable[[Shared, Work, IsCancelled], Made],
        shared: Shared,
        todo: Sequence[Work],
        is_cancelled: IsCancelled,
        *,
        is_in_order: bool,
    ) -> Iterator[tuple[int, Made]]:
        pool = self._ready()
        packed = pickle.dumps((perform, shared), protocol=pickle.HIGHEST_PROTOCOL)
        waiting: dict[Future[Made], int] = {}
        left = iter(enumerate(todo))
        while True:
            while len(waiting) <= self.count and (piece := next(left, None)) is not None:
                waiting[pool.submit(_perform, piece[1], packed)] = piece[0]
            if not waiting:
                return
            if is_cancelled():
                raise CancelledError("asked to stop; what was finished is kept")
            awaited = list(waiting)[:1] if is_in_order else waiting
            done, _ = wait(awaited, timeout=PATIENCE_S, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda one: waiting[one]):
                yield waiting.pop(future), future.result()

    def _ready(self) -> ProcessPoolExecutor:
        if self._pool is None:
            fresh = multiprocessing.get_context("spawn")
            self._stop = fresh.Event()
            self._pool = ProcessPoolExecutor(
                self.count, fresh, initializer=_begin, initargs=(self._stop,)
            )
        return self._pool


_HERE: dict[str, Any] = {"packed": b""}
"""A worker process's stop sign, and what it unpacked last."""


def _begin(stop: Event) -> None:
    _HERE["stop"] = stop
    belong_to_parent()


def belong_to_parent() -> None:
    """Leave Ctrl-C to the parent process, and end when it does.

    Ctrl-C reaches every process of a terminal; the parent stops its workers itself. A parent that
    is killed cannot, and its workers would wait for ever for the next piece of work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_leave_after, args=(parent.sentinel,), daemon=True).start()


def _leave_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _perform(work: Any, packed: bytes) -> Any:  # noqa: ANN401 - whatever the callers share
    if _HERE["packed"] != packed:
        _HERE["packed"] = packed
        _HERE["unpacked"] = pickle.loads(packed)  # noqa: S301 - our parent process packed it
    perform, shared = _HERE["unpacked"]
    return perform(shared, work, _HERE["stop"].is_set)
