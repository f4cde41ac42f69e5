"""Laws of the reserve model, and agreement of decomposition, evaluation and the whole model."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.reserve import (
    Agreement,
    Effort,
    Production,
    Rules,
    Tier,
    ZoneShare,
    evaluate,
    front,
    make_plan,
    marginal,
    minimise,
)
from tests.gis.reserve_cities import make_instance

quick = settings(max_examples=6, deadline=None)
seeds = st.integers(1, 10_000)
exact = Effort(seconds=600.0, gap=1e-5, clock="processor")
"""Time enough to compile kernels on a busy machine; searches of this size need a second."""
OBJECTIVES = ("expected", "cvar", "regret")


def modes(sites: int = 4, items: int = 2) -> dict[str, object]:
    return {
        "agreement": Agreement(
            limit=np.full((sites, items), 500.0),
            fee=np.array([0.5, 1.0]),
            lead_hours=np.full(2, 6.0),
        ),
        "production": Production(
            limit=np.full((sites, items), 20.0), fee=np.full(2, 30.0), lead_hours=np.full(2, 24.0)
        ),
    }


@quick
@given(seeds, st.sampled_from(OBJECTIVES), st.booleans())
def test_decomposition_agrees_with_the_whole_model(seed, objective, has_modes):
    instance = make_instance(seed, **(modes() if has_modes else {}))
    whole = minimise(instance, objective=objective, method="whole", effort=exact)
    parts = minimise(instance, objective=objective, method="decomposed", effort=exact)
    assert whole.is_proven
    assert parts.value == pytest.approx(whole.value, rel=2e-4, abs=1.0)
    assert parts.bound <= whole.value * (1 + 1e-6) + 1e-3
    assert whole.bound <= whole.value * (1 + 1e-9) + 1e-6


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_decomposition_agrees_under_budget_zones_and_tiers(objective):
    rules = Rules(
        budget=90_000.0,
        apart=((0, 1),),
        zones=(ZoneShare(sites=(2, 3), share=0.5),),
        forbidden=(3,),
    )
    tiers = (Tier(hours=2.0, late_cost=np.array([5.0, 5.0])),)
    instance = make_instance(5, rules=rules, tiers=tiers)
    whole = minimise(instance, objective=objective, method="whole", effort=exact)
    parts = minimise(instance, objective=objective, method="decomposed", effort=exact)
    assert parts.value == pytest.approx(whole.value, rel=2e-4)
    assert parts.evaluation.first_stage.total <= 90_000.1


@quick
@given(seeds)
def test_more_budget_never_costs_more(seed):
    instance = make_instance(seed)
    values = [minimise(instance, budget=budget).value for budget in (3e4, 6e4, 1e5, np.inf)]
    assert all(after <= before * (1 + 1e-6) for before, after in pairwise(values))


@quick
@given(seeds, st.sampled_from(OBJECTIVES), st.randoms(use_true_random=False))
def test_the_order_of_scenarios_changes_nothing(seed, objective, shuffled):
    instance = make_instance(seed)
    order = list(range(instance.scenarios))
    shuffled.shuffle(order)
    other = replace(
        instance,
        hours=instance.hours[order],
        need=instance.need[order],
        survival=instance.survival[order],
    )
    one, two = (minimise(each, objective=objective).value for each in (instance, other))
    assert two == pytest.approx(one, rel=1e-5)


@quick
@given(seeds)
def test_regret_is_never_negative_and_never_above_that_of_the_expected_plan(seed):
    instance = make_instance(seed)
    answer = minimise(instance, objective="regret")
    assert (answer.regret >= -1e-6 * answer.references.max() - 1e-6).all()
    mean = minimise(instance).evaluation
    assert answer.value <= (mean.first_stage.total + mean.recourse - answer.references).max() + 1.0


@quick
@given(seeds)
def test_more_stock_never_leaves_more_unmet_cost(seed):
    instance = make_instance(seed)
    some = make_plan(instance, [1] * 4, stock=np.full((4, 2), 800.0))
    more = make_plan(instance, [1] * 4, stock=np.full((4, 2), 1_200.0))
    assert (evaluate(instance, more).recourse <= evaluate(instance, some).recourse + 1e-6).all()


def test_what_is_sent_and_what_is_unmet_make_up_the_need():
    instance = make_instance(3, **modes())
    plan = make_plan(instance, [1, -1, 0, -1], stock=[[900, 900], [0, 0], [500, 400], [0, 0]])
    found = evaluate(instance, plan)
    sent = np.zeros_like(instance.need)
    flows = found.flows
    np.add.at(sent, (flows.scenario, flows.area, flows.item), flows.amount)
    assert sent + found.unmet == pytest.approx(instance.need)


def test_a_depot_that_loads_slowly_sends_no_more_than_it_loads():
    instance = make_instance(3, loading_rate=np.full(4, 0.01))
    plan = make_plan(instance, [1] * 4, stock=np.full((4, 2), 1_200.0))
    flows = evaluate(instance, plan).flows
    tonnes = np.zeros((instance.scenarios, 4))
    np.add.at(tonnes, (flows.scenario, flows.site), flows.amount * instance.unit_weight[flows.item])
    assert tonnes.max() == pytest.approx(0.01 * instance.horizon)
    fast = evaluate(make_instance(3), plan)
    assert (evaluate(instance, plan).recourse >= fast.recourse - 1e-6).all()


def test_the_front_falls_and_every_point_lies_above_its_bound():
    points = front(make_instance(4), [2e4, 4e4, 8e4, 1.6e5], measure="unmet")
    assert len(points) >= 2
    assert [point.spent for point in points] == sorted(point.spent for point in points)
    measures = [point.measure for point in points]
    assert measures == sorted(measures, reverse=True)
    assert all(point.bound <= point.measure <= point.bound + 0.01 for point in points)


def test_the_next_yuan_is_ranked_by_exact_differences():
    instance = make_instance(3, **modes())
    plan = make_plan(instance, [0, -1, -1, -1], stock=[[300, 300], [0, 0], [0, 0], [0, 0]])
    gains = marginal(instance, plan)
    assert {gain.option.kind for gain in gains} == {
        "depot", "class", "stock", "agreement", "production",
    }  # fmt: skip
    rates = [gain.per_yuan for gain in gains]
    assert rates == sorted(rates, reverse=True)
    assert all(gain.recourse >= -1e-6 for gain in gains)


def test_the_same_question_twice_gives_the_same_plan():
    instance = make_instance(9)
    one, two = (minimise(instance, method="decomposed", effort=exact) for _ in range(2))
    assert one.plan.stock.tobytes() == two.plan.stock.tobytes()
    assert (one.value, one.bound, one.method) == (two.value, two.bound, two.method)
