"""Driving time between road nodes at free speed."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from twin.city import City


def travel_minutes(
    city: City, sources: NDArray[np.int64], targets: NDArray[np.int64], *, mode: str = "drive"
) -> NDArray[np.float64]:
    """Give driving times [min], shape ``(sources, targets)``; ``inf`` where no road leads."""
    roads = city.roads[city.roads[mode].to_numpy(dtype=bool)]
    start = roads["from_node"].to_numpy(dtype=np.int64)
    end = roads["to_node"].to_numpy(dtype=np.int64)
    minutes = roads["length_m"].to_numpy(dtype=np.float64) * 0.06 / roads["speed_kmh"].to_numpy()
    both = ~roads["oneway"].to_numpy(dtype=bool)
    tail, head = np.concatenate([start, end[both]]), np.concatenate([end, start[both]])
    time = np.concatenate([minutes, minutes[both]])
    order = np.lexsort((time, head, tail))
    tail, head, time = tail[order], head[order], np.maximum(time[order], 1e-9)
    first = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]
    shape = (len(city.nodes), len(city.nodes))
    graph = sparse.csr_matrix((time[first], (tail[first], head[first])), shape=shape)
    return np.asarray(dijkstra(graph, indices=sources))[:, targets]
