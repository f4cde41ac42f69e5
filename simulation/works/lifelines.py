"""Lifelines: who works on what, for how long without it, and what fails in turn.

func_i(t) = own_i(t) x min over needs d of g_d; g_d = 1 while the provider works or the buffer
(battery, tank, fuel hours) lasts, else 0. Each step takes the greatest fixpoint: it starts with
everything up and lowers, so that a healthy loop of power and water stays up.
"""

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError

Ints = NDArray[np.int64]


class Lifelines:
    """A directed dependency graph with buffers.

    Args:
        count: Number of facilities.
        consumer: Facility that needs, shape ``(needs,)``.
        provider: Facility that gives.
        buffer_s: Seconds the consumer lasts without it.

    Raises:
        InputError: A row names a facility that does not exist, or a buffer is negative.

    Attributes:
        works: Facilities that work now, bool, shape ``(count,)``.
        own: Facilities that are intact themselves; change it, then step.
        extra: Needs met by other means, such as a generator on a truck; shape ``(needs,)``.
    """

    def __init__(self, count: int, consumer: Ints, provider: Ints, buffer_s: Ints) -> None:
        ends = np.concatenate([consumer, provider])
        if len(ends) and not (ends.min() >= 0 and ends.max() < count):
            raise InputError(f"a lifeline names facility {int(ends.max())}, but there are {count}")
        if (buffer_s < 0).any():
            raise InputError("a lifeline's buffer is negative; give hours of 0 or more")
        self.consumer, self.provider = consumer, provider
        self._full = buffer_s.astype(np.int64)
        self.left_s = self._full.copy()
        self.own = np.ones(count, bool)
        self.extra = np.zeros(len(consumer), bool)
        self.works = np.ones(count, bool)

    def step(self, seconds: int) -> NDArray[np.bool_]:
        """Let time pass, drain the buffers of those without supply, and give what works now.

        A buffer that a supply has come back to is full again at once; a limit of the model.
        """
        lacks = ~(self.works[self.provider] | self.extra)
        self.left_s[lacks] = np.maximum(self.left_s[lacks] - seconds, 0)
        return self.settle()

    def settle(self) -> NDArray[np.bool_]:
        """Take the greatest fixpoint of the dependencies as they are now."""
        works = self.own.copy()
        while True:
            met = works[self.provider] | self.extra | (self.left_s > 0)
            lower = self.own.copy()
            np.logical_and.at(lower, self.consumer, met)
            if (lower == works).all():
                break
            works = works & lower
        self.works = works
        back = works[self.provider] | self.extra
        self.left_s[back] = self._full[back]
        return works

    def has_supply(self, needs: Ints) -> NDArray[np.bool_]:
        """Tell of some needs whether provider, buffer or other means meets them now."""
        met = self.works[self.provider[needs]] | self.extra[needs] | (self.left_s[needs] > 0)
        return np.asarray(met)
