"""Several threads that start the same act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Given = TypeVar("Given")


def at_once(number: int, act: Callable[[int], Given]) -> list[Given]:
    """What ``act`` gives to each of so many threads; it is told which of them asks."""
    gate = Barrier(number)

    def enter(place: int) -> Given:
        gate.wait()
        return act(place)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(enter, range(number)))
