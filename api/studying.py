"""Answering reserve studies from the store, for the command line and for jobs."""

from collections.abc import Callable
from pathlib import Path

from api.cluster import DaskHands
from api.store import Store
from scenarios import studies
from scenarios.drill import Drill
from scenarios.study import Study
from simulation.studies import kept
from simulation.studies.conduct import conduct
from simulation.studies.hands import Hands, LocalHands
from simulation.studies.moves import evaluate_moves
from simulation.studies.result import Move, MovedPlan, StudyResult
from simulation.studies.summary import id_of
from twin.city import City

QUESTION = "instance.npz"
"""File of the prepared question in a study's folder."""


def hands_of(*, workers: int, on: str | None) -> Hands:
    """Who plays the runs: a cluster where one is named, else processes of this machine.

    Raises:
        InputError: The cluster's address is none, nothing answers there, or it has no workers.
    """
    if on is None:
        return LocalHands(workers)
    cluster = DaskHands(on)
    cluster.meet()
    return cluster


def read_study(name_or_path: str) -> tuple[Study, tuple[Drill, ...]]:
    """A study of the library or of a YAML file, and its drills.

    Raises:
        NotFoundError: No such study or drill.
        DrillError: One of them is not valid.
    """
    study = studies.load(name_or_path)
    beside = Path(name_or_path).resolve().parent if Path(name_or_path).is_file() else None
    return study, studies.drills(study, beside=beside)


def answer_study(
    store: Store,
    city: City,
    study: Study,
    drills: tuple[Drill, ...],
    *,
    hands: Hands,
    progress: Callable[[float, str], None],
    is_cancelled: Callable[[], bool] | None = None,
) -> StudyResult:
    """Answer a study and keep it; one that is kept already is only read.

    Runs are kept as they finish, so a study that was stopped or killed goes on where it was.

    Args:
        store: Where runs and the answer go.
        city: The city.
        study: What is asked.
        drills: Its drills.
        hands: Who plays the runs.
        progress: Told the share done and one short line.
        is_cancelled: Asked now and then; True ends the work.

    Raises:
        ShapanError: As ``simulation.studies.conduct.conduct``; nothing but finished runs is kept.
    """
    name = id_of(city, study, drills)
    if store.studies.has(name):
        return store.studies.result(name)
    try:
        done = conduct(
            city,
            study,
            drills,
            hands=hands,
            shelf=store.rehearsals,
            progress=progress,
            is_cancelled=is_cancelled,
        )
    finally:
        hands.close()
    store.studies.write(done.result, {QUESTION: kept.to_bytes(done.question)})
    return store.studies.result(name)


def move_depots(
    store: Store, study: str, *, point: int, moves: list[Move]
) -> tuple[str, MovedPlan]:
    """Reckon a changed plan in all scenarios of a kept study, and keep it.

    Args:
        store: The store.
        study: Id of the study.
        point: Number of the point the changes start from.
        moves: The changes.

    Returns:
        The id of the moved plan, and its figures: not yet replayed.

    Raises:
        NotFoundError: No such study.
        InputError: A move cannot be made.
    """
    question = kept.from_bytes(store.studies.file(study, QUESTION))
    moved = evaluate_moves(question, store.studies.result(study), point=point, moves=moves)
    return store.studies.write_plan(moved), moved
