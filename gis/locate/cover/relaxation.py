"""The linear programme of a maximal cover, kept in HiGHS with the rows that matter.

In the programme a demand row counts in proportion while its sites are open less than once in sum,
and wholly from there on. Only rows near that kink need a variable; the others are a straight line,
an overestimate that is mended where a solution leaves it. Groups of sites may carry limits on how
many of them open, so that a search can divide by them.

Whatever HiGHS answers serves as prices only: the bound is summed up anew from these over all rows
and sites, so that neither its tolerances nor an early end can make it too low.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.cover.merging import Merged
from gis.locate.cover.prices import Group, Limits, Priced, bound_by_price
from gis.programme import Programme, highs_lp

NEAR_KINK = 0.02
"""Rows whose sites are open once in sum, within this, get a variable at the start."""
ROUNDS = 60
"""Most times that rows are added for one solution."""
MOST_NEW = 200
"""Most rows added at once, those that overestimate most."""
EDGE = 1e-9
NO_LIMIT = 2_147_483_647
OVERESTIMATE = 1e-3
"""Weight by which all straight lines together may overestimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where a solution may begin, and the size of the programme it was taken from.

    HiGHS copies a basis into a list whenever it is asked for its length.
    """

    status: highspy.HighsBasis
    columns: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What the programme says of a part of all choices.

    Attributes:
        priced: The bound and the worth of sites by its prices.
        opened: How far each site is open.
        basis: Where the solution of a smaller part may begin.
    """

    priced: Priced
    opened: NDArray[np.float64]
    basis: Basis | None = None


class Relaxation:
    """The programme of one covering problem.

    Args:
        merged: Rows of demand.
        total: Number of open sites.
        is_linear: Rows that count in proportion at first; the others count wholly.
        shown: Rows that have a variable at first.
    """

    def __init__(
        self,
        merged: Merged,
        *,
        total: int,
        is_linear: NDArray[np.bool_],
        shown: NDArray[np.int64],
    ) -> None:
        """Hand the programme to HiGHS."""
        self.merged, self.total = merged, total
        self.sites = merged.reach.shape[1]
        self._row_of: dict[Group, int] = {}
        self._price = np.zeros(len(merged.weight))
        self._shown = np.empty(0, dtype=np.int64)
        self._shown_row = np.empty(0, dtype=np.int64)
        self._is_linear = is_linear
        self._is_shown = np.zeros(len(is_linear), dtype=bool)
        self._highs = self._first_programme()
        self._show(shown)

    def _first_programme(self) -> highspy.Highs:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            highs.setOptionValue(name, value)
        one = np.array([float(self.total)])
        highs.passModel(
            highs_lp(
                Programme(
                    cost=-self._slope(),
                    lower=np.zeros(self.sites),
                    upper=np.ones(self.sites),
                    whole=np.zeros(self.sites, dtype=bool),
                    rows=sparse.csr_matrix(np.ones((1, self.sites))),
                    low=one,
                    high=one,
                )
            )
        )
        return highs

    def _slope(self) -> NDArray[np.float64]:
        return np.asarray(
            self.merged.reach.T @ (self.merged.weight * (self._is_linear & ~self._is_shown))
        )

    def _show(self, rows: NDArray[np.int64]) -> None:
        """Give rows a variable of their own."""
        count, first = len(rows), self._highs.getNumCol()
        if count == 0:
            return
        self._is_shown[rows] = True
        none = np.zeros(count, dtype=np.int32)
        self._highs.addCols(
            count,
            -self.merged.weight[rows],
            np.zeros(count),
            np.ones(count),
            0,
            none,
            none[:0],
            np.zeros(0),
        )
        every = np.arange(self.sites, dtype=np.int32)
        self._highs.changeColsCost(self.sites, every, -self._slope())
        begin = sparse.csr_matrix((count, first - self.sites))
        body = sparse.hstack([self.merged.reach[rows], begin, -sparse.eye(count)], format="csr")
        at = self._highs.getNumRow()
        self._highs.addRows(
            count,
            np.zeros(count),
            np.full(count, np.inf),
            body.nnz,
            body.indptr[:-1].astype(np.int32),
            body.indices.astype(np.int32),
            body.data,
        )
        self._shown = np.concatenate([self._shown, rows])
        self._shown_row = np.concatenate([self._shown_row, at + np.arange(count)])

    def solve(
        self, limits: Limits, *, basis: Basis | None = None, steps: int | None = None
    ) -> Relaxed:
        """Bound a part of all choices.

        Args:
            limits: The part.
            basis: Where to begin: of a solution of a part that holds this one.
            steps: Most steps of the simplex method, to try a part out; none for a full solution.
        """
        self._limit(limits)
        if basis is not None:
            self._highs.setBasis(self._grown(basis).status)
        self._highs.setOptionValue("simplex_iteration_limit", steps or NO_LIMIT)
        found = self._read(limits)
        for _ in range(ROUNDS if steps is None else 0):
            rows = self._overestimated(found.opened)
            if len(rows) == 0 or not np.isfinite(found.priced.bound):
                break
            self._show(rows)
            found = self._read(limits)
        for group in limits.ranges:
            self._highs.changeRowBounds(self._row_of[group], -np.inf, np.inf)
        return found

    def slimmed(self) -> "Relaxation":
        """The programme with those rows alone whose price is neither nothing nor all.

        At the last solution these hold up the bound; most rows at their kink do not.
        """
        share = self._price / self.merged.weight
        return Relaxation(
            self.merged,
            total=self.total,
            is_linear=share > 0.5,
            shown=np.flatnonzero((share > EDGE) & (share < 1.0 - EDGE)),
        )

    def hold(self, groups: list[Group], basis: Basis | None) -> Basis | None:
        """Make room for limits on groups; gives the basis that fits from then on.

        Args:
            groups: Groups that are going to be limited.
            basis: Of an earlier solution.
        """
        for group in groups:
            self._hold(group)
        return self._grown(basis) if basis else None

    def _hold(self, group: Group) -> int:
        if group not in self._row_of:
            self._row_of[group] = self._highs.getNumRow()
            number, ones = np.array(group, dtype=np.int32), np.ones(len(group))
            self._highs.addRow(-np.inf, np.inf, len(group), number, ones)
        return self._row_of[group]

    def _limit(self, limits: Limits) -> None:
        every = np.arange(self.sites, dtype=np.int32)
        lower, upper = (limits.fixed > 0).astype(float), (limits.fixed >= 0).astype(float)
        self._highs.changeColsBounds(self.sites, every, lower, upper)
        for group, (least, most) in limits.ranges.items():
            self._highs.changeRowBounds(self._hold(group), least, most)

    def _overestimated(self, opened: NDArray[np.float64]) -> NDArray[np.int64]:
        times = self.merged.reach @ opened
        over = np.where(self._is_linear, times - 1.0, 1.0 - times) * self.merged.weight
        rows = np.flatnonzero((over > 0) & ~self._is_shown)
        if over[rows].sum() <= OVERESTIMATE:
            return rows[:0]
        return np.sort(rows[np.argsort(-over[rows], kind="stable")[:MOST_NEW]])

    def _grown(self, basis: Basis) -> Basis:
        """The basis with what was added since: variables at their upper bound, rows basic."""
        columns, rows = self._highs.getNumCol(), self._highs.getNumRow()
        if (columns, rows) == (basis.columns, basis.rows):
            return basis
        above = [highspy.HighsBasisStatus.kUpper] * (columns - basis.columns)
        inside = [highspy.HighsBasisStatus.kBasic] * (rows - basis.rows)
        grown = highspy.HighsBasis()
        grown.col_status = [*basis.status.col_status, *above]
        grown.row_status = [*basis.status.row_status, *inside]
        grown.valid = True
        return Basis(status=grown, columns=columns, rows=rows)

    def _read(self, limits: Limits) -> Relaxed:
        self._highs.run()
        nothing = np.zeros(self.sites)
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Relaxed(priced=Priced(bound=-np.inf, worth=nothing, left=0), opened=nothing)
        solution, weight = self._highs.getSolution(), self.merged.weight
        duals = np.nan_to_num(np.asarray(solution.row_dual))
        price = np.where(self._is_linear, weight, 0.0)
        price[self._shown] = np.clip(duals[self._shown_row], 0.0, weight[self._shown])
        self._price = price
        toll = {group: -float(duals[self._row_of[group]]) for group in limits.ranges}
        return Relaxed(
            priced=bound_by_price(self.merged, price, limits, total=self.total, toll=toll),
            opened=np.asarray(solution.col_value[: self.sites]),
            basis=Basis(
                status=self._highs.getBasis(),
                columns=self._highs.getNumCol(),
                rows=self._highs.getNumRow(),
            ),
        )


def relax(merged: Merged, limits: Limits, *, total: int, begin: NDArray[np.float64]) -> Relaxation:
    """Set up the programme of a covering problem, solved and slim.

    Args:
        merged: Rows of demand.
        limits: All choices that are permitted.
        total: Number of open sites.
        begin: About how far each site is open in the solution.
    """
    times = merged.reach @ begin
    near = np.flatnonzero(np.abs(times - 1.0) <= NEAR_KINK)
    first = Relaxation(merged, total=total, is_linear=times < 1.0, shown=near)
    first.solve(limits)
    return first.slimmed()
