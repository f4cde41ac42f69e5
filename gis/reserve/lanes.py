"""Who can send what to whom at which cost: the arrays every scenario's recourse is made of.

A *lane* is one site in one mode (own stock, agreement, production); a *source* is a lane that can
send at one delay, so that a production line is several sources. A *row* is the need of an area, or
the part of it that a required tier wants in time: a need of which a share must arrive by T is split
into two rows, and only timely sources serve the first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.reserve.instance import Instance
from gis.reserve.plan import limits

OWN, AGREED, MADE = 0, 1, 2
MODES = ("own", "agreement", "production")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Every source of an instance.

    Attributes:
        mode: ``OWN``, ``AGREED`` or ``MADE``, shape ``(sources,)``.
        slot: Which of the ``L + 2`` slots of a site it draws on: its size class for own stock, then
            agreement, then production, shape ``(sources,)``.
        site: Where it stands, shape ``(sources,)``.
        factor: Units per unit (or per unit/h) of the lane, shape ``(sources, K)``.
        delay: Hours until it leaves [h], shape ``(sources, K)``.
    """

    mode: NDArray[np.int64]
    slot: NDArray[np.int64]
    site: NDArray[np.int64]
    factor: NDArray[np.float64]
    delay: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The recourse's arrays; N scenarios, K items.

    Attributes:
        sources: Who sends.
        survival: Share of each source that survives, shape ``(N, sources)``.
        area: Area of each row, shape ``(rows,)``.
        part: Share of the area's need that the row is, shape ``(rows,)``.
        is_strict: Rows that a required tier asks for, bool, shape ``(rows,)``.
        need: Need [unit], shape ``(N, K, rows)``.
        cost: Cost [yuan/unit], shape ``(N, K, rows, sources)``; ``inf`` where no way or too late.
        price: Cost of an unmet unit [yuan/unit], shape ``(K, rows)``, without the surcharge on
            strict rows.
    """

    sources: Sources
    survival: NDArray[np.float64]
    area: NDArray[np.int64]
    part: NDArray[np.float64]
    is_strict: NDArray[np.bool_]
    need: NDArray[np.float64]
    cost: NDArray[np.float64]
    price: NDArray[np.float64]

    @property
    def is_own(self) -> NDArray[np.bool_]:
        """Sources behind the door of a depot, bool, shape ``(sources,)``."""
        own: NDArray[np.bool_] = self.sources.mode == OWN
        return own

    def supply(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each source can send [unit], shape ``(N, K, sources)``.

        Args:
            held: Amounts by slot, site and item, shape ``(slots, S, K)``.
        """
        amount = held[self.sources.slot, self.sources.site] * self.sources.factor
        return np.ascontiguousarray(self.survival[:, None, :] * amount.T[None])


def lanes_of(instance: Instance, *, is_split: bool = False) -> Lanes:
    """Lay out the recourse of an instance.

    Args:
        instance: The question.
        is_split: One own source per site and size class instead of one per site. A plan opens one
            class only, so that both mean the same; but a relaxation that opens a third of a small
            and a third of a large depot can no longer send the large one's stock through the small
            one's door, and bounds become much tighter.
    """
    sources = _sources(instance, classes=instance.classes if is_split else 1)
    area, part, deadline, is_strict = _rows(instance)
    arrival = (
        instance.hours[:, sources.site][:, None] + sources.delay.T[None, :, :, None]
    )  # (N, K, sources, A)
    late = _late(instance, arrival)
    with np.errstate(invalid="ignore"):
        cost = np.nan_to_num(
            instance.delay_cost[None, :, None, None] * arrival, nan=0.0, posinf=np.inf
        )
    cost = (cost + late)[:, :, :, area]
    cost = np.where(arrival[:, :, :, area] <= deadline, cost, np.inf)
    lateness = sum((tier.late_cost for tier in instance.tiers), np.zeros(instance.items))
    price = np.repeat((instance.unmet_cost + lateness)[:, None], len(area), axis=1)
    for levy in instance.levies:
        price = price + levy.cost.T[:, area]
    return Lanes(
        sources=sources,
        survival=instance.survival[:, sources.site],
        area=area,
        part=part,
        is_strict=is_strict,
        need=np.ascontiguousarray((instance.need.transpose(0, 2, 1)[:, :, area]) * part),
        cost=np.ascontiguousarray(cost.transpose(0, 1, 3, 2)),
        price=np.ascontiguousarray(price),
    )


def _sources(instance: Instance, *, classes: int) -> Sources:
    own = np.setdiff1d(
        np.arange(instance.sites), np.array(instance.rules.forbidden, dtype=np.int64)
    )
    nothing = np.zeros(instance.items)
    parts = [_group(OWN, slot, own, nothing + 1, nothing) for slot in range(classes)]
    most = limits(instance)
    if instance.agreement is not None:
        at = np.flatnonzero(most["agreement"].any(axis=1))
        parts.append(_group(AGREED, classes, at, nothing + 1, instance.agreement.lead_hours))
    if instance.production is not None:
        at = np.flatnonzero(most["production"].any(axis=1))
        lead, count = instance.production.lead_hours, instance.production.parts
        span = np.maximum(instance.horizon - lead, 0.0) / count
        parts += [
            _group(MADE, classes + 1, at, span, lead + number * span)
            for number in range(1, count + 1)
        ]
    return Sources(
        mode=np.concatenate([part.mode for part in parts]),
        slot=np.concatenate([part.slot for part in parts]),
        site=np.concatenate([part.site for part in parts]),
        factor=np.concatenate([part.factor for part in parts]),
        delay=np.concatenate([part.delay for part in parts]),
    )


def _group(
    mode: int,
    slot: int,
    sites: NDArray[np.int64],
    factor: NDArray[np.float64],
    delay: NDArray[np.float64],
) -> Sources:
    """Sources alike in all but their site."""
    return Sources(
        mode=np.full(len(sites), mode),
        slot=np.full(len(sites), slot),
        site=sites.astype(np.int64),
        factor=np.tile(factor, (len(sites), 1)),
        delay=np.tile(delay, (len(sites), 1)),
    )


def _rows(
    instance: Instance,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Area, share of its need, latest arrival and strictness of each row."""
    areas = np.arange(instance.areas)
    parts, deadlines, asked = [], [], 0.0
    for tier in instance.tiers:
        if tier.required > asked:
            parts.append(tier.required - asked)
            deadlines.append(np.minimum(tier.hours, instance.horizon))
            asked = tier.required
    strict = len(parts) * instance.areas
    if asked < 1:
        parts.append(1.0 - asked)
        deadlines.append(np.full(instance.areas, instance.horizon))
    return (
        np.tile(areas, len(parts)).astype(np.int64),
        np.repeat(np.array(parts), instance.areas),
        np.concatenate(deadlines),
        np.arange(len(parts) * instance.areas) < strict,
    )


def _late(instance: Instance, arrival: NDArray[np.float64]) -> NDArray[np.float64]:
    late = np.zeros_like(arrival)
    for tier in instance.tiers:
        cost = tier.late_cost[None, :, None, None]  # type: ignore[call-overload]  # checked at the border
        late += cost * (arrival > tier.hours)
    for levy in instance.levies:
        late += levy.cost.T[None, :, None, :] * (arrival > levy.hours)
    return late
