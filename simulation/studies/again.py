"""Replaying a plan that a planner moved: on the study's seeds, against the same base."""

from collections.abc import Callable, Sequence

from gis.reserve import evaluate
from scenarios.drill import Drill
from simulation.studies.disagreement import disagreements
from simulation.studies.hands import Hands, Shelf, play_all
from simulation.studies.moves import REPLAYED, plan_of
from simulation.studies.question import Question
from simulation.studies.rehearsal import from_bytes
from simulation.studies.replay import base_plan, judged, replay_of, reserve_plan, trials_of
from simulation.studies.result import MovedPlan
from simulation.studies.travel import handling_hours
from twin.city import City


def replay_moved(
    city: City,
    drills: Sequence[Drill],
    question: Question,
    moved: MovedPlan,
    *,
    hands: Hands,
    shelf: Shelf,
    progress: Callable[[float, str], None],
    is_cancelled: Callable[[], bool],
) -> MovedPlan:
    """Play a moved plan through the drills, as every point of the front was.

    Args:
        city: The city.
        drills: Drills of the study, in its order.
        question: The prepared question.
        moved: The plan as the optimiser reckoned it.
        hands: Who plays.
        shelf: Where runs are kept; the base's are there already.
        progress: Told the share done and a short line.
        is_cancelled: Asked now and then.

    Returns:
        The plan with its replay and where optimiser and drills disagree.

    Raises:
        CancelledError: ``is_cancelled`` said so.
    """
    study = question.study
    ours = trials_of(study, drills, reserve_plan(study, moved.plan))
    theirs = trials_of(study, drills, base_plan(study))

    def tell(done: int, total: int) -> None:
        progress(done / max(total, 1), f"replay: {done} of {total} runs")

    contents, _ = play_all(
        city, [*ours, *theirs], hands=hands, shelf=shelf, progress=tell, is_cancelled=is_cancelled
    )
    runs = [from_bytes(content) for content in contents]
    own = judged(study, drills, runs[: len(ours)])
    replay = replay_of(study, own, judged(study, drills, runs[len(ours) :]))
    rows = disagreements(
        question,
        moved.plan.expected,
        evaluate(question.instance, plan_of(question, moved.plan)),
        replay,
        own,
        handling_h=handling_hours(city, drills[0]),
    )
    plan = moved.plan.model_copy(update={"replay": replay, "disagreement": rows})
    return moved.model_copy(update={"plan": plan, "is_replayed": True, "label": REPLAYED})
