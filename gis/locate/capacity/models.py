"""Depots that hold only so much: capacitated facility location and capacitated p-median.

Minimise ``sum f_j y_j + sum c_ij x_ij`` with ``sum_j x_ij = 1``, ``sum_i q_i x_ij <= V_j y_j`` and
the strong rows ``x_ij <= y_j``; the redundant row ``sum_j V_j y_j >= sum_i q_i`` tightens it
(Cornuejols, Sridharan & Thizy 1991, European Journal of Operational Research 50).
"""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from gis.errors import InfeasibleError, InputError, ShapeMismatchError
from gis.locate import rows
from gis.locate.answer import Answer, Effort, Model, proves, whole_step
from gis.locate.capacity.knapsack import Packing
from gis.locate.capacity.packing import PackingSearch
from gis.locate.checks import check_count, check_distance, check_reach, check_weights
from gis.locate.mending import Limits, Room, infeasible
from gis.locate.rules import Rules, check_rules
from gis.programme import Programme, solve

LARGEST_ROOM = 5_000
"""Knapsacks of whole loads take time in proportion to the capacity."""
SMALL_PAIRS = 2_000
NOBODY: NDArray[np.int64] = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A capacitated model whose parts were checked; ``total`` is None where any number may open."""

    model: Model
    distance: NDArray[np.float64]
    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    opening: NDArray[np.float64]
    total: int | None
    rules: Rules
    effort: Effort
    is_single: bool


def facility_location(
    cost: ArrayLike,
    demand: ArrayLike,
    *,
    capacity: ArrayLike,
    opening: ArrayLike,
    is_single: bool = False,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose depots with opening cost and capacity, any number of them (CFLP).

    Args:
        cost: Cost of serving the *whole* demand of each row from each site, shape
            ``(demands, sites)``; ``inf`` where no way leads.
        demand: Demand of each row, in the unit of ``capacity``.
        capacity: What each site holds, shape ``(sites,)``.
        opening: Cost of opening each site, shape ``(sites,)``; existing sites cost nothing.
        is_single: Each row is served by one site; else its demand may be split.
        rules: Site rules; ``max_distance`` limits ``cost``, ``cover`` must be 1.
        effort: Time and gap.

    Returns:
        The choice; ``assignment`` names the site that serves most of each row.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: The permitted sites do not hold the demand.

    >>> facility_location([[1, 5], [5, 1]], [1, 1], capacity=[2, 2], opening=[3, 9]).value
    9.0
    """
    rules = rules or Rules()
    matrix = check_distance(cost)
    check_rules(rules, sites=matrix.shape[1])
    price = check_weights(opening, demands=matrix.shape[1], what="opening of site").copy()
    price[list(rules.existing)] = 0.0
    began = perf_counter()
    question = Question(
        model="cflp",
        distance=matrix,
        cost=np.where(matrix <= rules.max_distance, matrix, np.inf),
        demand=check_weights(demand, demands=len(matrix), what="demand of row"),
        capacity=_check_capacity(capacity, sites=matrix.shape[1]),
        opening=price,
        total=None,
        rules=rules,
        effort=effort or Effort(),
        is_single=is_single,
    )
    return _answer(question, began=began)


def capacitated_median(
    distance: ArrayLike,
    demand: ArrayLike,
    *,
    capacity: ArrayLike,
    sites: int,
    weights: ArrayLike | None = None,
    rules: Rules | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Choose p depots of limited capacity with the least weighted travel, one depot per row.

    Args:
        distance: Distance, shape ``(demands, sites)``; ``inf`` where no way leads.
        demand: Demand of each row, in the unit of ``capacity``.
        capacity: What each site holds, shape ``(sites,)``.
        sites: How many sites to choose, besides the existing ones.
        weights: Factor on each row's distance; ones where not given.
        rules: Site rules; ``cover`` must be 1.
        effort: Time and gap.

    Raises:
        InputError: The data are wrong.
        InfeasibleError: So few sites do not hold the demand; names the fewest whose capacity does.

    >>> capacitated_median([[0, 2], [1, 3], [3, 0]], [1, 1, 1], capacity=[2, 2], sites=2).value
    1.0
    """
    rules = rules or Rules()
    matrix = check_distance(distance)
    weight = check_weights(weights, demands=len(matrix))
    total = check_count(sites, rules, sites=matrix.shape[1])
    check_reach(matrix, np.ones(len(matrix)), rules, least=total, most=total)
    began = perf_counter()
    permitted = (matrix <= rules.max_distance) & np.isfinite(matrix)
    question = Question(
        model="capacitated-p-median",
        distance=matrix,
        cost=np.where(permitted, np.where(permitted, matrix, 0.0) * weight[:, None], np.inf),
        demand=check_weights(demand, demands=len(matrix), what="demand of row"),
        capacity=_check_capacity(capacity, sites=matrix.shape[1]),
        opening=np.zeros(matrix.shape[1]),
        total=total,
        rules=rules,
        effort=effort or Effort(),
        is_single=True,
    )
    return _answer(question, began=began)


def _check_capacity(capacity: ArrayLike, *, sites: int) -> NDArray[np.float64]:
    array = np.ascontiguousarray(capacity, dtype=np.float64)
    if array.shape != (sites,):
        raise ShapeMismatchError(f"capacity is {array.shape}, but there are {sites} sites")
    wrong = np.flatnonzero(~((array >= 0) & np.isfinite(array)))
    if wrong.size:
        raise InputError(
            f"capacity of site {wrong[0]} is {array[wrong[0]]}; give a finite number of 0 or more",
            field="capacity",
        )
    return array


def _check_room(question: Question) -> None:
    if question.rules.cover != 1:
        raise InputError("cover must be 1 in capacitated models", field="cover")
    usable = np.ones(len(question.capacity), dtype=bool)
    usable[list(question.rules.forbidden)] = False
    held = np.sort(question.capacity[usable])[::-1].cumsum()
    need = question.demand.sum()
    fewest = int(np.searchsorted(held, need * (1 - 1e-12))) + 1
    if fewest > len(held):
        found = f"all permitted sites hold {held[-1] if len(held) else 0:g}"
    elif question.total is not None and fewest > question.total:
        found = f"the {question.total} largest sites hold {held[question.total - 1]:g}"
    else:
        return
    raise infeasible(_limits(question), f"{found} but the demand is {need:g}", field="capacity")


def _limits(question: Question) -> Limits:
    sites = len(question.capacity)
    room = Room(demand=question.demand, capacity=question.capacity, is_single=question.is_single)
    return Limits(
        distance=question.distance,
        least=question.total or 0,
        most=sites if question.total is None else question.total,
        rules=question.rules,
        room=room,
    )


def _programme(question: Question) -> Programme:
    cost, sites = question.cost, question.cost.shape[1]
    demand, site = np.nonzero(np.isfinite(cost))
    count, columns = len(site), sites + len(site)
    number = np.arange(count)
    ones = np.ones(count)
    serve = rows.Block(
        coefficients=rows.triplets(demand, sites + number, ones, shape=(len(cost), columns)),
        low=np.ones(len(cost)),
        high=np.ones(len(cost)),
    )
    hold = rows.Block(
        coefficients=sparse.hstack(
            [
                -sparse.diags(question.capacity),
                rows.triplets(site, number, question.demand[demand], shape=(sites, count)),
            ],
            format="csr",
        ),
        low=np.full(sites, -np.inf),
        high=np.zeros(sites),
    )
    blocks = [serve, hold, rows.link(site, sites=sites), _room(question, columns=columns)]
    if question.total is not None:
        blocks.append(rows.exactly(question.total, sites=sites, columns=columns))
    body = rows.stack([*blocks, *rows.apart(question.rules, columns=columns)])
    lower, upper = rows.opening_bounds(question.rules, sites=sites)
    return Programme(
        cost=np.concatenate([question.opening, cost[demand, site]]),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, ones]),
        whole=np.concatenate([np.ones(sites, dtype=bool), np.full(count, question.is_single)]),
        rows=body.coefficients,
        low=body.low,
        high=body.high,
    )


def _room(question: Question, *, columns: int) -> rows.Block:
    sites = len(question.capacity)
    return rows.Block(
        coefficients=rows.triplets(
            np.zeros(sites, dtype=np.int64),
            np.arange(sites),
            question.capacity,
            shape=(1, columns),
        ),
        low=np.array([question.demand.sum()]),
        high=np.array([np.inf]),
    )


def _pack(question: Question, step: float, *, began: float) -> PackingSearch | None:
    """Search with knapsack bounds where loads are whole and few; None where that does not apply."""
    cost, whole = question.cost, whole_step(question.demand, question.capacity)
    largest = question.capacity.max(initial=0.0)
    is_plain = question.is_single and not question.rules.apart and whole == 1.0
    if not is_plain or largest > LARGEST_ROOM or cost.size <= SMALL_PAIRS:
        return None
    state = np.zeros(len(question.capacity), dtype=np.int8)
    state[list(question.rules.open)], state[list(question.rules.forbidden)] = 1, -1
    random = np.random.default_rng(question.effort.seed)
    order = np.lexsort((random.random(len(state)), -question.capacity, -state))
    order = order[state[order] >= 0]

    def settle(
        part: NDArray[np.float64], fixed: NDArray[np.int8], enough: float
    ) -> NDArray[np.int64] | None:
        rules = Rules(
            required=tuple(np.flatnonzero(fixed > 0).tolist()),
            forbidden=tuple(np.flatnonzero(fixed < 0).tolist()),
        )
        programme = _programme(replace(question, cost=part, rules=rules))
        left = question.effort.seconds - (perf_counter() - began)
        solved = solve(programme, seconds=left, step=step, cutoff=enough)
        if solved.status == "stopped":
            return None
        return _shares(part, solved.columns).argmax(axis=1) if solved.columns.size else NOBODY

    search = PackingSearch(
        packing=Packing(
            cost=cost,
            load=question.demand.astype(np.int64),
            room=question.capacity.astype(np.int64),
            opening=question.opening,
            state=state,
            total=question.total or 0,
        ),
        step=step,
        seed=question.effort.seed,
        gap=question.effort.gap,
        settle=settle,
        seconds_left=lambda: question.effort.seconds - (perf_counter() - began),
    )
    return (
        search if search.run(np.sort(order[: question.total or _fewest(question, order)])) else None
    )


def _fewest(question: Question, order: NDArray[np.int64]) -> int:
    """How many sites in an order hold one and a half times the demand, or all of them."""
    held = question.capacity[order].cumsum()
    return min(len(order), int(np.searchsorted(held, 1.5 * question.demand.sum())) + 1)


def _shares(cost: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.zeros(cost.shape)
    share[np.isfinite(cost)] = columns[cost.shape[1] :]
    return share


def _answer(question: Question, *, began: float) -> Answer:
    _check_room(question)
    step = whole_step(question.cost, question.opening) if question.is_single else 0.0
    packed = _pack(question, step, began=began)
    if packed is None:
        return _by_programme(question, step, began=began)
    opened = _opened(question, packed.served)
    return Answer(
        model=question.model,
        value=packed.value,
        bound=packed.bound,
        is_proven=proves(packed.value, packed.bound, step=step),
        seconds=perf_counter() - began,
        sites=opened,
        assignment=packed.served,
        method=f"filling, knapsack bounds, branch and bound, {packed.nodes} nodes",
        seed=question.effort.seed,
    )


def _opened(question: Question, served: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sites that serve, filled up to the number asked for with permitted ones that serve nobody."""
    wanted = [*np.unique(served).tolist(), *question.rules.open]
    if question.total is None:
        return np.unique(np.array(wanted, dtype=np.int64))
    spare = [j for j in range(len(question.capacity)) if j not in question.rules.forbidden]
    chosen = list(dict.fromkeys([*wanted, *spare]))[: question.total]
    return np.array(sorted(chosen), dtype=np.int64)


def _by_programme(question: Question, step: float, *, began: float) -> Answer:
    solved = solve(
        _programme(question),
        seconds=question.effort.seconds,
        gap=question.effort.gap,
        step=step,
    )
    if solved.columns.size == 0:
        if solved.status != "infeasible":
            raise InfeasibleError("no choice was found in the time given; give more seconds")
        what = "the demand does not fit the permitted sites under the site rules"
        raise infeasible(_limits(question), what, field="capacity")
    sites = len(question.capacity)
    share = _shares(question.cost, solved.columns)
    chosen = np.flatnonzero(solved.columns[:sites] > 0.5).astype(np.int64)
    value = _value(question, chosen, share)
    bound = min(value, solved.bound)
    return Answer(
        model=question.model,
        value=value,
        bound=bound,
        is_proven=proves(value, bound, step=step),
        seconds=perf_counter() - began,
        sites=chosen,
        assignment=share.argmax(axis=1).astype(np.int64),
        method="HiGHS on the strong model",
        seed=question.effort.seed,
    )


def _value(question: Question, chosen: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    if question.is_single:
        paid = question.cost[np.arange(len(share)), share.argmax(axis=1)].sum()
    else:
        paid = (np.where(np.isfinite(question.cost), question.cost, 0.0) * share).sum()
    return float(question.opening[chosen].sum() + paid)
