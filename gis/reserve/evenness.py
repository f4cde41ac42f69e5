"""How evenly districts are served: shares of need by district, their Gini index, and its rows.

The access ``a_d`` of a district is the share of its expected need, items weighed by their worth,
that arrives by ``access_hours``. A limit G on the Gini index of n districts reads
``sum_{d,e} |a_d - a_e| <= 2 n G sum_d a_d`` over ordered pairs: linear for fixed G.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.reserve.answer import Evaluation
from gis.reserve.instance import Instance
from gis.reserve.lanes import Lanes
from gis.reserve.rules import Rules


def is_asked(rules: Rules) -> bool:
    """Districts must be served evenly in one way or the other."""
    return rules.most_unmet_share < 1 or rules.most_gini < 1


def gini(access: NDArray[np.float64]) -> float:
    """Gini index of shares: mean difference of all pairs over twice the mean; 0 where all are 0.

    >>> gini(np.array([0.5, 0.5])), gini(np.array([1.0, 0.0])), gini(np.zeros(3))
    (0.0, 0.5, 0.0)
    """
    total = 2 * len(access) * float(access.sum())
    if total <= 0:
        return 0.0
    return float(np.abs(access[:, None] - access[None]).sum()) / total


@dataclass(frozen=True, slots=True, kw_only=True)
class Districts:
    """The districts that need anything, D of them.

    Attributes:
        number: Their numbers in the rules, rising, shape ``(D,)``.
        of_area: Place of each area's district among them, -1 where it needs nothing.
        worth: Weight of a unit of each item, shape ``(K,)``.
        need: Expected weighed need, shape ``(D,)``.
    """

    number: NDArray[np.int64]
    of_area: NDArray[np.int64]
    worth: NDArray[np.float64]
    need: NDArray[np.float64]

    @property
    def scale(self) -> float:
        """Mean need: what access is multiplied with in programmes, so that no number is tiny."""
        return float(self.need.mean())


def districts_of(instance: Instance) -> Districts:
    """Find the districts with need."""
    rules = instance.rules
    worth = np.array(rules.item_worth) if rules.item_worth else np.ones(instance.items)
    need = np.tensordot(instance.probability, instance.need, axes=1) @ worth
    given = rules.districts(instance.areas)
    total = np.bincount(given, weights=need).astype(np.float64)
    number = np.flatnonzero(total > 0)
    place = np.full(len(total), -1)
    place[number] = np.arange(len(number))
    return Districts(number=number, of_area=place[given], worth=worth, need=total[number])


def access_of(instance: Instance, evaluation: Evaluation) -> NDArray[np.float64]:
    """Share of each district's expected need that arrives by ``access_hours``, shape ``(D,)``."""
    districts, flows = districts_of(instance), evaluation.flows
    weight = instance.probability[flows.scenario] * flows.amount * districts.worth[flows.item]
    is_timely = flows.hours <= instance.rules.access_hours
    place = districts.of_area[flows.area]
    keep = is_timely & (place >= 0)
    came = np.bincount(place[keep], weights=weight[keep], minlength=len(districts.need))
    share: NDArray[np.float64] = came / np.where(districts.need > 0, districts.need, 1.0)
    return share


def unmet_shares(instance: Instance, unmet: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each district's expected need that stays unmet, shape ``(D,)``.

    Args:
        instance: The question.
        unmet: Unmet need [unit], shape ``(N, A, K)``.
    """
    districts = districts_of(instance)
    lacking = np.tensordot(instance.probability, unmet, axes=1) @ districts.worth
    keep = districts.of_area >= 0
    total = np.bincount(
        districts.of_area[keep], weights=lacking[keep], minlength=len(districts.need)
    )
    share: NDArray[np.float64] = total / districts.need
    return share


def is_timely(instance: Instance, lanes: Lanes) -> NDArray[np.bool_]:
    """Arcs that arrive by ``access_hours``, bool, shape ``(N, K, rows, sources)``."""
    sources = lanes.sources
    hours = instance.hours[:, sources.site][:, :, lanes.area].transpose(0, 2, 1)
    arrival = hours[:, None] + sources.delay.T[None, :, None, :]
    timely: NDArray[np.bool_] = arrival <= instance.rules.access_hours
    return timely


@dataclass(frozen=True, slots=True, kw_only=True)
class EvenRows:
    """Rows of evenness over ``[flows of arcs | unmet | own columns]``, and their duals' places.

    Own columns are each district's access times ``Districts.scale``, then the difference of each
    pair. Rows: unmet shares; access; differences one way, the other way; the Gini limit.
    """

    matrix: sparse.csr_matrix
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    columns: int
    shares: int
    pairs: tuple[tuple[int, int], ...]


Arc = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Scenario, item, row and source of each arc."""


def even_rows(instance: Instance, lanes: Lanes, arcs: Arc) -> EvenRows:
    """Write the rows that the rules ask for; none where they ask nothing."""
    districts, rules = districts_of(instance), instance.rules
    flows, unmet = len(arcs[0]), lanes.need.size
    count = len(districts.need)
    pairs = tuple(combinations(range(count), 2)) if rules.most_gini < 1 else ()
    own = count + len(pairs) if pairs else 0
    total = flows + unmet + own
    blocks, low, high = [], [np.empty(0)], [np.empty(0)]
    if rules.most_unmet_share < 1:
        blocks.append(_unmet_rows(instance, lanes, districts, start=flows, total=total))
        low.append(np.full(count, -np.inf))
        high.append(rules.most_unmet_share * districts.need)
    if pairs:
        blocks.append(_access_rows(instance, lanes, districts, arcs, total=total))
        blocks.append(_gini_rows(rules.most_gini, count, pairs, start=flows + unmet))
        low += [np.zeros(count + 2 * len(pairs)), np.full(1, -np.inf)]
        high += [np.zeros(count), np.full(2 * len(pairs), np.inf), np.zeros(1)]
    return EvenRows(
        matrix=sparse.vstack(blocks, format="csr") if blocks else sparse.csr_matrix((0, total)),
        low=np.concatenate(low),
        high=np.concatenate(high),
        columns=own,
        shares=count if rules.most_unmet_share < 1 else 0,
        pairs=pairs,
    )


def _unmet_rows(
    instance: Instance, lanes: Lanes, districts: Districts, *, start: int, total: int
) -> sparse.csr_matrix:
    """``E worth u`` of each district."""
    shape = lanes.need.shape
    place = np.broadcast_to(districts.of_area[lanes.area][None, None], shape).ravel()
    weight = instance.probability[:, None, None] * districts.worth[None, :, None]
    value = np.broadcast_to(weight, shape).ravel()
    keep = place >= 0
    return sparse.csr_matrix(
        (value[keep], (place[keep], start + np.flatnonzero(keep))),
        shape=(len(districts.need), total),
    )


def _access_rows(
    instance: Instance, lanes: Lanes, districts: Districts, arcs: Arc, *, total: int
) -> sparse.csr_matrix:
    """``scale / need_d * E worth x - access_d = 0``."""
    scenario, item, row, source = arcs
    count = len(districts.need)
    place = districts.of_area[lanes.area[row]]
    keep = (place >= 0) & is_timely(instance, lanes)[scenario, item, row, source]
    weight = instance.probability[scenario[keep]] * districts.worth[item[keep]]
    value = weight * (districts.scale / districts.need[place[keep]])
    own = len(scenario) + lanes.need.size + np.arange(count)
    return sparse.csr_matrix(
        (
            np.concatenate([value, -np.ones(count)]),
            (
                np.concatenate([place[keep], np.arange(count)]),
                np.concatenate([np.flatnonzero(keep), own]),
            ),
        ),
        shape=(count, total),
    )


def _gini_rows(
    most: float, count: int, pairs: tuple[tuple[int, int], ...], *, start: int
) -> sparse.csr_matrix:
    """``t_de >= a_d - a_e``, ``t_de >= a_e - a_d``, ``sum t - n G sum a <= 0``."""
    many = len(pairs)
    difference = sparse.lil_matrix((many, count))
    for row, (one, other) in enumerate(pairs):
        difference[row, one], difference[row, other] = 1.0, -1.0
    eye = sparse.eye(many)
    block = sparse.vstack(
        [
            sparse.hstack([-difference, eye]),
            sparse.hstack([difference, eye]),
            sparse.csr_matrix(np.concatenate([np.full(count, -count * most), np.ones(many)])),
        ]
    )
    return sparse.hstack([sparse.csr_matrix((2 * many + 1, start)), block], format="csr")
