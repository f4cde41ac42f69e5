"""What the reserve model refuses, each in one clear line."""

import numpy as np
import pytest

from gis.errors import InfeasibleError, InputError, ShapeMismatchError
from gis.reserve import Rules, Tier, make_plan, minimise, relax
from tests.gis.reserve_cities import make_instance


def test_arrays_that_disagree_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"survival is \(2, 4\); give \(3, 4\)"):
        make_instance(survival=np.ones((2, 4)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"need": -np.ones((3, 4, 2))}, r"need\[0, 0, 0\] is -1; give 0 or more"),
        ({"hours": np.full((3, 4, 4), np.nan)}, r"hours\[0, 0, 0\] is nan"),
        ({"survival": np.full((3, 4), 1.5)}, "give 0 to 1"),
        ({"probability": np.array([0.5, 0.5, 0.5])}, "sum to 1.5"),
        ({"shelf_life": np.array([0.0, 1.0])}, "shelf_life of item 0 is 0"),
        ({"volume": np.tile([9.0, 4.0], (4, 1))}, "order the classes by size"),
        ({"hours": np.empty((3, 0, 4)), "volume": np.empty((0, 2))}, "0 sites"),
        ({"tiers": (Tier(hours=6.0), Tier(hours=3.0))}, "order them"),
        ({"rules": Rules(required=(7,))}, "required names site 7"),
        ({"rules": Rules(required=(1, 1))}, "twice"),
        ({"rules": Rules(budget=-1.0)}, "budget is -1"),
    ],
)
def test_wrong_numbers_are_named(changes, message):
    with pytest.raises(InputError, match=message):
        make_instance(**changes)


def test_an_unknown_objective_is_refused():
    with pytest.raises(InputError, match="expected, cvar or regret"):
        minimise(make_instance(), objective="hope")


def test_stock_in_a_closed_depot_is_refused():
    with pytest.raises(InputError, match="site 0 holds stock but is closed"):
        make_plan(make_instance(), [-1] * 4, stock=np.ones((4, 2)))


def test_too_small_a_budget_is_answered_with_the_smallest_that_works():
    instance = make_instance(rules=Rules(required=(1,), budget=10.0))
    with pytest.raises(InfeasibleError, match="smallest that does") as refused:
        minimise(instance)
    enough = relax(instance).needed
    assert refused.value.field == "budget"
    assert enough == pytest.approx(instance.opening_cost[1, 0])
    assert minimise(instance, budget=enough * 1.000001).evaluation.first_stage.total <= enough * 1.1


def test_contradicting_site_rules_name_what_to_give_up():
    rules = Rules(
        required=(1,), apart=((1, 2, 3),), site_districts=(0, 0, 1, 1), district_minimum=1
    )
    with pytest.raises(InfeasibleError, match="giving up"):
        minimise(make_instance(rules=rules))


def test_an_impossible_tier_is_answered_with_the_shortest_time_that_works():
    instance = make_instance(hours=np.full((3, 4, 4), 5.0), tiers=(Tier(hours=2.0, required=0.4),))
    with pytest.raises(InfeasibleError, match="5 h is the shortest time"):
        minimise(instance)
    assert relax(instance).needed == 5.0
