"""The front's first line: what the city has today, priced and played like any plan."""

from collections.abc import Sequence

import numpy as np

from gis.reserve import Plan, evaluate
from simulation.intervals import interval
from simulation.run import Words
from simulation.studies.points import expectation
from simulation.studies.question import Question
from simulation.studies.replay import MEASURES, Trial, measures_of
from simulation.studies.result import Baseline, BaselineMeasure
from twin.city import City

TITLES = {
    "present": Words(zh="现有储备", en="today's stock"),
    "none": Words(zh="无储备", en="no reserve"),
}


def baseline_of(city: City, question: Question, runs: Sequence[Trial]) -> Baseline:
    """Tell the base of a study as its plans are told.

    Args:
        city: The city.
        question: The question; its study says what the base is.
        runs: The replayed runs of the base.
    """
    plan = plan_today(city, question) if question.study.base == "present" else _nothing(question)
    found = None if plan is None else evaluate(question.instance, plan)
    held = _held(city, question) if question.study.base == "present" else {}
    amount = sum(held.values(), np.zeros(question.instance.items))
    return Baseline(
        base=question.study.base,
        title=TITLES[question.study.base],
        cost_yuan=None if found is None else found.first_stage.total,
        depots=sorted(held),
        stock=dict(zip(question.goods.name, amount.tolist(), strict=True)),
        expected=None if found is None else expectation(question, found),
        measures=_measures(question, runs),
    )


def plan_today(city: City, question: Question) -> Plan | None:
    """Today's stock of the study's items as a plan; None where it stands at no candidate.

    A depot counts as the smallest class that holds its stock, or as the largest.
    """
    plan, instance = _nothing(question), question.instance
    for facility, amount in _held(city, question).items():
        if facility not in question.sites.facility:
            return None
        site = question.sites.number(facility)
        fits = np.flatnonzero(instance.volume[site] >= amount @ instance.unit_volume - 1e-6)
        plan.classes[site] = fits[0] if len(fits) else instance.classes - 1
        plan.stock[site] = amount
    return plan


def _nothing(question: Question) -> Plan:
    shape = (question.instance.sites, question.instance.items)
    return Plan(
        classes=np.full(shape[0], -1, dtype=np.int64),
        stock=np.zeros(shape),
        agreement=np.zeros(shape),
        production=np.zeros(shape),
    )


def _held(city: City, question: Question) -> dict[str, np.ndarray]:
    """What each facility holds of the study's items today [unit], shape ``(items,)`` each."""
    place = {name: number for number, name in enumerate(question.goods.name)}
    held: dict[str, np.ndarray] = {}
    table = city.supplies
    rows = zip(table["facility"], table["item"], table["quantity"], strict=True)
    for facility, item, quantity in rows if len(table) else ():
        if str(item) in place and quantity > 0:
            amount = held.setdefault(str(facility), np.zeros(len(place)))
            amount[place[str(item)]] += float(quantity)
    return held


def _measures(question: Question, runs: Sequence[Trial]) -> list[BaselineMeasure]:
    weights = [part.weight.value for part in question.study.drills]
    strata = [run.part for run in runs]
    each = [measures_of(question.study, run) for run in runs]
    return [
        BaselineMeasure(
            measure=measure,
            title=title,
            unit=unit,
            better=better,
            value=interval([row[measure] for row in each], weights, strata),
        )
        for measure, (title, unit, better) in MEASURES.items()
    ]
