"""Reserve plans: which depots stand where with how much of what; the city's own is one of them."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Self

import numpy as np
import orjson
from pydantic import Field, model_validator

from gis.errors import InputError
from scenarios.drill import Drill
from scenarios.relief import ItemName, Mode
from scenarios.relief import Stock as Fallback
from scenarios.words import Strict, Text
from twin.city import City


class StockLine(Strict):
    """One item in one mode at one depot.

    Attributes:
        quantity: Stock on hand or under contract [unit of the item]; units per day for production.
        lead_hours: From the order until it is there [h]; None for the drill's value.
        share: Share of contract stock that is released [1]; None for the drill's value.
    """

    item: ItemName
    quantity: float = Field(ge=0, allow_inf_nan=False)
    mode: Mode = "physical"
    lead_hours: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    share: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _fits_its_mode(self) -> Self:
        if self.mode == "physical" and self.lead_hours is not None:
            message = f"{self.item} on hand has no lead_hours; leave it out"
            raise ValueError(message)
        if self.mode != "agreement" and self.share is not None:
            message = f"{self.item} in mode {self.mode} has no share; only agreements have"
            raise ValueError(message)
        return self


class Depot(Strict):
    """One depot: at a facility of the city, or at a node of its road network.

    Attributes:
        is_open: A closed depot gives nothing; its stock is as if it were not there.
        docks: Trucks loaded at once; None for the drill's value.
        load_t_per_hour: Loading rate of one dock [t/h]; None for the drill's value.
    """

    id: str = Field(min_length=1, max_length=64)
    facility: str | None = None
    node: int | None = Field(default=None, ge=0)
    is_open: bool = True
    docks: int | None = Field(default=None, ge=1, le=1000)
    load_t_per_hour: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    stock: tuple[StockLine, ...] = ()

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.facility is None) == (self.node is None):
            message = f"depot {self.id!r} needs a facility or a node, exactly one of them"
            raise ValueError(message)
        return self


class ReservePlan(Strict):
    """Where reserves stand and what they hold; replaces a city's own stock in a run.

    >>> line = StockLine(item="water", quantity=9000)
    >>> plan = ReservePlan(id="east", depots=(Depot(id="a", node=3, stock=(line,)),))
    >>> plan.total("water"), len(plan.digest())
    (9000.0, 64)
    """

    id: str = Field(min_length=1, max_length=128)
    depots: tuple[Depot, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for name, count in Counter(depot.id for depot in self.depots).items():
            if count > 1:
                message = f"depot {name!r} occurs {count} times; give each its own id"
                raise ValueError(message)
        return self

    def digest(self) -> str:
        """The sha256 of what the plan says; its id, a name for people, is no part of it."""
        content = self.model_dump(mode="json")["depots"]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def total(self, item: ItemName, mode: Mode = "physical") -> float:
        """What the open depots hold of an item in a mode [unit of the item]."""
        lines = [line for depot in self.depots if depot.is_open for line in depot.stock]
        return float(sum(one.quantity for one in lines if (one.item, one.mode) == (item, mode)))


def check_plan(plan: ReservePlan, city: City, drill: Drill) -> None:
    """Check a plan against the city and the drill it is to be played on.

    Raises:
        InputError: A depot stands where the city has nothing, or holds what the drill does not
            list.
    """
    for problem in _problems(plan, city, drill):
        raise InputError(f"reserve plan {plan.id!r}: {problem}", field="reserve")


def _problems(plan: ReservePlan, city: City, drill: Drill) -> Iterator[str]:
    names = set(city.facilities["facility"].astype(str))
    items = set(drill.relief.names())
    for depot in plan.depots:
        if depot.facility is not None and depot.facility not in names:
            yield f"depot {depot.id!r} names facility {depot.facility!r}, which the city lacks"
        if depot.node is not None and depot.node >= len(city.nodes):
            last = len(city.nodes) - 1
            yield f"depot {depot.id!r} names node {depot.node}; the city has nodes 0 to {last}"
        for line in depot.stock:
            if line.item not in items:
                yield f"depot {depot.id!r} holds {line.item}, which relief.items of the drill lacks"


def standing_reserve(city: City, drill: Drill) -> tuple[ReservePlan, list[Text]]:
    """The city's own reserve: its table of supplies, and what the drill adds to it.

    Returns:
        The plan, and what has to be said about it.
    """
    lines: dict[str, list[StockLine]] = {}
    known = set(city.facilities["facility"].astype(str))
    table = city.supplies
    for name, item, quantity in zip(
        table["facility"], table["item"], table["quantity"], strict=True
    ):
        if item in drill.relief.names() and str(name) in known:
            line = StockLine(item=item, quantity=float(quantity))
            lines.setdefault(str(name), []).append(line)
    said = []
    for spare in drill.relief.stock:
        held = sum(
            one.quantity for here in lines.values() for one in here if one.item == spare.item
        )
        if spare.mode == "physical" and held > 0:
            continue
        said.append(_WORDS[spare.mode])
        for name, line in _fallback(city, spare):
            lines.setdefault(name, []).append(line)
    depots = tuple(Depot(id=name, facility=name, stock=tuple(lines[name])) for name in lines)
    return ReservePlan(id="standing", depots=depots), list(dict.fromkeys(said))


_CONTRACTS = Text(
    zh="协议储备和产能储备取自演练脚本的人均假设",
    en="Contract stock and production capacity are the drill's assumptions per resident",
)
_WORDS = {
    "physical": Text(
        zh="城市数据没有储备物资，采用演练脚本的人均储备",
        en="The city lists no reserve stock; the drill's stock per resident stands in",
    ),
    "agreement": _CONTRACTS,
    "production": _CONTRACTS,
}


def _fallback(city: City, spare: Fallback) -> list[tuple[str, StockLine]]:
    """Share an item out over the facilities of the first kind the city has."""
    facilities = city.facilities
    if facilities.empty:
        return []
    kinds = facilities["kind"].astype(str)
    found = [kind for kind in spare.at if (kinds == kind).any()]
    here = facilities[kinds == found[0]] if found else facilities.iloc[:1]
    names = sorted(here["facility"].astype(str))
    residents = float(city.grids["residents"].sum())
    edges = np.rint(spare.per_resident.value * residents * np.arange(len(names) + 1) / len(names))
    parts = np.diff(edges).tolist()
    return [
        (name, StockLine(item=spare.item, quantity=part, mode=spare.mode))
        for name, part in zip(names, parts, strict=True)
    ]
