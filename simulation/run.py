"""What a run yields: its id, its result, its event log and its frames."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulation.frames import Frames
from simulation.supply.record import ReliefRecord

Rating = Literal["P", "S", "M", "U"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Row):
    """One text in Chinese and in English."""

    zh: str
    en: str


class ObjectiveRating(_Row):
    """How one objective was met: P performed, S some, M major challenges, U unable (HSEEP)."""

    objective: str
    title: Words
    rating: Rating
    because: Words
    evidence: list[int] = Field(description="Sequence numbers of events in the log")


class Indicator(_Row):
    """One key performance indicator with its threshold and basis."""

    id: str
    title: Words
    value: float | None = Field(description="None where the drill gave nothing to measure")
    unit: str
    op: Literal[">=", "<="]
    passing: float = Field(alias="pass")
    target: float
    met: bool
    basis: Literal["S", "K", "A"]
    citation: str = ""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RedLine(_Row):
    """A basic function that must never be lost."""

    id: str
    title: Words
    broken: bool
    first_s: int | None = Field(description="Seconds from T0 of the first breach")
    hours: float = Field(description="Total time in breach [h]")
    grace_hours: float
    place: str | None


class PlaceResilience(_Row):
    """Resilience index of one place, 0-100, and why it is not higher."""

    index: float
    mean: float
    tail: float
    band: int = Field(ge=1, le=5, description="1 worst to 5 best")
    worst_function: str | None
    worst_s: int | None


class Resilience(_Row):
    """Loss-triangle resilience of the city [0-1] and the index of every place."""

    city: float
    levels: dict[str, PlaceResilience]


class Curve(_Row):
    """The city's service curve: weak-link quality [0-1] over seconds from T0."""

    time_s: list[int]
    quality: list[float]


class Whistle(_Row):
    """One whistle and the department's report-in."""

    id: str
    time_s: int
    place: str
    to: str
    report_in_minutes: float | None
    within_minutes: float
    met: bool


class ConversionTask(_Row):
    """One task of a facility conversion as it was played."""

    id: str
    title: Words
    start_s: int
    end_s: int
    crew: int
    float_s: int
    critical: bool


class Conversion(_Row):
    """A facility's change of role as it was played; ``ready_s`` None when it was not finished."""

    facility: str
    role: str
    tasks: list[ConversionTask]
    ready_s: int | None
    hours: float | None


class HospitalRecord(_Row):
    """What became of one hospital or clinic; everyday patients are counted in."""

    facility: str
    beds: int = Field(description="Ward and intensive care beds in peacetime")
    icu_beds: int
    bays: int
    theatres: int = Field(description="Theatres free for emergencies in peacetime")
    surge_beds: int
    peak_occupancy: float = Field(description="Most beds in use against those of peacetime [1]")
    treated: dict[str, int] = Field(description="Patients sent home, by triage category")
    operated: int
    died: int
    diverted: int = Field(description="Patients whom ambulances took past it because it was full")
    transferred: int = Field(description="Patients taken to another hospital for a place")
    diversion_hours: float = Field(
        description="Time it sent ambulances on: full, dark or closed [h], by steps"
    )
    early_discharged: int
    postponed: int = Field(description="Planned admissions put off")


class LevelLoad(_Row):
    """What one level of command had to do; waits and work in minutes, None where it had nothing."""

    level: Literal["city", "district", "street", "community", "grid"]
    matters: int = Field(description="Matters that came to its offices")
    closed: int
    escalated: int = Field(description="Passed upward by whistle")
    wait_p50_minutes: float | None
    wait_p90_minutes: float | None
    work_p50_minutes: float | None
    work_p90_minutes: float | None
    load: float = Field(description="Matter-minutes given over those there were")


class Moves(_Row):
    """Residents moved by the movement kernel."""

    forced: int = Field(description="Moves forced by the gridlock policy")
    arrived: int
    not_arrived: int


class ItemRelief(_Row):
    """One item over the whole run: what was needed beyond taps, shops and home stocks."""

    item: str
    title: Words
    unit: str
    need: float = Field(description="Units; unit-hours of what is issued")
    met: float
    person_hours: float = Field(description="Person-hours in need")
    unmet_person_hours: float
    cover: float = Field(description="Share of the person-hours in need that were met [0-1]")


class DistrictRelief(_Row):
    """When a district first needed relief and when the first load reached it."""

    place: str
    needed_s: int | None
    reached_s: int | None
    hours: float | None = Field(description="From the order, or the need where later, to the load")


class Relief(_Row):
    """Relief by item and by district."""

    items: list[ItemRelief] = []
    districts: list[DistrictRelief] = []


class RunResult(_Row):
    """All that a run concludes. ``seconds`` is wall time and no part of the digest."""

    run: str
    city: str
    release: str
    drill: str
    seed: int
    decisions: dict[str, str]
    engine: str
    events: int
    digest: str
    seconds: float
    start_s: int
    end_s: int
    step_s: int
    population: int
    synthetic: bool
    ratings: list[ObjectiveRating]
    kpis: list[Indicator]
    red_lines: list[RedLine]
    resilience: Resilience
    curve: Curve
    whistles: list[Whistle]
    levels: list[LevelLoad] = Field(default_factory=list)
    conversion: list[Conversion]
    hospitals: list[HospitalRecord] = Field(default_factory=list)
    moves: Moves
    basis: dict[Literal["S", "K", "A"], int]
    limits: list[Words]
    reserve: str | None = Field(
        default=None, description="Digest of the reserve plan; null for the city's own stock"
    )
    relief: Relief = Relief()
    parent: str | None = Field(default=None, description="Id of the run a fork left")
    forked_at_s: int | None = Field(default=None, description="When it left [s from T0]")
    change: dict[str, Any] | None = Field(default=None, description="What a fork changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one drill on one release.

    Attributes:
        id: sha256 of release, drill, seed, decisions and engine version.
        result: What it concludes.
        events: The event log, one JSON line each, without newlines.
        frames: What it looked like.
        relief: What people needed and got by grid, item and hour, and what was lost.
    """

    id: str
    result: RunResult
    events: list[bytes]
    frames: Frames
    relief: ReliefRecord
