"""A worker process: claims one job after another until its parent is gone."""

import logging
import os
import signal
import socket
import threading
import time
from multiprocessing import connection, parent_process
from typing import Self

from api.errors import Problem, problem_of
from api.jobs.queue import Claim, LostJobError, Queue
from api.jobs.work import perform
from api.settings import Settings
from api.store import Store, open_store
from gis.errors import CancelledError, ShapanError

logger = logging.getLogger("shapan.api")

_IDLE_S = 0.25
_REPORT_S = 0.25
_GRACE_S = 20.0


def worker_name(pid: int) -> str:
    """How a worker signs its jobs."""
    return f"{socket.gethostname()}:{pid}"


def open_queue(store: Store) -> Queue:
    """The store's job queue, with the settings' limits."""
    settings = store.settings
    return Queue(
        store.engine,
        lease_s=settings.lease_s,
        attempts=settings.attempts,
        limit=settings.queue_limit,
    )


def work(settings: Settings) -> None:
    """Do jobs until the parent process ends; the entry of a spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which stops us
    parent = parent_process()
    store = open_store(settings)
    queue = open_queue(store)
    name = worker_name(os.getpid())
    while parent is None or parent.is_alive():
        if not work_once(store, queue, name) and parent is not None:
            connection.wait([parent.sentinel], timeout=_IDLE_S)


def work_once(store: Store, queue: Queue, worker: str) -> bool:
    """Do the oldest free job; False where there is none.

    Args:
        store: Where cities come from and results go.
        queue: Where jobs come from.
        worker: Name to sign with.
    """
    claim = queue.claim(worker)
    if claim is None:
        return False
    with _Watch(queue, claim) as watch:
        try:
            perform(store, claim, progress=watch.report, is_cancelled=watch.is_lost)
            queue.succeed(claim)
        except CancelledError as error:
            logger.info("job %s stopped: %s", claim.job, error)
            _give_up(queue, claim, error, is_lost=watch.is_lost())
        except ShapanError as error:
            _fail(queue, claim, problem_of(error))
        except Exception:
            logger.exception("job %s failed", claim.job)
            _fail(queue, claim, _surprise())
    return True


class _Watch:
    """Keeps a lease alive while the work goes on, and notices when the job is lost.

    Args:
        queue: Where the job is.
        claim: The worker's right to it.
    """

    def __init__(self, queue: Queue, claim: Claim) -> None:
        self._queue = queue
        self._claim = claim
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._told = 0.0
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def is_lost(self) -> bool:
        """Whether the job was dismissed or given to another worker."""
        return self._lost.is_set()

    def report(self, share: float, line: str) -> None:
        """Write progress, a few times a second at most.

        Raises:
            LostJobError: The job is no longer this worker's.
        """
        now = time.monotonic()
        if now - self._told < _REPORT_S and share < 1.0:
            return
        self._told = now
        self._queue.report(self._claim, share, line)

    def _renew(self) -> None:
        while not self._ended.wait(self._queue.heartbeat_s):
            try:
                self._queue.renew(self._claim)
            except LostJobError:
                self._lost.set()
                self._leave_unless_ended()
                return

    def _leave_unless_ended(self) -> None:
        """A job that ignores its dismissal takes the process with it; a new one is started."""
        if parent_process() is not None and not self._ended.wait(_GRACE_S):
            logger.warning("job %s did not stop; ending its worker", self._claim.job)
            os._exit(75)


def _fail(queue: Queue, claim: Claim, problem: Problem) -> None:
    try:
        queue.fail(claim, problem)
    except LostJobError as error:
        logger.info("job %s failed after it was lost: %s", claim.job, error)


def _give_up(queue: Queue, claim: Claim, error: CancelledError, *, is_lost: bool) -> None:
    if not is_lost and not isinstance(error, LostJobError):
        _fail(queue, claim, problem_of(error))


def _surprise() -> Problem:
    return Problem(
        type="urn:shapan:problem:internal",
        title="Internal Server Error",
        status=500,
        detail="the work failed; the service's log says why",
    )
