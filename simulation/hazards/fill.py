"""Connected fill: from which river level on each cell floods, and where rain gathers.

Both are priority floods (Barnes, Lehman & Mulla 2014, Computers & Geosciences 62): cells are
visited from the seeds upwards, lowest first, so that the first way to a cell has the lowest sill.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from simulation.crowd.compiled import compiled

Reals = NDArray[np.float64]
Labels = NDArray[np.int32]


@compiled
def connection_level(
    ground: Reals, is_seed: NDArray[np.bool_], reference: Reals, limit: float
) -> tuple[Reals, Reals]:
    """Lowest river stage that floods each cell, and the cell's height above its river.

    Args:
        ground: Ground elevation [m], shape ``(rows, columns)``.
        is_seed: Cells of the river, same shape.
        reference: Elevation of stage 0 at the river's cells [m], same shape; read at seeds only.
        limit: Stages above this are not followed [m].

    Returns:
        Stage [m] at which a cell is first connected (inf beyond the limit), and the ground above
        the reference of the river that reaches it first [m]; -inf stage on the river itself.
    """
    rows, columns = ground.shape
    level = np.full((rows, columns), np.inf)
    height = np.full((rows, columns), np.inf)
    heap = [(0.0, 0, 0.0)]
    heap.clear()
    for row in range(rows):
        for column in range(columns):
            if is_seed[row, column]:
                level[row, column] = -np.inf
                height[row, column] = ground[row, column] - reference[row, column]
                heap.append((-np.inf, row * columns + column, reference[row, column]))
    heapq.heapify(heap)
    while len(heap) > 0:
        stage, cell, zero = heapq.heappop(heap)
        row, column = cell // columns, cell % columns
        for turn in range(4):
            r = row + (turn == 0) - (turn == 1)
            c = column + (turn == 2) - (turn == 3)
            if 0 <= r < rows and 0 <= c < columns and level[r, c] == np.inf:
                above = ground[r, c] - zero
                reached = max(stage, above)
                if reached <= limit and not is_seed[r, c]:
                    level[r, c] = reached
                    height[r, c] = above
                    heapq.heappush(heap, (reached, r * columns + c, zero))
    return level, height


@compiled
def depressions(
    ground: Reals, is_outlet: NDArray[np.bool_]
) -> tuple[Reals, Labels, Labels, Labels]:
    """Hollows that hold rain, the catchment of each, and where each spills.

    Args:
        ground: Ground elevation [m], shape ``(rows, columns)``.
        is_outlet: Cells that swallow any water: river, lake, edge of the map.

    Returns:
        Spill elevation of each cell [m]; hollow of each cell and hollow it drains to, -1 for none,
        same shape; and for each hollow the one it spills to, always of a smaller number, or -1.
    """
    rows, columns = ground.shape
    spill = np.full((rows, columns), np.inf)
    hollow = np.full((rows, columns), -1, np.int32)
    drains = np.full((rows, columns), -1, np.int32)
    below = [np.int32(-1)]
    below.clear()
    heap = [(0.0, 0)]
    heap.clear()
    for row in range(rows):
        for column in range(columns):
            if is_outlet[row, column]:
                spill[row, column] = ground[row, column]
                heap.append((ground[row, column], row * columns + column))
    heapq.heapify(heap)
    while len(heap) > 0:
        here, cell = heapq.heappop(heap)
        row, column = cell // columns, cell % columns
        for turn in range(4):
            r = row + (turn == 0) - (turn == 1)
            c = column + (turn == 2) - (turn == 3)
            if not (0 <= r < rows and 0 <= c < columns) or spill[r, c] != np.inf:
                continue
            target = hollow[row, column] if hollow[row, column] >= 0 else drains[row, column]
            if ground[r, c] < here:
                if hollow[row, column] < 0:
                    below.append(drains[row, column])
                    hollow[r, c] = np.int32(len(below) - 1)
                else:
                    hollow[r, c] = hollow[row, column]
                target = hollow[r, c]
            drains[r, c] = target
            spill[r, c] = max(here, ground[r, c])
            heapq.heappush(heap, (spill[r, c], r * columns + c))
    return spill, hollow, drains, np.array(below, dtype=np.int32)


@compiled
def levels_from_volumes(
    volume_m3: Reals, start: NDArray[np.int64], ground: Reals, cell_m2: float
) -> Reals:
    """Water level of each hollow from the volume in it; exact for the stepped terrain.

    Args:
        volume_m3: Volume, shape ``(hollows,)``.
        start: First cell of each hollow in ``ground``, shape ``(hollows + 1,)``.
        ground: Elevations of the hollows' cells [m], rising within each hollow.
        cell_m2: Area of a cell.
    """
    level = np.empty(len(volume_m3))
    for hollow in range(len(volume_m3)):
        first, last = start[hollow], start[hollow + 1]
        left = volume_m3[hollow] / cell_m2
        surface = ground[first]
        cells = 1
        for cell in range(first + 1, last):
            step = (ground[cell] - surface) * cells
            if step >= left:
                break
            left -= step
            surface = ground[cell]
            cells += 1
        level[hollow] = surface + left / cells
    return level


@compiled
def pour(
    volume_m3: Reals, capacity_m3: Reals, inflow_m3: Reals, taken_m3: Reals, below: Labels
) -> tuple[float, float]:
    """Add inflow to the hollows, take out what is pumped, and pass what spills downhill.

    Args:
        volume_m3: Volume of each hollow, changed in place.
        capacity_m3: What each holds up to its sill.
        inflow_m3: What runs into each from its own catchment; changed in place.
        taken_m3: What pumps and sewers can take from each.
        below: The hollow each one spills to, -1 for the outlet.

    Returns:
        Volume taken and volume that left over the last sills [m3].
    """
    taken, spilled = 0.0, 0.0
    for hollow in range(len(volume_m3) - 1, -1, -1):
        volume = volume_m3[hollow] + inflow_m3[hollow]
        out = min(volume, taken_m3[hollow])
        taken += out
        volume -= out
        over = max(0.0, volume - capacity_m3[hollow])
        volume_m3[hollow] = volume - over
        if below[hollow] >= 0:
            inflow_m3[below[hollow]] += over
        else:
            spilled += over
    return taken, spilled
