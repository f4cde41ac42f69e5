"""Where the movement kernel keeps what: columns of its arrays, and the arrays themselves.

Time is int32 ticks of 10 ms. Headways and the moments a link is free again carry ``FINE`` parts
of a tick besides, so that ten doors a tick apart do not round to eleven.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Ints2 = NDArray[np.int32]
Bytes2 = NDArray[np.uint8]
Longs = NDArray[np.int64]
Longs2 = NDArray[np.int64]
Floats = NDArray[np.float64]
Floats2 = NDArray[np.float64]

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
    CYCLE,
    GREEN_START,
    GREEN,
    FIRST_NEXT,
    FORCED,
    TAGGED,
    WALKWAY,
) = range(30)
HEAD: Final = 30  # the lane of pace class c keeps its first agent in HEAD + 2 c
TAIL: Final = 31  # ... and its last in TAIL + 2 c
# WALKWAY is 0 on roads, else 1 + the link of the other direction, 1 + the link itself where none is

# An agent's row.
NEXT, EXIT, WHERE, KIND = range(4)
TABLE_MASK: Final = (1 << 20) - 1
PACE_SHIFT: Final = 20
PACE_MASK: Final = 63
TRACED: Final = 1 << 28
NOT_DEPARTED: Final = -1
ARRIVED: Final = -2

# Merge columns: virtual time of the link's own merge, its finishing tag and stride elsewhere, and
# its walking area [m2], 0 where speed does not depend on density.
VIRTUAL, TAG, STRIDE, AREA = range(4)

# Columns of a table.
DESTINATION, ACTIVE = range(2)

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
    LANES,
    HAS_WALKWAYS,
    DETOURS,
    MOMENT,
) = range(20)


class Arrays(NamedTuple):
    """Everything the kernel reads and writes; each field is one contiguous array.

    Attributes:
        links: int32, shape ``(2 links + nodes, row)``: the links, the origin of every node (those
            whose time to depart has not come), and the door of every link (those who departed and
            wait to enter it).
        agents: int32, shape ``(agents, 4)``.
        ring: Departure ticks of each link's latest departures, int32.
        next_out: Out-edge to take, uint8, shape ``(tables, nodes)``; 255 where no way leads.
        tables: Destination node and agents under way, int64, shape ``(tables, 2)``.
        wheel: Last item of each bucket, then the next item of each link in its bucket, of the
            demand and supply wheels, int32, shape ``(2, WHEEL + rows)``.
        merge: float64, shape ``(rows, 4)``.
        slowness: Free-flow time of each pace class over the link's own, float64.
        trace: Agent, link, tick entered, int32, shape ``(entries, 3)``.
        scalars: int64.
    """

    links: Ints2
    agents: Ints2
    ring: Ints
    next_out: Bytes2
    tables: Longs2
    wheel: Ints2
    merge: Floats2
    slowness: Floats
    trace: Ints2
    scalars: Longs
