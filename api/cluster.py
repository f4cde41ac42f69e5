"""Runs on a Dask cluster: tasks are hashes, the city travels once, results are the same bytes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from gis.errors import CancelledError, InputError
from simulation.studies.tasks import Task, perform
from twin.city import City

PATIENCE_S = 0.5
"""How often a waiting study asks whether it is cancelled [s]."""
CONNECT_S = 10
"""Time within which a scheduler must answer [s]."""


class DaskHands:
    """A Dask cluster at ``dask://HOST:PORT``.

    Args:
        address: Address of its scheduler.

    Raises:
        InputError: The address is no ``dask://HOST:PORT``, or the extra ``dask`` is not installed.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            port = None
        if parts.scheme != "dask" or not parts.hostname or port is None:
            message = f"--on {address!r} is no cluster; write it as dask://HOST:PORT"
            raise InputError(message, field="on")
        try:
            import distributed  # noqa: F401, PLC0415 - an extra that few need
        except ModuleNotFoundError:
            message = "a cluster needs the extra 'dask', which is not installed; install"
            raise InputError(f"{message} shapan[dask]", field="on") from None
        self.address = f"tcp://{parts.hostname}:{port}"

    def meet(self) -> None:
        """Meet the scheduler and its workers now, before there is anything to play.

        Raises:
            InputError: No scheduler answers, or it has no workers.
        """
        with self._client() as client:
            _check_workers(client)

    def play(
        self, city: City, tasks: Mapping[str, Task], *, is_cancelled: Callable[[], bool]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the key and the bytes of each task, in any order.

        Raises:
            InputError: No scheduler answers, or it has no workers.
            CancelledError: ``is_cancelled`` said so.
        """
        if not tasks:
            return
        with self._client() as client:
            yield from _together(client, city, tasks, is_cancelled)

    def close(self) -> None:
        """Nothing to let go of: each play has a client of its own."""

    def _client(self) -> Any:  # noqa: ANN401 - distributed types few of its methods
        from distributed import Client  # noqa: PLC0415 - as above

        try:
            return Client(  # type: ignore[no-untyped-call]  # distributed leaves it untyped
                self.address, timeout=CONNECT_S, set_as_default=False
            )
        except (OSError, TimeoutError):
            message = f"no Dask scheduler answers at {self.address}; start one, or leave --on out"
            raise InputError(message, field="on") from None


def _together(
    client: Any,  # noqa: ANN401 - as above
    city: City,
    tasks: Mapping[str, Task],
    is_cancelled: Callable[[], bool],
) -> Iterator[tuple[str, bytes]]:
    _check_workers(client)
    place = client.scatter(city, hash=False)
    waiting: dict[Any, str] = {
        client.submit(perform, place, task, key=f"shapan-{key}", pure=True): key
        for key, task in tasks.items()
    }
    try:
        while waiting:
            if is_cancelled():
                raise CancelledError("the study was asked to stop; finished runs are kept")
            done = _wait(client, list(waiting))
            for future in sorted(done, key=lambda one: waiting[one]):
                yield waiting.pop(future), future.result()
    finally:
        client.cancel(list(waiting))


def _check_workers(client: Any) -> None:  # noqa: ANN401 - as above
    if not client.scheduler_info()["workers"]:
        raise InputError("the Dask scheduler has no workers; start some", field="on")


def _wait(client: Any, futures: list[Any]) -> set[Any]:  # noqa: ANN401 - as above
    """Futures that are done, waiting a moment for the first; none where the moment passes."""
    from distributed import wait  # noqa: PLC0415 - as above

    try:
        with client.as_current():
            finished = wait(  # type: ignore[no-untyped-call]  # distributed leaves it untyped
                futures, timeout=PATIENCE_S, return_when="FIRST_COMPLETED"
            )
    except TimeoutError:
        return set()
    return set(finished.done)
