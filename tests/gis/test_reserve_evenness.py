"""Evenness between districts: limits hold, prices bound the whole model, least relaxations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InfeasibleError, InputError
from gis.locate.answer import Effort
from gis.reserve import Rules, evaluate, make_plan, minimise, relax
from gis.reserve.evenness import access_of, gini, unmet_shares
from tests.gis.reserve_cities import make_instance

exact = Effort(seconds=60.0, gap=1e-4, clock="processor")
DISTRICTS = (0, 0, 1, 1, 2, 2)


def poor_city(seed: int, **rules: object):
    return make_instance(
        seed, sites=5, areas=6, rules=Rules(budget=6e4, area_districts=DISTRICTS, **rules)
    )


def shares(*numbers: float):
    return st.lists(st.floats(*numbers), min_size=1, max_size=8).map(np.array)


@given(shares(0.0, 1.0), st.floats(0.1, 10.0))
def test_gini_is_that_of_the_textbook_and_no_scale_changes_it(access, factor):
    index = gini(access)
    assert 0 <= index <= 1 - 1 / len(access) + 1e-12
    assert gini(access * factor) == pytest.approx(index, abs=1e-9)
    if access.sum() > 1e-6:
        # 1 - the area under the Lorenz curve, doubled (Gini 1912; Sen 1973)
        lorenz = np.concatenate([[0.0], np.cumsum(np.sort(access)) / access.sum()])
        area = float(((lorenz[1:] + lorenz[:-1]) / 2).mean())
        assert index == pytest.approx(1 - 2 * area, abs=1e-9)


@settings(max_examples=3, deadline=None)
@given(st.integers(1, 10_000), st.sampled_from([0.05, 0.0]), st.sampled_from([np.inf, 3.0]))
def test_prices_bound_the_whole_model_and_their_plans_keep_the_limit(seed, limit, hours):
    instance = poor_city(seed, most_gini=limit, access_hours=hours)
    whole = minimise(instance, method="whole", effort=exact)
    priced = minimise(instance, method="decomposed", effort=exact)
    for answer in (whole, priced):
        assert gini(access_of(instance, answer.evaluation)) <= limit + 1e-5
    assert priced.bound <= whole.value * (1 + 1e-6)
    assert priced.value >= whole.bound * (1 - 1e-6)
    assert priced.gap < 0.05
    assert whole.value >= minimise(poor_city(seed), effort=exact).bound * (1 - 1e-6)


def test_prices_keep_shares_and_gini_together():
    instance = poor_city(6, most_gini=0.05, most_unmet_share=0.95)
    whole = minimise(instance, method="whole", effort=exact)
    priced = minimise(instance, method="decomposed", effort=exact)
    assert priced.bound <= whole.value * (1 + 1e-6)
    assert priced.value == pytest.approx(whole.value, rel=0.02)
    assert unmet_shares(instance, priced.evaluation.unmet).max() <= 0.95 + 1e-6


@pytest.mark.parametrize("objective", ["cvar", "regret"])
def test_prices_bound_the_tail_and_regret_too(objective):
    instance = poor_city(2, most_gini=0.02)
    whole = minimise(instance, objective=objective, method="whole", effort=exact)
    priced = minimise(instance, objective=objective, method="decomposed", effort=exact)
    slack = 1e-4 * abs(whole.value) + priced.reference_slack.max(initial=0.0)
    assert priced.bound <= whole.value + slack
    assert priced.value >= whole.bound - slack
    assert gini(access_of(instance, priced.evaluation)) <= 0.02 + 1e-5


@settings(max_examples=3, deadline=None)
@given(st.integers(1, 10_000))
def test_evener_use_of_the_same_plan_never_costs_less(seed):
    free = poor_city(seed)
    plan = make_plan(free, [0] * 5, stock=np.full((5, 2), 400.0))
    costs = [
        evaluate(replace(free, rules=replace(free.rules, most_gini=limit)), plan).recourse.mean()
        for limit in (1.0, 0.1, 0.05, 0.0)
    ]
    assert (np.diff(costs) >= -1e-6 * costs[0]).all()


def test_items_weigh_what_they_are_worth():
    instance = poor_city(1, item_worth=(1.0, 0.0))
    plan = make_plan(instance, [0] * 5, stock=np.tile([0.0, 900.0], (5, 1)))
    assert (access_of(instance, evaluate(instance, plan)) == 0).all()


def test_evenness_holds_in_every_district_and_costs():
    free = make_instance(6)
    even = replace(free, rules=Rules(most_unmet_share=0.2))
    answer = minimise(even)
    unmet = answer.evaluation.expected_unmet.sum(axis=1)
    need = np.tensordot(even.probability, even.need, axes=1).sum(axis=1)
    assert (unmet <= 0.2 * need + 1e-3).all()
    assert answer.value >= minimise(free).value - 1e-3


def two_districts(second: float, **rules: object):
    """One site an hour from a district and ``second`` hours from another, both in need of 100."""
    instance = make_instance(1, sites=1, areas=2, scenarios=1)
    return replace(
        instance,
        hours=np.array([[[1.0, second]]]),
        need=np.full((1, 2, 2), 100.0),
        survival=np.ones((1, 1)),
        rules=Rules(most_unmet_share=0.5, **rules),
    )


def test_a_share_that_a_district_without_roads_cannot_have_is_told_the_least():
    with pytest.raises(InfeasibleError, match=r"unmet share at 50.0%; 100.0% is the smallest"):
        minimise(two_districts(np.inf))


def test_a_gini_that_nothing_reaches_beside_other_rules_is_told_the_least():
    # Half of the first district's need comes within an hour, none of the second's within two.
    asked = two_districts(60.0, most_gini=0.2, access_hours=2.0)
    with pytest.raises(InfeasibleError, match=r"access at 0.2 .* 0.500 is the smallest"):
        minimise(asked)
    assert relax(replace(asked, rules=replace(asked.rules, most_gini=0.51))) is None
    assert relax(two_districts(1.5, most_gini=0.0, access_hours=2.0)) is None


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"most_gini": 1.5}, "most_gini is 1.5; give 0 to 1"),
        ({"access_hours": -1.0}, "access_hours is -1"),
        ({"item_worth": (1.0,)}, "item_worth is"),
    ],
)
def test_a_wrong_limit_is_one_line(rules, words):
    with pytest.raises(InputError, match=words):
        poor_city(1, **rules)
