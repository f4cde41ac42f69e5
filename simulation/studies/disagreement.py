"""Where optimiser and simulation differ, and why as far as the replayed runs show it.

The gap in person-hours is taken apart in steps, each measured by itself: the replayed seeds ask for
more or less than the planned ones; the optimiser's charge for lateness against its own flows hour
by hour; goods handed to whoever lacks them first, not kept for their area; grids that got nothing
although their area was served. What is left is not taken apart;
the deliveries' own times tell how trucks, docks and roads did.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.reserve import Evaluation
from simulation.intervals import Interval
from simulation.run import Words
from simulation.studies.hourly import lacking_person_hours
from simulation.studies.question import Question
from simulation.studies.replay import (
    Trial,
    deliveries_within,
    first_hours,
    needs_within,
)
from simulation.studies.result import Disagreement, Expectation, Replay

AGREES = 0.1
"""Two figures agree within this share of the larger."""
WORTH_SAYING = 0.02
"""Share of the gap, or of the planned time, below which a reason is not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the replayed runs of one plan show, weighted over runs.

    Attributes:
        people: Person-hours in need in the replayed runs.
        passed_over: Unmet person-hours of grids that got nothing in areas that were served.
        ordered_h: From the order to the first truck's order [h]; nan where nothing was delivered.
        loading_h: From a truck's order to its leaving [h], mean.
        driving_h: From leaving to handing over [h], mean.
        delivered: By item [unit].
        lost_depots: Depot-hours flooded or cut off.
        last_h: When the last load arrived [h].
    """

    people: float
    passed_over: float
    ordered_h: float
    loading_h: float
    driving_h: float
    delivered: NDArray[np.float64]
    lost_depots: float
    last_h: float


def disagreements(
    question: Question,
    expected: Expectation,
    evaluation: Evaluation,
    replay: Replay,
    runs: Sequence[Trial],
    *,
    handling_h: float,
) -> list[Disagreement]:
    """Compare what the optimiser expects of a plan with what the drills showed.

    Args:
        question: The question.
        expected: The optimiser's expectation.
        evaluation: Its flows.
        replay: The measures of the replay.
        runs: The replayed runs with the plan.
        handling_h: Mobilising, loading and unloading as planned [h].
    """
    seen = _evidence(question, runs)
    shown = {row.measure: row.value for row in replay.measures}
    rows = [
        _people(
            question,
            expected,
            evaluation=evaluation,
            shown=shown["unmet_person_hours"],
            seen=seen,
            handling_h=handling_h,
        ),
        _first(
            question,
            expected,
            runs=runs,
            shown=shown["first_supply_hours"],
            seen=seen,
            handling_h=handling_h,
        ),
    ]
    return rows + _delivered(question, expected, seen)


def _evidence(question: Question, runs: Sequence[Trial]) -> Evidence:
    weight = _weights(question, runs)
    each = [_seen(question, run) for run in runs]

    def mean(name: str) -> float:
        values = np.array([getattr(one, name) for one in each], dtype=np.float64)
        known = np.isfinite(values)
        return float(values[known] @ weight[known] / weight[known].sum()) if known.any() else np.nan

    names = [name for name in Evidence.__dataclass_fields__ if name != "delivered"]
    delivered = sum(w * one.delivered for w, one in zip(weight, each, strict=True))
    return Evidence(delivered=np.asarray(delivered), **{name: mean(name) for name in names})


def _weights(question: Question, runs: Sequence[Trial]) -> NDArray[np.float64]:
    parts, count = question.study.drills, Counter(run.part for run in runs)
    weight = [parts[run.part].weight.value / count[run.part] for run in runs]
    return np.array(weight) / sum(weight)


def _seen(question: Question, run: Trial) -> Evidence:
    study, goods = question.study, question.goods.name
    brought = deliveries_within(study, run)
    order_s = run.rehearsal.order_s
    times = brought[["ordered_s", "left_s", "arrived_s"]].to_numpy(np.float64) - order_s
    has = len(times) > 0
    amount = brought.groupby("item")["quantity"].sum()
    lost = run.rehearsal.relief.depots_lost
    needs = needs_within(study, run)
    return Evidence(
        people=float(needs["people"].sum()),
        passed_over=_passed_over(question, needs),
        ordered_h=float(times[:, 0].min()) / 3600 if has else np.nan,
        loading_h=float((times[:, 1] - times[:, 0]).mean()) / 3600 if has else np.nan,
        driving_h=float((times[:, 2] - times[:, 1]).mean()) / 3600 if has else np.nan,
        delivered=np.array([float(amount.get(name, 0.0)) for name in goods]),
        lost_depots=float((lost["to_s"] - lost["from_s"]).sum()) / 3600,
        last_h=float(times[:, 2].max()) / 3600 if has else np.nan,
    )


def _passed_over(question: Question, needs: pd.DataFrame) -> float:
    """Unmet person-hours of grids that never got an item in areas where others did."""
    lacking = needs["people"] * needs["unmet"] / needs["need"]
    table = pd.DataFrame(
        {
            "area": question.areas.of_grid[needs["grid"].to_numpy(np.int64)],
            "grid": needs["grid"].to_numpy(),
            "item": needs["item"].to_numpy(),
            "met": needs["met"].to_numpy(),
            "lacking": lacking.to_numpy(),
        }
    )
    grids = table.groupby(["area", "item", "grid"], sort=True)[["met", "lacking"]].sum()
    served = grids.groupby(level=["area", "item"])["met"].transform("sum") > 0
    return float(grids.loc[served & (grids["met"] <= 0), "lacking"].sum())


def _agrees(optimiser: float, shown: Interval) -> bool:
    return abs(shown.mean - optimiser) <= AGREES * max(abs(shown.mean), abs(optimiser), 1e-9)


def _people(
    question: Question,
    expected: Expectation,
    *,
    evaluation: Evaluation,
    shown: Interval,
    seen: Evidence,
    handling_h: float,
) -> Disagreement:
    chance = question.ensemble.probability
    planned = float(chance @ question.ensemble.person_hours.sum(axis=(1, 2, 3)))
    clock = float(chance @ lacking_person_hours(question, evaluation).sum(axis=(1, 2)))
    shared = lacking_person_hours(question, evaluation, is_shared=True)
    pool = float(chance @ shared.sum(axis=(1, 2)))
    optimiser = expected.unmet_person_hours
    difference = shown.mean - optimiser
    parts = [
        (seen.people - planned, _seeds(seen.people, planned)),
        (clock - optimiser, _clock(clock, optimiser)),
        (pool - clock, _sharing(pool, clock)),
        (seen.passed_over, _aggregation(seen.passed_over)),
    ]
    rest = difference - sum(size for size, _ in parts)
    parts.append((rest, _transport(rest, seen, expected, handling_h)))
    least = WORTH_SAYING * max(abs(difference), abs(optimiser), 1e-9)
    told = sorted((part for part in parts if abs(part[0]) > least), key=lambda part: -abs(part[0]))
    return Disagreement(
        measure="unmet_person_hours",
        title=Words(zh="缺物人时", en="unmet person-hours"),
        unit="person h",
        optimiser=optimiser,
        simulation=shown.mean,
        difference=difference,
        agrees=_agrees(optimiser, shown),
        because=[words for _, words in told],
    )


def _seeds(people: float, planned: float) -> Words:
    more = (people - planned) / max(planned, 1e-9)
    return Words(
        zh=f"检验用随机种子的需求为 {people:,.0f} 人时，规划情景为 {planned:,.0f}（{more:+.1%}）。",
        en=f"The replayed seeds need {people:,.0f} person-hours, the planned scenarios "
        f"{planned:,.0f} ({more:+.1%}).",
    )


def _clock(clock: float, optimiser: float) -> Words:
    return Words(
        zh="时间窗：优化按全市平均的需求时程计晚到损失，逐小时逐片区核算同一调运方案为"
        f" {clock:,.0f} 人时（相差 {clock - optimiser:+,.0f}）。",
        en="Time window: the optimiser charges lateness by the city's mean profile of need; its "
        f"own flows reckoned hour by hour in each area leave {clock:,.0f} person-hours "
        f"({clock - optimiser:+,.0f}).",
    )


def _sharing(pool: float, clock: float) -> Words:
    return Words(
        zh="先缺先发：优化把物资留给原定片区，演练则先发给当时缺的人；同样的到货若全市按缺口共用，"
        f"缺 {pool:,.0f} 人时（相差 {pool - clock:+,.0f}）。",
        en="Who lacks it first: the optimiser keeps goods for the area they were planned for, the "
        "drills hand them to whoever lacks them at the time; the same arrivals shared by the whole "
        f"city leave {pool:,.0f} person-hours ({pool - clock:+,.0f}).",
    )


def _aggregation(people: float) -> Words:
    return Words(
        zh=f"片区汇总：已获配送片区内仍未领到物资的网格缺 {people:,.0f} 人时。",
        en=f"Areas: grids that got nothing in areas that were served lack {people:,.0f} "
        "person-hours.",
    )


def _transport(rest: float, seen: Evidence, expected: Expectation, handling_h: float) -> Words:
    """Trucks, docks and roads: what the deliveries' own times say."""
    planned = expected.response_hours
    zh_plan = "—" if planned is None else f"{planned:.1f}"
    if not np.isfinite(seen.loading_h):
        return Words(
            zh=f"其余 {rest:+,.0f} 人时未能分解：推演中没有任何物资送达。",
            en=f"{rest:+,.0f} person-hours are not taken apart: nothing was delivered.",
        )
    return Words(
        zh=f"其余 {rest:+,.0f} 人时未能分解（车辆、装卸与道路）："
        f"派单至发车平均 {seen.loading_h:.1f} 小时（规划集结与装卸 {handling_h:.1f}），"
        f"途中 {seen.driving_h:.1f} 小时，末车 "
        f"{seen.last_h:.1f} 小时到达（规划平均 {zh_plan}），"
        f"储备点停用 {seen.lost_depots:.0f} 点时。",
        en=f"{rest:+,.0f} person-hours are left to trucks, docks and roads: from order to "
        f"leaving {seen.loading_h:.1f} h (planned handling {handling_h:.1f}), on the way "
        f"{seen.driving_h:.1f} h, last load after {seen.last_h:.1f} h (planned mean "
        f"{zh_plan}), depots out for {seen.lost_depots:.0f} depot-hours.",
    )


def _first(
    question: Question,
    expected: Expectation,
    *,
    runs: Sequence[Trial],
    shown: Interval,
    seen: Evidence,
    handling_h: float,
) -> Disagreement:
    optimiser = expected.first_supply_hours
    came = [run for run in runs if first_hours(question.study, run) is not None]
    because = []
    if optimiser is not None and len(came) < len(runs):
        because.append(
            Words(
                zh=f"{len(runs) - len(came)}/{len(runs)} 次推演无物资送达，按规划时限计。",
                en=f"Nothing arrived in {len(runs) - len(came)} of {len(runs)} runs; they count "
                "with the whole horizon.",
            )
        )
    if optimiser is not None and came and not _agrees(optimiser, shown):
        because.append(
            Words(
                zh=f"首单在下令后 {seen.ordered_h:.1f} 小时发出（推演中出现短缺才派单），"
                f"派单至发车 {seen.loading_h:.1f} 小时，途中 {seen.driving_h:.1f} 小时；"
                f"规划含集结与装卸 {handling_h:.1f} 小时、按下令即发车计。",
                en=f"The first truck was ordered {seen.ordered_h:.1f} h after the order (drills "
                f"send when a need shows), left {seen.loading_h:.1f} h later and took "
                f"{seen.driving_h:.1f} h; planned: sent at the order, {handling_h:.1f} h handling.",
            )
        )
    return Disagreement(
        measure="first_supply_hours",
        title=Words(zh="首批物资到达", en="first supplies"),
        unit="h",
        optimiser=optimiser,
        simulation=shown.mean if came else None,
        difference=shown.mean - optimiser if optimiser is not None and came else None,
        agrees=optimiser is not None and bool(came) and _agrees(optimiser, shown),
        because=because,
    )


def _delivered(question: Question, expected: Expectation, seen: Evidence) -> list[Disagreement]:
    rows = []
    goods = question.goods
    each = zip(goods.name, goods.title, goods.unit, seen.delivered, strict=True)
    for name, item, unit, brought in each:
        planned, shown = expected.delivered[name], float(brought)
        largest = max(abs(planned), abs(shown), 1e-9)
        agrees = abs(shown - planned) <= AGREES * largest
        rows.append(
            Disagreement(
                measure="delivered",
                title=Words(zh=f"送达量：{item.zh}", en=f"delivered: {item.en}"),
                unit=unit,
                optimiser=planned,
                simulation=shown,
                difference=shown - planned,
                agrees=agrees,
                because=[] if agrees else [_amount(shown, planned, unit)],
            )
        )
    return rows


def _amount(shown: float, planned: float, unit: str) -> Words:
    if shown < planned:
        return Words(
            zh=f"推演少送 {planned - shown:,.0f} {unit}：按当时短缺和车辆逐批派单，"
            "未用完的仍在库；优化按全时段总需求一次分配。",
            en=f"The drills brought {planned - shown:,.0f} {unit} less: they send load by load as "
            "needs show and trucks are free, and the rest stays in store; the optimiser shares "
            "out the whole horizon's need at once.",
        )
    return Words(
        zh=f"推演多送 {shown - planned:,.0f} {unit}：派单按预计一段时间的需求备货，"
        "先到的多送，有的并未用上。",
        en=f"The drills brought {shown - planned:,.0f} {unit} more: each load covers the need "
        "foreseen for some time, and not all of it is used.",
    )
