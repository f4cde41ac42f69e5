"""What a reserve study concludes, as it crosses the border."""

import hashlib
from typing import Literal

from pydantic import Field

from simulation.intervals import Interval
from simulation.run import Words
from simulation.studies.row import Row
from simulation.studies.standing import BudgetPrice, DistrictRow, EvennessRow, WorstLoss

VERSION = "2"

Measure = Literal[
    "unmet_person_hours",
    "first_supply_hours",
    "red_lines_broken",
    "red_line_hours",
    "resilience",
    "delivered_share",
]


class ScenarioRow(Row):
    """One run that the optimiser plans with."""

    scenario: int
    drill: str
    seed: int
    decisions: dict[str, str]
    run: str = Field(description="Run without any reserve that gave the need")
    weight: float = Field(description="Probability [1]; those of a study sum to 1")
    stands_for: list[str] = Field(description="Runs it stands for after reduction, itself first")
    need: dict[str, float] = Field(description="Unmet need of the city by item [item's unit]")
    need_person_hours: float
    roads_closed: int = Field(description="Drivable roads closed at the worst hour")
    depots_lost: list[str] = Field(description="Candidates flooded or cut off")


class AreaRow(Row):
    """One place that asks for supplies."""

    area: str = Field(description="Place code")
    name: Words
    residents: int
    grids: int
    joined: list[str] = Field(description="Places of less need that it also stands for")
    lon: float
    lat: float
    need: dict[str, float] = Field(description="Expected need by item [item's unit]")


class SiteRow(Row):
    """One place where a depot may stand."""

    facility: str
    kind: str
    name: Words
    district: str
    lon: float
    lat: float
    state: Literal["candidate", "existing", "required"]
    survives: float = Field(description="Probability of standing dry and reachable [1]")


class StockRow(Row):
    """Stock of one item in one depot."""

    item: str
    unit: str
    mode: Literal["physical", "agreement", "production"]
    quantity: float = Field(description="Item's unit; of production, item's unit a day")
    volume_m3: float
    yuan: float = Field(description="Cost in a year [yuan/a]")


class DepotRow(Row):
    """One open depot of a plan."""

    facility: str
    name: Words
    lon: float
    lat: float
    size: str
    is_existing: bool
    volume_m3: float
    stock: list[StockRow]


class FlowRow(Row):
    """What a depot sends to an area, expected over the scenarios."""

    facility: str
    area: str
    item: str
    quantity: float
    hours: float = Field(description="Mean time from the order to arrival [h]")


class AreaOutcome(Row):
    """What a plan does for one area, expected over the scenarios."""

    area: str
    unmet: dict[str, float] = Field(description="By item [item's unit]")
    unmet_person_hours: float
    unmet_share: float
    hours: float | None = Field(description="First arrival [h]; None where nothing arrives")


class TierRow(Row):
    """How far a plan keeps a response tier."""

    tier: str
    title: Words
    within_hours: float
    share: float = Field(description="Expected share of the need whose supplies arrive in time")


class CostRow(Row):
    """One part of what a plan costs in a year."""

    part: Literal["opening", "holding", "rotation", "fees"]
    title: Words
    yuan: float = Field(description="[yuan/a]")


class Certificate(Row):
    """How good the optimiser's answer provably is."""

    value: float = Field(description="Objective [unit]")
    bound: float = Field(description="No plan of this budget can be below")
    unit: str
    gap: float = Field(description="Relative distance of value and bound [1]")
    is_proven: bool
    seconds: float = Field(description="Wall time, no part of the study's identity")
    method: str
    uneven_value: float | None = Field(
        default=None,
        description="Objective without the limits on evenness [unit]; None where none is asked",
    )


class Expectation(Row):
    """What the optimiser expects of a plan."""

    unmet_person_hours: float
    cvar_person_hours: float
    worst_person_hours: float
    first_supply_hours: float | None
    response_hours: float | None = Field(description="Mean over what is delivered [h]")
    delivered: dict[str, float] = Field(description="By item [item's unit]")


class ReplayMeasure(Row):
    """One measure of a plan in the drills, and its paired difference against the base."""

    measure: Measure
    title: Words
    unit: str
    better: Literal["lower", "higher"]
    value: Interval
    base: Interval
    difference: Interval = Field(description="Plan minus base, run by run with the same seed")


class Replay(Row):
    """A plan played through the drills with common random numbers."""

    base: Literal["present", "none"] = Field(description="What it is compared with")
    seeds: dict[str, list[int]] = Field(description="Replayed seeds by drill")
    runs: list[str] = Field(description="Ids of the runs with the plan")
    base_runs: list[str] = Field(description="Ids of the runs without it, in the same order")
    measures: list[ReplayMeasure]


class Disagreement(Row):
    """Where optimiser and simulation differ, and why as far as the runs show it."""

    measure: Literal["unmet_person_hours", "first_supply_hours", "delivered"]
    title: Words
    unit: str
    optimiser: float | None
    simulation: float | None
    difference: float | None = Field(description="Simulation minus optimiser")
    agrees: bool = Field(description="Within a tenth of the larger")
    because: list[Words] = Field(description="Reasons with their figures, largest first")


class FrontPoint(Row):
    """One plan of the front."""

    point: int
    budget_yuan: float = Field(description="[yuan/a]")
    cost_yuan: float = Field(description="What the plan costs in a year [yuan/a]")
    costs: list[CostRow]
    certificate: Certificate
    expected: Expectation
    tiers: list[TierRow]
    depots: list[DepotRow]
    flows: list[FlowRow]
    areas: list[AreaOutcome]
    scenario_person_hours: list[float] = Field(description="Unmet person-hours by scenario")
    evenness: EvennessRow | None = Field(
        default=None, description="None in studies of older versions"
    )
    price: BudgetPrice | None = Field(
        default=None, description="What more budget buys; None in studies of older versions"
    )
    worst_loss: WorstLoss | None = Field(
        default=None, description="None where nothing stands, or in studies of older versions"
    )
    replay: Replay | None = Field(description="None while it is not replayed")
    disagreement: list[Disagreement]


class BaselineMeasure(Row):
    """One measure of the base in the drills."""

    measure: Measure
    title: Words
    unit: str
    better: Literal["lower", "higher"]
    value: Interval


class Baseline(Row):
    """What plans are compared with, told as the front's first line: today's stock, or none."""

    base: Literal["present", "none"]
    title: Words
    cost_yuan: float | None = Field(
        description="What it costs in a year at the study's prices [yuan/a]; None where stock "
        "stands at no candidate"
    )
    depots: list[str] = Field(description="Facilities that hold stock of the study's items")
    stock: dict[str, float] = Field(description="By item [item's unit]")
    expected: Expectation | None = Field(
        description="What the optimiser expects of it; None where its cost is None"
    )
    measures: list[BaselineMeasure]


class YuanRow(Row):
    """What one more step would buy."""

    option: Literal["budget", "depot", "tonne", "truck", "generator"]
    title: Words
    facility: str | None
    item: str | None
    cost_yuan: float = Field(description="[yuan/a]")
    measure: Measure
    unit: str
    gain: Interval = Field(description="Improvement; positive is better")
    gain_per_10000_yuan: Interval
    how: Literal["optimiser", "simulation"]
    because: Words = Field(description="How it was measured")


class Move(Row):
    """One change a planner makes to a plan.

    ``to`` given: the depot's stock and size go there, and the depot closes. ``size`` given: the
    depot opens in that size, or changes to it. ``stock`` given: what it holds of its own from now
    on. None of them given: the depot closes.
    """

    facility: str = Field(description="Candidate that is meant")
    to: str | None = Field(default=None, description="Candidate its stock moves to")
    size: str | None = Field(default=None, description="Size class it has from now on")
    stock: dict[str, float] | None = Field(
        default=None, description="Own stock from now on by item [item's unit]"
    )


class MovedPlan(Row):
    """A plan after a planner's moves: the optimiser's recourse, not yet replayed."""

    study: str
    point: int
    moves: list[Move]
    is_replayed: bool
    label: Words
    plan: FrontPoint
    difference_person_hours: float = Field(description="New minus old, expected")
    difference_yuan: float
    broken_rules: list[Words] = Field(description="Rules the moved plan does not keep")
    seconds: float


class StudyResult(Row):
    """All that a study concludes. Wall times are no part of the digest."""

    study: str = Field(description="Hash of release, study, drills and engine version")
    id: str
    title: Words
    city: str
    release: str
    synthetic: bool
    engine: str
    base: Literal["present", "none"]
    scenarios: list[ScenarioRow]
    areas: list[AreaRow]
    districts: list[DistrictRow] = Field(
        default_factory=list, description="Between which evenness is measured"
    )
    sites: list[SiteRow]
    findings: list[Words] = Field(description="What a planner reads first, from the figures below")
    baseline: Baseline
    points: list[FrontPoint]
    without: Expectation = Field(description="The optimiser's scenarios without any reserve")
    next_yuan: list[YuanRow]
    unreachable: list[str] = Field(description="Areas no candidate reaches in any scenario")
    unreachable_residents: int
    basis: dict[Literal["S", "K", "A"], int]
    assumptions: list[Words]
    limits: list[Words]
    runs_played: int
    seconds: float

    def digest(self) -> str:
        """The sha256 of all but wall times and what was played: the same on every machine."""
        content = self.model_copy(update={"seconds": 0.0, "runs_played": 0})
        points = [
            point.model_copy(
                update={"certificate": point.certificate.model_copy(update={"seconds": 0.0})}
            )
            for point in content.points
        ]
        text = content.model_copy(update={"points": points}).model_dump_json()
        return hashlib.sha256(text.encode()).hexdigest()


def study_id(release: str, *, study: str, drills: list[str], engine: str) -> str:
    """The id of a study: the same question on the same release has the same id.

    Args:
        release: The city's release.
        study: Digest of the study file's content.
        drills: Digests of its drills, in the study's order.
        engine: Version of the engine that plays them.
    """
    question = "\n".join([f"study/{VERSION}", release, study, *drills, engine])
    return hashlib.sha256(question.encode()).hexdigest()
