"""How a plan stands: how evenly it serves, what it loses with a depot, what more money buys."""

from pydantic import Field

from simulation.run import Words
from simulation.studies.row import Row


class DistrictRow(Row):
    """One place between which evenness is measured."""

    district: str = Field(description="Place code")
    name: Words
    residents: int = Field(description="Residents of its areas")
    need_person_hours: float = Field(description="Expected need")


class DistrictShare(Row):
    """How one district is served, expected over the scenarios."""

    district: str
    access: float = Field(description="Share of its need that arrives within access_hours [1]")
    unmet_share: float = Field(description="Share of its need that is never met [1]")


class EvennessRow(Row):
    """How evenly a plan serves the districts that need anything."""

    gini: float = Field(description="Gini index of the districts' access [1]; 0 is even")
    most_gini: float | None = Field(description="The study's limit; None asks nothing")
    access_hours: float = Field(description="Within this after the order supplies count [h]")
    districts: list[DistrictShare] = Field(description="The least served first")


class LostDepot(Row):
    """One depot of a loss."""

    facility: str
    name: Words


class WorstLoss(Row):
    """The depots whose joint loss costs a plan most, in the optimiser's scenarios."""

    count: int = Field(description="Depots lost at once; fewer where fewer hold anything")
    depots: list[LostDepot]
    unmet_person_hours: float = Field(description="Expected after the loss")
    more_person_hours: float = Field(description="Than with all depots standing")
    more_unmet: dict[str, float] = Field(description="By item [item's unit]")
    at_most_person_hours: float = Field(description="No other loss of as many leaves more unmet")
    tried: int = Field(description="Losses that were reckoned")
    is_chosen_against: bool = Field(description="The plan was chosen with this loss in mind")


class BudgetPrice(Row):
    """What a larger yearly budget buys at a plan [expected person h per 10,000 yuan a year]."""

    shadow: float | None = Field(
        description="With the plan's own depots: the budget's dual; None where it was not found"
    )
    slope: float | None = Field(
        description="From the dearest cheaper plan of the front to this one; None at the first"
    )
