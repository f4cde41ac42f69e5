"""Where the movement kernel keeps what: columns of its arrays, and the arrays themselves.

Time is int32 ticks of 10 ms. Headways and the moments a link is free again carry ``FINE`` parts
of a tick besides, so that ten doors a tick apart do not round to eleven.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

TICKS_PER_SECOND: Final = 100
FINE: Final = 4096
FINE_BITS: Final = 12
WHEEL: Final = 1 << 15
NEVER: Final = 2**31 - 1
NO_WAY: Final = 255

# A link's row: one cache line for what every departure touches, one for queues and merges.
(
    N_IN,
    N_OUT,
    STORAGE,
    RING,
    RING_SIZE,
    TO_NODE,
    FREE,
    FREE_PART,
    HEADWAY,
    FREE_FLOW,
    LAG,
    ENTRY_FREE,
    ENTRY_PART,
    ENTRY_HEADWAY,
    WAIT_HEAD,
    WAIT_TAIL,
    WAIT_NEXT,
    WAITS_FOR,
    BLOCKED_SINCE,
    LAST_IN,
    SUPPLY_AT,
    DEMAND_AT,
    IS_OPEN,
    SIGNAL,
    FORCED,
    TAGGED,
) = range(26)
HEAD: Final = 26  # the lane of pace class c keeps its first agent in HEAD + 2 c
TAIL: Final = 27  # ... and its last in TAIL + 2 c

# An agent's row.
NEXT, EXIT, WHERE, KIND = range(4)
TABLE_MASK: Final = (1 << 20) - 1
PACE_SHIFT: Final = 20
PACE_MASK: Final = 63
TRACED: Final = 1 << 28
NOT_DEPARTED: Final = -1
ARRIVED: Final = -2

# Merge columns (float64 per link): virtual time of its own merge, finishing tag, stride.
VIRTUAL, TAG, STRIDE = range(3)

# Scalars of a movement.
(
    NOW,
    ARRIVED_HEAD,
    ARRIVED_TAIL,
    ARRIVED_COUNT,
    STRANDED_HEAD,
    STRANDED_TAIL,
    STRANDED_COUNT,
    TRACE_COUNT,
    SEED,
    STUCK,
    ON_WHEELS,
    LINKS,
    EVENTS,
    DEPARTED,
    ALL_ARRIVED,
    DOORS,
) = range(16)


class Arrays(NamedTuple):
    """Everything the kernel reads and writes; each field is one contiguous array.

    Attributes:
        links: int32, shape ``(2 links + nodes, row)``: the links, the origin of every node (those
            whose time to depart has not come), and the door of every link (those who departed and
            wait to enter it).
        agents: int32, shape ``(agents, 4)``.
        ring: Departure ticks of each link's latest departures, int32.
        next_out: Out-edge to take, uint8, shape ``(tables, nodes)``; 255 where no way leads.
        destination: Node of each table, int32.
        first_out: First out-link of each node, int32, shape ``(nodes + 1,)``.
        wheels: Last item of each bucket of the demand and supply wheels, int32, ``(2, WHEEL)``.
        queue: Next item in the same bucket, int32, shape ``(2, rows)``.
        merge: float64, shape ``(rows, 3)``.
        signals: Cycle, start of green, green [ticks], int32, shape ``(signals, 3)``.
        slowness: Free-flow time of each pace class over the link's own, float64.
        area: Walking area [m2], float64, by link; 0 where speed does not depend on density.
        trace: Agent, link, tick entered, int32, shape ``(rows, 3)``.
        active: Agents under way by table, int64.
        scalars: int64.
    """

    links: NDArray[np.int32]
    agents: NDArray[np.int32]
    ring: NDArray[np.int32]
    next_out: NDArray[np.uint8]
    destination: NDArray[np.int32]
    first_out: NDArray[np.int32]
    wheels: NDArray[np.int32]
    queue: NDArray[np.int32]
    merge: NDArray[np.float64]
    signals: NDArray[np.int32]
    slowness: NDArray[np.float64]
    area: NDArray[np.float64]
    trace: NDArray[np.int32]
    active: NDArray[np.int64]
    scalars: NDArray[np.int64]
