"""One door to all models for a problem that came from a file."""

from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError
from gis.locate.answer import Answer, Effort, Model
from gis.locate.capacity.models import capacitated_median, facility_location
from gis.locate.center import p_center
from gis.locate.cover.models import maximal_cover, set_cover
from gis.locate.dispersion import p_dispersion
from gis.locate.instance import Instance
from gis.locate.median.models import p_median
from gis.locate.mending import SECONDS, Limits, Room, first_that_fits, is_feasible
from gis.locate.rules import Rules, separation_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of an instance.

    Attributes:
        model: The question.
        sites: How many sites to choose; None takes the number the file asks for.
        within: Distance that counts as reached (``lscp``, ``mclp``).
        separation: Least distance between two open sites; 0 asks for none.
        is_single: One site per demand row (``cflp``).
        rules: Site rules.
        effort: Time, gap and seed.
    """

    model: Model
    sites: int | None = None
    within: float | None = None
    separation: float = 0.0
    is_single: bool = False
    rules: Rules = field(default_factory=Rules)
    effort: Effort = field(default_factory=Effort)


def solve_instance(instance: Instance, wish: Wish) -> Answer:
    """Answer one question about one instance.

    Raises:
        InputError: The model needs something that neither the file nor the wish holds.
        InfeasibleError: No choice satisfies the rules.
    """
    if wish.separation <= 0:
        return _solve(instance, wish)
    try:
        return _solve(instance, _separate(instance, wish))
    except InfeasibleError as error:
        raise _nearer(instance, wish, error) from None


def _nearer(instance: Instance, wish: Wish, error: InfeasibleError) -> InfeasibleError:
    """Add the largest separation that would do, where one does."""
    until = perf_counter() + SECONDS
    between = _between(instance)
    steps = np.unique(np.minimum(between, between.T)[~np.eye(len(between), dtype=bool)])
    steps = steps[steps < wish.separation][::-1]
    plain = _limits(instance, wish)

    def fits(step: float) -> bool | None:
        groups = separation_groups(between, minimum=step)
        rules = replace(plain.rules, apart=(*plain.rules.apart, *groups))
        return is_feasible(replace(plain, rules=rules), until=until)

    most = first_that_fits(steps, fits)
    if most is None:
        return error
    return InfeasibleError(
        f"{error.message}; a separation of at most {most:.10g} would do", field=error.field
    )


def _limits(instance: Instance, wish: Wish) -> Limits:
    count = instance.distance.shape[1]
    existing, rules = len(set(wish.rules.existing)), wish.rules
    served = instance.distance
    total = count
    if wish.model not in {"lscp", "cflp"}:
        total = _sites(instance, wish) + existing
    least = 0 if wish.model in {"lscp", "cflp", "p-center"} else total
    room = None
    if wish.model in {"cflp", "capacitated-p-median"}:
        room = Room(
            demand=_needed(instance.demand, "demand", wish),
            capacity=_needed(instance.capacity, "capacity", wish),
            is_single=wish.is_single or wish.model == "capacitated-p-median",
        )
    elif wish.model == "lscp":
        rules = replace(rules, max_distance=min(rules.max_distance, _within(wish)))
    elif wish.model in {"mclp", "p-dispersion"}:
        served = served[:0]
    elif instance.weights is not None:
        served = served[instance.weights > 0]
    return Limits(distance=served, least=least, most=total, rules=rules, room=room)


def _solve(instance: Instance, wish: Wish) -> Answer:
    if wish.model == "lscp":
        return set_cover(
            instance.distance,
            instance.opening,
            within=_within(wish),
            rules=wish.rules,
            effort=wish.effort,
        )
    if wish.model == "p-dispersion":
        between = _between(instance)
        sites = _sites(instance, wish)
        return p_dispersion(between, sites=sites, rules=wish.rules, effort=wish.effort)
    if wish.model in {"cflp", "capacitated-p-median"}:
        return _capacitated(instance, wish)
    return _plain(instance, wish)


def _plain(instance: Instance, wish: Wish) -> Answer:
    distance, weights, sites = instance.distance, instance.weights, _sites(instance, wish)
    if wish.model == "mclp":
        return maximal_cover(
            distance,
            weights,
            sites=sites,
            within=_within(wish),
            rules=wish.rules,
            effort=wish.effort,
        )
    solver = p_center if wish.model == "p-center" else p_median
    return solver(distance, weights, sites=sites, rules=wish.rules, effort=wish.effort)


def _capacitated(instance: Instance, wish: Wish) -> Answer:
    demand = _needed(instance.demand, "demand", wish)
    capacity = _needed(instance.capacity, "capacity", wish)
    if wish.model == "cflp":
        return facility_location(
            instance.distance,
            demand,
            capacity=capacity,
            opening=_needed(instance.opening, "opening", wish),
            is_single=wish.is_single,
            rules=wish.rules,
            effort=wish.effort,
        )
    return capacitated_median(
        instance.distance,
        demand,
        capacity=capacity,
        sites=_sites(instance, wish),
        weights=instance.weights,
        rules=wish.rules,
        effort=wish.effort,
    )


def _needed(array: NDArray[np.float64] | None, name: str, wish: Wish) -> NDArray[np.float64]:
    if array is None:
        raise InputError(
            f"{wish.model} needs {name}, which the file does not hold; give a cap or pmedcap file, "
            f"or an npz archive with the array {name}",
            field=name,
        )
    return array


def _sites(instance: Instance, wish: Wish) -> int:
    sites = instance.sites if wish.sites is None else wish.sites
    if sites is None:
        raise InputError(f"{wish.model} needs the number of sites to choose; give --p", field="p")
    return sites


def _within(wish: Wish) -> float:
    if wish.within is None:
        raise InputError(f"{wish.model} needs the reach of a site; give --within", field="within")
    return wish.within


def _between(instance: Instance) -> NDArray[np.float64]:
    between = instance.distance if instance.between is None else instance.between
    if between.shape[0] != between.shape[1]:
        raise InputError(
            f"distances between sites are needed but the matrix is {between.shape}; give points, "
            "a square matrix, or an npz archive with the array between",
            field="between",
        )
    return between


def _separate(instance: Instance, wish: Wish) -> Wish:
    groups = separation_groups(_between(instance), minimum=wish.separation)
    return replace(wish, rules=replace(wish.rules, apart=(*wish.rules.apart, *groups)))
