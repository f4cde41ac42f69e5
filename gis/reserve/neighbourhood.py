"""Choices between the best plan and a relaxed point: sites that both leave closed stay closed.

Relaxation-induced neighbourhoods (Danna, Rothberg & Le Pape 2005) over the cuts known so far, left
to HiGHS' branch and bound. What it finds is only as good as the cuts, so choices must be settled.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from gis.programme import SolverError
from gis.reserve.instance import Instance
from gis.reserve.master import Master
from gis.reserve.plan import Plan
from gis.reserve.watch import Watch

OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 1),
    ("mip_rel_gap", 1e-3),
    ("mip_pscost_minreliable", 2),
    ("mip_max_nodes", 60),
)
FAINT = 0.02
"""Sites open by less than this count as closed."""


def between(
    master: Master,
    best: NDArray[np.float64],
    point: NDArray[np.float64],
    *,
    cutoff: float,
    watch: Watch,
) -> list[NDArray[np.float64]]:
    """Give choices of depots that the cuts let cost less than a cutoff, the cheapest first.

    Args:
        master: The master; its box must be that of all choices, its basis is kept.
        best: Openings of the best plan, shape ``(S, L)``.
        point: Openings of a relaxed point, same shape.
        cutoff: Dearer choices are of no use.
        watch: When it ends, so does this.
    """
    found: list[NDArray[np.float64]] = []
    highs = _open(master, cutoff=cutoff)
    is_closed = np.maximum(best, point).sum(axis=1) < FAINT
    fixed = np.flatnonzero(np.repeat(is_closed, best.shape[1])).astype(np.int32)
    highs.changeColsBounds(len(fixed), fixed, np.zeros(len(fixed)), np.zeros(len(fixed)))

    def heard(
        event: object,
        message: str,
        out: highspy.cb.HighsCallbackOutput,
        back: highspy.cb.HighsCallbackInput,
        data: object,
    ) -> None:
        del message, data
        if event == highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution:
            opened = np.asarray(out.mip_solution, dtype=np.float64)[: best.size]
            found.append(np.round(opened).reshape(best.shape))
        else:
            back.user_interrupt = watch.left <= 0

    highs.setCallback(heard, None)
    highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution)
    highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    highs.run()
    return found[::-1]


def _open(master: Master, *, cutoff: float) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (*OPTIONS, ("objective_bound", cutoff)):
        highs.setOptionValue(name, value)
    if highs.passModel(master.highs.getLp()) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the master; please report the input that led here")
    opens = master.frame.columns.open.size
    kinds = np.full(opens, highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(opens, np.arange(opens, dtype=np.int32), kinds)
    return highs


def swaps(instance: Instance, plan: Plan, hopeful: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Choices of depots that differ in one depot's class, or in where one stands."""
    classes = plan.classes
    found = []
    for site in np.flatnonzero(hopeful | (classes >= 0)):
        for size in range(-1, instance.classes):
            if size != classes[site]:
                other = classes.copy()
                other[site] = size
                found.append(other)
    for site in np.flatnonzero(classes >= 0):
        for place in np.flatnonzero((classes < 0) & hopeful):
            other = classes.copy()
            other[place], other[site] = classes[site], -1
            found.append(other)
    return [opened_by(instance, other) for other in found]


def opened_by(instance: Instance, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Openings of each class's depot, -1 for none, shape ``(S, L)``."""
    opened = np.zeros((instance.sites, instance.classes))
    sites = np.flatnonzero(classes >= 0)
    opened[sites, classes[sites]] = 1.0
    return opened
