"""Replay: every plan of the front played through the drills, seed by seed against the base."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.drill import Drill
from scenarios.study import Study
from simulation.intervals import interval
from simulation.run import Words
from simulation.studies.rehearsal import Rehearsal
from simulation.studies.result import FrontPoint, Measure, Replay, ReplayMeasure
from simulation.studies.tasks import Task
from simulation.supply.plan import Depot, ReservePlan, StockLine

NONE = ReservePlan(id="none")
"""A city without any reserve: the need that planning starts from."""

MEASURES: dict[Measure, tuple[Words, str, str]] = {
    "unmet_person_hours": (
        Words(zh="缺物人时", en="unmet person-hours"),
        "person h",
        "lower",
    ),
    "first_supply_hours": (Words(zh="首批物资到达", en="first supplies"), "h", "lower"),
    "red_lines_broken": (Words(zh="突破底线数", en="red lines broken"), "lines", "lower"),
    "red_line_hours": (Words(zh="突破底线时长", en="red-line hours"), "h", "lower"),
    "delivered_share": (Words(zh="需求满足率", en="share of need met"), "1", "higher"),
    "resilience": (Words(zh="韧性指数", en="resilience index"), "1", "higher"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run that judges a plan.

    Attributes:
        part: Number of the study's drill.
        drill: The drill.
        rehearsal: What the run left.
    """

    part: int
    drill: Drill
    rehearsal: Rehearsal


def reserve_plan(study: Study, point: FrontPoint) -> ReservePlan:
    """A plan of the front as the drills play it.

    Agreement stock counts what suppliers release, so all of it is released; a supplier's or a
    factory's goods leave from the site beside it, whether a depot is open there or not.
    """
    lead = {mode.kind: mode.lead_hours.value for mode in study.modes}
    docks = max(1, round(study.docks.value))
    depots = []
    for depot in point.depots:
        lines = tuple(
            StockLine(
                item=row.item,
                quantity=row.quantity,
                mode=row.mode,
                lead_hours=None if row.mode == "physical" else lead[row.mode],
                share=1.0 if row.mode == "agreement" else None,
            )
            for row in depot.stock
        )
        depots.append(Depot(id=depot.facility, facility=depot.facility, docks=docks, stock=lines))
    return ReservePlan(id=study.id, depots=tuple(depots))  # the same stock is the same run


def base_plan(study: Study) -> ReservePlan | None:
    """What plans are compared with: None is the city's own stock."""
    return None if study.base == "present" else NONE


def trials_of(
    study: Study,
    drills: Sequence[Drill],
    reserve: ReservePlan | None,
    *,
    extra: dict[str, int] | None = None,
) -> list[Task]:
    """The runs that judge one plan, in the study's order of drills and seeds."""
    return [
        Task(
            drill=drill,
            seed=seed,
            decisions=part.decisions,
            reserve=reserve,
            extra=extra or {},
        )
        for part, drill in zip(study.drills, drills, strict=True)
        for seed in part.replay_seeds
    ]


def judged(study: Study, drills: Sequence[Drill], runs: Sequence[Rehearsal]) -> list[Trial]:
    """Give each replayed run its drill, in the order of :func:`trials_of`."""
    parts = [number for number, part in enumerate(study.drills) for _seed in part.replay_seeds]
    return [
        Trial(part=part, drill=drills[part], rehearsal=run)
        for part, run in zip(parts, runs, strict=True)
    ]


def measures_of(study: Study, run: Trial) -> dict[Measure, float]:
    """What one run says of its plan, within the study's horizon and for its items."""
    people, unmet = _unmet(study, run)
    first = first_hours(study, run)
    lines = run.rehearsal.facts["red_lines"].values()
    return {
        "unmet_person_hours": unmet,
        "first_supply_hours": study.horizon_hours.value if first is None else first,
        "red_lines_broken": float(sum(bool(broken) for broken, _ in lines)),
        "red_line_hours": float(sum(hours for _, hours in lines)),
        "delivered_share": 1.0 - unmet / people if people > 0 else 1.0,
        "resilience": float(run.rehearsal.facts["resilience"]),
    }


def needs_within(study: Study, run: Trial) -> pd.DataFrame:
    """Rows of the run's needs for the study's items, from the order to the horizon."""
    table = run.rehearsal.relief.needs
    order_h = run.rehearsal.order_s // 3600
    names = [item.item for item in study.items]
    within = (table["hour"] >= order_h) & (table["hour"] < order_h + study.horizon_hours.value)
    return table[within & table["item"].isin(names) & (table["need"] > 0)]


def _unmet(study: Study, run: Trial) -> tuple[float, float]:
    """Person-hours in need, and those unmet."""
    rows = needs_within(study, run)
    lacking = rows["people"] * rows["unmet"] / rows["need"]
    return float(rows["people"].sum()), float(lacking.sum())


def deliveries_within(study: Study, run: Trial) -> pd.DataFrame:
    """Rows of the run's deliveries of the study's items within the horizon."""
    table = run.rehearsal.relief.deliveries
    names = [item.item for item in study.items]
    end = run.rehearsal.order_s + study.horizon_hours.value * 3600
    return table[table["item"].isin(names) & (table["arrived_s"] <= end)]


def first_hours(study: Study, run: Trial) -> float | None:
    """Hours from the order to the first delivery; None where nothing arrives."""
    rows = deliveries_within(study, run)
    if rows.empty:
        return None
    return float(rows["arrived_s"].min() - run.rehearsal.order_s) / 3600


def replay_of(study: Study, plan: Sequence[Trial], base: Sequence[Trial]) -> Replay:
    """Compare a plan with the base, run by run with the same seed.

    Args:
        study: The study.
        plan: Runs with the plan.
        base: Runs without it, in the same order.
    """
    weights = [part.weight.value for part in study.drills]
    strata = [run.part for run in plan]
    ours = [measures_of(study, run) for run in plan]
    theirs = [measures_of(study, run) for run in base]
    rows = []
    for measure, (title, unit, better) in MEASURES.items():
        here = np.array([row[measure] for row in ours])
        there = np.array([row[measure] for row in theirs])
        rows.append(
            ReplayMeasure(
                measure=measure,
                title=title,
                unit=unit,
                better=better,
                value=interval(here.tolist(), weights, strata),
                base=interval(there.tolist(), weights, strata),
                difference=interval((here - there).tolist(), weights, strata),
            )
        )
    return Replay(
        base=study.base,
        seeds={
            f"{number}:{part.drill}": list(part.replay_seeds)
            for number, part in enumerate(study.drills)
        },
        runs=[run.rehearsal.facts["run"] for run in plan],
        base_runs=[run.rehearsal.facts["run"] for run in base],
        measures=rows,
    )
