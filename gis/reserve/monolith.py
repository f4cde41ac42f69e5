"""The whole two-stage model as one programme: exact, and soon too large.

Columns: first stage, scenario costs, the aim's extras, flows on usable arcs, unmet needs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.rows import triplets
from gis.programme import Programme
from gis.reserve.evenness import EvenRows, even_rows, is_asked
from gis.reserve.first_stage import FirstStage
from gis.reserve.instance import Instance
from gis.reserve.lanes import AGREED, MADE, OWN, Lanes
from gis.reserve.objective import Aim, linear

STRONG_ARCS = 30_000
"""Up to so many arcs the strong rows ``x <= need * open`` are written out from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """Usable arcs: scenario, item, row and source of each, and where their columns begin."""

    scenario: NDArray[np.int64]
    item: NDArray[np.int64]
    row: NDArray[np.int64]
    source: NDArray[np.int64]
    start: int
    unmet_start: int

    @property
    def column(self) -> NDArray[np.int64]:
        """Column of each arc's flow."""
        return self.start + np.arange(len(self.scenario))


def usable(lanes: Lanes, *, start: int, is_even: bool = False) -> Arcs:
    """Arcs that are cheaper than leaving the need unmet; on strict rows all that arrive in time.

    Where districts must be served evenly even dearer ones may be of use.
    """
    price = np.where(lanes.is_strict | is_even, np.inf, lanes.price)
    is_usable = np.isfinite(lanes.cost) & (lanes.cost < price[None, :, :, None])
    is_usable &= (lanes.need > 0)[..., None] & (lanes.survival > 0)[:, None, None, :]
    scenario, item, row, source = np.nonzero(is_usable)
    return Arcs(
        scenario=scenario,
        item=item,
        row=row,
        source=source,
        start=start,
        unmet_start=start + len(scenario),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Monolith:
    """The programme, where its flows and unmet needs stand, and its last rows: evenness."""

    programme: Programme
    arcs: Arcs
    even: EvenRows


def assemble(
    instance: Instance,
    lanes: Lanes,
    stage: FirstStage,
    *,
    aim: Aim,
    is_strong: bool | None = None,
    is_soft: bool = False,
) -> Monolith:
    """Write the model out.

    Args:
        instance: The question.
        lanes: Its recourse.
        stage: Its first stage, perhaps with fixed columns.
        aim: What is minimised.
        is_strong: Write the strong rows; by default where there are few arcs.
        is_soft: What required tiers ask for may be missed at ``shortfall_price``.
    """
    scenarios, first = instance.scenarios, stage.columns.total
    written = linear(aim, instance.probability, stage.cost, parts=1)
    base = first + scenarios + len(written.extra_cost)
    arcs = usable(lanes, start=base, is_even=is_asked(instance.rules))
    even = even_rows(instance, lanes, (arcs.scenario, arcs.item, arcs.row, arcs.source))
    total = arcs.unmet_start + lanes.need.size + even.columns
    strong = len(arcs.scenario) <= STRONG_ARCS if is_strong is None else is_strong
    unmet_most = np.where(lanes.is_strict & (not is_soft), 0.0, lanes.need).ravel()
    free = np.full(arcs.unmet_start - first, np.inf)
    upper = [stage.upper, free, unmet_most, np.full(even.columns, np.inf)]
    blocks = [
        (_wide(stage.rows.coefficients, total), stage.rows.low, stage.rows.high),
        (_wide(written.coefficients, total), written.low, written.high),
        _scenario_cost(instance, lanes, arcs, first=first, total=total),
        _served(lanes, arcs, total=total),
        _sent(instance, lanes, arcs, stage, total=total),
        *([_strong(lanes, arcs, stage, total=total)] if strong else []),
        *_loaded(instance, lanes, arcs, total=total),
        (_after(even.matrix, base), even.low, even.high),
    ]
    zeros = np.zeros(total - base)
    programme = Programme(
        cost=np.concatenate(
            [written.first_weight * stage.cost, written.scenario_cost, written.extra_cost, zeros]
        ),
        lower=np.concatenate([stage.lower, _least(aim, written.extra_cost, scenarios), zeros]),
        upper=np.concatenate(upper),
        whole=np.concatenate([stage.whole, np.zeros(total - first, dtype=bool)]),
        rows=sparse.vstack([block[0] for block in blocks], format="csr"),
        low=np.concatenate([block[1] for block in blocks]),
        high=np.concatenate([block[2] for block in blocks]),
    )
    return Monolith(programme=programme, arcs=arcs, even=even)


Rows = tuple[sparse.csr_matrix, NDArray[np.float64], NDArray[np.float64]]


def _least(aim: Aim, extra: NDArray[np.float64], scenarios: int) -> NDArray[np.float64]:
    least = np.zeros(scenarios + len(extra))
    if aim.objective == "regret":
        least[-1] = -np.inf
    return least


def _wide(matrix: sparse.csr_matrix, total: int) -> sparse.csr_matrix:
    wide = matrix.copy()
    wide.resize((matrix.shape[0], total))
    return wide


def _after(matrix: sparse.csr_matrix, columns: int) -> sparse.csr_matrix:
    """The same rows behind so many other columns."""
    return sparse.hstack([sparse.csr_matrix((matrix.shape[0], columns)), matrix], format="csr")


def shortfall_price(lanes: Lanes) -> float:
    """Surcharge on a unit that a required tier asks for and does not get [yuan/unit]."""
    return 100.0 * float(lanes.price.max()) + 1.0


def prices(lanes: Lanes) -> NDArray[np.float64]:
    """Price of each row's unmet unit with the surcharge of strict rows, shape ``(K, rows)``."""
    return lanes.price + np.where(lanes.is_strict, shortfall_price(lanes), 0.0)


def _scenario_cost(instance: Instance, lanes: Lanes, arcs: Arcs, *, first: int, total: int) -> Rows:
    """``Q_s - sum cost x - sum price u = 0``."""
    count = instance.scenarios
    flow = lanes.cost[arcs.scenario, arcs.item, arcs.row, arcs.source]
    unmet = np.broadcast_to(prices(lanes)[None], lanes.need.shape).ravel()
    matrix = triplets(
        np.concatenate(
            [np.arange(count), arcs.scenario, np.repeat(np.arange(count), lanes.need[0].size)]
        ),
        np.concatenate(
            [
                first + np.arange(count),
                arcs.column,
                arcs.unmet_start + np.arange(lanes.need.size),
            ]
        ),
        np.concatenate([np.ones(count), -flow, -unmet]),
        shape=(count, total),
    )
    return matrix, np.zeros(count), np.zeros(count)


def _served(lanes: Lanes, arcs: Arcs, *, total: int) -> Rows:
    """``sum_j x + u = need`` for each scenario, item and row."""
    number = np.arange(lanes.need.size).reshape(lanes.need.shape)
    matrix = triplets(
        np.concatenate([number[arcs.scenario, arcs.item, arcs.row], number.ravel()]),
        np.concatenate([arcs.column, arcs.unmet_start + number.ravel()]),
        np.ones(len(arcs.column) + number.size),
        shape=(number.size, total),
    )
    return matrix, lanes.need.ravel(), lanes.need.ravel()


def amount_columns(lanes: Lanes, stage: FirstStage) -> NDArray[np.int64]:
    """First-stage columns behind each source, shape ``(2, sources, K)``; the second is -1 or not.

    Own stock stands in two columns (turned over, expiring), every other mode in one.
    """
    kind = {OWN: (0, 1), AGREED: (2, 2), MADE: (3, 3)}
    columns = np.stack([stage.columns.amount(number) for number in range(4)])
    of = lanes.sources
    first = np.array([kind[int(mode)][0] for mode in of.mode], dtype=np.int64)
    second = np.array([kind[int(mode)][1] for mode in of.mode], dtype=np.int64)
    both = np.stack([columns[first, of.site], columns[second, of.site]])
    both[1][first == second] = -1
    return both


def _sent(instance: Instance, lanes: Lanes, arcs: Arcs, stage: FirstStage, *, total: int) -> Rows:
    """``sum_i x <= survival * amount`` for each scenario, item and source."""
    shape = (instance.scenarios, instance.items, len(lanes.sources.site))
    number = np.arange(np.prod(shape)).reshape(shape)
    amount = lanes.survival[:, None, :] * lanes.sources.factor.T[None]
    rows, columns = [number[arcs.scenario, arcs.item, arcs.source]], [arcs.column]
    values = [np.ones(len(arcs.column))]
    for column in amount_columns(lanes, stage):
        has = np.broadcast_to((column >= 0).T[None], shape)
        rows.append(number[has])
        columns.append(np.broadcast_to(column.T[None], shape)[has])
        values.append(-amount[has])
    matrix = triplets(
        np.concatenate(rows),
        np.concatenate(columns),
        np.concatenate(values),
        shape=(number.size, total),
    )
    return matrix, np.full(number.size, -np.inf), np.zeros(number.size)


def _strong(lanes: Lanes, arcs: Arcs, stage: FirstStage, *, total: int) -> Rows:
    """``x <= need * sum_l y`` on arcs from own stock."""
    own = np.flatnonzero(lanes.is_own[arcs.source])
    need = lanes.need[arcs.scenario[own], arcs.item[own], arcs.row[own]]
    doors = stage.columns.open[lanes.sources.site[arcs.source[own]]]
    number = np.arange(len(own))
    matrix = triplets(
        np.concatenate([number, np.repeat(number, doors.shape[1])]),
        np.concatenate([arcs.column[own], doors.ravel()]),
        np.concatenate([np.ones(len(own)), -np.repeat(need, doors.shape[1])]),
        shape=(len(own), total),
    )
    return matrix, np.full(len(own), -np.inf), np.zeros(len(own))


def _loaded(instance: Instance, lanes: Lanes, arcs: Arcs, *, total: int) -> list[Rows]:
    """``sum weight x <= rate * horizon`` for each scenario and depot whose loading is limited."""
    limited = np.isfinite(instance.loading_rate)
    is_own = lanes.is_own[arcs.source] & limited[lanes.sources.site[arcs.source]]
    if not is_own.any():
        return []
    shape = (instance.scenarios, instance.sites)
    row = arcs.scenario[is_own] * instance.sites + lanes.sources.site[arcs.source[is_own]]
    matrix = triplets(
        row,
        arcs.column[is_own],
        instance.unit_weight[arcs.item[is_own]],
        shape=(shape[0] * shape[1], total),
    )
    high = np.broadcast_to(np.asarray(instance.loading_rate) * instance.horizon, shape).ravel()
    return [(matrix, np.full(high.size, -np.inf), high.copy())]
