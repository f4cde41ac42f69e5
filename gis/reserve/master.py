"""The first stage with an outer approximation of the recourse, kept warm in HiGHS.

Columns: first stage, what each slot of a site holds ``H (L + 2, S, K)``, the cost of each scenario
and item, the aim's extras. Own stock is split by size class: ``sum_l H_jlk`` is the stock, and each
class has room and door of its own.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.rows import Block, stack
from gis.programme import Programme, SolverError, highs_lp
from gis.reserve.cuts import Cuts
from gis.reserve.first_stage import Columns, FirstStage, most_behind_door
from gis.reserve.instance import Instance
from gis.reserve.objective import Aim, linear


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The master programme without cuts, and where its columns stand."""

    programme: Programme
    columns: Columns
    scenarios: int

    @property
    def slots(self) -> NDArray[np.int64]:
        """Columns of what is held, shape ``(L + 2, S, K)``."""
        of = self.columns
        shape = (of.classes + 2, of.sites, of.items)
        number: NDArray[np.int64] = of.total + np.arange(np.prod(shape)).reshape(shape)
        return number

    @property
    def theta(self) -> NDArray[np.int64]:
        """Columns of scenario costs, shape ``(N, K)``."""
        start = self.slots[-1, -1, -1] + 1
        shape = (self.scenarios, self.columns.items)
        number: NDArray[np.int64] = start + np.arange(np.prod(shape)).reshape(shape)
        return number

    def open_share(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each depot is open, 0 to 1, shape ``(S, L)``."""
        return np.clip(values[self.columns.open], 0.0, 1.0)

    def held(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Amounts by slot, site and item, shape ``(L + 2, S, K)``."""
        return np.maximum(values[self.slots], 0.0)

    def costs(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Approximated cost by scenario and item, shape ``(N, K)``."""
        return values[self.theta]


def frame_of(instance: Instance, stage: FirstStage, aim: Aim) -> Frame:
    """Write the master programme without cuts."""
    columns = stage.columns
    named = (columns.classes + 2) * columns.sites * columns.items
    wide = np.concatenate([stage.cost, np.zeros(named)])
    aims = linear(aim, instance.probability, wide, parts=columns.items)
    tail = np.concatenate([np.repeat(aims.scenario_cost, columns.items), aims.extra_cost])
    frame = Frame(programme=_EMPTY, columns=columns, scenarios=instance.scenarios)
    total = len(wide) + len(tail)
    lower = np.concatenate([stage.lower, np.zeros(total - columns.total)])
    if aim.objective == "regret":
        lower[-1] = -np.inf
    blocks = [
        _counts(stage),
        _choice(stage),
        _slots(instance, frame),
        Block(coefficients=aims.coefficients, low=aims.low, high=aims.high),
    ]
    rows = stack([_wide(block, total) for block in blocks])
    programme = Programme(
        cost=np.concatenate([aims.first_weight * wide, tail]),
        lower=lower,
        upper=np.concatenate([stage.upper, np.full(total - columns.total, np.inf)]),
        whole=np.concatenate([stage.whole, np.zeros(total - columns.total, dtype=bool)]),
        rows=rows.coefficients,
        low=rows.low,
        high=rows.high,
    )
    return replace(frame, programme=programme)


def _choice(stage: FirstStage) -> Block:
    """Rows of the first stage without room and doors of sites, which those of classes imply."""
    of = stage.columns
    kept = np.ones(stage.rows.low.size, dtype=bool)
    kept[of.sites : of.sites * (2 + of.items)] = False
    rows = stage.rows
    return Block(coefficients=rows.coefficients[kept], low=rows.low[kept], high=rows.high[kept])


def _counts(stage: FirstStage) -> Block:
    """How many depots of each class there are; boxes limit them."""
    of = stage.columns
    matrix = sparse.kron(np.ones((1, of.sites)), sparse.eye(of.classes), format="csr")
    matrix.resize((of.classes, of.total))
    return Block(
        coefficients=matrix, low=np.zeros(of.classes), high=np.full(of.classes, float(of.sites))
    )


def _wide(block: Block, total: int) -> Block:
    """The same rows over more columns."""
    matrix = block.coefficients.copy()
    matrix.resize((matrix.shape[0], total))
    return replace(block, coefficients=matrix)


def _slots(instance: Instance, frame: Frame) -> Block:
    """What slots hold is what was bought; each class has its own room and door.

    ``sum_l H_jlk = q_jk``, ``H = a``, ``H = b``; ``sum_k v_k H_jlk <= V_jl y_jl``;
    ``H_jlk <= most_jlk y_jl``.
    """
    of, slots = frame.columns, frame.slots
    total = int(slots[-1, -1, -1]) + 1
    classes, sites, items = of.classes, of.sites, of.items
    pair = np.arange(sites * items)
    own = slots[:classes].reshape(classes, -1)
    named = _sum_rows(
        [*own, slots[classes].ravel(), slots[classes + 1].ravel()],
        [*([pair] * classes), pair + pair.size, pair + 2 * pair.size],
        sign=1.0,
        shape=(3 * pair.size, total),
    ) + _sum_rows(
        [of.amount(number).ravel() for number in range(4)],
        [pair, pair, pair + pair.size, pair + 2 * pair.size],
        sign=-1.0,
        shape=(3 * pair.size, total),
    )
    most = most_behind_door(instance).transpose(1, 0, 2)
    count = most.size
    door = sparse.csr_matrix(
        (
            np.concatenate([np.ones(count), -most.ravel()]),
            (
                np.tile(np.arange(count), 2),
                np.concatenate([own.ravel(), np.repeat(of.open.T.ravel(), items)]),
            ),
        ),
        shape=(count, total),
    )
    box = np.repeat(np.arange(classes * sites), items)
    room = sparse.csr_matrix(
        (
            np.concatenate(
                [np.tile(instance.unit_volume, classes * sites), -instance.volume.T.ravel()]
            ),
            (
                np.concatenate([box, np.arange(classes * sites)]),
                np.concatenate([own.ravel(), of.open.T.ravel()]),
            ),
        ),
        shape=(classes * sites, total),
    )
    loose = count + classes * sites
    return Block(
        coefficients=sparse.vstack([named, door, room], format="csr"),
        low=np.concatenate([np.zeros(3 * pair.size), np.full(loose, -np.inf)]),
        high=np.zeros(3 * pair.size + loose),
    )


def _sum_rows(
    columns: list[NDArray[np.int64]],
    rows: list[NDArray[np.int64]],
    *,
    sign: float,
    shape: tuple[int, int],
) -> sparse.csr_matrix:
    row, column = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.full(len(row), sign), (row, column)), shape=shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where the relaxed master stands: its value, a lower bound of its box, and its columns."""

    bound: float
    values: NDArray[np.float64]


_ENDS = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)


class Master:
    """The relaxed master, solved again and again as cuts arrive and boxes change.

    The programme holds the cuts that bind; all cuts ever made stay in a pool, because asking the
    pool is much cheaper than a large programme or a cut made twice.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.used = _used(frame)
        lean = _lean(frame.programme, self.used)
        self.base = lean.rows.shape[0]
        self.highs = open_highs(lean)
        self.pool = sparse.csr_matrix((0, self.used.size))
        self.low, self.kind = np.empty(0), np.empty(0, dtype=np.int64)
        self.inside = np.empty(0, dtype=np.int64)
        sites, classes = frame.columns.open.shape
        self.upper = frame.programme.upper[: sites * classes]
        self.must = frame.programme.low[classes : classes + sites]

    @property
    def rows(self) -> int:
        """Number of cuts in the programme."""
        return len(self.inside)

    def box(
        self,
        upper: NDArray[np.float64],
        must: NDArray[np.float64],
        *,
        least: NDArray[np.float64] | None = None,
        most: NDArray[np.float64] | None = None,
    ) -> None:
        """Limit the choice.

        Args:
            upper: Greatest opening, shape ``(S, L)``.
            must: Least opening of each site, shape ``(S,)``.
            least: Least number of depots of each class, shape ``(L,)``; none by default.
            most: Greatest number of depots of each class, shape ``(L,)``; none by default.
        """
        top = np.minimum(upper.ravel(), self.upper)
        columns = np.arange(top.size, dtype=np.int32)
        self.highs.changeColsBounds(top.size, columns, np.zeros(top.size), top)
        sites, classes = upper.shape
        fewest = np.zeros(classes) if least is None else least
        largest = np.full(classes, float(sites)) if most is None else most
        for size in range(classes):
            self.highs.changeRowBounds(size, float(fewest[size]), float(largest[size]))
        for site, open_ in enumerate(np.maximum(must, self.must), start=classes):
            self.highs.changeRowBounds(site, float(open_), 1.0)

    def solve(self) -> Point | None:
        """Solve the relaxed master in its box; None where the box is empty.

        Raises:
            SolverError: HiGHS found neither an optimum nor emptiness.
        """
        self.highs.run()
        status = self.highs.getModelStatus()
        if status not in _ENDS:  # a stale basis can mislead the simplex method: start afresh
            self.highs.clearSolver()
            self.highs.run()
            status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"the relaxed master ended as {status}; please report the input")
        values = np.zeros(len(self.frame.programme.cost))
        values[self.used] = self.highs.getSolution().col_value
        return Point(bound=float(self.highs.getInfo().objective_function_value), values=values)

    def add(self, cuts: Cuts, chosen: NDArray[np.bool_]) -> None:
        """Add the chosen cuts, bool ``(N, K)``, here and to the pool."""
        if not chosen.any():
            return
        matrix, low = written(cuts, self.frame, chosen)
        matrix = matrix[:, self.used]
        number = self.low.size + np.arange(low.size)
        self.pool = sparse.vstack([self.pool, matrix], format="csr")
        self.low = np.concatenate([self.low, low])
        self.kind = np.concatenate([self.kind, np.flatnonzero(chosen)])
        self._enter(number)

    def _enter(self, number: NDArray[np.int64]) -> None:
        matrix, low = self.pool[number], self.low[number]
        self.highs.addRows(
            len(low),
            low,
            np.full(len(low), highspy.kHighsInf),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
        )
        self.inside = np.concatenate([self.inside, number])

    def recall(self, point: Point, slack: float) -> bool:
        """Take back, of each scenario and item, the forgotten cut that a point breaks most.

        False where none is broken by more than ``slack``, relative to its constant.
        """
        lack = (self.low - self.pool @ point.values[self.used]) / (1.0 + np.abs(self.low))
        lack[self.inside] = 0.0
        broken = np.flatnonzero(lack > slack)
        order = broken[np.lexsort((broken, -lack[broken]))]
        worst = order[np.unique(self.kind[order], return_index=True)[1]]
        if worst.size:
            self._enter(worst)
        return bool(worst.size)

    def forget(self, slack: float) -> None:
        """Leave out cuts further from binding, relative to their constant, than ``slack``."""
        at = np.asarray(self.highs.getSolution().row_value)[self.base :]
        low = self.low[self.inside]
        is_idle = at - low > slack * (1.0 + np.abs(low))
        idle = np.flatnonzero(is_idle) + self.base
        if idle.size:
            self.highs.deleteRows(idle.size, idle.astype(np.int32))
            self.inside = self.inside[~is_idle]
            self.highs.run()


def _used(frame: Frame) -> NDArray[np.int64]:
    """Columns that can be other than 0; openings all stay, because boxes name them by place."""
    programme, columns = frame.programme, frame.columns
    is_used = (programme.upper > 0) | (programme.lower != 0)
    is_used[columns.open] = True
    for slot, kind in ((-2, 2), (-1, 3)):
        is_used[frame.slots[slot]] = is_used[columns.amount(kind)]
    return np.flatnonzero(is_used)


def _lean(programme: Programme, used: NDArray[np.int64]) -> Programme:
    """The programme over the used columns, without the rows that have none of them."""
    rows = programme.rows[:, used]
    kept = (np.diff(rows.indptr) > 0) | (programme.low > 0) | (programme.high < 0)
    return Programme(
        cost=programme.cost[used],
        lower=programme.lower[used],
        upper=programme.upper[used],
        whole=programme.whole[used],
        rows=rows[kept],
        low=programme.low[kept],
        high=programme.high[kept],
    )


def written(
    cuts: Cuts, frame: Frame, chosen: NDArray[np.bool_]
) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
    """Cuts as rows ``theta + doors @ Y + stores @ H >= constant`` over the master's columns."""
    scenario, item = np.nonzero(chosen)
    doors = cuts.doors[scenario, item].reshape(len(item), -1)
    stores = cuts.stores[scenario, item].reshape(len(item), -1)
    store = frame.slots[:, :, item].transpose(2, 0, 1).reshape(len(item), -1)
    column = np.concatenate(
        [
            frame.theta[scenario, item][:, None],
            np.broadcast_to(frame.columns.open.ravel(), doors.shape),
            store,
        ],
        axis=1,
    )
    value = np.concatenate([np.ones((len(item), 1)), doors, stores], axis=1)
    row = np.broadcast_to(np.arange(len(item))[:, None], value.shape)
    keep = value != 0
    matrix = sparse.csr_matrix(
        (value[keep], (row[keep], column[keep])), shape=(len(item), len(frame.programme.cost))
    )
    return matrix, cuts.constant[scenario, item]


_EMPTY = Programme(
    cost=np.empty(0),
    lower=np.empty(0),
    upper=np.empty(0),
    whole=np.empty(0, dtype=bool),
    rows=sparse.csr_matrix((0, 0)),
    low=np.empty(0),
    high=np.empty(0),
)


def open_highs(programme: Programme) -> highspy.Highs:
    """Give the relaxed programme to a silent, single-threaded, seeded HiGHS."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        highs.setOptionValue(name, value)
    relaxed = replace(programme, whole=np.zeros(len(programme.cost), dtype=bool))
    if highs.passModel(highs_lp(relaxed)) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the master; please report the input that led here")
    return highs
