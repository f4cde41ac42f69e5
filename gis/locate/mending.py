"""The smallest change of one limit that makes an impossible wish possible.

Each remedy is exact: it solves for the fewest (or most) sites, the smallest largest distance, the
largest cover count, the fewest separations to waive or the least capacity to add, with everything
else as asked. What cannot be settled in the time is not claimed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.errors import InfeasibleError
from gis.locate import rows
from gis.locate.cover.merging import merge_rows
from gis.locate.rules import Rules
from gis.programme import Programme, Solved, solve

Check = Callable[[float], bool | None]
SECONDS = 10.0
"""Time for all remedies together [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Capacities that the choice must respect.

    Attributes:
        demand: Demand of each row.
        capacity: What each site holds.
        is_single: One site serves a whole row.
    """

    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    is_single: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a choice of sites must satisfy.

    Attributes:
        distance: Distance of the rows that must be served, shape ``(demands, sites)``.
        least: Fewest open sites, existing ones included.
        most: Most open sites, existing ones included.
        rules: Site rules; ``max_distance`` and ``cover`` limit the service of every row.
        room: Capacities, or None.
    """

    distance: NDArray[np.float64]
    least: int
    most: int
    rules: Rules
    room: Room | None = None


def infeasible(limits: Limits, what: str, *, field: str) -> InfeasibleError:
    """Write the error for limits that nothing satisfies, with the smallest change of each.

    Args:
        limits: What was asked.
        what: What was found, as the beginning of the line.
        field: The option the message is about.
    """
    until = perf_counter() + SECONDS
    found = [_more_or_fewer_sites, _farther, _less_cover, _less_apart, _more_room]
    ways = [way for way in (remedy(limits, until) for remedy in found) if way]
    if not ways:
        return InfeasibleError(f"{what}; no change of a single limit mends this", field=field)
    any_of = "any one of these" if len(ways) > 1 else "this"
    return InfeasibleError(f"{what}; {any_of} would do: {'; '.join(ways)}", field=field)


def is_feasible(limits: Limits, *, until: float) -> bool | None:
    """Whether some choice satisfies the limits; None where the time was too short to tell."""
    solved = _solve(limits, np.zeros(limits.distance.shape[1]), until)
    if solved.columns.size:
        return True
    return False if solved.status == "infeasible" else None


def _more_or_fewer_sites(limits: Limits, until: float) -> str:
    existing, count = len(set(limits.rules.existing)), limits.distance.shape[1]
    if limits.most >= count and limits.least == 0:
        return ""
    free = replace(limits, least=0, most=count)
    fewest = _solve(free, np.ones(count), until)
    if fewest.status != "optimal" or not fewest.columns.size:
        return ""
    if fewest.value > limits.most + 0.5:
        return f"{round(fewest.value) - existing} sites"
    most = _solve(replace(free, most=limits.most), -np.ones(count), until)
    if most.status != "optimal" or not most.columns.size:
        return ""
    return f"{round(-most.value) - existing} sites"


def _farther(limits: Limits, until: float) -> str:
    if not np.isfinite(limits.rules.max_distance):
        return ""
    finite = limits.distance[np.isfinite(limits.distance)]
    steps = np.unique(finite[finite > limits.rules.max_distance])

    def fits(step: float) -> bool | None:
        rules = replace(limits.rules, max_distance=float(step))
        return is_feasible(replace(limits, rules=rules), until=until)

    least = first_that_fits(steps, fits)
    return "" if least is None else f"a largest distance of {least:.10g}"


def first_that_fits(steps: NDArray[np.float64], fits: Check) -> float | None:
    """The first of the steps that fits, where all after it fit too; None where none is known to."""
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        answer = fits(float(steps[middle]))
        if answer is None:
            return None
        low, high = (low, middle) if answer else (middle + 1, high)
    return float(steps[low]) if low < len(steps) else None


def _less_cover(limits: Limits, until: float) -> str:
    for cover in range(limits.rules.cover - 1, 0, -1):
        fewer = replace(limits, rules=replace(limits.rules, cover=cover))
        if is_feasible(fewer, until=until):
            return f"{cover} site(s) that serve each demand"
    return ""


def _less_apart(limits: Limits, until: float) -> str:
    groups = limits.rules.apart
    if not groups:
        return ""
    count = limits.distance.shape[1]
    solved = _solve(limits, np.zeros(count), until, waives=True)
    if solved.status != "optimal" or not solved.columns.size:
        return ""
    waived = np.flatnonzero(solved.columns[-len(groups) :] > 0.5)
    opened = set(np.flatnonzero(solved.columns[:count] > 0.5).tolist())
    together = [" and ".join(map(str, sorted(opened & set(groups[g])))) for g in waived]
    return f"sites {', '.join(together)} open together"


def _more_room(limits: Limits, until: float) -> str:
    if limits.room is None:
        return ""
    count = limits.distance.shape[1]
    solved = _solve(limits, np.zeros(count), until, adds=True)
    if solved.status != "optimal" or not solved.columns.size:
        return ""
    return f"{solved.value:.10g} more capacity in all"


def _solve(
    limits: Limits,
    cost: NDArray[np.float64],
    until: float,
    *,
    waives: bool = False,
    adds: bool = False,
) -> Solved:
    programme = _programme(limits, cost, waives=waives, adds=adds)
    return solve(programme, seconds=until - perf_counter())


def _programme(limits: Limits, cost: NDArray[np.float64], *, waives: bool, adds: bool) -> Programme:
    """Columns: sites, pairs (with capacities), waived groups, added capacity."""
    sites, room = limits.distance.shape[1], limits.room
    permitted = np.isfinite(limits.distance) & (limits.distance <= limits.rules.max_distance)
    demand, site = np.nonzero(permitted) if room else (np.empty(0, int), np.empty(0, int))
    pairs = len(site)
    groups = len(limits.rules.apart) if waives else 0
    extra = sites if adds else 0
    columns = sites + pairs + groups + extra
    blocks = [
        _count(limits, columns),
        *_separations(limits, columns, first=sites + pairs, waived=groups),
    ]
    if room is None:
        blocks.append(_reach(permitted, limits.rules, columns))
    else:
        blocks += _rooms(room, demand, site, columns, extra=extra)
    body = rows.stack(blocks)
    lower, upper = rows.opening_bounds(limits.rules, sites=sites)
    is_single = bool(room and room.is_single)
    kinds = [np.ones(sites), np.full(pairs, is_single), np.ones(groups), np.zeros(extra)]
    return Programme(
        cost=np.concatenate([cost, np.zeros(pairs), np.ones(groups), np.ones(extra)]),
        lower=np.concatenate([lower, np.zeros(pairs + groups + extra)]),
        upper=np.concatenate([upper, np.ones(pairs), np.full(groups + extra, np.inf)]),
        whole=np.concatenate(kinds).astype(bool),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )


def _count(limits: Limits, columns: int) -> rows.Block:
    block = rows.exactly(limits.most, sites=limits.distance.shape[1], columns=columns)
    return replace(block, low=np.array([float(limits.least)]))


def _reach(permitted: NDArray[np.bool_], rules: Rules, columns: int) -> rows.Block:
    nobody = ~permitted.any(axis=1)
    merged = merge_rows(permitted, np.ones(len(permitted)))
    reach = merged.reach
    if nobody.any():  # an empty row that asks for 1 keeps the programme infeasible
        reach = sparse.vstack([reach, sparse.csr_matrix((1, permitted.shape[1]))], format="csr")
    reach = sparse.csr_matrix((reach.data, reach.indices, reach.indptr), (reach.shape[0], columns))
    count = reach.shape[0]
    return rows.Block(
        coefficients=reach, low=np.full(count, float(rules.cover)), high=np.full(count, np.inf)
    )


def _separations(limits: Limits, columns: int, *, first: int, waived: int) -> list[rows.Block]:
    blocks = rows.apart(limits.rules, columns=columns)
    if not waived:
        return blocks
    number = np.arange(waived)
    slack = rows.triplets(number, first + number, -np.ones(waived), shape=(waived, columns))
    return [replace(block, coefficients=block.coefficients + slack) for block in blocks]


def _rooms(
    room: Room,
    demand: NDArray[np.int64],
    site: NDArray[np.int64],
    columns: int,
    *,
    extra: int,
) -> list[rows.Block]:
    sites, pairs, demands = len(room.capacity), len(site), len(room.demand)
    number, own = sites + np.arange(pairs), np.arange(sites)
    added = columns - extra + np.arange(extra)
    serve = rows.triplets(demand, number, np.ones(pairs), shape=(demands, columns))
    hold = rows.triplets(
        np.concatenate([site, own, own[:extra]]),
        np.concatenate([number, own, added]),
        np.concatenate([room.demand[demand], -room.capacity, -np.ones(extra)]),
        shape=(sites, columns),
    )
    use = rows.triplets(
        np.concatenate([np.arange(pairs), np.arange(pairs)]),
        np.concatenate([number, site]),
        np.concatenate([np.ones(pairs), -np.ones(pairs)]),
        shape=(pairs, columns),
    )
    once = np.ones(demands)
    return [
        rows.Block(coefficients=serve, low=once, high=once),
        rows.Block(coefficients=hold, low=np.full(sites, -np.inf), high=np.zeros(sites)),
        rows.Block(coefficients=use, low=np.full(pairs, -np.inf), high=np.zeros(pairs)),
    ]
