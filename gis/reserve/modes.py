"""How supplies are held besides one's own stock, and by when they must arrive."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.reserve.border import accept, zeros_like_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Stock that suppliers keep for us against a yearly fee.

    Attributes:
        limit: Most that a supplier beside each site can keep [unit], shape ``(sites, items)``.
        fee: Yearly fee [yuan/(unit a)], shape ``(items,)``.
        lead_hours: From the order until it is ready to leave [h], shape ``(items,)``.
    """

    limit: NDArray[np.float64]
    fee: NDArray[np.float64]
    lead_hours: NDArray[np.float64]

    def checked(self, sites: int, items: int) -> "Agreement":
        """Accept the arrays at the border."""
        return Agreement(
            limit=accept(self.limit, "agreement.limit", (sites, items)),
            fee=accept(self.fee, "agreement.fee", (items,)),
            lead_hours=accept(self.lead_hours, "agreement.lead_hours", (items,)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """Production lines that start when the order comes.

    A line's output is counted in ``parts`` equal spans between its start and the horizon; what a
    span makes leaves at its end, so the model is never earlier than the line.

    Attributes:
        limit: Most that can be contracted beside each site [unit/h], shape ``(sites, items)``.
        fee: Yearly fee for standing ready [yuan/(unit/h a)], shape ``(items,)``.
        lead_hours: From the order until the line runs [h], shape ``(items,)``.
        parts: Number of spans.
    """

    limit: NDArray[np.float64]
    fee: NDArray[np.float64]
    lead_hours: NDArray[np.float64]
    parts: int = 3

    def checked(self, sites: int, items: int) -> "Production":
        """Accept the arrays at the border."""
        return Production(
            limit=accept(self.limit, "production.limit", (sites, items)),
            fee=accept(self.fee, "production.fee", (items,)),
            lead_hours=accept(self.lead_hours, "production.lead_hours", (items,)),
            parts=max(1, int(self.parts)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A time by which supplies should be there, rewarded or required.

    Attributes:
        hours: Time after the order [h]; one number, or one per area, shape ``(areas,)``.
        required: Share of every need that must arrive in time, in every scenario, 0 to 1.
        late_cost: Cost of each unit that arrives later or never [yuan/unit], shape ``(items,)``;
            zero where empty.
    """

    hours: float | NDArray[np.float64]
    required: float = 0.0
    late_cost: NDArray[np.float64] | tuple[float, ...] = ()

    def checked(self, areas: int, items: int) -> "Tier":
        """Accept the arrays at the border."""
        return Tier(
            hours=accept(np.broadcast_to(self.hours, (areas,)), "tier.hours", (areas,)),
            required=float(accept(self.required, "tier.required", (), most=1.0)),
            late_cost=accept(zeros_like_items(self.late_cost, items), "tier.late_cost", (items,)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Levy:
    """A price on every unit that arrives later, or never, area by area.

    Unlike a tier's it may be negative, as long as no way and no unmet need costs less than nothing.

    Attributes:
        hours: Time after the order [h].
        cost: Price of a unit [yuan/unit], shape ``(areas, items)``.
    """

    hours: float
    cost: NDArray[np.float64]
