"""What is decided before the emergency: depots, stock, agreements, production lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from gis.reserve.border import accept, accept_numbers
from gis.reserve.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The first stage.

    Attributes:
        classes: Size class of each site, -1 where no depot is open, int64, shape ``(S,)``.
        stock: Own stock [unit], shape ``(S, K)``.
        agreement: Stock kept by suppliers [unit], shape ``(S, K)``.
        production: Lines under contract [unit/h], shape ``(S, K)``.
    """

    classes: NDArray[np.int64]
    stock: NDArray[np.float64]
    agreement: NDArray[np.float64]
    production: NDArray[np.float64]

    @property
    def sites(self) -> NDArray[np.int64]:
        """Open sites, rising."""
        return np.flatnonzero(self.classes >= 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStageCost:
    """What a plan costs in a year [yuan/a], by purpose."""

    opening: float
    holding: float
    rotation: float
    fees: float

    @property
    def total(self) -> float:
        """Sum of all purposes [yuan/a]."""
        return self.opening + self.holding + self.rotation + self.fees


def make_plan(
    instance: Instance,
    classes: ArrayLike,
    *,
    stock: ArrayLike = 0.0,
    agreement: ArrayLike = 0.0,
    production: ArrayLike = 0.0,
) -> Plan:
    """Check a plan somebody made by hand against the rooms and limits of an instance.

    Budget and site rules are not asked: a planner may look at what they forbid.

    Raises:
        ShapeMismatchError: An array has a wrong shape.
        InputError: Stock stands where no depot is open or needs more room than there is, or an
            agreement or production line is above its limit.
    """
    shape = (instance.sites, instance.items)
    plan = Plan(
        classes=accept_numbers(
            classes, "classes", length=instance.sites, least=-1, most=instance.classes - 1
        ),
        stock=accept(stock, "stock", shape),
        agreement=accept(agreement, "agreement", shape),
        production=accept(production, "production", shape),
    )
    _check_room(instance, plan)
    for name, limit in limits(instance).items():
        _check_limit(getattr(plan, name), limit, name)
    return plan


def limits(instance: Instance) -> dict[str, NDArray[np.float64]]:
    """Most of each mode that is not one's own, shape ``(S, K)`` each."""
    none = np.zeros((instance.sites, instance.items))
    return {
        "agreement": none if instance.agreement is None else instance.agreement.limit,
        "production": none if instance.production is None else instance.production.limit,
    }


def room(instance: Instance, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Room of each site in its class [m3], shape ``(S,)``; 0 where closed."""
    held = instance.volume[np.arange(instance.sites), np.maximum(classes, 0)]
    return np.where(classes >= 0, held, 0.0)


def _check_room(instance: Instance, plan: Plan) -> None:
    has = room(instance, plan.classes)
    wants = plan.stock @ instance.unit_volume
    closed = np.flatnonzero((plan.classes < 0) & (plan.stock.sum(axis=1) > 0))
    if closed.size:
        raise InputError(
            f"site {closed[0]} holds stock but is closed; open it or move the stock", field="stock"
        )
    over = np.flatnonzero(wants > has * (1 + 1e-6) + 1e-6)
    if over.size:
        site = over[0]
        raise InputError(
            f"stock of site {site} needs {wants[site]:.6g} m3 but its class has {has[site]:.6g}; "
            "take a larger class or less stock",
            field="stock",
        )


def _check_limit(held: NDArray[np.float64], limit: NDArray[np.float64], name: str) -> None:
    over = np.argwhere(held > limit * (1 + 1e-6) + 1e-6)
    if len(over):
        site, item = over[0]
        raise InputError(
            f"{name} of item {item} at site {site} is {held[site, item]:g}; "
            f"at most {limit[site, item]:g} can be had",
            field=name,
        )


def first_stage_cost(instance: Instance, plan: Plan) -> FirstStageCost:
    """Split what a plan costs in a year.

    Stock that normal use consumes before it expires costs no rotation; the rest costs unit cost
    over shelf life.
    """
    opened = plan.sites
    aged = np.maximum(plan.stock - instance.turned_over, 0.0)
    fees = 0.0
    if instance.agreement is not None:
        fees += float(plan.agreement.sum(axis=0) @ instance.agreement.fee)
    if instance.production is not None:
        fees += float(plan.production.sum(axis=0) @ instance.production.fee)
    return FirstStageCost(
        opening=float(instance.opening_cost[opened, plan.classes[opened]].sum()),
        holding=float(plan.stock.sum(axis=0) @ instance.holding_cost),
        rotation=float(aged.sum(axis=0) @ instance.rotation_cost),
        fees=fees,
    )
