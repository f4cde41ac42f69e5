"""The recourse of one scenario and item: a transport problem with arc limits, and its cuts.

Needs are served one after the other along shortest augmenting paths with potentials (Jewell 1962;
Ahuja, Magnanti & Orlin 1993, *Network Flows*, section 9.7). An unmet need is a source without limit
at the price of the need. What a depot sends to a need is at most ``share`` of that need, where
``share`` says how far the depot is open: no limit for whole depots, and the strong row
``x <= need * share`` where the first stage is relaxed.
"""

import numpy as np
from numpy.typing import NDArray

from gis.compiled import compiled

FloatArray = NDArray[np.float64]


@compiled
def _look_at_sources(
    row: int,
    near: float,
    cost: FloatArray,
    most: FloatArray,
    flow: FloatArray,
    worth: FloatArray,
    rent: FloatArray,
    far: FloatArray,
    parent: NDArray[np.int64],
    tiny: float,
) -> None:
    rows, sources = cost.shape
    for source in range(sources):
        if flow[row, source] < most[row, source] - tiny:
            length = near + max(0.0, cost[row, source] - worth[row] + rent[source])
            if length < far[rows + source]:
                far[rows + source], parent[rows + source] = length, row


@compiled
def _look_at_rows(
    node: int,
    near: float,
    cost: FloatArray,
    flow: FloatArray,
    worth: FloatArray,
    rent: FloatArray,
    far: FloatArray,
    parent: NDArray[np.int64],
    tiny: float,
) -> None:
    rows = len(cost)
    source = node - rows
    for row in range(rows):
        if flow[row, source] > tiny:
            length = near - min(0.0, cost[row, source] - worth[row] + rent[source])
            if length < far[row]:
                far[row], parent[row] = length, node


@compiled
def _reach(
    start: int,
    cost: FloatArray,
    most: FloatArray,
    price: FloatArray,
    left: FloatArray,
    flow: FloatArray,
    worth: FloatArray,
    rent: FloatArray,
    far: FloatArray,
    parent: NDArray[np.int64],
    done: NDArray[np.bool_],
    tiny: float,
) -> tuple[int, float]:
    """Shortest augmenting path from a need to its end: a source with something left, or unmet.

    Nodes are rows, then sources. Gives the end (a row's own number where it stays unmet) and the
    length of the path; fills ``far`` and ``parent``.
    """
    rows, sources = cost.shape
    far[:], done[:] = np.inf, False
    far[start] = 0.0
    best, end = np.inf, -1
    while True:
        near, node = best, -1
        for other in range(rows + sources):
            if not done[other] and far[other] < near:
                near, node = far[other], other
        if node < 0:
            return end, best
        done[node] = True
        if node < rows:
            length = near + max(0.0, price[node] - worth[node])
            if length < best:
                best, end = length, node
            _look_at_sources(node, near, cost, most, flow, worth, rent, far, parent, tiny)
        elif left[node - rows] > tiny:
            best, end = near, node
        else:
            _look_at_rows(node, near, cost, flow, worth, rent, far, parent, tiny)


@compiled
def _send(
    start: int,
    end: int,
    amount: float,
    most: FloatArray,
    left: FloatArray,
    flow: FloatArray,
    unmet: FloatArray,
    parent: NDArray[np.int64],
) -> float:
    """Send up to an amount along the path that ``_reach`` found; gives what was sent."""
    rows = len(unmet)
    if end >= rows:
        amount = min(amount, left[end - rows])
    node = end
    while node != start:
        before = parent[node]
        if node >= rows:
            amount = min(amount, most[before, node - rows] - flow[before, node - rows])
        else:
            amount = min(amount, flow[node, before - rows])
        node = before
    if end >= rows:
        left[end - rows] -= amount
    else:
        unmet[end] += amount
    node = end
    while node != start:
        before = parent[node]
        if node >= rows:
            flow[before, node - rows] += amount
        else:
            flow[node, before - rows] -= amount
        node = before
    return amount


@compiled
def _serve(
    cost: FloatArray,
    need: FloatArray,
    price: FloatArray,
    supply: FloatArray,
    share: FloatArray,
    flow: FloatArray,
    unmet: FloatArray,
    worth: FloatArray,
) -> None:
    rows = len(need)
    used = np.flatnonzero((share > 1e-9) & (supply > 0.0))
    few = np.ascontiguousarray(cost[:, used])
    left, rent, sources = supply[used], np.zeros(len(used)), len(used)
    most = need.reshape(rows, 1) * share[used].reshape(1, sources)
    most = np.where(np.isfinite(few), most, 0.0)
    sent = np.zeros((rows, sources))
    far, parent = np.empty(rows + sources), np.empty(rows + sources, np.int64)
    done = np.empty(rows + sources, np.bool_)
    tiny = 1e-11 * (1e-3 + need.max())
    unmet[:], worth[:] = 0.0, 0.0
    for start in range(rows):
        rest = need[start]
        while rest > tiny:
            end, best = _reach(
                start, few, most, price, left, sent, worth, rent, far, parent, done, tiny
            )
            for row in range(rows):
                worth[row] += max(0.0, best - far[row])
            for source in range(sources):
                rent[source] += max(0.0, best - far[rows + source])
            rest -= _send(start, end, rest, most, left, sent, unmet, parent)
    flow[:] = 0.0
    for source in range(sources):
        flow[:, used[source]] = sent[:, source]


@compiled
def serve_all(
    cost: FloatArray,
    need: FloatArray,
    price: FloatArray,
    supply: FloatArray,
    share: FloatArray,
    flow: FloatArray,
    unmet: FloatArray,
    worth: FloatArray,
) -> None:
    """Serve every scenario and item at least cost, into the last three arrays.

    Args:
        cost: Cost of a unit [yuan/unit], shape ``(N, K, rows, sources)``; ``inf`` where no way.
        need: Need [unit], shape ``(N, K, rows)``.
        price: Cost of a unit unmet [yuan/unit], shape ``(K, rows)``.
        supply: What each source can send [unit], shape ``(N, K, sources)``.
        share: Share of each need that a source may serve, 0 to 1, shape ``(sources,)``.
        flow: Receives what is sent [unit], shape of ``cost``.
        unmet: Receives what stays unmet [unit], shape of ``need``.
        worth: Receives the dual price of each need [yuan/unit], shape of ``need``.
    """
    for scenario in range(cost.shape[0]):
        for item in range(cost.shape[1]):
            _serve(
                cost[scenario, item],
                need[scenario, item],
                price[item],
                supply[scenario, item],
                share,
                flow[scenario, item],
                unmet[scenario, item],
                worth[scenario, item],
            )


@compiled
def _level(gain: FloatArray, wants: FloatArray, room: float) -> float:
    """Gain of the last need that fits into a room, most valuable first; 0 where all fit."""
    for row in np.argsort(-gain):
        if gain[row] <= 0.0:
            return 0.0
        room -= wants[row]
        if room < 0:
            return float(gain[row])
    return 0.0


@compiled
def cut_all(
    cost: FloatArray,
    need: FloatArray,
    worth: FloatArray,
    supply: FloatArray,
    share: FloatArray,
    typical: FloatArray,
    is_own: NDArray[np.bool_],
    constant: FloatArray,
    rent: FloatArray,
    door: FloatArray,
) -> None:
    """Turn dual prices into cuts: ``Q >= constant - rent @ supply - door @ share``.

    Any prices from 0 to the price of an unmet need give a valid cut, because the recourse is a
    minimum over flows. For each depot the best split between rent (per unit of stock) and door
    (for being open at all) fills the most valuable needs up to what stands behind an open door:
    ``supply / share``, or ``typical`` where the depot is closed and both are 0.

    Args:
        cost: As in ``serve_all``.
        need: As in ``serve_all``.
        worth: Dual prices, shape ``(N, K, rows)``.
        supply: As in ``serve_all``.
        share: As in ``serve_all``.
        typical: What a fully open source would hold [unit], shape ``(N, K, sources)``.
        is_own: Sources behind a door, bool, shape ``(sources,)``.
        constant: Receives shape ``(N, K)``.
        rent: Receives shape ``(N, K, sources)``.
        door: Receives shape ``(N, K, sources)``.
    """
    scenarios, items, _, sources = cost.shape
    for scenario in range(scenarios):
        for item in range(items):
            prices, wants = worth[scenario, item], need[scenario, item]
            constant[scenario, item] = (prices * wants).sum()
            for source in range(sources):
                gain = np.maximum(0.0, prices - cost[scenario, item, :, source])
                level = gain.max()
                if is_own[source] and level > 0:
                    room = typical[scenario, item, source]
                    if share[source] > 1e-9:
                        room = supply[scenario, item, source] / share[source]
                    level = _level(gain, wants, room)
                    door[scenario, item, source] = (wants * np.maximum(0.0, gain - level)).sum()
                else:
                    door[scenario, item, source] = 0.0
                rent[scenario, item, source] = level
