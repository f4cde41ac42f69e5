"""The parts of a study put together: names, figures, assumptions and limits."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from gis.errors import InfeasibleError
from gis.reserve import Plan, evaluate
from scenarios.drill import Drill, bases_of
from scenarios.study import Study
from simulation import engine
from simulation.run import Words
from simulation.studies.baseline import TITLES
from simulation.studies.ensemble import Source
from simulation.studies.equity import district_rows
from simulation.studies.findings import findings
from simulation.studies.points import expectation
from simulation.studies.question import Question
from simulation.studies.result import (
    AreaRow,
    Baseline,
    Expectation,
    FrontPoint,
    ScenarioRow,
    SiteRow,
    StudyResult,
    YuanRow,
    study_id,
)
from twin.city import City


def id_of(city: City, study: Study, drills: Sequence[Drill]) -> str:
    """The id a study will have on a city, before anything is played."""
    return study_id(
        city.release or city.name,
        study=study.digest(),
        drills=[drill.digest() for drill in drills],
        engine=engine.ENGINE_VERSION,
    )


def refused(budget: float, error: InfeasibleError) -> Words:
    """Say that a budget permits no plan, and what would."""
    return Words(
        zh=f"年度预算 {budget:,.0f} 元没有可行方案：{error.message}",
        en=f"A yearly budget of {budget:,.0f} yuan permits no plan: {error.message}",
    )


def cut_short(budget: float, gap: float) -> Words:
    """Say that a search was stopped by its time limit."""
    return Words(
        zh=f"预算 {budget:,.0f} 元的搜索到时停止，差距 {gap:.1%}；换一台机器可能略有不同。",
        en=f"The search for {budget:,.0f} yuan stopped at its time limit with a gap of {gap:.1%}; "
        "another machine may differ slightly.",
    )


def run_limits(sources: Sequence[Source]) -> list[Words]:
    """Limits that the runs stated, each once."""
    said: dict[str, Words] = {}
    for source in sources:
        for line in source.rehearsal.facts["limits"]:
            said.setdefault(line["en"], Words.model_validate(line))
    return list(said.values())


def conclude(
    city: City,
    study: Study,
    drills: Sequence[Drill],
    *,
    question: Question,
    rows: list[ScenarioRow],
    baseline: Baseline,
    points: list[FrontPoint],
    yuan: list[YuanRow],
    said: list[Words],
    limits: list[Words],
    played: int,
) -> StudyResult:
    """Put a study's parts together; wall time is added by who knows it.

    Args:
        city: The city.
        study: What was asked.
        drills: Its drills.
        question: The optimiser's question.
        rows: Scenarios.
        baseline: What plans are compared with.
        points: The front, replayed.
        yuan: What single steps buy.
        said: Assumptions made on the way.
        limits: What the study cannot say.
        played: Runs that had to be played.
    """
    unreachable = _unreachable(question)
    counts = Counter(bases_of(study))
    for drill in drills:
        counts.update(drill.bases())
    return StudyResult(
        study=id_of(city, study, drills),
        id=study.id,
        title=Words(zh=study.title.zh, en=study.title.en),
        city=city.name,
        release=city.release,
        synthetic=city.provenance.is_synthetic,
        engine=engine.ENGINE_VERSION,
        base=study.base,
        scenarios=rows,
        areas=_areas(question),
        districts=district_rows(city, question),
        sites=_sites(question),
        findings=findings(baseline, points, yuan),
        baseline=baseline,
        points=points,
        without=_without(question),
        next_yuan=yuan,
        unreachable=[question.areas.code[area] for area in unreachable],
        unreachable_residents=int(question.areas.residents[unreachable].sum()),
        basis={"S": counts["S"], "K": counts["K"], "A": counts["A"]},
        assumptions=said + _assumptions(city, study) + _today(city, question),
        limits=_needless(question) + limits,
        runs_played=played,
        seconds=0.0,
    )


def _needless(question: Question) -> list[Words]:
    """Say of which items no run left any need: the study cannot tell how much of them to keep."""
    need = question.ensemble.need.sum(axis=(0, 1))
    return [
        Words(
            zh=f"没有一次演练缺{title.zh}：方案不会为其储备，本研究也不能说明应储备多少。",
            en=f"No run left any need of this item: {title.en}. No plan keeps it, and the study "
            "cannot tell how much to keep.",
        )
        for title, units in zip(question.goods.title, need, strict=True)
        if units <= 0
    ]


def _without(question: Question) -> Expectation:
    """What happens without any reserve, in the optimiser's own terms."""
    none = np.zeros((question.instance.sites, question.instance.items))
    closed = np.full(question.instance.sites, -1, dtype=np.int64)
    plan = Plan(classes=closed, stock=none, agreement=none, production=none)
    return expectation(question, evaluate(question.instance, plan))


def _unreachable(question: Question) -> list[int]:
    """Areas that no candidate reaches in any scenario."""
    reached = np.isfinite(question.ensemble.hours).any(axis=(0, 1))
    return np.flatnonzero(~reached).tolist()


def _areas(question: Question) -> list[AreaRow]:
    areas, goods = question.areas, question.goods.name
    need = np.tensordot(question.ensemble.probability, question.ensemble.need, axes=1)
    return [
        AreaRow(
            area=code,
            name=areas.name[number],
            residents=int(areas.residents[number]),
            grids=int((areas.of_grid == number).sum()),
            joined=list(areas.joined[number]),
            lon=float(areas.degrees[number, 0]),
            lat=float(areas.degrees[number, 1]),
            need=dict(zip(goods, need[number].tolist(), strict=True)),
        )
        for number, code in enumerate(areas.code)
    ]


def _sites(question: Question) -> list[SiteRow]:
    sites = question.sites
    stands = question.ensemble.probability @ ~question.ensemble.is_lost
    return [
        SiteRow(
            facility=name,
            kind=sites.kind[number],
            name=sites.name[number],
            district=sites.district[number],
            lon=float(sites.degrees[number, 0]),
            lat=float(sites.degrees[number, 1]),
            state=sites.state[number],
            survives=float(np.clip(stands[number], 0.0, 1.0)),
        )
        for number, name in enumerate(sites.facility)
    ]


def _assumptions(city: City, study: Study) -> list[Words]:
    said = [
        Words(
            zh="资金均为每年金额；目标为缺物人时（每人每缺一种物资一小时计一），不给人命标价。",
            en="Money is per year; what is made least is person-hours without an item, and no "
            "price is put on them.",
        ),
        Words(
            zh=f"规划与检验使用不同随机种子；检验与基线（{TITLES[study.base].zh}）逐种子配对，"
            "区间为学生 t 分布 95 %。",
            en="Plans are judged by seeds they were not planned with, paired seed by seed with "
            f"the base, {TITLES[study.base].en}; intervals are Student's t, 95 %.",
        ),
    ]
    if city.provenance.is_synthetic:
        said.insert(
            0,
            Words(
                zh="合成数据：城市的居民、建筑或设施为生成数据，结论仅供方法演示。",
                en="Synthetic: residents, buildings or facilities of this city are generated; the "
                "figures show the method, not a real city.",
            ),
        )
    return said


def _today(city: City, question: Question) -> list[Words]:
    """What today's stock of the study's items costs at the study's prices."""
    goods, instance = question.goods, question.instance
    held: dict[str, float] = {}
    for name, units in zip(city.supplies["item"], city.supplies["quantity"], strict=True):
        held[str(name)] = held.get(str(name), 0.0) + float(units)
    amount = np.array([held.get(name, 0.0) for name in goods.name])
    yearly = float(amount @ (instance.holding_cost + instance.rotation_cost))
    each = list(zip(amount, goods.unit, goods.title, strict=True))
    zh = "、".join(f"{title.zh} {units:,.0f} {unit}" for units, unit, title in each)
    en = ", ".join(f"{units:,.0f} {unit} {title.en.lower()}" for units, unit, title in each)
    return [
        Words(
            zh=f"城市现有储备（{zh}）按本研究单价每年约 {yearly:,.0f} 元，不含储备点。",
            en=f"The city's stock today ({en}) costs about {yearly:,.0f} yuan a year at the "
            "study's prices, depots not counted.",
        )
    ]
