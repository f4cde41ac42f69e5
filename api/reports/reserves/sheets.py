"""The tables of a study: the same rows for the workbook, the page and the PDF."""

from collections.abc import Callable
from dataclasses import dataclass

from api.reports.reserves.words import BASES, HOW, MODES, STATES, Language, item, tell, unit
from simulation.run import Words
from simulation.studies.result import FrontPoint, Interval, StudyResult

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title with the unit, and the digits after the point; None for text."""

    title: str
    digits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table.

    Attributes:
        name: Short name, at most 31 signs, as a workbook's tab has it.
        note: What the reader must know, or nothing.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    note: str = ""


def sheets(result: StudyResult, language: Language) -> list[Sheet]:
    """All tables of a study, in the order in which they are read."""
    makers: tuple[Callable[[StudyResult, Speech], Sheet], ...] = (
        front,
        costs,
        stock,
        deliveries,
        areas,
        replays,
        disagreements,
        next_yuan,
        scenarios,
        sites,
        notes,
    )
    speech = Speech(language)
    return [make(result, speech) for make in makers]


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of a document."""

    language: Language

    def say(self, zh: str, en: str) -> str:
        """A text of the document itself."""
        return zh if self.language == "zh" else en

    def tell(self, words: Words) -> str:
        """A text of the study."""
        return tell(words, self.language)

    def column(self, zh: str, en: str, *, of: str = "", digits: int | None = None) -> Column:
        """A column with its unit in brackets."""
        name = unit(of, self.language) if of else ""
        brackets = f"（{name}）" if self.language == "zh" else f" [{name}]"
        return Column(self.say(zh, en) + (brackets if name else ""), digits)


def _point(speech: Speech) -> Column:
    return speech.column("方案", "Plan", digits=0)


def front(result: StudyResult, speech: Speech) -> Sheet:
    """One row a plan: money, optimiser, certificate, and the drills."""
    tiers = result.points[0].tiers if result.points else []
    columns = (
        _point(speech),
        speech.column("年预算", "Budget", of="yuan/a", digits=0),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
        speech.column("储备点", "Depots", digits=0),
        speech.column("未满足·优化", "Unmet, optimiser", of="person h", digits=0),
        speech.column("未满足·演练", "Unmet, drills", of="person h", digits=0),
        speech.column("区间下限", "95 % low", of="person h", digits=0),
        speech.column("区间上限", "95 % high", of="person h", digits=0),
        speech.column("最坏一成", "CVaR", of="person h", digits=0),
        speech.column("首批到达", "First supplies", of="h", digits=1),
        speech.column("平均到达", "Mean arrival", of="h", digits=1),
        *(Column(f"{speech.tell(tier.title)} ≤ {tier.within_hours:g} h [%]", 1) for tier in tiers),
        Column(speech.say("间隙 [%]", "Gap [%]"), 3),
        speech.column("已证最优", "Proven"),
    )
    rows = [_front_row(point, speech) for point in result.points]
    unmet = result.without.unmet_person_hours
    note = speech.say(
        f"没有任何储备时，预期未满足 {unmet:,.0f} 人·小时。",
        f"Without any reserve {unmet:,.0f} person-hours are unmet, as the optimiser expects.",
    )
    return Sheet(name=speech.say("前沿", "Front"), columns=columns, rows=rows, note=note)


def _front_row(point: FrontPoint, speech: Speech) -> tuple[Cell, ...]:
    expected, proof, drill = point.expected, point.certificate, unmet_in_drills(point)
    return (
        point.point,
        point.budget_yuan,
        point.cost_yuan,
        len(point.depots),
        expected.unmet_person_hours,
        *((drill.mean, drill.low, drill.high) if drill else (None, None, None)),
        expected.cvar_person_hours,
        expected.first_supply_hours,
        expected.response_hours,
        *(100 * tier.share for tier in point.tiers),
        100 * proof.gap,
        speech.say("是", "yes") if proof.is_proven else speech.say("否", "no"),
    )


def unmet_in_drills(point: FrontPoint) -> Interval | None:
    """Unmet person-hours of a plan as the drills replayed it."""
    measures = point.replay.measures if point.replay else []
    found = [row.value for row in measures if row.measure == "unmet_person_hours"]
    return found[0] if found else None


def costs(result: StudyResult, speech: Speech) -> Sheet:
    """What each plan costs in a year, by part."""
    columns = (
        _point(speech),
        speech.column("部分", "Part"),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
    )
    rows: list[tuple[Cell, ...]] = [
        (point.point, speech.tell(cost.title), cost.yuan)
        for point in result.points
        for cost in point.costs
    ]
    return Sheet(name=speech.say("成本", "Costs"), columns=columns, rows=rows)


def stock(result: StudyResult, speech: Speech) -> Sheet:
    """What stands in which depot."""
    columns = (
        _point(speech),
        speech.column("储备点", "Depot"),
        speech.column("名称", "Name"),
        speech.column("规模", "Size"),
        speech.column("现有", "Existing"),
        speech.column("物资", "Item"),
        speech.column("方式", "Mode"),
        speech.column("数量", "Quantity", digits=0),
        speech.column("单位", "Unit"),
        speech.column("体积", "Volume", of="m3", digits=1),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            depot.facility,
            speech.tell(depot.name),
            depot.size,
            speech.say("是", "yes") if depot.is_existing else speech.say("否", "no"),
            item(row.item, speech.language),
            speech.tell(MODES[row.mode]),
            row.quantity,
            unit(row.unit, speech.language),
            row.volume_m3,
            row.yuan,
        )
        for point in result.points
        for depot in point.depots
        for row in depot.stock
    ]
    return Sheet(name=speech.say("库存", "Stock"), columns=columns, rows=rows)


def deliveries(result: StudyResult, speech: Speech) -> Sheet:
    """What each depot sends where, expected over the scenarios."""
    name = {row.area: speech.tell(row.name) for row in result.areas}
    columns = (
        _point(speech),
        speech.column("储备点", "Depot"),
        speech.column("地区", "Area"),
        speech.column("名称", "Name"),
        speech.column("物资", "Item"),
        speech.column("期望数量", "Expected quantity", digits=1),
        speech.column("下令至到达", "Order to arrival", of="h", digits=2),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            row.facility,
            row.area,
            name[row.area],
            item(row.item, speech.language),
            row.quantity,
            row.hours,
        )
        for point in result.points
        for row in point.flows
    ]
    return Sheet(name=speech.say("调运", "Deliveries"), columns=columns, rows=rows)


def areas(result: StudyResult, speech: Speech) -> Sheet:
    """What each plan does for each area."""
    area = {row.area: row for row in result.areas}
    columns = (
        _point(speech),
        speech.column("地区", "Area"),
        speech.column("名称", "Name"),
        speech.column("居民（人）", "Residents", digits=0),
        speech.column("未满足", "Unmet", of="person h", digits=0),
        Column(speech.say("未满足比例 [%]", "Unmet share [%]"), 1),
        speech.column("首次到达", "First arrival", of="h", digits=2),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            row.area,
            speech.tell(area[row.area].name),
            area[row.area].residents,
            row.unmet_person_hours,
            100 * row.unmet_share,
            row.hours,
        )
        for point in result.points
        for row in point.areas
    ]
    return Sheet(name=speech.say("地区", "Areas"), columns=columns, rows=rows)


def replays(result: StudyResult, speech: Speech) -> Sheet:
    """Every plan in the drills, against the base, seed by seed."""
    columns = (
        _point(speech),
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
        _point(speech),
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
            speech.say("；", "; ").join(speech.tell(line) for line in row.because),
        )
        for point in result.points
        for row in point.disagreement
    ]
    return Sheet(name=speech.say("分歧", "Disagreement"), columns=columns, rows=rows)


def next_yuan(result: StudyResult, speech: Speech) -> Sheet:
    """What one more step would buy, best first."""
    columns = (
        speech.column("选项", "Option"),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
        speech.column("改善", "Gain", digits=1),
        speech.column("每万元改善", "Gain per 10,000 yuan", digits=2),
        speech.column("95% 下限", "95 % low", digits=2),
        speech.column("95% 上限", "95 % high", digits=2),
        speech.column("单位", "Unit"),
        speech.column("测量", "Measured by"),
        speech.column("说明", "How"),
    )
    ranked = sorted(result.next_yuan, key=lambda row: -row.gain_per_10000_yuan.mean)
    rows: list[tuple[Cell, ...]] = [
        (
            speech.tell(row.title),
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


def sites(result: StudyResult, speech: Speech) -> Sheet:
    """Places where a depot may stand."""
    columns = (
        speech.column("地点", "Site"),
        speech.column("名称", "Name"),
        speech.column("类别", "Kind"),
        speech.column("区", "District"),
        speech.column("状态", "State"),
        Column(speech.say("可用率 [%]", "Stands and is reached [%]"), 1),
        speech.column("经度", "Longitude", digits=6),
        speech.column("纬度", "Latitude", digits=6),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row.facility,
            speech.tell(row.name),
            row.kind,
            row.district,
            speech.tell(STATES[row.state]),
            100 * row.survives,
            row.lon,
            row.lat,
        )
        for row in result.sites
    ]
    return Sheet(name=speech.say("候选地点", "Sites"), columns=columns, rows=rows)


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
