"""One question about reserves, as arrays: where, how much of what, in which mode.

Sites S, size classes L, areas A, items K, scenarios N. Costs of the first stage are yearly; costs
of a scenario are those of one emergency, so a caller who expects ``f`` emergencies a year
multiplies ``unmet_cost``, ``delay_cost`` and the tiers' ``late_cost`` by ``f``.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError, ShapeMismatchError
from gis.reserve.border import accept
from gis.reserve.modes import Agreement, Levy, Production, Tier
from gis.reserve.rules import Rules, check_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Everything the model reads; checked, copied and frozen when it is made.

    Attributes:
        probability: Probability of each scenario given an emergency, sums to 1, shape ``(N,)``.
        hours: Travel time by scenario, site and area [h], shape ``(N, S, A)``; ``inf`` where no
            way leads.
        need: Need by scenario, area and item [unit], shape ``(N, A, K)``.
        survival: Share of what stands at a site that survives the scenario, 0 to 1, shape
            ``(N, S)``.
        opening_cost: Yearly cost of a depot by site and class [yuan/a], shape ``(S, L)``.
        volume: Room by site and class [m3], never falling with the class, shape ``(S, L)``.
        unit_volume: Room of one unit [m3/unit], shape ``(K,)``.
        unit_weight: Weight of one unit [t/unit], shape ``(K,)``.
        unit_cost: Price of one unit [yuan/unit], shape ``(K,)``.
        holding_cost: Holding [yuan/(unit a)], shape ``(K,)``.
        shelf_life: Years until a unit expires [a], shape ``(K,)``; ``inf`` where it does not.
        yearly_use: Normal use that turns stock over [unit/a], shape ``(S, K)``.
        unmet_cost: Cost of a need that nobody meets [yuan/unit], shape ``(K,)``.
        delay_cost: Cost of each hour a unit is on its way [yuan/(unit h)], shape ``(K,)``.
        loading_rate: What a depot loads [t/h], shape ``(S,)``; ``inf`` where it does not limit.
        horizon: Hours after the order; what arrives later does not count [h].
        agreement: Stock at suppliers, or None.
        production: Production lines, or None.
        tiers: Times to arrive by, rising.
        rules: Limits on the plan.
        levies: Prices on late supplies area by area; a search for evenness sets them.

    Raises:
        ShapeMismatchError: An array has another shape than ``hours`` and ``volume`` demand.
        InputError: A number is out of its range, or there is no site, area, item or scenario.
        InfeasibleError: The rules contradict each other.
    """

    probability: NDArray[np.float64]
    hours: NDArray[np.float64]
    need: NDArray[np.float64]
    survival: NDArray[np.float64]
    opening_cost: NDArray[np.float64]
    volume: NDArray[np.float64]
    unit_volume: NDArray[np.float64]
    unit_weight: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    holding_cost: NDArray[np.float64]
    shelf_life: NDArray[np.float64]
    unmet_cost: NDArray[np.float64]
    delay_cost: NDArray[np.float64]
    yearly_use: NDArray[np.float64] | float = 0.0
    loading_rate: NDArray[np.float64] | float = np.inf
    horizon: float = 72.0
    agreement: Agreement | None = None
    production: Production | None = None
    tiers: tuple[Tier, ...] = ()
    rules: Rules = field(default_factory=Rules)
    levies: tuple[Levy, ...] = ()

    def __post_init__(self) -> None:
        for name, array in _checked(self).items():
            object.__setattr__(self, name, array)

    @property
    def scenarios(self) -> int:
        """Number of scenarios N."""
        return int(self.hours.shape[0])

    @property
    def sites(self) -> int:
        """Number of sites S."""
        return int(self.hours.shape[1])

    @property
    def areas(self) -> int:
        """Number of areas A."""
        return int(self.hours.shape[2])

    @property
    def items(self) -> int:
        """Number of items K."""
        return int(self.need.shape[2])

    @property
    def classes(self) -> int:
        """Number of size classes L."""
        return int(self.volume.shape[1])

    @property
    def rotation_cost(self) -> NDArray[np.float64]:
        """Yearly cost of replacing what expires [yuan/(unit a)], shape ``(K,)``."""
        cost: NDArray[np.float64] = self.unit_cost / self.shelf_life
        return cost

    @property
    def turned_over(self) -> NDArray[np.float64]:
        """Stock that normal use consumes before it expires [unit], shape ``(S, K)``."""
        use = np.asarray(self.yearly_use)
        endless = np.where(use > 0, np.inf, 0.0)
        finite = np.isfinite(self.shelf_life)
        life = np.where(finite, self.shelf_life, 0.0)
        turned: NDArray[np.float64] = np.where(finite, use * life, endless)
        return turned

    @property
    def most_stock(self) -> NDArray[np.float64]:
        """No plan needs more stock than this [unit], shape ``(S, K)``.

        Room of the largest class and the largest total need of a scenario, whatever is less.
        """
        need = self.need.sum(axis=1)
        surviving = self.survival > 0
        wanted = np.where(
            surviving[:, :, None],
            need[:, None, :] / np.where(surviving, self.survival, 1.0)[:, :, None],
            0.0,
        ).max(axis=0)
        with np.errstate(divide="ignore"):
            room = self.volume.max(axis=1)[:, None] / self.unit_volume[None, :]
        most: NDArray[np.float64] = np.minimum(np.nan_to_num(room, nan=np.inf), wanted)
        return most


def _checked(given: Instance) -> dict[str, object]:
    hours = np.asarray(given.hours, dtype=np.float64)
    need = np.asarray(given.need, dtype=np.float64)
    volume = np.asarray(given.volume, dtype=np.float64)
    if hours.ndim != 3 or need.ndim != 3 or volume.ndim != 2:
        raise ShapeMismatchError(
            f"hours is {hours.shape}, need {need.shape}, volume {volume.shape}; give "
            "(scenarios, sites, areas), (scenarios, areas, items) and (sites, classes)"
        )
    (n, s, a), k, size = hours.shape, need.shape[2], volume.shape[1]
    for count, what in ((n, "scenario"), (s, "site"), (a, "area"), (k, "item"), (size, "class")):
        if count == 0:
            raise InputError(f"there are 0 {what}s; give at least one", field=what)
    check_rules(given.rules, sites=s, areas=a, classes=size, items=k)
    checked: dict[str, object] = {
        "probability": _probability(given.probability, n),
        "hours": accept(hours, "hours", (n, s, a), is_inf_allowed=True),
        "need": accept(need, "need", (n, a, k)),
        "survival": accept(given.survival, "survival", (n, s), most=1.0),
        "opening_cost": accept(given.opening_cost, "opening_cost", (s, size)),
        "volume": accept(volume, "volume", (s, size)),
        "shelf_life": _shelf_life(given.shelf_life, k),
        "yearly_use": accept(given.yearly_use, "yearly_use", (s, k)),
        "loading_rate": accept(given.loading_rate, "loading_rate", (s,), is_inf_allowed=True),
        "horizon": float(accept(given.horizon, "horizon", ())),
        "agreement": given.agreement and given.agreement.checked(s, k),
        "production": given.production and given.production.checked(s, k),
        "tiers": tuple(tier.checked(a, k) for tier in given.tiers),
    }
    for name in (
        "unit_volume", "unit_weight", "unit_cost", "holding_cost", "unmet_cost", "delay_cost",
    ):  # fmt: skip
        checked[name] = accept(getattr(given, name), name, (k,))
    _check_order(volume, checked["tiers"])
    return checked


def _probability(values: object, scenarios: int) -> NDArray[np.float64]:
    array = accept(values, "probability", (scenarios,))  # type: ignore[arg-type]  # checked there
    if abs(float(array.sum()) - 1.0) > 1e-6:
        raise InputError(
            f"probabilities sum to {array.sum():g}; divide them by their sum", field="probability"
        )
    return array


def _shelf_life(values: object, items: int) -> NDArray[np.float64]:
    array = accept(values, "shelf_life", (items,), is_inf_allowed=True)  # type: ignore[arg-type]  # checked there
    if not (array > 0).all():
        raise InputError(
            f"shelf_life of item {int(np.flatnonzero(array == 0)[0])} is 0; give years above 0",
            field="shelf_life",
        )
    return array


def _check_order(volume: NDArray[np.float64], tiers: object) -> None:
    falling = np.argwhere(np.diff(volume, axis=1) < 0)
    if len(falling):
        raise InputError(
            f"volume of site {falling[0][0]} falls from class {falling[0][1]} to the next; "
            "order the classes by size",
            field="volume",
        )
    hours = [tier.hours for tier in tiers]  # type: ignore[attr-defined]  # a tuple of tiers
    for number in range(1, len(hours)):
        if (hours[number] < hours[number - 1]).any():
            raise InputError(
                f"tier {number} is earlier than the one before; order them", field="tiers"
            )
