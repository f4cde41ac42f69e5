"""What a worker does for each kind of job."""

import logging
from collections.abc import Callable

from api import performance
from api.jobs.queue import Claim
from api.jobs.requests import (
    ForkOrder,
    PlacementRequest,
    ReplayOrder,
    RunRequest,
    StudyRequest,
    library_drill,
    library_study,
)
from api.performance import Listeners
from api.store import Store
from api.store.checkpoints import Order
from api.studying import answer_study, replay_plan
from gis.errors import CancelledError
from scenarios import studies
from simulation.placement import place
from simulation.studies.hands import LocalHands

logger = logging.getLogger("shapan.api")

Progress = Callable[[float, str], None]
IsCancelled = Callable[[], bool]


def perform(store: Store, claim: Claim, *, progress: Progress, is_cancelled: IsCancelled) -> None:
    """Do a job and keep what it yields.

    Args:
        store: Where cities come from and results go.
        claim: The job.
        progress: Called with the share done and one short line.
        is_cancelled: Asked now and then; True ends the work.

    Raises:
        CancelledError: The work was asked to stop.
        ShapanError: It cannot be done.
    """
    kinds = {
        "run": _play,
        "fork": _fork,
        "placement": _place,
        "study": _study,
        "replay": _replay,
    }
    kinds[claim.kind](store, claim, progress, is_cancelled)


def _play(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    """Play a run; what a worker that died left behind is picked up."""
    request = RunRequest.model_validate(_asked(claim))
    order = Order(
        release=claim.request["release"],
        drill=library_drill(request.drill),
        seed=request.seed,
        decisions=request.decisions,
    )
    listeners = Listeners(progress=progress, is_cancelled=is_cancelled, note=logger.info)
    performance.perform(store, order, listeners)


def _fork(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    """Play a run to a moment and on from there; what a worker that died left is picked up."""
    order = ForkOrder.model_validate(_asked(claim)).order(store)
    listeners = Listeners(progress=progress, is_cancelled=is_cancelled, note=logger.info)
    performance.perform(store, order, listeners)


def _place(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    request = PlacementRequest.model_validate(_asked(claim))
    city = store.cities.release(claim.request["release"])

    def tell(share: float, line: str) -> None:
        if is_cancelled():
            raise CancelledError("the placement was dismissed")
        progress(share, line)

    placement = place(
        city,
        depots=request.depots,
        within_minutes=request.within_minutes,
        model=request.model,
        progress=tell,
    )
    store.placements.write(placement)


def _study(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    """Answer a study; runs that a worker that died had finished are not played again."""
    study = library_study(StudyRequest.model_validate(_asked(claim)).study)
    answer_study(
        store,
        store.cities.release(claim.request["release"]),
        study,
        studies.drills(study),
        hands=LocalHands(),
        progress=progress,
        is_cancelled=is_cancelled,
    )


def _replay(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    """Play a moved plan; runs that a worker that died had finished are not played again."""
    order = ReplayOrder.model_validate(_asked(claim))
    replay_plan(
        store,
        order.study,
        order.plan,
        hands=LocalHands(),
        progress=progress,
        is_cancelled=is_cancelled,
    )


def _asked(claim: Claim) -> dict[str, object]:
    return {name: value for name, value in claim.request.items() if name != "release"}
