"""The worker processes of one service: started, watched, replaced, stopped."""

import multiprocessing
import socket
import threading
from multiprocessing import connection
from multiprocessing.context import SpawnProcess

from api.jobs.queue import Queue
from api.jobs.worker import work, worker_name
from api.settings import Settings
from api.store.folders import is_alive

_PAUSE_S = 1.0
_STOP_S = 5.0


class Crew:
    """Worker processes that are replaced when they die.

    Args:
        settings: How many, and where they work.
        queue: Takes back the jobs of those that died.
    """

    def __init__(self, settings: Settings, queue: Queue) -> None:
        self._settings = settings
        self._queue = queue
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[SpawnProcess] = []
        self._stopping = threading.Event()
        self._bell_in, self._bell_out = self._context.Pipe(duplex=False)
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)

    def start(self) -> None:
        """Take back what an earlier service left, and start the workers."""
        self._queue.release([name for name in self._queue.holders() if _is_gone(name)])
        self._processes = [self._spawn() for _ in range(self._settings.workers)]
        self._thread.start()

    def stop(self) -> None:
        """End the workers; the jobs they hold are taken up at the next start."""
        self._stopping.set()
        self._bell_out.send(None)
        self._thread.join()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(_STOP_S)
            if process.is_alive():
                process.kill()
                process.join()
        self._queue.release(self.names(), forgive=True)
        for process in self._processes:
            process.close()

    def names(self) -> list[str]:
        """How the workers sign their jobs."""
        return [worker_name(process.pid or 0) for process in self._processes]

    def _spawn(self) -> SpawnProcess:
        process = self._context.Process(target=work, args=(self._settings,), daemon=True)
        process.start()
        return process

    def _watch(self) -> None:
        while not self._stopping.is_set():
            sentinels = [process.sentinel for process in self._processes]
            connection.wait([self._bell_in, *sentinels])
            self._replace_dead()

    def _replace_dead(self) -> None:
        for place, process in enumerate(self._processes):
            if self._stopping.is_set() or process.is_alive():
                continue
            self._queue.release([worker_name(process.pid or 0)])
            self._stopping.wait(_PAUSE_S)  # a worker that cannot start must not spin
            self._processes[place] = self._spawn()


def _is_gone(name: str) -> bool:
    host, _, pid = name.rpartition(":")
    return host == socket.gethostname() and pid.isdigit() and not is_alive(int(pid))
