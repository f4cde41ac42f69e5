"""A reserve study: which drills it must survive, what may stand where, and what it may cost."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

import orjson
from pydantic import Field, model_validator

from scenarios.norms import Norm
from scenarios.words import Strict, Text

AreaLevel = Literal["grid", "community", "street"]
DistrictLevel = Literal["district", "street", "community"]
ModeKind = Literal["physical", "agreement", "production"]
Option = Literal["depot", "tonne", "truck", "generator"]
Seed = Annotated[int, Field(ge=0)]


class StudyDrill(Strict):
    """One drill of the study, its probability weight, and two sets of seeds that never meet.

    Attributes:
        drill: Name of the library, or path of a YAML file.
        weight: Weight of the drill among the drills of the study; weights need not sum to 1.
        seeds: Runs that the optimiser plans with.
        replay_seeds: Runs that judge the plans; none of them was seen when planning.
        decisions: Answers to the drill's decisions; the rest falls to the defaults.
    """

    drill: str = Field(min_length=1)
    weight: Norm
    seeds: tuple[Seed, ...] = Field(min_length=1)
    replay_seeds: tuple[Seed, ...] = Field(min_length=1)
    decisions: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _seeds_never_meet(self) -> Self:
        for name, seeds in (("seeds", self.seeds), ("replay_seeds", self.replay_seeds)):
            for seed, count in Counter(seeds).items():
                if count > 1:
                    message = f"{name} lists seed {seed} {count} times; list each seed once"
                    raise ValueError(message)
        both = sorted(set(self.seeds) & set(self.replay_seeds))
        if both:
            message = (
                f"seed {both[0]} plans and judges drill {self.drill}; "
                "give replay_seeds that are not among seeds"
            )
            raise ValueError(message)
        if self.weight.value <= 0:
            message = f"weight of drill {self.drill} is {self.weight.value:g}; give one above 0"
            raise ValueError(message)
        return self


class Candidates(Strict):
    """Where reserve depots may stand.

    Attributes:
        kinds: Facility kinds, those built for storage first; of several at one road node the first
            stands for all.
        limit: At most so many sites; the rest is left out by distance from those kept (stated).
        keep_stocked: Facilities that hold stock today count as existing depots.
        may_close: Existing depots may be given up; else they stay open.
        existing: Facilities that are depots already, besides those with stock.
        required: Facilities that must be open.
        forbidden: Facilities that must not be used.
    """

    kinds: tuple[str, ...] = Field(min_length=1)
    limit: int = Field(ge=1, le=200)
    keep_stocked: bool = True
    may_close: bool = True
    existing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _required_is_not_forbidden(self) -> Self:
        both = sorted(set(self.required) & set(self.forbidden))
        if both:
            message = f"facility {both[0]} is both required and forbidden; name it once"
            raise ValueError(message)
        return self


class Areas(Strict):
    """Which places ask for supplies, and how grids are gathered into them.

    Attributes:
        level: Places of this level, each the sum of its grids.
        limit: At most so many areas; those of least need join the nearest area kept.
        hours: An area's travel time: ``mean`` over its grids weighted by need, or its ``worst``.
    """

    level: AreaLevel
    limit: int = Field(ge=1, le=500)
    hours: Literal["mean", "worst"] = "mean"


class StudyItem(Strict):
    """One item of the drill's catalogue, as it is bought and kept.

    Attributes:
        item: Its name in the catalogue.
        price: Purchase [yuan per unit of the item].
        holding: Keeping it [yuan per unit and year], without space.
        volume: Space with aisles [m3 per unit]; the catalogue's where it is not given.
        shelf_life: Years until it must be replaced; the catalogue's where it is not given.
    """

    item: str = Field(min_length=1)
    price: Norm
    holding: Norm
    volume: Norm | None = None
    shelf_life: Norm | None = None


class SizeClass(Strict):
    """One size of depot: its room, and what it costs in a year to keep it open."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: Text
    volume_m3: Norm
    yearly_yuan: Norm


class ReserveMode(Strict):
    """One way to hold a reserve.

    Attributes:
        kind: ``physical`` stock, ``agreement`` stock at suppliers, ``production`` lines.
        limit: Most of it beside all sites together, as a share of the city's largest need [1]; of
            production, what its lines make in the horizon. Physical stock is limited by room.
        fee_share: Yearly fee as a share of the price of what is promised [1]; 0 for stock, which
            costs its holding and what expires.
        lead_hours: Time from the order until it can be loaded [h].
    """

    kind: ModeKind
    title: Text
    limit: Norm
    fee_share: Norm
    lead_hours: Norm


class Tier(Strict):
    """A response tier: supplies should arrive within so many hours of the order.

    Attributes:
        required_share: Share of every need that must arrive in time [1]; None asks nothing.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: Text
    within_hours: Norm
    required_share: Norm | None = None


class SiteRules(Strict):
    """What any plan must keep.

    Attributes:
        separation_m: Two open depots within it stand in one risk circle; 0 switches it off.
        footprint_depth_m: Sites that the hazard wets at least so deep share its footprint, and
            count as one risk circle; nothing switches it off.
        district_minimum: Open depots every district has at least.
        max_zone_share: Largest share of an item's stock in one district [1].
        evenness_level: Equity is asked between places of this level; of it no finer than the areas.
        most_unmet_share: Largest share of its expected need that any of them may lack [1].
        most_gini: Greatest Gini index of their access, the share of expected need that is met [1].
        access_hours: Supplies count as access when they arrive so soon after the order [h]; by
            default within the horizon.
    """

    separation_m: Norm
    footprint_depth_m: Norm | None = None
    district_minimum: int = Field(default=0, ge=0)
    max_zone_share: Norm | None = None
    evenness_level: DistrictLevel = "district"
    most_unmet_share: Norm | None = None
    most_gini: Norm | None = None
    access_hours: Norm | None = None

    @property
    def asks_evenness(self) -> bool:
        """Some limit on evenness is given."""
        return self.most_unmet_share is not None or self.most_gini is not None


class StudyObjective(Strict):
    """What is made least.

    Attributes:
        kind: ``expected`` unmet need, its ``cvar``, or the largest ``regret`` of any scenario.
        alpha: Level of the CVaR [1].
        beta: Weight of the CVaR against the expectation [1].
        lost_depots: Plans are chosen against the worst loss of so many depots at once; 0 only tells
            what the loss of one would cost.
        loss_weight: Weight of the expected unmet need after that loss against the need without [1].
    """

    kind: Literal["expected", "cvar", "regret"]
    alpha: float = Field(default=0.9, ge=0, lt=1)
    beta: float = Field(default=0.5, ge=0, le=1)
    lost_depots: int = Field(default=0, ge=0, le=3)
    loss_weight: float = Field(default=0.5, gt=0, le=1)


class Front(Strict):
    """At which yearly budgets the front is drawn: a list, or so many points up to the largest."""

    budgets_yuan: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = ()
    points: int = Field(default=0, ge=0, le=20)
    largest_yuan: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if bool(self.budgets_yuan) == (self.points > 0):
            message = "give either budgets_yuan, or points with largest_yuan"
            raise ValueError(message)
        if self.points and self.largest_yuan is None:
            message = "points needs largest_yuan, the budget of the last point"
            raise ValueError(message)
        if len(set(self.budgets_yuan)) < len(self.budgets_yuan):
            message = "budgets_yuan lists a budget twice; list each once"
            raise ValueError(message)
        return self

    def budgets(self) -> tuple[float, ...]:
        """The budgets, rising [yuan/a]."""
        if self.budgets_yuan:
            return tuple(sorted(self.budgets_yuan))
        largest = self.largest_yuan or 0.0
        return tuple(largest * (i + 1) / self.points for i in range(self.points))


class NextYuan(Strict):
    """Which single steps are priced, from which point of the front.

    Attributes:
        options: ``depot``: one more; ``tonne`` of each item; ``truck`` and ``generator``: one more
            team, measured in the drill only.
        point: Number of the point they start from, from 0; -1 is the last.
        is_replayed: The best depot and tonnes are played through the drills too, each against the
            plan without it, as trucks and generators always are.
        truck_yuan: A supply truck with its crew for a year.
        generator_yuan: A generator truck with its crew for a year.
    """

    options: tuple[Option, ...] = Field(min_length=1)
    point: int = -1
    is_replayed: bool = False
    truck_yuan: Norm
    generator_yuan: Norm


class Effort(Strict):
    """How hard the optimiser tries on each point."""

    seconds: float = Field(default=60, gt=0)
    gap: float = Field(default=0.01, ge=0, lt=1)


class Study(Strict):
    """One study. Facilities and items are names, so that most studies fit any city.

    Attributes:
        base: What replayed plans are compared with: the stock the city has today, or none.
        scenarios: Scenarios kept after reduction, at most.
        write_off_years: Goods that never expire are paid off in so many years.
        docks: Trucks a depot loads at once.
        horizon_hours: Need counts from the order for so long [h].
    """

    schema_version: Literal["study/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Text
    summary: Text
    drills: tuple[StudyDrill, ...] = Field(min_length=1)
    base: Literal["present", "none"] = "present"
    scenarios: int = Field(default=60, ge=1)
    candidates: Candidates
    areas: Areas
    items: tuple[StudyItem, ...] = Field(min_length=1)
    sizes: tuple[SizeClass, ...] = Field(min_length=1)
    write_off_years: Norm
    docks: Norm
    horizon_hours: Norm
    modes: tuple[ReserveMode, ...] = Field(min_length=1)
    tiers: tuple[Tier, ...] = ()
    rules: SiteRules
    objective: StudyObjective
    front: Front
    next_yuan: NextYuan | None = None
    effort: Effort = Effort()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def digest(self) -> str:
        """The sha256 of the study's content; two files that say the same have the same one."""
        content = self.model_dump(mode="json", by_alias=True)
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _problems(self) -> Iterator[str]:
        yield from _doubles("item", [item.item for item in self.items])
        yield from _doubles("size class", [size.id for size in self.sizes])
        yield from _doubles("mode", [mode.kind for mode in self.modes])
        yield from _doubles("tier", [tier.id for tier in self.tiers])
        drills = [f"{part.drill} {sorted(part.decisions.items())}" for part in self.drills]
        yield from _doubles("drill with the same decisions", drills)
        yield from self._seeds_that_meet()
        yield from self._negative_numbers()
        yield from self._against_losses()
        yield from self._shares_above_one()
        if self.next_yuan is not None:
            points = len(self.front.budgets())
            if not -points <= self.next_yuan.point < points:
                yield f"next_yuan.point is {self.next_yuan.point}; the front has {points} points"

    def _shares_above_one(self) -> Iterator[str]:
        for name in ("most_unmet_share", "most_gini", "max_zone_share"):
            norm = getattr(self.rules, name)
            if norm is not None and norm.value > 1:
                yield f"rules.{name} is {norm.value:g}; give 0 to 1"

    def _against_losses(self) -> Iterator[str]:
        if not self.objective.lost_depots:
            return
        if self.objective.kind == "regret":
            yield "objective.lost_depots goes with expected or cvar; change kind, or give 0"
        for tier in self.tiers:
            if tier.required_share is not None and tier.required_share.value > 0:
                yield (
                    f"tier {tier.id} is required, which no plan keeps after every loss; drop its "
                    "required_share, or give objective.lost_depots 0"
                )
        if self.rules.asks_evenness:
            yield "objective.lost_depots and limits on evenness exclude each other; drop one"

    def _seeds_that_meet(self) -> Iterator[str]:
        for part in self.drills:
            for other in self.drills:
                both = sorted(set(part.seeds) & set(other.replay_seeds))
                if part.drill == other.drill and both:
                    yield (
                        f"seed {both[0]} plans and judges drill {part.drill}; "
                        "give replay_seeds that are not among seeds"
                    )

    def _negative_numbers(self) -> Iterator[str]:
        for where, norm in _norms(self, ""):
            if norm.value < 0:
                yield f"{where} is {norm.value:g} {norm.unit}; give 0 or more"
        for where, norm in (
            ("write_off_years", self.write_off_years),
            ("docks", self.docks),
            ("horizon_hours", self.horizon_hours),
        ):
            if norm.value == 0:
                yield f"{where} is 0; give a number above 0"


def _doubles(noun: str, names: list[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{noun} {name!r} occurs {count} times; name it once"


def _norms(value: object, where: str) -> Iterator[tuple[str, Norm]]:
    if isinstance(value, Norm):
        yield where, value
    elif isinstance(value, Strict):
        for name in type(value).model_fields:
            yield from _norms(getattr(value, name), f"{where}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for row, part in enumerate(value):
            names = (getattr(part, name, "") for name in ("item", "id", "kind"))
            yield from _norms(part, f"{where}.{next(filter(None, names), row)}")
