"""Losing depots: the worst set agrees with enumeration, and plans can be chosen against it."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from gis.locate.answer import Effort
from gis.reserve import (
    Agreement,
    Losses,
    Rules,
    Tier,
    evaluate,
    expected_failure,
    make_plan,
    minimise,
    worst_loss,
)
from gis.reserve.failure import expected_recourse
from gis.reserve.minimise import best_plan
from gis.reserve.objective import Aim
from gis.reserve.part import with_losses, without_sites
from gis.reserve.watch import Watch
from tests.gis.reserve_cities import make_instance

exact = Effort(seconds=60.0, gap=1e-5, clock="processor")
SITES = 5


def random_plan(instance, seed: int):
    stock = np.random.default_rng(seed).uniform(0, 900, (instance.sites, instance.items))
    return make_plan(instance, [1] * instance.sites, stock=stock)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 3), st.booleans())
def test_the_worst_loss_is_that_of_enumeration(seed, count, is_slow):
    rate = {"loading_rate": np.full(SITES, 0.02)} if is_slow else {}
    instance = make_instance(seed, sites=SITES, **rate)
    plan = random_plan(instance, seed)
    found = worst_loss(instance, plan, count)
    costs = {
        lost: expected_recourse(evaluate(without_sites(instance, lost), plan))
        for lost in combinations(range(SITES), count)
    }
    assert found.recourse == pytest.approx(max(costs.values()))
    assert costs[found.sites] == pytest.approx(found.recourse)
    assert found.is_proven
    assert found.excess >= -1e-6


def test_a_search_cut_short_tells_a_bound_that_holds():
    instance = make_instance(4, sites=8)
    plan = random_plan(instance, 4)
    short, whole = (worst_loss(instance, plan, 3, most_tried=tries) for tries in (1, 3_000))
    assert short.tried < whole.tried
    assert short.recourse <= whole.recourse <= short.bound + 1e-6
    assert whole.bound == pytest.approx(whole.recourse)


def test_more_lost_depots_cost_more_and_every_loss_more_than_none():
    instance = make_instance(3)
    plan = random_plan(instance, 3)
    losses = [worst_loss(instance, plan, count).excess for count in (1, 2, 3)]
    assert 0 <= losses[0] <= losses[1] <= losses[2]
    certain = expected_failure(instance, plan, 0.0, levels=1)
    assert certain == pytest.approx(expected_recourse(evaluate(instance, plan)))
    assert expected_failure(instance, plan, 0.1, levels=4) >= certain


def test_what_suppliers_keep_beside_a_lost_site_is_lost_too():
    agreement = Agreement(
        limit=np.full((4, 2), 500.0), fee=np.array([0.5, 1.0]), lead_hours=np.zeros(2)
    )
    instance = make_instance(3, agreement=agreement)
    held = np.zeros((4, 2))
    held[2] = 400.0
    plan = make_plan(instance, [-1] * 4, agreement=held)
    loss = worst_loss(instance, plan, 1)
    assert loss.sites == (2,)
    assert loss.unmet == pytest.approx(
        np.tensordot(instance.probability, instance.need.sum(axis=1), axes=1)
    )


@pytest.mark.parametrize("method", ["whole", "decomposed"])
@pytest.mark.parametrize("objective", ["expected", "cvar"])
def test_the_growing_list_ends_where_the_full_list_does(method, objective):
    instance = make_instance(3)
    losses = Losses(count=1, weight=0.6)
    answer = minimise(instance, objective=objective, losses=losses, method=method, effort=exact)
    every = [(site,) for site in range(4)]
    aim = Aim(objective=objective, blocks=5, loss_weight=0.6)
    full = best_plan(
        with_losses(instance, every),
        aim,
        effort=exact,
        watch=Watch(seconds=60.0),
        method="whole",
    )
    assert answer.value == pytest.approx(full.value, rel=2e-5)
    assert answer.bound <= full.value * (1 + 1e-6)
    assert answer.loss is not None
    assert answer.loss.is_proven


@settings(max_examples=4, deadline=None)
@given(st.integers(1, 10_000))
def test_a_plan_chosen_against_losses_loses_no_more_than_one_that_was_not(seed):
    instance = make_instance(seed, areas=3, scenarios=2)
    careless = minimise(instance, effort=exact)
    careful = minimise(instance, losses=Losses(weight=1.0), effort=exact)
    assert careful.loss is not None
    before = careless.evaluation.first_stage.total + worst_loss(instance, careless.plan, 1).recourse
    assert careful.value <= before * (1 + 2e-5)
    assert careful.value >= careless.bound * (1 - 1e-9)
    spent = careful.evaluation.first_stage.total
    assert careful.value == pytest.approx(spent + careful.loss.recourse)


@pytest.mark.parametrize(
    ("changes", "losses", "words"),
    [
        ({}, Losses(count=9), "9 depots cannot be lost of 4 sites"),
        ({}, Losses(weight=1.5), "give 0 to 1"),
        ({"rules": Rules(most_unmet_share=0.5)}, Losses(), "exclude each other"),
        ({"tiers": (Tier(hours=8.0, required=0.1),)}, Losses(), "late_cost instead"),
    ],
)
def test_what_cannot_be_asked_together_is_one_line(changes, losses, words):
    with pytest.raises(InputError, match=words):
        minimise(make_instance(1, **changes), losses=losses)


def test_regret_and_losses_exclude_each_other():
    with pytest.raises(InputError, match="not with regret"):
        minimise(make_instance(1), objective="regret", losses=Losses())
