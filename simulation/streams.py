"""Named random streams: one seed, one independent generator for each purpose.

A stream depends on the seed and on its own name alone: a new consumer shifts nobody else's draws.
"""

import hashlib

import numpy as np


class Streams:
    """Random generators by name.

    >>> bool(Streams(1).get("boats").random() == Streams(1).get("boats").random())
    True
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, np.random.Generator] = {}

    def get(self, name: str) -> np.random.Generator:
        """The generator of a name; the same object each time, so that its draws go on."""
        if name not in self._streams:
            words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype=np.uint32)
            sequence = np.random.SeedSequence([self._seed, *words.tolist()])
            self._streams[name] = np.random.Generator(np.random.PCG64(sequence))
        return self._streams[name]

    def lognormal(self, name: str, median: float, sigma: float) -> float:
        """One draw from a lognormal distribution given by its median and the spread of its log."""
        return float(median * np.exp(sigma * self.get(name).standard_normal()))
