"""Replaying a plan that a planner moved: a few seeds of the study, against the same base."""

from collections.abc import Callable, Sequence

from gis.errors import InputError
from gis.reserve import evaluate
from scenarios.drill import Drill
from scenarios.study import Study
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
    seeds: int,
    hands: Hands,
    shelf: Shelf,
    progress: Callable[[float, str], None],
    is_cancelled: Callable[[], bool],
) -> MovedPlan:
    """Play a moved plan through the drills on the first seeds of the study's replay.

    Args:
        city: The city.
        drills: Drills of the study, in its order.
        question: The prepared question.
        moved: The plan as the optimiser reckoned it.
        seeds: How many seeds of each drill.
        hands: Who plays.
        shelf: Where runs are kept; the base's are there already.
        progress: Told the share done and a short line.
        is_cancelled: Asked now and then.

    Returns:
        The plan with its replay and where optimiser and drills disagree.

    Raises:
        InputError: No seed was asked for.
        CancelledError: ``is_cancelled`` said so.
    """
    if seeds < 1:
        raise InputError(f"seeds is {seeds}; replay with at least 1", field="seeds")
    study = _first_seeds(question.study, seeds)
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


def _first_seeds(study: Study, seeds: int) -> Study:
    parts = tuple(
        part.model_copy(update={"replay_seeds": part.replay_seeds[:seeds]}) for part in study.drills
    )
    return study.model_copy(update={"drills": parts})
