"""What may be asked for: a run of a drill, a fork of a run, a placement of depots, a study."""

import functools
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api import performance
from api.jobs.job import Job
from api.jobs.queue import Queue
from api.store import Store
from api.store.checkpoints import Departure, Order
from gis.errors import InputError, NotFoundError
from scenarios import loader, studies
from scenarios.change import Change
from scenarios.drill import Drill
from scenarios.injects import Inject
from scenarios.study import Study
from scenarios.words import hours
from simulation.engine import run_id
from simulation.placement import placement_id
from simulation.response.choices import check_decisions
from simulation.studies.summary import id_of

CityName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$"),
    Field(description="Name of the city", examples=["demo"]),
]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Path = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Seconds = Annotated[int, Field(ge=-(10**8), le=10**8, strict=True)]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class RunRequest(BaseModel):
    """A drill to play on a city."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"city": "demo", "drill": "typhoon-flood", "seed": 1, "decisions": {"D1": "now"}}
            ]
        },
    )

    city: CityName
    drill: str = Field(
        min_length=1, max_length=128, description="Name of the drill", examples=["typhoon-flood"]
    )
    seed: int = Field(
        default=1, ge=0, lt=2**63, strict=True, description="Seed of every random stream"
    )
    decisions: dict[_Word, _Word] = Field(
        default={},
        max_length=100,
        description="Chosen option by decision; the drill's default where one is absent",
        examples=[{"D1": "now"}],
    )


class ForkRequest(BaseModel):
    """What is different from a moment of a run on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"at_s": -57600, "decisions": {"D1": "now"}}]},
    )

    at_s: _Seconds = Field(description="When the fork leaves [s from T0]", examples=[-57600])
    decisions: dict[_Word, _Word] = Field(
        default={}, max_length=100, description="Another option by decision; it must still be open"
    )
    norms: dict[_Path, _Number] = Field(
        default={},
        max_length=100,
        description="Another number by dotted path, in the norm's own unit",
        examples=[{"behaviour.compliance": 0.8}],
    )
    injects: tuple[Inject, ...] = Field(
        default=(), max_length=100, description="Injects that are added, as in a drill"
    )
    moves: dict[_Word, _Seconds] = Field(
        default={}, max_length=100, description="Another time [s from T0] by inject"
    )
    without: tuple[_Word, ...] = Field(
        default=(), max_length=100, description="Injects that are not sent"
    )

    def change(self) -> Change:
        """The change as the engine takes it."""
        return Change(
            decisions=self.decisions,
            norms=self.norms,
            injects=self.injects,
            moves=self.moves,
            without=self.without,
        )


class ForkOrder(BaseModel):
    """A fork as a job keeps it."""

    model_config = ConfigDict(extra="forbid")

    run: str
    departure: Departure

    def order(self, store: Store) -> Order:
        """The order that gives the fork: its parent's, and one more departure.

        Raises:
            NotFoundError: No such run, or nothing to play it again from.
            InputError: Another engine played it.
        """
        parent = performance.order_of(store, self.run)
        return parent.model_copy(update={"departures": (*parent.departures, self.departure)})


class PlacementRequest(BaseModel):
    """Depots to place in a city."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"city": "demo", "depots": 3, "within_minutes": 30, "model": "p-median"}]
        },
    )

    city: CityName
    depots: int = Field(ge=1, le=1000, strict=True, description="Depots to open", examples=[3])
    within_minutes: float = Field(
        gt=0,
        le=100_000,
        allow_inf_nan=False,
        description="Driving time that counts as reached [min]",
        examples=[30.0],
    )
    model: Literal["p-median", "coverage"] = Field(
        default="p-median",
        description="`p-median`: least person-minutes; `coverage`: most residents within the time",
    )


class StudyRequest(BaseModel):
    """A reserve study to answer on a city."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"city": "demo", "study": "typhoon-reserve"}]},
    )

    city: CityName
    study: str = Field(
        min_length=1,
        max_length=128,
        description="Name of a study of the library",
        examples=["typhoon-reserve"],
    )


class ReplayOrder(BaseModel):
    """A replay of a moved plan as a job keeps it."""

    model_config = ConfigDict(extra="forbid")

    study: str
    plan: str


def submit_run(store: Store, queue: Queue, request: RunRequest) -> tuple[Job, bool]:
    """Queue a run, or find the run or job that answers the request already.

    Returns:
        The job, and whether anything has to be computed for it.

    Raises:
        NotFoundError: No such city or drill.
        DrillError: The decisions are not the drill's, or it names what the city does not have.
        TooManyJobsError: The queue is full.
    """
    release = store.cities.summary(request.city)["release"]
    drill = library_drill(request.drill)
    check_decisions(drill, request.decisions)
    city = store.cities.release(release)
    loader.validate(drill, city)
    target = run_id(city, drill, seed=request.seed, decisions=request.decisions)
    return _submit(queue, "run", target, body=request, release=release, has=store.runs.has(target))


def submit_fork(store: Store, queue: Queue, run: str, request: ForkRequest) -> tuple[Job, bool]:
    """Queue a fork, or find the run or job that answers the request already.

    Returns:
        The job, and whether anything has to be computed for it.

    Raises:
        NotFoundError: No such run, or nothing to play it again from.
        InputError: The moment lies outside the run, nothing changes, or a decision was made by
            then.
        DrillError: The change does not fit the drill or the city.
        TooManyJobsError: The queue is full.
    """
    change = request.change()
    asked = ForkOrder(run=run, departure=Departure(at_s=request.at_s, change=change))
    order = asked.order(store)
    check_decisions(order.drill, request.decisions)
    stage = performance.way_of(store, order)[-1]
    loader.validate(stage.drill, store.cities.release(order.release))
    _check_open(store, run, request)
    target = stage.head.run
    has = store.runs.has(target)
    return _submit(queue, "fork", target, body=asked, release=order.release, has=has)


def _check_open(store: Store, run: str, request: ForkRequest) -> None:
    """Refuse another answer to what the run had decided by the moment."""
    for event in store.runs.event_items(run):
        if event["kind"] != "decision.made" or event["decision"] not in request.decisions:
            continue
        if event["time_s"] <= request.at_s:
            raise InputError(
                f"decision {event['decision']} was made at {hours(event['time_s'])}; fork at a"
                " moment before it",
                field="at_s",
            )


def submit_placement(store: Store, queue: Queue, request: PlacementRequest) -> tuple[Job, bool]:
    """Queue a placement, or find the one that answers the request already.

    Returns:
        The job, and whether anything has to be computed for it.

    Raises:
        NotFoundError: No such city.
        TooManyJobsError: The queue is full.
    """
    release = store.cities.summary(request.city)["release"]
    target = placement_id(
        release,
        model=request.model,
        depots=request.depots,
        within_minutes=request.within_minutes,
    )
    has = store.placements.has(target)
    return _submit(queue, "placement", target, body=request, release=release, has=has)


def submit_study(store: Store, queue: Queue, request: StudyRequest) -> tuple[Job, bool]:
    """Queue a study, or find the one that answers the request already.

    Returns:
        The job, and whether anything has to be computed for it.

    Raises:
        NotFoundError: No such city or study.
        TooManyJobsError: The queue is full.
    """
    release = store.cities.summary(request.city)["release"]
    study = library_study(request.study)
    target = id_of(store.cities.release(release), study, studies.drills(study))
    has = store.studies.has(target)
    return _submit(queue, "study", target, body=request, release=release, has=has)


def submit_replay(store: Store, queue: Queue, study: str, plan: str) -> tuple[Job, bool]:
    """Queue the replay of a moved plan, or find the one that did it already.

    Returns:
        The job, and whether anything has to be computed for it.

    Raises:
        NotFoundError: No such study or moved plan.
        TooManyJobsError: The queue is full.
    """
    has = store.studies.moved(study, plan).is_replayed
    release = store.studies.result(study).release
    body = ReplayOrder(study=study, plan=plan)
    return _submit(queue, "replay", plan, body=body, release=release, has=has)


@functools.cache
def library_study(name: str) -> Study:
    """A study of the library: what comes over the wire must never name a file.

    Raises:
        NotFoundError: The library has no such study.
    """
    if name not in studies.names():
        known = ", ".join(studies.names())
        raise NotFoundError(f"no study is called {name[:80]!r}; there are {known}", field="study")
    return studies.load(name)


@functools.cache
def library_drill(name: str) -> Drill:
    """A drill of the library: what comes over the wire must never name a file.

    Raises:
        NotFoundError: The library has no such drill.
    """
    if name not in loader.names():
        known = ", ".join(loader.names())
        raise NotFoundError(f"no drill is called {name[:80]!r}; there are {known}", field="drill")
    return loader.load(name)


def _submit(
    queue: Queue, kind: str, target: str, *, body: BaseModel, release: str, has: bool
) -> tuple[Job, bool]:
    request: dict[str, Any] = body.model_dump(mode="json", by_alias=True) | {"release": release}
    job, is_new = queue.submit(kind, target, request=request, is_done=has)
    return job, is_new and not has
