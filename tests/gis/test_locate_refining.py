"""Laws of annealing and regions: what is kept up to date agrees with reckoning anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.locate.median import annealing, regions
from gis.locate.median import search as searching
from gis.locate.median.annealing import Choice, Ground, anneal, begin_choice, lay_ground, put, weigh
from gis.locate.median.interchange import Search, begin_search
from gis.locate.median.lists import sorted_lists
from gis.locate.median.regions import draw_region
from gis.locate.median.search import MedianSearch

FAR = 1e9
DEMANDS, SITES, TOTAL = 90, 60, 12


def clustered(seed: int) -> np.ndarray:
    """Whole distances of demands to sites in tight clusters: many ties."""
    random = np.random.default_rng(seed)
    centre = random.uniform(0, 100, (8, 2))
    place = centre[random.integers(0, 8, DEMANDS)] + random.normal(size=(DEMANDS, 2)) * 3
    return np.floor(np.hypot(*(place[:, None] - place[None, :SITES]).transpose(2, 0, 1)))


def begin(cost: np.ndarray, *, locked: int = 0) -> tuple[Ground, Choice]:
    by_site = np.where(np.isfinite(cost), cost, FAR).T.copy()
    usable = np.arange(SITES) != SITES - 1
    ground = lay_ground(sorted_lists(cost), by_site, usable, total=TOTAL, far=FAR)
    return ground, begin_choice(ground, np.arange(TOTAL), np.arange(SITES) < locked)


def check_whole(cost: np.ndarray, choice: Choice) -> None:
    """Everything a choice keeps agrees with its sites."""
    nearest = np.sort(np.where(np.isfinite(cost), cost, FAR)[:, choice.slots], axis=1)
    np.testing.assert_array_equal(choice.d1, nearest[:, 0])
    np.testing.assert_array_equal(choice.d2, nearest[:, 1])
    loss = np.bincount(choice.first, weights=nearest[:, 1] - nearest[:, 0], minlength=TOTAL)
    np.testing.assert_allclose(choice.loss, loss)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.lists(st.tuples(st.integers(TOTAL, SITES - 1), st.integers(0, 11))))
def test_a_swap_changes_the_value_by_what_was_weighed(seed, swaps):
    cost = clustered(seed)
    ground, choice = begin(cost)
    for site, slot in swaps:
        if choice.slot_of[site] < 0:
            before, change = choice.d1.sum(), weigh(ground, choice, site, slot)
            put(ground, choice, site, slot)
            assert choice.d1.sum() == pytest.approx(before + change)
    check_whole(cost, choice)


@pytest.mark.parametrize("seed", range(4))
def test_annealing_keeps_its_books_and_the_site_rules(seed):
    cost = clustered(seed)
    cost[np.arange(DEMANDS), np.arange(DEMANDS) % SITES] = np.inf
    ground, choice = begin(cost, locked=3)
    before = choice.values[0]
    sites = anneal(ground, choice, random=np.random.default_rng(seed), is_over=lambda: True)
    check_whole(cost, choice)
    assert choice.values[0] == pytest.approx(choice.d1.sum())
    value = np.where(np.isfinite(cost), cost, FAR)[:, sites].min(axis=1).sum()
    assert value == pytest.approx(choice.values[1])
    assert value < before
    assert len(set(sites.tolist())) == TOTAL
    assert set(sites) >= {0, 1, 2}
    assert SITES - 1 not in sites


def search_at(cost: np.ndarray, sites: np.ndarray) -> Search:
    nowhere = np.zeros(SITES, dtype=bool)
    return begin_search(sorted_lists(cost), cost.T.copy(), sites=sites, locked=nowhere, far=FAR)


@pytest.mark.parametrize("seed", range(6))
def test_a_region_differs_from_the_whole_by_what_other_sites_serve(seed):
    cost, random = clustered(seed), np.random.default_rng(seed)
    sites = np.sort(random.choice(SITES, TOTAL, replace=False))
    search = search_at(cost, sites)
    region = draw_region(search, np.arange(SITES), count=4, random=random)
    others = search.d1.sum() - region.cost[:, region.start()].min(axis=1).sum()
    np.testing.assert_array_equal(region.merge(region.start()), sites)
    chosen = random.choice(len(region.site), len(region.freed), replace=False)
    merged = region.merge(np.append(chosen, len(region.site)))
    inside = region.cost[:, np.append(chosen, len(region.site))].min(axis=1).sum()
    assert len(merged) == TOTAL
    assert cost[:, merged].min(axis=1).sum() <= inside + others


def test_refining_never_makes_a_choice_dearer_and_repeats_itself(monkeypatch):
    monkeypatch.setattr(annealing, "MOST_BATCHES", 2)
    monkeypatch.setattr(searching, "MOST_REGIONS", 6)
    monkeypatch.setattr(regions, "MOST_FREED", 4)
    cost = clustered(3)
    start = cost[:, :TOTAL].min(axis=1).sum()
    answers = []
    for _ in range(2):
        search = MedianSearch(
            cost=cost,
            total=TOTAL,
            locked=np.zeros(SITES, dtype=bool),
            step=1.0,
            seconds=1000.0,
            gap=0.0,
            seed=5,
            value=start,
            bound=0.0,
            sites=np.arange(TOTAL),
        )
        search.began = search.timer()
        search._refine(search_at(cost, search.sites))
        assert search.value == cost[:, search.sites].min(axis=1).sum() < start
        answers.append((search.value, search.sites.tolist(), search.stages))
    assert answers[0] == answers[1]
    assert answers[0][2] == ["annealing", "regions solved anew"]
