"""The parts of the covering solver: prices, groups, the search for a full cover, the tree."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.locate import Effort, Rules
from gis.locate.cover.coverage import _large, _maximal_programme
from gis.locate.cover.merging import merge_rows, weight_of
from gis.locate.cover.prices import Limits, bound_by_price, fix
from gis.locate.cover.relaxation import relax
from gis.locate.cover.search import cover_everything
from gis.programme import solve

quick = settings(deadline=None, max_examples=25)
seeds = st.integers(0, 10_000)


def a_city(seed, *, rows=40, sites=9, within=0.25):
    random = np.random.default_rng(seed)
    place, site = random.random((rows, 2)), random.random((sites, 2))
    reached = np.hypot(*(place[:, None] - site[None]).transpose(2, 0, 1)) <= within
    return merge_rows(reached, random.integers(1, 100, rows).astype(float))


def choices(merged, total):
    for choice in combinations(range(merged.reach.shape[1]), total):
        yield choice, weight_of(merged, np.array(choice))


@quick
@given(seeds, st.integers(0, 3), st.floats(-80, 80))
def test_prices_and_tolls_bound_every_choice_that_keeps_the_limits(seed, least, toll):
    merged, group = a_city(seed), (0, 2, 3, 5, 8)
    price = merged.weight * np.random.default_rng(seed + 1).random(len(merged.weight))
    fixed = np.zeros(9, dtype=np.int8)
    fixed[4], fixed[7] = 1, -1
    limits = Limits(fixed=fixed).and_group(group, least=least, most=least + 1.0)
    priced = bound_by_price(merged, price, limits, total=4, toll={group: toll})
    kept = [
        (choice, value)
        for choice, value in choices(merged, 4)
        if 4 in choice and 7 not in choice and 0 <= len({*choice} & {*group}) - least <= 1
    ]
    assert kept
    best = max(value for _, value in kept)
    assert best <= priced.bound + 1e-6
    aim = best - 1.0
    tight = fix(priced, fixed, value=aim, step=1.0)
    for choice, value in kept:
        if value > aim:
            assert (tight[list(choice)] >= 0).all()
            assert set(np.flatnonzero(tight > 0)) <= set(choice)


@quick
@given(seeds, st.integers(1, 3))
def test_the_programme_with_few_rows_shown_bounds_as_the_whole_one(seed, below):
    merged, group = a_city(seed, within=0.35), (1, 2, 4, 6)
    free = Limits(fixed=np.zeros(9, dtype=np.int8))
    relaxation = relax(merged, free, total=4, begin=np.full(9, 4 / 9))
    first = relaxation.solve(free)
    whole = _maximal_programme(merged, total=4, rules=Rules())
    whole.whole[:] = False
    assert first.priced.bound == pytest.approx(-solve(whole, seconds=9).value, abs=1e-2)
    part = free.and_group(group, least=-np.inf, most=below)
    narrow = relaxation.solve(part, basis=first.basis).priced.bound
    best = max(v for choice, v in choices(merged, 4) if len({*choice} & {*group}) <= below)
    assert best - 1e-6 <= narrow <= first.priced.bound + 1e-2
    again = relaxation.solve(free, basis=first.basis)
    assert again.priced.bound == pytest.approx(first.priced.bound, abs=1e-2)


def test_a_part_without_choices_has_no_bound():
    merged = a_city(1)
    free = Limits(fixed=np.zeros(9, dtype=np.int8))
    relaxation = relax(merged, free, total=4, begin=np.full(9, 4 / 9))
    part = free.and_group((0, 1), least=3, most=np.inf)
    assert relaxation.solve(part).priced.bound == -np.inf


@quick
@given(seeds, st.integers(3, 8))
def test_what_is_found_to_cover_everything_does_so_under_the_rules(seed, total):
    merged, rules = a_city(seed, within=0.4), Rules(required=(1,), forbidden=(0,))
    sites = cover_everything(merged, total=total, rules=rules, seed=1)
    if sites is None:
        return
    assert len(set(sites.tolist())) == total
    assert 1 in sites
    assert 0 not in sites
    assert weight_of(merged, sites) == merged.weight.sum()


def test_everything_is_covered_where_a_site_for_every_row_may_open():
    merged = a_city(3, within=0.4)
    assert cover_everything(merged, total=9, rules=Rules(), seed=1).tolist() == list(range(9))


RULED = Rules(existing=(3,), required=(5,), forbidden=(7, 8))


@pytest.mark.parametrize(
    ("city", "total", "rules"),
    [
        ({"seed": 1, "rows": 400, "sites": 100, "within": 0.15}, 12, Rules()),
        ({"seed": 3, "rows": 400, "sites": 100, "within": 0.15}, 12, Rules()),
        ({"seed": 1, "rows": 300, "sites": 60, "within": 0.2}, 9, RULED),
    ],
)
def test_dividing_by_groups_ends_at_the_optimum_of_the_whole_programme(city, total, rules):
    merged = a_city(**city)
    found = _large(merged, total=total, rules=rules, effort=Effort(seconds=60))
    whole = solve(_maximal_programme(merged, total=total, rules=rules), seconds=60, step=1.0)
    assert whole.status == "optimal"
    assert weight_of(merged, found.sites) == round(-whole.value)
    assert found.bound < round(-whole.value) + 1.0
    assert "parts of all choices" in found.method
    assert {*rules.open} <= {*found.sites.tolist()}
    again = _large(merged, total=total, rules=rules, effort=Effort(seconds=60))
    assert again.sites.tolist() == found.sites.tolist()
    assert again.method == found.method


def test_a_gap_that_is_asked_for_ends_the_search_early():
    merged = a_city(1, rows=400, sites=100, within=0.15)
    found = _large(merged, total=12, rules=Rules(), effort=Effort(seconds=60, gap=0.05))
    assert found.bound <= weight_of(merged, found.sites) * 1.05
    assert "parts" not in found.method
