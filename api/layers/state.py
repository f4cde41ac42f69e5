"""State: what changes from step to step, in chunks of 24 steps straight from the mapped frames."""

import numpy as np

from api.layers.flood import window
from api.layers.scene import CHUNK_STEPS, RunView
from gis.errors import NotFoundError
from twin.terrain import Terrain

STATES: tuple[str, ...] = (
    "building_state",
    "road_state",
    "grid_quality",
    "grid_residents",
    "facility_load",
    "facility_open",
    "flood",
    "residents",
)


def chunk(run: RunView, name: str, number: int, *, terrain: Terrain) -> bytes:
    """Steps ``[24 n, 24 n + 24)`` of one state, little endian, step after step.

    Args:
        run: The run.
        name: One of ``STATES``.
        number: Which chunk, from 0.
        terrain: Raster that the flood's cells belong to.

    Raises:
        NotFoundError: No such state or chunk.
    """
    if name not in STATES:
        raise NotFoundError(
            f"there is no state {name[:80]!r}; there are {', '.join(STATES)}", field="state"
        )
    last = (run.steps - 1) // CHUNK_STEPS
    if not 0 <= number <= last:
        raise NotFoundError(f"chunk is {number}; wanted 0 to {last}", field="chunk")
    steps = slice(number * CHUNK_STEPS, (number + 1) * CHUNK_STEPS)
    if name == "flood":
        here = window(terrain, run.frame("flood_cell"))
        return here.spread(np.asarray(run.frame("flood_depth")[steps])).tobytes()
    values = np.asarray(run.frame(name)[steps])
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
