"""Answering reserve studies from the store, for the command line and for jobs."""

from collections.abc import Callable
from pathlib import Path

import orjson

from api.cluster import DaskHands
from api.store import Store
from gis.errors import ConflictError
from scenarios import studies
from scenarios.drill import Drill
from scenarios.study import Study
from simulation.record import canonical
from simulation.studies import kept
from simulation.studies.again import replay_moved
from simulation.studies.conduct import conduct
from simulation.studies.hands import Hands, LocalHands
from simulation.studies.moves import evaluate_moves
from simulation.studies.result import Move, MovedPlan, StudyResult
from simulation.studies.summary import id_of
from twin.city import City

QUESTION = "instance.npz"
"""File of the prepared question in a study's folder."""
DRILLS = "drills.json"
"""File of the drills that the study was answered with, so that its plans can be replayed."""


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
    played = [drill.model_dump(mode="json", by_alias=True) for drill in drills]
    files = {QUESTION: kept.to_bytes(done.question), DRILLS: canonical(played)}
    store.studies.write(done.result, files)
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
        The id of the moved plan, and its figures: not yet replayed, unless it was before.

    Raises:
        NotFoundError: No such study.
        InputError: A move cannot be made.
    """
    question = kept.from_bytes(store.studies.file(study, QUESTION))
    moved = evaluate_moves(question, store.studies.result(study), point=point, moves=moves)
    name = store.studies.write_plan(moved)
    return name, store.studies.moved(study, name)


def replay_plan(
    store: Store,
    study: str,
    plan: str,
    *,
    hands: Hands,
    progress: Callable[[float, str], None],
    is_cancelled: Callable[[], bool],
) -> MovedPlan:
    """Play a moved plan through the study's drills, and keep what came of it.

    Args:
        store: The store.
        study: Id of the study.
        plan: Id of the moved plan.
        hands: Who plays the runs; let go of at the end.
        progress: Told the share done and a short line.
        is_cancelled: Asked now and then; True ends the work.

    Returns:
        The plan with its replay; one that was replayed is only read.

    Raises:
        NotFoundError: No such study or plan.
        ConflictError: Another version of this programme answered the study.
        CancelledError: The work was asked to stop; finished runs are kept.
    """
    moved = store.studies.moved(study, plan)
    if moved.is_replayed:
        return moved
    question = kept.from_bytes(store.studies.file(study, QUESTION))
    city = store.cities.release(store.studies.result(study).release)
    content = orjson.loads(store.studies.file(study, DRILLS))
    drills = tuple(Drill.model_validate(drill) for drill in content)
    if id_of(city, question.study, drills) != study:
        message = f"study {study[:12]} was answered by another version of this programme"
        raise ConflictError(f"{message}; answer it again")
    try:
        played = replay_moved(
            city,
            drills,
            question,
            moved,
            hands=hands,
            shelf=store.rehearsals,
            progress=progress,
            is_cancelled=is_cancelled,
        )
    finally:
        hands.close()
    store.studies.write_plan(played)
    return played
