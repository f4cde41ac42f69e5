"""Plans against the clock: arrivals and need hour by hour, as the optimiser's flows have them."""

import numpy as np
from numpy.typing import NDArray

from gis.reserve import Evaluation
from simulation.studies.question import Question


def lacking_person_hours(
    question: Question, evaluation: Evaluation, *, is_shared: bool = False
) -> NDArray[np.float64]:
    """Person-hours without each item when the flows arrive at their hours, ``(N, A, K)``.

    The optimiser charges a late unit by the city's mean profile of need; here what has arrived is
    used as need arises, hour by hour: consumed goods once, issued goods from then on. The need of
    an hour is met by what arrived before it began.

    Args:
        question: The question.
        evaluation: The plan's flows.
        is_shared: Whatever arrived anywhere serves whoever lacks it, as drills hand it out, and not
            the area it was planned for; the answer's one area is then the city.
    """
    ensemble = question.ensemble
    hours = ensemble.by_hour.shape[3]
    flows = evaluation.flows
    arrived = np.zeros(ensemble.by_hour.shape)
    at = np.ceil(flows.hours).astype(np.int64)
    inside = at < hours
    key = (flows.scenario[inside], flows.area[inside], flows.item[inside], at[inside])
    np.add.at(arrived, key, flows.amount[inside])
    need, people = ensemble.by_hour, ensemble.person_hours
    if is_shared:
        arrived, need, people = (
            part.sum(axis=1, keepdims=True) for part in (arrived, need, people)
        )
    stock, lacking = np.zeros(need.shape[:3]), np.zeros(need.shape[:3])
    issued = _issued(question)
    for hour in range(hours):
        stock = stock + arrived[..., hour]
        asked = need[..., hour]
        met = np.minimum(stock, asked)
        share = np.where(asked > 0, met / np.where(asked > 0, asked, 1.0), 1.0)
        lacking += people[..., hour] * (1.0 - share)
        stock = np.where(issued, stock, stock - met)
    return lacking


def _issued(question: Question) -> NDArray[np.bool_]:
    return np.array(question.goods.is_issued, dtype=bool)
