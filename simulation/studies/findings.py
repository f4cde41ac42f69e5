"""What a study found, in sentences: written from its figures, never beside them."""

from collections.abc import Sequence

from simulation.intervals import Interval
from simulation.run import Words
from simulation.studies.result import (
    Baseline,
    FrontPoint,
    Measure,
    ReplayMeasure,
    YuanRow,
)


def findings(
    baseline: Baseline, points: Sequence[FrontPoint], yuan: Sequence[YuanRow]
) -> list[Words]:
    """Sentences a planner reads first.

    Args:
        baseline: What plans are compared with.
        points: The front, replayed.
        yuan: What single steps buy.
    """
    return [*_against(baseline, points), *_red_lines(points), *_next(yuan)]


def measure_of(point: FrontPoint, measure: Measure) -> ReplayMeasure | None:
    """One measure of a replayed plan; None where it is not replayed."""
    rows = point.replay.measures if point.replay else []
    return next((row for row in rows if row.measure == measure), None)


def _against(baseline: Baseline, points: Sequence[FrontPoint]) -> list[Words]:
    """The cheapest plan that is clearly no worse than the base in the drills, or the nearest."""
    rows = [(point, measure_of(point, "unmet_person_hours")) for point in points]
    shown = [(point, row) for point, row in rows if row is not None]
    if not shown:
        return []
    as_good = [pair for pair in shown if pair[1].difference.mean <= 0]
    chosen = min(as_good or shown, key=lambda pair: _rank(pair, is_good=bool(as_good)))
    point, row = chosen
    zh = "人时，" if as_good else "人时；前沿上没有不逊于基线的方案："
    en = "" if as_good else " No plan of the front does as well; the nearest:"
    cost = _cost(baseline, point)
    return [
        Words(
            zh=f"{baseline.title.zh}{cost[0]}，演练中缺 {row.base.mean:,.0f} {zh}"
            f"方案 {point.point} 每年 {point.cost_yuan:,.0f} 元，缺 {row.value.mean:,.0f} 人时"
            f"（相差 {_range(row.difference)}）。",
            en=f"{baseline.title.en.capitalize()}{cost[1]} leaves {row.base.mean:,.0f} "
            f"person-hours unmet in the drills.{en} Plan {point.point} for "
            f"{point.cost_yuan:,.0f} yuan a year leaves {row.value.mean:,.0f} "
            f"(difference {_range(row.difference)}).",
        )
    ]


def _rank(pair: tuple[FrontPoint, ReplayMeasure], *, is_good: bool) -> float:
    return pair[0].cost_yuan if is_good else pair[1].value.mean


def _cost(baseline: Baseline, point: FrontPoint) -> tuple[str, str]:
    if not baseline.cost_yuan:
        return "", ""
    times = baseline.cost_yuan / max(point.cost_yuan, 1.0)
    return (
        f"每年约 {baseline.cost_yuan:,.0f} 元（为所比方案的 {times:.1f} 倍）",
        f", at about {baseline.cost_yuan:,.0f} yuan a year ({times:.1f} times that plan's),",
    )


def _red_lines(points: Sequence[FrontPoint]) -> list[Words]:
    """Whether any plan keeps a red line that the base breaks."""
    rows = [row for point in points if (row := measure_of(point, "red_lines_broken"))]
    if not rows:
        return []
    if all(row.difference.mean == 0 for row in rows):
        broken = rows[0].base.mean
        return [
            Words(
                zh=f"各方案突破的底线数与基线相同（平均 {broken:.1f} 条）："
                "这些底线不是靠这些物资能守住的。",
                en=f"Every plan breaks as many red lines as the base ({broken:.1f} on average): "
                "these goods do not keep them.",
            )
        ]
    best = min(rows, key=lambda row: row.value.mean)
    return [
        Words(
            zh=f"突破的底线数：基线 {best.base.mean:.1f} 条，最好的方案 {best.value.mean:.1f} 条"
            f"（相差 {_range(best.difference, digits=1)}）。",
            en=f"Red lines broken: {best.base.mean:.1f} with the base, {best.value.mean:.1f} with "
            f"the best plan (difference {_range(best.difference, digits=1)}).",
        )
    ]


def _next(yuan: Sequence[YuanRow]) -> list[Words]:
    """The step that spares most for its cost, and the played steps that show nothing."""
    rows = [row for row in yuan if row.measure == "unmet_person_hours"]
    if not rows:
        return []
    best = max(rows, key=lambda row: row.gain_per_10000_yuan.mean)
    gain = best.gain_per_10000_yuan.mean
    said = []
    if gain > 0:
        said.append(
            Words(
                zh=f"下一个 1 万元最值得用于“{best.title.zh}”：减少 {gain:,.0f} 人时。",
                en=f"The next 10,000 yuan buy most as '{best.title.en}': {gain:,.0f} person-hours "
                "fewer unmet.",
            )
        )
    idle = [row for row in rows if row.how == "simulation" and not _is_clear(row.gain)]
    if idle:
        said.append(
            Words(
                zh=f"演练中看不出明显作用：{'、'.join(row.title.zh for row in idle)}（区间含 0）。",
                en="No clear effect in the drills: "
                f"{', '.join(row.title.en for row in idle)} (the interval holds 0).",
            )
        )
    return said


def _is_clear(given: Interval) -> bool:
    if given.low is None or given.high is None:
        return False
    return given.low > 0 or given.high < 0


def _range(given: Interval, *, digits: int = 0) -> str:
    mean = f"{given.mean:+,.{digits}f}"
    if given.low is None or given.high is None:
        return mean
    return f"{mean} [{given.low:+,.{digits}f}, {given.high:+,.{digits}f}]"
