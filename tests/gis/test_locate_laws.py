"""Laws that hold for every matrix, and agreement with trying all choices."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.locate import Effort, Rules, maximal_cover, p_center, p_median, set_cover
from gis.locate.cover.coverage import _large
from gis.locate.cover.dominance import undominated
from gis.locate.cover.merging import merge_rows
from gis.locate.median.models import median_value
from gis.locate.median.search import MedianSearch

quick = settings(max_examples=15, deadline=None)
distances = st.tuples(st.integers(3, 7), st.integers(3, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 20).map(float))
)


def weights_of(matrix: np.ndarray) -> np.ndarray:
    return 1.0 + np.arange(len(matrix)) % 4


def best_median(matrix: np.ndarray, weights: np.ndarray, sites: int) -> float:
    choices = combinations(range(matrix.shape[1]), sites)
    return min(median_value(matrix, weights, sites=np.array(choice)) for choice in choices)


@quick
@given(distances)
def test_p_median_agrees_with_trying_every_choice(matrix):
    answer = p_median(matrix, weights_of(matrix), sites=2)
    assert answer.value == pytest.approx(best_median(matrix, weights_of(matrix), 2))
    assert answer.is_proven
    assert answer.bound <= answer.value


@quick
@given(distances, st.integers(2, 3))
def test_the_search_for_large_matrices_agrees_with_trying_every_choice(matrix, total):
    search = MedianSearch(
        cost=matrix,
        total=total,
        locked=np.zeros(matrix.shape[1], dtype=bool),
        step=1.0,
        seconds=60.0,
        gap=0.0,
        seed=1,
    )
    search.run()
    assert search.value == best_median(matrix, np.ones(len(matrix)), total)
    assert search.value - 1 < search.bound <= search.value + 1e-9


@quick
@given(distances)
def test_a_site_that_stands_already_stays_open_in_the_search(matrix):
    locked = np.zeros(matrix.shape[1], dtype=bool)
    locked[0] = True
    search = MedianSearch(
        cost=matrix + 0.25, total=2, locked=locked, step=0.0, seconds=60.0, gap=0.0, seed=1
    )
    search.run()
    others = (np.array([0, j]) for j in range(1, matrix.shape[1]))
    best = min(median_value(matrix, np.ones(len(matrix)), sites=pair) for pair in others)
    assert 0 in search.sites
    assert search.value == pytest.approx(best + 0.25 * len(matrix))
    assert search.bound == pytest.approx(search.value)


@quick
@given(distances, st.integers(1, 3))
def test_a_center_that_runs_out_of_time_still_has_a_true_value_and_bound(matrix, sites):
    best = p_center(matrix, sites=sites)
    hasty = p_center(matrix, sites=sites, effort=Effort(seconds=1e-9))
    assert hasty.bound <= best.value <= hasty.value
    assert len(hasty.sites) <= sites
    assert hasty.value == matrix[:, hasty.sites].min(axis=1).max()


@quick
@given(arrays(np.bool_, (6, 6)), st.integers(0, 5))
def test_rows_and_sites_that_are_left_out_do_not_change_the_fewest_sites(reached, lasting):
    reached = reached | np.eye(6, dtype=bool)
    rows, sites = undominated(reached, lasting=np.arange(6) == lasting)
    part = reached[np.ix_(rows, sites)]
    assert lasting in sites
    assert fewest(part) == fewest(reached)


def fewest(reached: np.ndarray) -> int:
    return next(
        size
        for size in range(reached.shape[1] + 1)
        for choice in combinations(range(reached.shape[1]), size)
        if reached[:, choice].any(axis=1).all()
    )


@quick
@given(distances)
def test_one_more_depot_never_costs_more_travel(matrix):
    assert p_median(matrix, sites=3).value <= p_median(matrix, sites=2).value + 1e-9


@quick
@given(distances, st.randoms(use_true_random=False))
def test_permuting_rows_and_relabelling_sites_changes_no_value(matrix, random):
    rows, columns = list(range(matrix.shape[0])), list(range(matrix.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    weights = weights_of(matrix)
    moved = p_median(matrix[rows][:, columns], weights[rows], sites=2)
    assert moved.value == pytest.approx(p_median(matrix, weights, sites=2).value)


@quick
@given(distances)
def test_forbidding_a_site_never_helps(matrix):
    free = p_median(matrix, sites=2).value
    assert p_median(matrix, sites=2, rules=Rules(forbidden=(0,))).value >= free - 1e-9


@quick
@given(distances, st.integers(0, 20))
def test_maximal_cover_agrees_with_trying_every_choice(matrix, within):
    weights = weights_of(matrix)
    best = max(
        weights[(matrix[:, choice] <= within).any(axis=1)].sum()
        for choice in combinations(range(matrix.shape[1]), 2)
    )
    answer = maximal_cover(matrix, weights, sites=2, within=within)
    assert answer.value == pytest.approx(best)
    assert answer.is_proven


@quick
@given(distances, st.integers(0, 20), st.integers(2, 3))
def test_prices_and_fixing_lose_no_better_cover(matrix, within, total):
    weights = weights_of(matrix)
    reached = matrix <= within
    merged = merge_rows(reached, weights)
    assume(len(merged.weight))
    best = max(
        weights[reached[:, choice].any(axis=1)].sum()
        for choice in combinations(range(matrix.shape[1]), total)
    )
    found = _large(merged, total=total, rules=Rules(), effort=Effort(seconds=20))
    assert weights[reached[:, found.sites].any(axis=1)].sum() == best
    assert best - 1e-6 <= found.bound < best + 1


@quick
@given(distances)
def test_set_cover_agrees_with_trying_every_choice(matrix):
    within = float(matrix.min(axis=1).max())
    sizes = (
        size
        for size in range(1, matrix.shape[1] + 1)
        for choice in combinations(range(matrix.shape[1]), size)
        if (matrix[:, choice] <= within).any(axis=1).all()
    )
    answer = set_cover(matrix, within=within)
    assert answer.value == next(sizes)
    assert answer.is_proven


def test_a_site_that_reaches_nobody_and_a_forbidden_one_do_no_harm_to_the_search():
    random = np.random.default_rng(3)
    matrix = random.integers(1, 99, (80, 90)).astype(float)
    matrix[:, 5] = np.inf
    rules = Rules(forbidden=(7, 8), required=(11,))
    answer = p_median(matrix, sites=3, rules=rules)
    assert answer.is_proven
    assert 11 in answer.sites
    others = (j for j in range(90) if j not in {7, 8, 11})
    best = min(
        median_value(matrix, np.ones(80), sites=np.array([11, *pair]))
        for pair in combinations(others, 2)
        if 5 not in pair
    )
    assert answer.value == best


@quick
@given(distances, st.integers(0, 20))
def test_a_cover_whose_time_is_over_keeps_its_rules_and_bounds(matrix, within):
    weights = weights_of(matrix)
    merged = merge_rows(matrix <= within, weights)
    assume(len(merged.weight))
    rules = Rules(required=(1,), forbidden=(0,))
    found = _large(merged, total=2, rules=rules, effort=Effort(seconds=0.0))
    reached = matrix <= within
    best = max(
        weights[reached[:, [1, other]].any(axis=1)].sum() for other in range(2, matrix.shape[1])
    )
    assert 1 in found.sites
    assert 0 not in found.sites
    assert len(found.sites) == 2
    assert weights[reached[:, found.sites].any(axis=1)].sum() <= best <= found.bound + 1e-6
