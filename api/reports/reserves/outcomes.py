"""Tables of what plans are worth: to the optimiser, in the drills, and for the next yuan."""

from api.reports.reserves.sheet import Cell, Column, Sheet, Speech, plan_column
from api.reports.reserves.words import BASES, HOW, MEASURES, unit
from simulation.intervals import Interval
from simulation.studies.result import DepotRow, FrontPoint, StudyResult


def front(result: StudyResult, speech: Speech) -> Sheet:
    """One row a plan: money, optimiser, drills and certificate; the base is the first."""
    columns = (
        plan_column(speech),
        speech.column("年预算", "Budget", of="yuan/a", digits=0),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
        speech.column("储备点", "Depots", digits=0),
        speech.column("未满足·优化", "Unmet, optimiser", of="person h", digits=0),
        speech.column("未满足·演练", "Unmet, drills", of="person h", digits=0),
        speech.column("区间下限", "Low, 95 %", of="person h", digits=0),
        speech.column("区间上限", "High, 95 %", of="person h", digits=0),
        speech.column("首批到达", "First supplies", of="h", digits=1),
        speech.column("平均到达", "Mean arrival", of="h", digits=1),
        Column(speech.say("间隙 [%]", "Gap [%]"), 3),
        speech.column("已证最优", "Proven"),
    )
    rows = [_base_row(result, speech), *(_front_row(point, speech) for point in result.points)]
    unmet = result.without.unmet_person_hours
    note = speech.say(
        f"没有任何储备时，预期未满足 {unmet:,.0f} 人·小时。",
        f"Without any reserve {unmet:,.0f} person-hours are unmet, as the optimiser expects.",
    )
    return Sheet(name=speech.say("前沿", "Front"), columns=columns, rows=rows, note=note)


def traits(result: StudyResult, speech: Speech) -> Sheet:
    """One row a plan: its bad days, how soon, how even, and what more money would do."""
    tiers = result.points[0].tiers if result.points else []
    hour = speech.say("小时", "h")
    columns = (
        plan_column(speech),
        speech.column("坏情景均值 CVaR", "CVaR", of="person h", digits=0),
        *(Column(f"≤ {tier.within_hours:g} {hour} [%]", 1) for tier in tiers),
        speech.column("再添万元可减", "10,000 yuan more", of="person h", digits=0),
        speech.column("比前案每万元", "Slope per 10,000", of="person h", digits=0),
        speech.column("基尼系数", "Gini index", digits=3),
        speech.column("最坏损失增加", "Worst loss adds", of="person h", digits=0),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            point.expected.cvar_person_hours,
            *(100 * tier.share for tier in point.tiers),
            point.price.shadow if point.price else None,
            point.price.slope if point.price else None,
            point.evenness.gini if point.evenness else None,
            point.worst_loss.more_person_hours if point.worst_loss else None,
        )
        for point in result.points
    ]
    return Sheet(name=speech.say("方案特征", "Traits"), columns=columns, rows=rows)


def own_depots(point: FrontPoint) -> list[DepotRow]:
    """Depots that a plan opens; elsewhere suppliers only promise goods."""
    return [depot for depot in point.depots if depot.size]


def _base_row(result: StudyResult, speech: Speech) -> tuple[Cell, ...]:
    """The first line: what every plan is compared with."""
    base, expected = result.baseline, result.baseline.expected
    drill = unmet_of_base(result)
    return (
        speech.tell(base.title),
        None,
        base.cost_yuan,
        len(base.depots),
        expected.unmet_person_hours if expected else None,
        *((drill.mean, drill.low, drill.high) if drill else (None, None, None)),
        expected.first_supply_hours if expected else None,
        expected.response_hours if expected else None,
        None,
        None,
    )


def unmet_of_base(result: StudyResult) -> Interval | None:
    """Unmet person-hours of the base as the drills played it."""
    found = [row.value for row in result.baseline.measures if row.measure == "unmet_person_hours"]
    return found[0] if found else None


def _front_row(point: FrontPoint, speech: Speech) -> tuple[Cell, ...]:
    expected, proof, drill = point.expected, point.certificate, unmet_in_drills(point)
    return (
        point.point,
        point.budget_yuan,
        point.cost_yuan,
        len(own_depots(point)),
        expected.unmet_person_hours,
        *((drill.mean, drill.low, drill.high) if drill else (None, None, None)),
        expected.first_supply_hours,
        expected.response_hours,
        100 * proof.gap,
        speech.say("是", "yes") if proof.is_proven else speech.say("否", "no"),
    )


def unmet_in_drills(point: FrontPoint) -> Interval | None:
    """Unmet person-hours of a plan as the drills replayed it."""
    measures = point.replay.measures if point.replay else []
    found = [row.value for row in measures if row.measure == "unmet_person_hours"]
    return found[0] if found else None


def replays(result: StudyResult, speech: Speech) -> Sheet:
    """Every plan in the drills, against the base, seed by seed."""
    columns = (
        plan_column(speech),
        speech.column("指标", "Measure"),
        speech.column("单位", "Unit"),
        speech.column("方案", "Plan", digits=2),
        speech.column("基准", "Base", digits=2),
        speech.column("差值", "Difference", digits=2),
        speech.column("95% 下限", "95 % low", digits=2),
        speech.column("95% 上限", "95 % high", digits=2),
        speech.column("成对推演数", "Pairs of runs", digits=0),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            speech.tell(row.title),
            unit(row.unit, speech.language),
            row.value.mean,
            row.base.mean,
            row.difference.mean,
            row.difference.low,
            row.difference.high,
            row.difference.n,
        )
        for point in result.points
        if point.replay
        for row in point.replay.measures
    ]
    base = speech.tell(BASES[result.base])
    note = speech.say(
        f"基准为{base}；方案与基准用相同的种子复演，差值逐对计算。",
        f"The base is {base}; both are replayed with the same seeds, and differences are taken "
        "pair by pair.",
    )
    return Sheet(name=speech.say("复演", "Replay"), columns=columns, rows=rows, note=note)


def disagreements(result: StudyResult, speech: Speech) -> Sheet:
    """Where optimiser and drills differ, and why."""
    columns = (
        plan_column(speech),
        speech.column("指标", "Measure"),
        speech.column("单位", "Unit"),
        speech.column("优化", "Optimiser", digits=1),
        speech.column("演练", "Drills", digits=1),
        speech.column("差值", "Difference", digits=1),
        speech.column("一致", "Agrees"),
        speech.column("原因", "Why"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            speech.tell(row.title),
            unit(row.unit, speech.language),
            row.optimiser,
            row.simulation,
            row.difference,
            speech.say("是", "yes") if row.agrees else speech.say("否", "no"),
            speech.say("", " ").join(speech.tell(line) for line in row.because),
        )
        for point in result.points
        for row in point.disagreement
    ]
    return Sheet(name=speech.say("分歧", "Disagreement"), columns=columns, rows=rows)


def next_yuan(result: StudyResult, speech: Speech) -> Sheet:
    """What one more step would buy, best first."""
    columns = (
        speech.column("选项", "Option"),
        speech.column("指标", "Measure"),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
        speech.column("改善", "Gain", digits=1),
        speech.column("每万元改善", "Gain per 10,000 yuan", digits=2),
        speech.column("95% 下限", "95 % low", digits=2),
        speech.column("95% 上限", "95 % high", digits=2),
        speech.column("单位", "Unit"),
        speech.column("测量", "Measured by"),
        speech.column("说明", "How"),
    )
    order = list(MEASURES)
    ranked = sorted(
        result.next_yuan,
        key=lambda row: (order.index(row.measure), -row.gain_per_10000_yuan.mean),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            speech.tell(row.title),
            speech.tell(MEASURES[row.measure]),
            row.cost_yuan,
            row.gain.mean,
            row.gain_per_10000_yuan.mean,
            row.gain_per_10000_yuan.low,
            row.gain_per_10000_yuan.high,
            unit(row.unit, speech.language),
            speech.tell(HOW[row.how]),
            speech.tell(row.because),
        )
        for row in ranked
    ]
    return Sheet(name=speech.say("下一元钱", "Next yuan"), columns=columns, rows=rows)


def scenarios(result: StudyResult, speech: Speech) -> Sheet:
    """The runs that the optimiser planned with."""
    columns = (
        speech.column("情景", "Scenario", digits=0),
        speech.column("演练", "Drill"),
        speech.column("种子", "Seed", digits=0),
        Column(speech.say("权重 [%]", "Weight [%]"), 2),
        speech.column("代表推演数", "Runs it stands for", digits=0),
        speech.column("需求", "Need", of="person h", digits=0),
        speech.column("中断道路", "Roads closed", digits=0),
        speech.column("失去的地点", "Sites lost"),
        speech.column("推演编号", "Run"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row.scenario,
            row.drill,
            row.seed,
            100 * row.weight,
            len(row.stands_for),
            row.need_person_hours,
            row.roads_closed,
            " ".join(row.depots_lost),
            row.run[:12],
        )
        for row in result.scenarios
    ]
    return Sheet(name=speech.say("情景", "Scenarios"), columns=columns, rows=rows)


def notes(result: StudyResult, speech: Speech) -> Sheet:
    """Where it comes from, what was assumed, and what it cannot say."""
    synthetic = speech.say("合成数据", "synthetic data")
    real = speech.say("真实数据", "real data")
    basis = ", ".join(f"{letter} {result.basis.get(letter, 0)}" for letter in ("S", "K", "A"))
    rows: list[tuple[Cell, ...]] = [
        (speech.say("研究编号", "Study"), result.study),
        (speech.say("城市", "City"), result.city),
        (speech.say("数据版本", "Release"), result.release),
        (speech.say("引擎版本", "Engine"), result.engine),
        (speech.say("数据", "Data"), synthetic if result.synthetic else real),
        (speech.say("依据（S 来源 K 知识 A 假设）", "Basis (S, K, A)"), basis),
        *((speech.say("假设", "Assumed"), speech.tell(line)) for line in result.assumptions),
        *((speech.say("局限", "Limit"), speech.tell(line)) for line in result.limits),
    ]
    if result.unreachable:
        line = f"{' '.join(result.unreachable)} ({result.unreachable_residents:,})"
        rows.append((speech.say("无路可达（居民）", "No road leads there (residents)"), line))
    columns = (speech.column("事项", "Subject"), speech.column("内容", "Content"))
    return Sheet(name=speech.say("说明", "Notes"), columns=columns, rows=rows)
