"""Reserve studies at the command line: the front as a table, and what the next yuan buys."""

from contextlib import closing
from pathlib import Path

from api.cli.reporting import form_of, write_whole_file
from api.cli.screen import Language, note, print_json, progress, say, table, word
from api.reports.reserves import write_study
from api.reports.reserves.equity import price_of_evenness
from api.reports.reserves.words import MEASURES, unit
from api.settings import Settings
from api.store import open_store
from api.studying import answer_study, hands_of, read_study
from simulation.intervals import Interval
from simulation.studies.result import FrontPoint, Measure, StudyResult

_HEADS = {
    Language.EN: (
        "#",
        "Budget [yuan/a]",
        "Cost [yuan/a]",
        "Depots",
        "Expected [person h]",
        "Gap",
        "Replayed [person h]",
        "Against base [person h]",
        "First supplies [h]",
        "Red lines",
    ),
    Language.ZH: (
        "#",
        "预算 [元/年]",
        "费用 [元/年]",
        "储备点",
        "优化预期 [人时]",
        "差距",
        "演练检验 [人时]",
        "较基线 [人时]",
        "首批物资 [h]",
        "突破底线",
    ),
}
_YUAN_HEADS = {
    Language.EN: (
        "Next step",
        "Where",
        "Cost [yuan/a]",
        "Measure",
        "Gain",
        "per 10,000 yuan",
        "How",
    ),
    Language.ZH: ("下一步", "位置", "费用 [元/年]", "指标", "收益", "每万元收益", "方法"),
}
_STOPPED = (
    "stopped; finished runs are kept: the same command goes on from here",
    "已停止；完成的演练已保存，再次执行同一命令即从此处继续",
)
_HOW = {
    "optimiser": {"zh": "优化", "en": "optimiser"},
    "simulation": {"zh": "演练", "en": "drills"},
}


def answer(
    study: str,
    *,
    city: str,
    workers: int,
    on: str | None,
    reports: list[Path],
    language: Language,
    as_json: bool,
) -> None:
    """Answer a reserve study, keep it, print the front, and write the reports asked for."""
    asked, drills = read_study(study)
    kinds = [(file, form_of(file)) for file in reports]
    hands = hands_of(workers=workers, on=on)
    with closing(open_store(Settings())) as store:
        place = store.cities.load(city)
        try:
            with progress(f"{asked.id} on {city}") as tell:
                result = answer_study(store, place, asked, drills, hands=hands, progress=tell)
        except KeyboardInterrupt:
            note(_of(*_STOPPED, language))
            raise
        for file, kind in kinds:
            write_whole_file(file, write_study(place, result, kind=kind, language=language.value))
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        _show(result, language)


def _show(result: StudyResult, language: Language) -> None:
    _show_front(result, language)
    _show_reasons(result, language)
    _show_evenness(result, language)
    _show_losses(result, language)
    if result.next_yuan:
        _show_yuan(result, language)
    if result.unreachable:
        areas = ", ".join(result.unreachable)
        say(
            f"{result.unreachable_residents:,} 人所在片区无路可达：{areas}"
            if language == Language.ZH
            else f"no road reaches {len(result.unreachable)} areas with "
            f"{result.unreachable_residents:,} residents: {areas}"
        )
    for line in result.assumptions:
        say(f"{_of('assumed', '假设', language)}: {word(line.model_dump(), language)}")
    for line in result.limits:
        say(f"{_of('limit', '局限', language)}: {word(line.model_dump(), language)}")
    basis = ", ".join(f"{name} {count}" for name, count in result.basis.items())
    say(f"{_of('study', '研究', language)} {result.study[:12]}; {basis}")


def _of(en: str, zh: str, language: Language) -> str:
    return zh if language == Language.ZH else en


def _show_front(result: StudyResult, language: Language) -> None:
    title = word(result.title.model_dump(), language)
    made = table(f"{title}: {result.city}", *_HEADS[language])
    made.add_row(*_base_row(result, language), end_section=True)
    for point in result.points:
        made.add_row(*_row(point))
    say(made)
    for line in result.findings:
        say(f"• {word(line.model_dump(), language)}")


def _base_row(result: StudyResult, language: Language) -> tuple[str, ...]:
    """The first line: what every plan is compared with."""
    base, expected = result.baseline, result.baseline.expected
    shown = {row.measure: row.value for row in base.measures}
    return (
        "–",
        word(base.title.model_dump(), language),
        "–" if base.cost_yuan is None else f"{base.cost_yuan:,.0f}",
        ", ".join(base.depots) or "–",
        "–" if expected is None else f"{expected.unmet_person_hours:,.0f}",
        "–",
        _interval(shown["unmet_person_hours"]),
        "–",
        _interval(shown["first_supply_hours"], digits=1),
        _interval(shown["red_lines_broken"], digits=1),
    )


def _row(point: FrontPoint) -> tuple[str, ...]:
    opened = [depot for depot in point.depots if depot.size]
    certificate = point.certificate
    return (
        str(point.point),
        f"{point.budget_yuan:,.0f}",
        f"{point.cost_yuan:,.0f}",
        ", ".join(f"{depot.facility} ({depot.size})" for depot in opened) or "–",
        f"{point.expected.unmet_person_hours:,.0f}",
        "0" if certificate.is_proven else f"{certificate.gap:.2%}",
        _measure(point, "unmet_person_hours", "value"),
        _measure(point, "unmet_person_hours", "difference"),
        _measure(point, "first_supply_hours", "value", digits=1),
        _measure(point, "red_lines_broken", "value", digits=1),
    )


def _measure(point: FrontPoint, name: Measure, which: str, *, digits: int = 0) -> str:
    if point.replay is None:
        return "–"
    row = next(row for row in point.replay.measures if row.measure == name)
    sign = "+" if which == "difference" else ""
    return _interval(getattr(row, which), digits=digits, sign=sign)


def _interval(given: Interval, *, digits: int = 0, sign: str = "") -> str:
    mean = f"{given.mean:{sign},.{digits}f}"
    if given.low is None or given.high is None:
        return mean
    return f"{mean} [{given.low:,.{digits}f}, {given.high:,.{digits}f}]"


def _show_reasons(result: StudyResult, language: Language) -> None:
    for point in result.points:
        for row in point.disagreement:
            if row.agrees or row.optimiser is None or row.simulation is None:
                continue
            title = word(row.title.model_dump(), language)
            reasons = " ".join(word(line.model_dump(), language) for line in row.because)
            said = _of("optimiser", "优化", language), _of("drills", "演练", language)
            say(
                f"{point.point}: {title}: {said[0]} {row.optimiser:,.1f}, "
                f"{said[1]} {row.simulation:,.1f} {unit(row.unit, language.value)}. {reasons}"
            )


def _show_evenness(result: StudyResult, language: Language) -> None:
    for point in result.points:
        even = point.evenness
        if even is None or not even.districts:
            continue
        least, best = even.districts[0], even.districts[-1]
        price = price_of_evenness(point)
        zh = en = ""
        if price is not None:
            zh, en = f"；公平代价 {price:,.0f} 人时", f"; evenness costs {price:,.0f} person h"
        say(
            f"{point.point}: 各区满足比例 {least.access:.1%}（{least.district}）至 "
            f"{best.access:.1%}（{best.district}），基尼系数 {even.gini:.3f}{zh}"
            if language == Language.ZH
            else f"{point.point}: districts are served {least.access:.1%} ({least.district}) to "
            f"{best.access:.1%} ({best.district}), Gini index {even.gini:.3f}{en}"
        )


def _show_losses(result: StudyResult, language: Language) -> None:
    for point in result.points:
        loss = point.worst_loss
        if loss is None:
            continue
        names = ", ".join(depot.facility for depot in loss.depots)
        more, left = f"{loss.more_person_hours:,.0f}", f"{loss.unmet_person_hours:,.0f}"
        say(
            f"{point.point}: 最坏损失：{names}；未满足增加 {more} 人时，至 {left} 人时"
            if language == Language.ZH
            else f"{point.point}: the worst loss: {names}; unmet + {more} person h, to {left}"
        )


def _show_yuan(result: StudyResult, language: Language) -> None:
    made = table(_of("What the next yuan buys", "下一元买到什么", language), *_YUAN_HEADS[language])
    for row in result.next_yuan:
        digits = 4 if row.unit == "1" else 1
        made.add_row(
            word(row.title.model_dump(), language),
            row.facility or "–",
            f"{row.cost_yuan:,.0f}",
            word(MEASURES[row.measure].model_dump(), language),
            f"{_interval(row.gain, digits=digits)} {unit(row.unit, language.value)}".rstrip(),
            f"{_interval(row.gain_per_10000_yuan, digits=digits)}",
            word(_HOW[row.how], language),
        )
    say(made)
