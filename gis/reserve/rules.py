"""Which depots may stand, how much may be spent, and how evenly it must be shared."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError
from gis.reserve.border import accept, accept_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShare:
    """At most a share of every item's stock may stand in one risk zone.

    Attributes:
        sites: Sites of the zone.
        share: Greatest share of the city's stock of each item, 0 to 1.
    """

    sites: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Limits on the first stage, in site and district numbers.

    Attributes:
        existing: ``(site, size class)`` of depots that stand: they stay open in this class or a
            larger one, unless they may close.
        may_close: Existing sites that may be closed; closing saves the opening cost.
        required: Sites that must be open.
        forbidden: Sites that may not be open.
        apart: Groups of which at most one may be open (one risk circle).
        zones: Shares of stock that may stand in one zone.
        budget: Most that may be spent in a year [yuan/a].
        site_districts: District of each site, shape ``(sites,)``; empty where not asked.
        district_minimum: Open depots that each district needs.
        area_districts: District of each area, shape ``(areas,)``; empty puts each in its own.
        most_unmet_share: Greatest share of a district's expected need, all items together, that
            may stay unmet, 0 to 1; 1 asks nothing.
        most_gini: Greatest Gini index of the districts' access, 0 to 1; 1 asks nothing. Access is
            the share of a district's expected need that arrives by ``access_hours``.
        access_hours: Hours after the order by which supplies count as access [h].
        item_worth: Weight of a unit of each item where items are added, shape ``(items,)``; units
            count alike where empty.
    """

    existing: tuple[tuple[int, int], ...] = ()
    may_close: tuple[int, ...] = ()
    required: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    zones: tuple[ZoneShare, ...] = ()
    budget: float = math.inf
    site_districts: tuple[int, ...] = ()
    district_minimum: int = 0
    area_districts: tuple[int, ...] = ()
    most_unmet_share: float = 1.0
    most_gini: float = 1.0
    access_hours: float = math.inf
    item_worth: tuple[float, ...] = ()

    @property
    def open(self) -> tuple[int, ...]:
        """Sites that are open in every permitted plan, rising."""
        kept = {site for site, _ in self.existing} - set(self.may_close)
        return tuple(sorted(kept | set(self.required)))

    def districts(self, areas: int) -> NDArray[np.int64]:
        """District of each area; its own where none are given."""
        if not self.area_districts:
            return np.arange(areas)
        return np.array(self.area_districts, dtype=np.int64)


def check_rules(rules: Rules, *, sites: int, areas: int, classes: int, items: int) -> None:
    """Refuse rules that name what does not exist or contradict each other.

    Raises:
        InputError: A number is out of range.
        InfeasibleError: A site is open and forbidden, or two open sites exclude each other.
    """
    _check_sites(rules, sites=sites, classes=classes)
    if not rules.budget >= 0:
        raise InputError(f"budget is {rules.budget}; give 0 or more", field="budget")
    for name in ("most_unmet_share", "most_gini"):
        if not 0 <= getattr(rules, name) <= 1:
            raise InputError(f"{name} is {getattr(rules, name)}; give 0 to 1", field=name)
    if not rules.access_hours >= 0:
        raise InputError(f"access_hours is {rules.access_hours}; give 0 or more")
    if rules.site_districts:
        accept_numbers(
            rules.site_districts, "site_districts", length=sites, least=0, most=sites + areas
        )
    elif rules.district_minimum > 0:
        raise InputError("district_minimum needs site_districts; give one per site")
    if rules.area_districts:
        accept_numbers(
            rules.area_districts, "area_districts", length=areas, least=0, most=sites + areas
        )
    if rules.item_worth:
        accept(rules.item_worth, "item_worth", (items,))
    _check_clashes(rules)


def _check_sites(rules: Rules, *, sites: int, classes: int) -> None:
    named = {
        "existing": [site for site, _ in rules.existing],
        "may_close": list(rules.may_close),
        "required": list(rules.required),
        "forbidden": list(rules.forbidden),
        "apart": [site for group in rules.apart for site in group],
        "zones": [site for zone in rules.zones for site in zone.sites],
    }
    for name, numbers in named.items():
        wrong = [number for number in numbers if not 0 <= number < sites]
        if wrong:
            raise InputError(
                f"{name} names site {wrong[0]}; sites run from 0 to {sites - 1}", field=name
            )
    for name in ("existing", "required", "forbidden", "may_close"):
        twice = [number for number in named[name] if named[name].count(number) > 1]
        if twice:
            raise InputError(f"{name} names site {twice[0]} twice; name it once", field=name)
    for site, size in rules.existing:
        if not 0 <= size < classes:
            raise InputError(
                f"existing site {site} has class {size}; classes run from 0 to {classes - 1}",
                field="existing",
            )
    for zone in rules.zones:
        if not 0 <= zone.share <= 1:
            raise InputError(f"a zone's share is {zone.share}; give 0 to 1", field="zones")


def _check_clashes(rules: Rules) -> None:
    stray = set(rules.may_close) - {site for site, _ in rules.existing}
    if stray:
        raise InputError(
            f"may_close names site {min(stray)}, which is not existing; list it there",
            field="may_close",
        )
    clash = sorted(set(rules.open) & set(rules.forbidden))
    if clash:
        raise InfeasibleError(
            f"site {clash[0]} must be open and is forbidden; drop it from one list",
            field="forbidden",
        )
    for group in rules.apart:
        together = sorted(set(group) & set(rules.open))
        if len(together) > 1:
            raise InfeasibleError(
                f"sites {together[0]} and {together[1]} must both be open but share a risk "
                "circle; let one close, or reduce the separation",
                field="apart",
            )
