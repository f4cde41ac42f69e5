"""Centers, dispersion and capacities agree with trying every choice, under every site rule."""

from itertools import combinations, product
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.errors import InfeasibleError, InputError
from gis.locate import (
    Rules,
    capacitated_median,
    facility_location,
    maximal_cover,
    p_center,
    p_dispersion,
    p_median,
    separation_groups,
    set_cover,
)
from gis.locate.capacity import models as capacitated
from gis.locate.median.models import median_value

quick = settings(max_examples=12, deadline=None)
distances = st.tuples(st.integers(3, 6), st.integers(4, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 15).map(float))
)
squares = st.integers(4, 6).flatmap(
    lambda count: arrays(np.float64, (count, count), elements=st.integers(1, 15).map(float))
)
RULES = [
    Rules(),
    Rules(forbidden=(0,)),
    Rules(required=(1,)),
    Rules(apart=((0, 1), (2, 3))),
    Rules(cover=2),
    Rules(required=(2,), forbidden=(3,)),
]


def choices(rules: Rules, sites: int, count: int) -> list[np.ndarray]:
    return [
        np.array(choice)
        for choice in combinations(range(sites), count)
        if set(rules.open) <= set(choice)
        and not set(rules.forbidden) & set(choice)
        and all(len(set(group) & set(choice)) <= 1 for group in rules.apart)
    ]


@pytest.mark.parametrize("rules", RULES, ids=str)
@quick
@given(matrix=distances)
def test_p_median_keeps_every_rule_and_is_best_among_those_that_do(rules, matrix):
    weights = np.ones(len(matrix))
    best = min(
        median_value(matrix, weights, sites=choice, cover=rules.cover)
        for choice in choices(rules, matrix.shape[1], 2)
    )
    answer = p_median(matrix, sites=2, rules=rules)
    assert answer.value == pytest.approx(best)
    assert answer.is_proven
    assert answer.sites.tolist() in [list(choice) for choice in choices(rules, matrix.shape[1], 2)]


@pytest.mark.parametrize("rules", RULES, ids=str)
@quick
@given(matrix=distances)
def test_p_center_agrees_with_trying_every_choice(rules, matrix):
    best = min(
        np.sort(matrix[:, choice], axis=1)[:, rules.cover - 1].max()
        for choice in choices(rules, matrix.shape[1], 2)
    )
    answer = p_center(matrix, sites=2, rules=rules)
    assert answer.value == pytest.approx(best)
    assert answer.is_proven


@pytest.mark.parametrize("rules", RULES, ids=str)
@quick
@given(matrix=distances)
def test_maximal_cover_under_rules_agrees_with_trying_every_choice(rules, matrix):
    best = max(
        ((matrix[:, choice] <= 7).sum(axis=1) >= rules.cover).sum()
        for choice in choices(rules, matrix.shape[1], 2)
    )
    answer = maximal_cover(matrix, sites=2, within=7, rules=rules)
    assert answer.value == best
    assert answer.is_proven


@quick
@given(squares)
def test_p_dispersion_agrees_with_trying_every_choice(between):
    near = np.minimum(between, between.T)
    best = max(
        min(near[one, other] for one, other in combinations(choice, 2))
        for choice in combinations(range(len(near)), 3)
    )
    answer = p_dispersion(between, sites=3)
    assert answer.value == best
    assert answer.is_proven


def cheapest(cost: np.ndarray, capacity: np.ndarray, opening: np.ndarray) -> float:
    best = np.inf
    for served in product(range(cost.shape[1]), repeat=len(cost)):
        load = np.bincount(served, minlength=cost.shape[1])
        if (load <= capacity).all():
            paid = cost[np.arange(len(cost)), served].sum() + opening[load > 0].sum()
            best = min(best, paid)
    return float(best)


@quick
@given(arrays(np.float64, (4, 3), elements=st.integers(0, 9).map(float)))
def test_facility_location_agrees_with_trying_every_assignment(cost):
    capacity, opening = np.array([2.0, 3.0, 1.0]), np.array([4.0, 6.0, 1.0])
    answer = facility_location(cost, np.ones(4), capacity=capacity, opening=opening, is_single=True)
    assert answer.value == pytest.approx(cheapest(cost, capacity, opening))
    split = facility_location(cost, np.ones(4), capacity=capacity, opening=opening)
    assert split.value <= answer.value + 1e-6
    assert answer.is_proven


@quick
@given(arrays(np.float64, (4, 3), elements=st.integers(0, 9).map(float)))
def test_capacity_never_makes_a_median_cheaper(cost):
    free = p_median(cost, sites=2).value
    tight = capacitated_median(cost, np.ones(4), capacity=[2, 3, 2], sites=2)
    assert tight.value >= free - 1e-9
    assert np.bincount(tight.assignment, minlength=3).tolist() <= [2, 3, 2]


@pytest.mark.parametrize("rules", [Rules(), Rules(required=(1,)), Rules(forbidden=(0,))], ids=str)
@quick
@given(
    cost=arrays(np.float64, (5, 4), elements=st.integers(0, 9).map(float)),
    demand=arrays(np.float64, 5, elements=st.integers(0, 3).map(float)),
)
def test_knapsack_bounds_lose_no_better_packing(rules, cost, demand):
    capacity = np.array([5.0, 6.0, 4.0, 5.0])
    best = np.inf
    for choice in choices(rules, 4, 2):
        for served in product(choice, repeat=5):
            load = np.bincount(served, weights=demand, minlength=4)
            if (load <= capacity).all():
                best = min(best, cost[np.arange(5), served].sum())
    with mock.patch.object(capacitated, "SMALL_PAIRS", 0):
        try:
            found = capacitated_median(cost, demand, capacity=capacity, sites=2, rules=rules)
        except InfeasibleError:
            assert best == np.inf
            return
    assert found.value == best
    assert found.is_proven
    assert len(found.sites) == 2
    assert set(found.assignment) <= set(found.sites)


@pytest.mark.parametrize("rules", [Rules(), Rules(required=(1,)), Rules(forbidden=(0,))], ids=str)
@quick
@given(
    cost=arrays(np.float64, (5, 3), elements=st.integers(0, 9).map(float)),
    demand=arrays(np.float64, 5, elements=st.integers(0, 3).map(float)),
    opening=arrays(np.float64, 3, elements=st.integers(0, 12).map(float)),
)
def test_knapsack_bounds_lose_no_better_depots_of_any_number(rules, cost, demand, opening):
    capacity = np.array([5.0, 7.0, 4.0])
    best = np.inf
    usable = [site for site in range(3) if site not in rules.forbidden]
    for served in product(usable, repeat=5):
        if (np.bincount(served, weights=demand, minlength=3) <= capacity).all():
            opened = sorted({*served, *rules.required})
            best = min(best, cost[np.arange(5), served].sum() + opening[opened].sum())
    asked = {"capacity": capacity, "opening": opening, "is_single": True, "rules": rules}
    with mock.patch.object(capacitated, "SMALL_PAIRS", 0):
        try:
            found = facility_location(cost, demand, **asked)
        except InfeasibleError:
            assert best == np.inf
            return
    assert found.value == pytest.approx(best)
    assert found.is_proven
    assert set(found.assignment) | set(rules.required) == set(found.sites)


def test_an_existing_depot_is_open_and_not_counted():
    line = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))
    answer = p_median(line, sites=1, rules=Rules(existing=(0,)))
    assert len(answer.sites) == 2
    assert 0 in answer.sites
    assert answer.value == 7.0  # depots at 0 and 4: 0 + 1 + 2 + 1 + 0 + 1 + 2


def test_sites_closer_than_the_minimum_are_never_open_together():
    place = np.arange(6.0)
    between = np.abs(np.subtract.outer(place, place))
    groups = separation_groups(between, minimum=3.0)
    answer = p_median(between, sites=2, rules=Rules(apart=groups))
    assert np.diff(answer.sites).min() >= 3


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: p_median(np.ones((2, 3)), sites=2, rules=Rules(apart=((0, 1, 2),))),
            InfeasibleError,
            "no 2 open sites .* would do: 1 sites; sites . and . open together",
        ),
        (lambda: p_dispersion(np.ones((3, 3)), sites=1), InputError, "2 or more"),
        (lambda: p_dispersion(np.ones((2, 3)), sites=2), InputError, "one row and column"),
        (
            lambda: capacitated_median(np.ones((4, 3)), np.ones(4), capacity=[1, 1, 2], sites=2),
            InfeasibleError,
            "any one of these would do: 3 sites; 1 more capacity in all",
        ),
        (
            lambda: facility_location(np.ones((4, 2)), np.ones(4), capacity=[1, 1], opening=[1, 1]),
            InfeasibleError,
            "would do: 2 more capacity in all",
        ),
        (
            lambda: facility_location(
                np.ones((4, 2)), np.ones(4), capacity=[1, -1], opening=[1, 1]
            ),
            InputError,
            "capacity of site 1 is -1",
        ),
        (
            lambda: set_cover([[1.0, 2.0]], [1.0, np.nan], within=3),
            InputError,
            "cost of site 1 is nan",
        ),
    ],
)
def test_what_cannot_be_is_answered_with_what_could(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
