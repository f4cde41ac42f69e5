"""Linear and mixed-integer programmes, handed to HiGHS as arrays in one call."""

from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.errors import ShapanError

Status = Literal["optimal", "infeasible", "stopped"]


class SolverError(ShapanError):
    """HiGHS refused a programme that we built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Minimise ``cost @ x`` subject to ``low <= rows @ x <= high`` and bounds on ``x``.

    Attributes:
        cost: Cost of each column, shape ``(columns,)``.
        lower: Least value of each column.
        upper: Greatest value of each column.
        whole: Which columns must be whole numbers, bool.
        rows: Coefficients, shape ``(rows, columns)``.
        low: Least value of each row; ``-inf`` where none.
        high: Greatest value of each row; ``inf`` where none.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    whole: NDArray[np.bool_]
    rows: sparse.csr_matrix
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What HiGHS found: ``columns`` is empty where it found no point at all."""

    status: Status
    columns: NDArray[np.float64]
    value: float
    bound: float
    row_duals: NDArray[np.float64]


def solve(
    programme: Programme,
    *,
    seconds: float,
    gap: float = 0.0,
    step: float = 0.0,
    target: float = -np.inf,
    cutoff: float = np.inf,
    is_interior: bool = False,
    start: NDArray[np.float64] | None = None,
) -> Solved:
    """Solve to the end, or until the time is over.

    Args:
        programme: The programme.
        seconds: Wall time allowed [s].
        gap: Relative gap at which to stop.
        step: Smallest difference between two objective values; a gap below it is closed.
        target: Stop at the first point that costs this or less.
        cutoff: Points that cost more than this are of no use: where there are only such points the
            status may be ``infeasible``.
        is_interior: Solve linear programmes by the interior point method, without a basis: much
            quicker than the simplex method on large covering problems.
        start: A point to begin with; one that breaks a row is ignored.

    Raises:
        SolverError: HiGHS cannot read the programme.
    """
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("time_limit", max(0.01, float(seconds))),
        ("mip_rel_gap", float(gap)),
        ("mip_abs_gap", max(1e-6, 0.999 * step)),
    ):
        highs.setOptionValue(name, value)
    if is_interior:
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
    if np.isfinite(target):
        highs.setOptionValue("objective_target", float(target))
    if np.isfinite(cutoff):
        highs.setOptionValue("objective_bound", float(cutoff))
    if highs.passModel(highs_lp(programme)) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the programme; please report the input that led here")
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = start.tolist()
        highs.setSolution(point)
    highs.run()
    return _read(highs, programme)


def highs_lp(programme: Programme) -> highspy.HighsLp:
    """The programme as HiGHS takes it, for those who keep a model and add to it."""
    lp = highspy.HighsLp()
    rows = programme.rows
    lp.num_col_, lp.num_row_ = rows.shape[1], rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = programme.cost, programme.lower, programme.upper
    lp.row_lower_, lp.row_upper_ = programme.low, programme.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = rows.shape[1], rows.shape[0]
    lp.a_matrix_.start_ = rows.indptr
    lp.a_matrix_.index_ = rows.indices
    lp.a_matrix_.value_ = rows.data
    if programme.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in programme.whole.tolist()]
    return lp


def _read(highs: highspy.Highs, programme: Programme) -> Solved:
    status = highs.getModelStatus()
    found = highs.getInfo()
    is_mixed = bool(programme.whole.any())
    solution = highs.getSolution()
    has_point = found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    named: Status = "stopped"
    if status == highspy.HighsModelStatus.kOptimal:
        named = "optimal"
    elif status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        named = "infeasible"
    value = found.objective_function_value if has_point else np.inf
    bound = found.mip_dual_bound if is_mixed else (value if named == "optimal" else -np.inf)
    return Solved(
        status=named,
        columns=np.asarray(solution.col_value) if has_point else np.empty(0),
        value=float(value),
        bound=float(bound),
        row_duals=np.asarray(solution.row_dual) if has_point else np.empty(0),
    )
