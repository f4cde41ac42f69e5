"""Laws of every model on small instances: bounds hold, and closing a site never helps."""

from collections.abc import Callable
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from gis.locate import (
    Answer,
    Rules,
    capacitated_median,
    facility_location,
    maximal_cover,
    p_center,
    p_dispersion,
    p_median,
    set_cover,
)

WITHIN = 10.0
OPENING = np.array([7.0, 9.0, 4.0, 12.0, 6.0])
SITES = len(OPENING)
DEMAND = np.array([2.0, 1.0, 3.0, 2.0])
ROOM = np.full(SITES, 6.0)
few = settings(max_examples=8, deadline=None)
distances = arrays(np.float64, (len(DEMAND), SITES), elements=st.integers(0, 20).map(float))
squares = arrays(np.float64, (SITES, SITES), elements=st.integers(1, 30).map(float))
pairs = [list(pair) for pair in combinations(range(SITES), 2)]
subsets = [
    list(part) for part in chain(*(combinations(range(SITES), n) for n in range(1, SITES + 1)))
]
ways = np.array(list(product(range(SITES), repeat=len(DEMAND))))


def reachable(distance: np.ndarray) -> np.ndarray:
    """Give every row two sites in reach, so that one of them may close."""
    near = distance.copy()
    near[:, :2] = np.minimum(near[:, :2], WITHIN)
    return near


def best_set(distance: np.ndarray) -> float:
    reached = reachable(distance) <= WITHIN
    return min(OPENING[part].sum() for part in subsets if reached[:, part].any(axis=1).all())


def best_split(distance: np.ndarray) -> float:
    return min(
        OPENING[part].sum() + shipped(distance[:, part])
        for part in subsets
        if ROOM[part].sum() >= DEMAND.sum()
    )


def shipped(distance: np.ndarray) -> float:
    """Least cost of serving all demand, in parts, from sites that are all open."""
    rows, sites = distance.shape
    whole = np.kron(np.eye(rows), np.ones(sites))
    load = np.kron(DEMAND, np.eye(sites))
    solved = linprog(distance.ravel(), A_ub=load, b_ub=ROOM[:sites], A_eq=whole, b_eq=np.ones(rows))
    return float(solved.fun) if solved.status == 0 else np.inf


def best_whole(distance: np.ndarray, *, opening: np.ndarray, most: int) -> float:
    """Try every assignment of rows to sites that the capacities permit."""
    used = (ways[:, :, None] == np.arange(SITES)).astype(float)
    fits = (np.einsum("wrs,r->ws", used, DEMAND) <= ROOM).all(axis=1)
    is_open = used.any(axis=1)
    cost = distance[np.arange(len(DEMAND)), ways].sum(axis=1) + is_open @ opening
    return cost[fits & (is_open.sum(axis=1) <= most)].min()


def split(distance: np.ndarray, rules: Rules) -> Answer:
    return facility_location(distance, DEMAND, capacity=ROOM, opening=OPENING, rules=rules)


def single(distance: np.ndarray, rules: Rules) -> Answer:
    return facility_location(
        distance, DEMAND, capacity=ROOM, opening=OPENING, is_single=True, rules=rules
    )


Solver = Callable[[np.ndarray, Rules], Answer]
Best = Callable[[np.ndarray], float]
LEAST: dict[str, tuple[Solver, Best]] = {
    "p-median": (
        lambda d, rules: p_median(d, DEMAND, sites=2, rules=rules),
        lambda d: min(DEMAND @ d[:, pair].min(axis=1) for pair in pairs),
    ),
    "p-center": (
        lambda d, rules: p_center(d, sites=2, rules=rules),
        lambda d: min(d[:, pair].min(axis=1).max() for pair in pairs),
    ),
    "set cover": (
        lambda d, rules: set_cover(reachable(d), OPENING, within=WITHIN, rules=rules),
        best_set,
    ),
    "split facility location": (split, best_split),
    "single-source facility location": (
        single,
        lambda d: best_whole(d, opening=OPENING, most=SITES),
    ),
    "capacitated p-median": (
        lambda d, rules: capacitated_median(d, DEMAND, capacity=ROOM, sites=2, rules=rules),
        lambda d: best_whole(d, opening=np.zeros(SITES), most=2),
    ),
}


@pytest.mark.parametrize("model", LEAST)
@few
@given(distance=distances)
def test_a_bound_is_at_most_the_optimum_and_the_value_at_least(model, distance):
    solver, best = LEAST[model]
    answer, optimum = solver(distance, Rules()), best(distance)
    assert answer.bound <= optimum + 1e-6
    assert answer.value >= optimum - 1e-6
    assert answer.value == pytest.approx(optimum)


@pytest.mark.parametrize("model", LEAST)
@few
@given(distance=distances, number=st.integers(0, SITES - 1))
def test_closing_an_open_site_never_helps(model, distance, number):
    solver, _ = LEAST[model]
    free = solver(distance, Rules())
    shut = int(free.sites[number % len(free.sites)])
    assert solver(distance, Rules(forbidden=(shut,))).value >= free.value - 1e-6


@few
@given(distance=distances)
def test_the_bound_of_a_cover_is_at_least_the_optimum_and_its_value_at_most(distance):
    answer = maximal_cover(distance, DEMAND, sites=2, within=WITHIN)
    best = max(DEMAND @ (distance[:, pair] <= WITHIN).any(axis=1) for pair in pairs)
    assert answer.value - 1e-6 <= best <= answer.bound + 1e-6
    shut = Rules(forbidden=(int(answer.sites[0]),))
    assert maximal_cover(distance, DEMAND, sites=2, within=WITHIN, rules=shut).value <= best


@few
@given(between=squares)
def test_the_bound_of_a_dispersion_is_at_least_the_optimum_and_its_value_at_most(between):
    answer = p_dispersion(between, sites=3)
    best = max(
        min(min(between[a, b], between[b, a]) for a, b in combinations(three, 2))
        for three in combinations(range(SITES), 3)
    )
    assert answer.value - 1e-6 <= best <= answer.bound + 1e-6
    shut = Rules(forbidden=(int(answer.sites[0]),))
    assert p_dispersion(between, sites=3, rules=shut).value <= best
