"""Performance: an order for a run is carried out, checkpointed on the way, kept, and resumed."""

from collections.abc import Callable
from dataclasses import dataclass

from api.store import Store
from api.store.checkpoints import Departure, Order
from gis.errors import FileFormatError, InputError, IntegrityError, NotFoundError
from scenarios.change import Change
from scenarios.words import hours
from simulation import engine
from simulation.checkpoint.file import read_head, unpack
from simulation.fork import Stage, fork, stages
from simulation.run import Run, RunResult

Progress = Callable[[float, str], None]
IsCancelled = Callable[[], bool]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who hears of a run while it is played.

    Attributes:
        progress: Told the share done and a short line.
        is_cancelled: Asked at every step.
        note: Told in one line where the run was resumed, or why it could not be.
        profile: Filled with the wall time of each part [s].
    """

    progress: Progress | None = None
    is_cancelled: IsCancelled | None = None
    note: Tell | None = None
    profile: dict[str, float] | None = None


def id_of(store: Store, order: Order) -> str:
    """The id of the run that an order asks for.

    Raises:
        DrillError: The order does not fit its drill.
        InputError: A departure lies outside the horizon.
    """
    return way_of(store, order)[-1].head.run


def way_of(store: Store, order: Order) -> list[Stage]:
    """The stretches of the run that an order asks for; the last one is the run's own.

    Raises:
        DrillError: The order does not fit its drill.
        InputError: A departure lies outside the horizon.
    """
    city = store.cities.release(order.release)
    return stages(
        city,
        order.drill,
        order.branches(),
        seed=order.seed,
        decisions=order.decisions,
        reserve=order.reserve,
    )


def perform(store: Store, order: Order, listeners: Listeners) -> RunResult:
    """Play an order and keep the run; a checkpoint of the same run is picked up.

    Raises:
        ShapanError: The order cannot be carried out, or was cancelled.
    """
    run = id_of(store, order)
    resume_from = usable_checkpoint(store, run, note=listeners.note)
    try:
        made = play(store, order, listeners, resume_from=resume_from, keep_as=run)
    except InputError:  # nobody could ever finish it
        store.checkpoints.remove(run)
        raise
    if listeners.progress is not None:
        listeners.progress(1.0, "writing the run")
    store.runs.write(made, drill=order.drill)
    store.checkpoints.remove(run)
    return made.result


def play(
    store: Store,
    order: Order,
    listeners: Listeners,
    *,
    resume_from: bytes | None = None,
    keep_as: str | None = None,
) -> Run:
    """Play an order without keeping the run.

    Args:
        store: Where the city comes from and checkpoints go.
        order: What to play.
        listeners: Who hears of it.
        resume_from: A checkpoint to go on from.
        keep_as: Id under which checkpoints are kept; None for none.
    """
    city = store.cities.release(order.release)
    keep = None
    if keep_as is not None:
        name = keep_as

        def keep(content: bytes) -> None:
            store.checkpoints.keep(name, content, order)

    if not order.departures:
        return engine.run(
            city,
            order.drill,
            seed=order.seed,
            decisions=order.decisions,
            reserve=order.reserve,
            progress=listeners.progress,
            is_cancelled=listeners.is_cancelled,
            profile=listeners.profile,
            keep=keep,
            resume_from=resume_from,
        )
    return fork(
        city,
        order.drill,
        order.branches(),
        seed=order.seed,
        decisions=order.decisions,
        reserve=order.reserve,
        progress=listeners.progress,
        is_cancelled=listeners.is_cancelled,
        keep=keep,
        resume_from=resume_from,
    )


def usable_checkpoint(store: Store, run: str, *, note: Tell | None) -> bytes | None:
    """A run's checkpoint where it is whole; a damaged one is removed, and that is told."""
    content = store.checkpoints.read(run)
    if content is None:
        return None
    try:
        unpack(content)
    except (FileFormatError, IntegrityError) as error:
        store.checkpoints.remove(run)
        if note is not None:
            note(f"the checkpoint of run {run[:12]} is of no use: {error}")
        return None
    if note is not None:
        moment = hours(read_head(content).time_s)
        note(f"run {run[:12]} goes on from its checkpoint at {moment}")
    return content


def order_of(store: Store, run: str) -> Order:
    """The order that gives a run which is kept, forks with all their parents.

    Raises:
        NotFoundError: A parent of the run is not kept, or its drill is not.
        InputError: The run was played by another engine, so that it cannot be played again.
    """
    result = store.runs.result(run)
    if result.engine != engine.ENGINE_VERSION:
        raise InputError(
            f"run {run[:12]} was played by engine {result.engine}, this is"
            f" {engine.ENGINE_VERSION}; play the drill again and fork that run",
            field="run",
        )
    departures: list[Departure] = []
    child = result
    while child.parent is not None and child.forked_at_s is not None:
        change = Change.model_validate(child.change or {})
        departures.insert(0, Departure(at_s=child.forked_at_s, change=change))
        child = store.runs.result(child.parent)
    if child.reserve is not None:
        raise NotFoundError(
            f"run {child.run[:12]} was played with a reserve plan, which is not kept with it",
            field="run",
        )
    order = Order(
        release=child.release,
        drill=store.runs.drill(child.run),
        seed=child.seed,
        decisions=child.decisions,
        departures=tuple(departures),
    )
    found = id_of(store, order)
    if found != run:
        raise NotFoundError(
            f"the drill of run {run[:12]} is not kept with it and has changed since; play it again",
            field="run",
        )
    return order
