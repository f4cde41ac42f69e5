"""What a plan loses with its depots, told in names and units."""

from gis.reserve import Evaluation, Plan
from gis.reserve.failure import holding, worst_loss
from simulation.studies.question import Question
from simulation.studies.standing import LostDepot, WorstLoss


def loss_row(question: Question, plan: Plan, found: Evaluation) -> WorstLoss | None:
    """The worst loss of as many depots as the study plans against, of one where it does not.

    Args:
        question: The question.
        plan: The plan.
        found: What it does with all depots standing.

    Returns:
        None where nothing stands that could be lost.
    """
    asked, sites = question.study.objective.lost_depots, question.sites
    count = min(max(1, asked), len(holding(plan)))
    if count == 0:
        return None
    loss = worst_loss(question.instance, plan, count)
    more = loss.unmet - found.expected_unmet.sum(axis=0)
    return WorstLoss(
        count=count,
        depots=[
            LostDepot(facility=sites.facility[site], name=sites.name[site]) for site in loss.sites
        ],
        unmet_person_hours=loss.recourse,
        more_person_hours=loss.excess,
        more_unmet=dict(zip(question.goods.name, more.tolist(), strict=True)),
        at_most_person_hours=loss.bound,
        tried=loss.tried,
        is_chosen_against=asked > 0,
    )
