"""What a worker does for each kind of job."""

from collections.abc import Callable

from api.jobs.queue import Claim
from api.jobs.requests import PlacementRequest, RunRequest, library_drill
from api.store import Store
from gis.errors import CancelledError
from simulation import engine
from simulation.placement import place

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
    kinds = {"run": _play, "placement": _place}
    kinds[claim.kind](store, claim, progress, is_cancelled)


def _play(store: Store, claim: Claim, progress: Progress, is_cancelled: IsCancelled) -> None:
    request = RunRequest.model_validate(_asked(claim))
    city = store.cities.release(claim.request["release"])
    run = engine.run(
        city,
        library_drill(request.drill),
        seed=request.seed,
        decisions=request.decisions,
        progress=progress,
        is_cancelled=is_cancelled,
    )
    progress(1.0, "writing the run")
    store.runs.write(run)


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


def _asked(claim: Claim) -> dict[str, object]:
    return {name: value for name, value in claim.request.items() if name != "release"}
