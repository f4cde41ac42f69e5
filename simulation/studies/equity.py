"""How evenly a plan serves the districts, told in codes, names and shares."""

import math

import numpy as np

from gis.reserve import Evaluation
from gis.reserve.evenness import access_of, districts_of, gini, unmet_shares
from simulation.run import Words
from simulation.studies.areas import names_of
from simulation.studies.question import Question, district_codes
from simulation.studies.standing import DistrictRow, DistrictShare, EvennessRow
from twin.city import City

SLACK = 1e-6
"""By how much rounding may break a limit."""


def district_rows(city: City, question: Question) -> list[DistrictRow]:
    """The districts that need anything, in the order of their codes."""
    codes = district_codes(question.study, question.areas)
    known = sorted(set(codes))
    districts = districts_of(question.instance)
    of_area = np.array([known.index(code) for code in codes])
    residents = np.bincount(of_area, weights=question.areas.residents, minlength=len(known))
    names = names_of(city, [known[number] for number in districts.number])
    return [
        DistrictRow(
            district=known[number],
            name=name,
            residents=int(residents[number]),
            need_person_hours=need,
        )
        for number, need, name in zip(
            districts.number.tolist(), districts.need.tolist(), names, strict=True
        )
    ]


def evenness_row(question: Question, found: Evaluation) -> EvennessRow:
    """Gini index and share of every district, the least served first."""
    instance, asked = question.instance, question.study.rules.most_gini
    known = sorted(set(district_codes(question.study, question.areas)))
    access, unmet = access_of(instance, found), unmet_shares(instance, found.unmet)
    number = districts_of(instance).number
    rows = [
        DistrictShare(
            district=known[number[place]],
            access=float(access[place]),
            unmet_share=float(unmet[place]),
        )
        for place in np.lexsort((number, access))
    ]
    hours = instance.rules.access_hours
    return EvennessRow(
        gini=gini(access),
        most_gini=None if asked is None else asked.value,
        access_hours=instance.horizon if math.isinf(hours) else hours,
        districts=rows,
    )


def broken_evenness(question: Question, found: Evaluation) -> list[Words]:
    """Limits on evenness that a plan does not keep."""
    rules, broken = question.instance.rules, []
    worst = float(unmet_shares(question.instance, found.unmet).max(initial=0.0))
    if worst > rules.most_unmet_share + SLACK:
        broken.append(
            Words(
                zh=f"有一区未满足 {worst:.1%}，高于 {rules.most_unmet_share:.1%}",
                en=f"one district lacks {worst:.1%} of its need, above "
                f"{rules.most_unmet_share:.1%}",
            )
        )
    index = gini(access_of(question.instance, found))
    if index > rules.most_gini + SLACK:
        broken.append(
            Words(
                zh=f"各区获取率基尼系数 {index:.3f}，高于 {rules.most_gini:.3f}",
                en=f"the Gini index of the districts' access is {index:.3f}, above "
                f"{rules.most_gini:.3f}",
            )
        )
    return broken
