"""Allocates and fills the kernel's arrays from a network."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from simulation.crowd.layout import (
    AREA,
    ARRIVED_HEAD,
    ARRIVED_TAIL,
    BLOCKED_SINCE,
    CYCLE,
    DEMAND_AT,
    DOORS,
    ENTRY_HEADWAY,
    FINE,
    FIRST_NEXT,
    FREE_FLOW,
    GREEN,
    HAS_WALKWAYS,
    HEAD,
    HEADWAY,
    IS_OPEN,
    LAG,
    LANES,
    LAST_IN,
    LINKS,
    NEXT,
    NO_WAY,
    NOT_DEPARTED,
    PACE_MASK,
    RING,
    RING_SIZE,
    SEED,
    STORAGE,
    STRANDED_HEAD,
    STRANDED_TAIL,
    STRIDE,
    STUCK,
    SUPPLY_AT,
    TABLE_MASK,
    TAGGED,
    TAIL,
    TICKS_PER_SECOND,
    TO_NODE,
    WAIT_HEAD,
    WAIT_NEXT,
    WAIT_TAIL,
    WAITS_FOR,
    WALKWAY,
    WHEEL,
    WHERE,
    Arrays,
)
from simulation.crowd.network import Network

_EMPTY = (
    WAIT_HEAD,
    WAIT_TAIL,
    WAIT_NEXT,
    WAITS_FOR,
    BLOCKED_SINCE,
    SUPPLY_AT,
    DEMAND_AT,
    TAGGED,
)


def ticks(seconds: NDArray[np.float64]) -> NDArray[np.int32]:
    """Round seconds to ticks, at least one."""
    return np.maximum(1, np.rint(seconds * TICKS_PER_SECOND)).astype(np.int32)


def headway(per_s: NDArray[np.float64]) -> NDArray[np.int32]:
    """Give the time between two agents in ``FINE`` parts of a tick."""
    return np.maximum(1, np.rint(TICKS_PER_SECOND * FINE / per_s)).astype(np.int32)


def ring_sizes(
    capacity_per_s: NDArray[np.float64],
    lag_s: NDArray[np.float64],
    storage: NDArray[np.int32] | NDArray[np.float64],
) -> NDArray[np.int64]:
    """Give how many departures a link must remember: older ones are past their lag anyhow."""
    remembered = np.ceil(capacity_per_s * lag_s * 1.01) + 2
    needed = np.maximum(1, np.minimum(storage, remembered))
    return np.asarray(needed, dtype=np.int64)


def allocate(
    network: Network,
    *,
    destinations: ArrayLike,
    seed: int,
    pace: tuple[float, ...],
    stuck_s: float,
) -> Arrays:
    """Give the arrays of a movement in which nobody has departed.

    Raises:
        InputError: A destination is no node, or a pace or the stuck time is not above 0.
    """
    target = np.asarray(destinations)
    if target.ndim != 1 or not 0 < len(target) <= TABLE_MASK or target.dtype.kind not in "iu":
        raise InputError("destinations must be a row of node numbers, one per table, at least one")
    if ((target < 0) | (target >= network.nodes)).any():
        raise InputError(f"a destination is no node, wanted 0 to {network.nodes - 1}")
    if not 0 < len(pace) <= PACE_MASK or not all(0 < p < np.inf for p in pace):
        raise InputError(f"pace is {pace}, wanted 1 to {PACE_MASK} finite numbers above 0")
    if not 0 < stuck_s < np.inf:
        raise InputError(f"stuck_s is {stuck_s}, wanted seconds above 0")
    links, nodes, tables = network.links, network.nodes, len(target)
    ring = ring_sizes(
        np.maximum(network.capacity_per_s, network.entry_capacity_per_s),
        network.lag_s * network.slowest_wave,
        network.storage * network.slowest_wave,
    )
    longest_red = (network.signals[:, 0] - network.signals[:, 2]).max(initial=0)
    scalars = np.zeros(20, np.int64)
    scalars[[ARRIVED_HEAD, ARRIVED_TAIL, STRANDED_HEAD, STRANDED_TAIL]] = -1
    scalars[[SEED, STUCK, LINKS, DOORS, LANES]] = (
        int(seed) & 0xFFFFFFFF,
        round(stuck_s * TICKS_PER_SECOND) + longest_red,
        links,
        links + nodes,
        len(pace),
    )
    scalars[HAS_WALKWAYS] = (network.walking_area_m2 > 0).any()
    return Arrays(
        links=_rows(network, ring, lanes=len(pace)),
        agents=np.zeros((0, 4), np.int32),
        ring=np.zeros(int(ring.sum()), np.int32),
        next_out=np.full((tables, nodes), NO_WAY, np.uint8),
        tables=np.stack([target, np.zeros_like(target)], axis=1).astype(np.int64),
        wheel=np.full((2, WHEEL + 2 * links + nodes), -1, np.int32),
        merge=_merge(network),
        slowness=1.0 / np.array(pace, dtype=np.float64),
        trace=np.zeros((1, 3), np.int32),
        scalars=scalars,
    )


def with_agents(arrays: Arrays, agents: int) -> Arrays:
    """Give the same arrays with room for at least so many agents."""
    have = len(arrays.agents)
    if agents <= have:
        return arrays
    rows = np.empty((max(agents, have + have // 2), 4), np.int32)
    rows[:have] = arrays.agents
    rows[have:] = 0
    rows[have:, NEXT] = -1
    rows[have:, WHERE] = NOT_DEPARTED
    return arrays._replace(agents=rows)


def with_rings(arrays: Arrays, sizes: NDArray[np.int64]) -> Arrays:
    """Give the same arrays with rings of at least the given sizes; what is remembered stays."""
    links = len(sizes)
    rows = arrays.links[:links]
    old_start, old_size = rows[:, RING].copy(), rows[:, RING_SIZE].copy()
    size = np.maximum(sizes, old_size)
    start = np.cumsum(size) - size
    ring = np.zeros(int(size.sum()), np.int32)
    out = rows[:, 1]
    for link in range(links):
        number = np.arange(max(0, out[link] - old_size[link]), out[link])
        kept = arrays.ring[old_start[link] + number % old_size[link]]
        ring[start[link] + number % size[link]] = kept
    rows[:, RING] = start
    rows[:, RING_SIZE] = size
    return arrays._replace(ring=ring)


def _aligned(rows: int, width: int) -> NDArray[np.int32]:
    """Give zeroed rows that begin on a pair of cache lines: every link then fills whole ones."""
    room = np.zeros(rows * width + 32, np.int32)
    start = (-room.ctypes.data % 128) // 4
    return room[start : start + rows * width].reshape(rows, width)


def _rows(network: Network, ring: NDArray[np.int64], *, lanes: int) -> NDArray[np.int32]:
    links = network.links
    width = -(-(HEAD + 2 * lanes) // 16) * 16
    rows = _aligned(2 * links + network.nodes, width)
    rows[:, list(_EMPTY)] = -1
    rows[:, HEAD : TAIL + 2 * lanes] = -1
    rows[:, IS_OPEN] = 1
    rows[:, RING_SIZE] = 1
    rows[:, STORAGE] = 1
    rows[links:-links, TO_NODE] = np.arange(network.nodes)
    rows[-links:, TO_NODE] = network.graph.tail
    real = rows[:links]
    real[:, STORAGE] = network.storage
    real[:, RING] = np.cumsum(ring) - ring
    real[:, RING_SIZE] = ring
    real[:, TO_NODE] = network.graph.head
    real[:, WALKWAY] = np.where(network.walking_area_m2 > 0, network.opposite + 1, 0)
    real[:, HEADWAY] = headway(network.capacity_per_s)
    real[:, ENTRY_HEADWAY] = headway(network.entry_capacity_per_s)
    real[:, FREE_FLOW] = ticks(network.length_m / network.speed_mps)
    real[:, LAG] = np.rint(network.lag_s * TICKS_PER_SECOND)
    real[:, LAST_IN] = -(2**30)
    has_signal = network.signal >= 0
    signals = network.signals[network.signal[has_signal]]
    real[has_signal, CYCLE : GREEN + 1] = signals
    rows[:, FIRST_NEXT] = network.graph.first_out[rows[:, TO_NODE]]
    return rows


def _merge(network: Network) -> NDArray[np.float64]:
    """Strides are one over priority; those at a link's door claim as much as the link passes."""
    merge = np.zeros((2 * network.links + network.nodes, 4))
    merge[: network.links, STRIDE] = merge[-network.links :, STRIDE] = 1.0 / network.priority
    merge[: network.links, AREA] = network.walking_area_m2
    return merge


def with_capacity(
    arrays: Arrays, network: Network, row: NDArray[np.int32], per_s: NDArray[np.float64]
) -> Arrays:
    """Give the same arrays with other capacities at some links; holes travel at least as fast.

    Raises:
        InputError: A link would pass more than its jam density allows at its free speed.
    """
    built = np.maximum(network.capacity_per_s[row], network.entry_capacity_per_s[row])
    free_s = network.length_m[row] / network.speed_mps[row]
    room = built * (free_s + network.lag_s[row])
    lag_s = room / np.maximum(per_s, built) - free_s
    lag_s = np.where(network.walking_area_m2[row] > 0, network.lag_s[row], lag_s)
    if (lag_s <= 0).any():
        first = int(np.argmax(lag_s <= 0))
        raise InputError(
            f"link {network.order[row[first]]} cannot pass {per_s[first]:g} agents/s,"
            f" wanted less than {room[first] / free_s[first]:g}, its jam density at free speed"
        )
    links = arrays.links
    links[row, HEADWAY] = links[row, ENTRY_HEADWAY] = headway(per_s)
    links[row, LAG] = np.rint(lag_s * TICKS_PER_SECOND)
    needed = links[: network.links, RING_SIZE].astype(np.int64)
    needed[row] = ring_sizes(
        per_s,
        lag_s * network.slowest_wave[row],
        network.storage[row] * network.slowest_wave[row],
    )
    if (needed > links[: network.links, RING_SIZE]).any():
        return with_rings(arrays, needed)
    return arrays
