"""The table of what plans lose with their depots."""

from api.reports.reserves.sheet import Cell, Sheet, Speech, plan_column
from api.reports.reserves.words import item
from simulation.studies.result import StudyResult
from simulation.studies.standing import WorstLoss


def losses(result: StudyResult, speech: Speech) -> Sheet:
    """The worst loss of each plan: which depots, and how much more stays unmet."""
    columns = (
        plan_column(speech),
        speech.column("失去储备点数", "Depots lost", digits=0),
        speech.column("最坏情形", "The worst loss"),
        speech.column("未满足", "Unmet", of="person h", digits=0),
        speech.column("增加", "More than without loss", of="person h", digits=0),
        speech.column("不会超过", "At most", of="person h", digits=0),
        speech.column("各物资增加", "More unmet, by item"),
        speech.column("选址时已计入", "Chosen against it"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            loss.count,
            named(loss, speech),
            loss.unmet_person_hours,
            loss.more_person_hours,
            loss.at_most_person_hours,
            speech.say("；", "; ").join(
                f"{item(name, speech.language)} {units:,.0f}"
                for name, units in loss.more_unmet.items()
            ),
            speech.say("是", "yes") if loss.is_chosen_against else speech.say("否", "no"),
        )
        for point in result.points
        for loss in [point.worst_loss]
        if loss is not None
    ]
    note = speech.say(
        "在全部情景中逐一核算：失去该点全部库存、旁边的协议与产能；其余储备点尽力补上。",
        "Reckoned in all scenarios: all that stands at the depot is lost, agreements and lines "
        "beside it too; the other depots do what they can.",
    )
    return Sheet(name=speech.say("最坏损失", "Worst loss"), columns=columns, rows=rows, note=note)


def named(loss: WorstLoss, speech: Speech) -> str:
    """The lost depots by name and id."""
    return speech.say("、", ", ").join(
        f"{speech.tell(depot.name)} ({depot.facility})" for depot in loss.depots
    )
