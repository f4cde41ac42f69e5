"""UXsim's 11 x 11 grid benchmark, and a meter, for both sides alike (imports numpy only)."""

import resource
import time

import numpy as np

SIDE = 11
FLOW_PER_S = 0.035
DEMAND_S = 3600
END_S = 7200


def grid_links(side: int) -> np.ndarray:
    """Both directions of every edge of a grid, shape (links, 2)."""
    node = np.arange(side * side).reshape(side, side)
    right = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    down = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    ways = np.concatenate([right, down])
    return np.concatenate([ways, ways[:, ::-1]])


def crossing_pairs(side: int) -> list[tuple[int, int]]:
    """Origin and destination across the grid, as in UXsim's own benchmark."""
    node = np.arange(side * side).reshape(side, side)
    edges = ((node[0], node[-1]), (node[:, 0], node[:, -1]))
    return [
        pair
        for one, other in edges
        for a in one.tolist()
        for b in other.tolist()
        for pair in ((b, a), (a, b))
    ]


class Meter:
    """CPU seconds and memory growth of this process since the meter was made."""

    def __init__(self) -> None:
        self._bytes = peak_bytes()
        self._cpu = time.process_time()

    def read(self) -> dict[str, float]:
        """Give CPU seconds, growth and peak in MB."""
        return {
            "cpu_s": time.process_time() - self._cpu,
            "grown_mb": (peak_bytes() - self._bytes) / 1e6,
            "peak_mb": peak_bytes() / 1e6,
        }


def peak_bytes() -> int:
    """Give the largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
