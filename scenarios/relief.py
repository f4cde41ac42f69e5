"""Relief: what goods there are, who needs how much of them, and how they come to people."""

from collections import Counter
from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.norms import Norm
from scenarios.words import Duration, Strict, Text

ItemName = Literal[
    "water",
    "food",
    "medicine",
    "blanket",
    "tent",
    "sandbag",
    "fuel",
    "generator",
    "boat_kit",
]
"""Goods, as in the column ``item`` of ``twin/schema/supplies.csv``."""
Mode = Literal["physical", "agreement", "production"]
"""Stock on hand, stock a supplier holds under contract, capacity to make more."""


class Need(Strict):
    """Who needs an item; an item's needs add up.

    Attributes:
        who: Those in shelters, or those who stayed at home.
        when: Always, or while mains water, mains power or every road to the grid is lost.
        amount: Units per person and day of what is consumed, per person of what is issued.
        share: Share of these people who need it, such as those with a chronic illness [1].
    """

    who: Literal["sheltered", "at_home"]
    when: Literal["always", "without_water", "without_power", "cut_off"]
    amount: Norm
    share: Norm | None = None

    @property
    def people_share(self) -> float:
        """Share of these people who need it [1]."""
        return 1.0 if self.share is None else self.share.value


class Item(Strict):
    """One kind of goods.

    Attributes:
        unit: Unit of every quantity of it, as in ``twin/schema/supplies.csv``.
        use: ``consumed``: used up by the day; ``issued``: handed out once, then in use.
        kg_per_unit, m3_per_unit: Weight and volume as packed for transport.
        shelf_life_days: How long it keeps; None where it does not perish.
        household_days: Days of their own need that households keep at home; None for none.
    """

    id: ItemName
    title: Text
    unit: Literal["L", "kg", "sets", "pieces"]
    use: Literal["consumed", "issued"]
    kg_per_unit: Norm
    m3_per_unit: Norm
    shelf_life_days: Norm | None = None
    household_days: Norm | None = None
    needs: tuple[Need, ...] = ()

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if self.kg_per_unit.value <= 0 or self.m3_per_unit.value <= 0:
            message = f"item {self.id}: weight and volume of a unit must be above zero"
            raise ValueError(message)
        return self


class Stock(Strict):
    """Goods per resident that the drill adds to a city.

    Stock on hand stands in only where the city lists none of the item; contracts and capacity,
    which no city table holds, are always the drill's.

    Attributes:
        at: Kinds of facility it lies at, first found first.
        per_resident: Units per resident; units per resident and day for production.
    """

    item: ItemName
    mode: Mode = "physical"
    at: tuple[str, ...] = ("depot", "warehouse", "government")
    per_resident: Norm


class Relief(Strict):
    """How relief is ordered, loaded, carried, handed out.

    Attributes:
        order: When depots may be opened [s from T0].
        every_hours: How often what every drop needs is planned [h].
        horizon_days: Days of need that deliveries are to cover [d].
        mobilise_minutes: From the order to the first loading, in working hours [min].
        mobilise_off_minutes: The same at night [min].
        load_t_per_hour: Loading rate of one dock [t/h].
        docks: Docks of a depot.
        truck_m3_per_t: Loading space of a truck per tonne of payload [m3/t].
        point_walk_m: How far people walk to a distribution point [m].
        point_setup_minutes: From the plan to a point that hands out [min].
        wet_loss_share: Share of a depot's stock that is spoilt when water enters [1].
        agreement_lead_hours, agreement_share: When contract stock is there, and how much of it.
        production_lead_hours: From the order to the first goods made [h].
    """

    order: Duration
    every_hours: Norm
    horizon_days: Norm
    mobilise_minutes: Norm
    mobilise_off_minutes: Norm
    load_t_per_hour: Norm
    docks: Norm
    truck_m3_per_t: Norm
    point_walk_m: Norm
    point_setup_minutes: Norm
    wet_loss_share: Norm
    agreement_lead_hours: Norm
    agreement_share: Norm
    production_lead_hours: Norm
    items: tuple[Item, ...] = Field(min_length=1)
    stock: tuple[Stock, ...] = ()

    @model_validator(mode="after")
    def _items_are_known(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> list[str]:
        count = Counter(item.id for item in self.items)
        lines = [
            f"item {name} occurs {n} times; list it once" for name, n in count.items() if n > 1
        ]
        lines += [
            f"stock names item {stock.item}, which relief.items lacks"
            for stock in self.stock
            if stock.item not in count
        ]
        lines += [
            f"items lack {name}, a service that every run measures"
            for name in ("water", "food")
            if name not in count
        ]
        rates = ("every_hours", "horizon_days", "load_t_per_hour", "docks", "truck_m3_per_t")
        lines += [f"{name} must be above zero" for name in rates if getattr(self, name).value <= 0]
        shares = ("wet_loss_share", "agreement_share")
        lines += [
            f"{name} must lie from 0 to 1"
            for name in shares
            if not 0 <= getattr(self, name).value <= 1
        ]
        return lines

    def names(self) -> tuple[ItemName, ...]:
        """The items in order; the first is loaded first where space is short."""
        return tuple(item.id for item in self.items)
