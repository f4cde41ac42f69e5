"""How the plans of a study stand: evenness, lost depots, and what more money buys."""

import pytest

from simulation.studies.conduct import Conducted
from simulation.studies.moves import evaluate_moves
from simulation.studies.result import Move
from tests.simulation.study_cities import answered, study_content


@pytest.fixture(scope="module")
def done() -> Conducted:
    return answered()


def test_every_plan_tells_its_worst_loss_and_one_chosen_against_it_loses_less(done: Conducted):
    objective = study_content()["objective"] | {"lost_depots": 1, "loss_weight": 1.0}
    careful = answered(
        objective=objective, front={"budgets_yuan": [90_000]}, next_yuan=None
    ).result.points[-1]
    careless = done.result.points[-1]
    for point, is_asked in ((careless, False), (careful, True)):
        loss = point.worst_loss
        assert loss.is_chosen_against is is_asked
        unmet = point.expected.unmet_person_hours
        assert loss.more_person_hours == pytest.approx(loss.unmet_person_hours - unmet, abs=1e-6)
        assert loss.at_most_person_hours == pytest.approx(loss.unmet_person_hours)
        assert {depot.facility for depot in loss.depots} <= {row.facility for row in point.depots}
    slack = 1 + 2 * done.question.study.effort.gap
    assert careful.worst_loss.unmet_person_hours <= (
        careless.worst_loss.unmet_person_hours * slack + 1.0
    )


def test_every_plan_tells_how_even_it_is_and_a_limit_holds_at_a_price(done: Conducted):
    limit = {"value": 0.01, "unit": "1", "basis": "A", "citation": "test"}
    rules = study_content()["rules"] | {"evenness_level": "community", "most_gini": limit}
    conducted = answered(rules=rules, front={"budgets_yuan": [32_000]}, next_yuan=None)
    even, free = conducted.result.points[0], done.result.points[0]
    assert even.evenness.gini <= 0.01 + 1e-5
    assert free.certificate.uneven_value is None
    assert even.certificate.value >= even.certificate.uneven_value
    assert {row.district for row in conducted.result.districts} == {
        share.district for share in even.evenness.districts
    }
    for point in (even, free):
        access = [share.access for share in point.evenness.districts]
        assert access == sorted(access)
        for share in point.evenness.districts:
            assert share.access + share.unmet_share == pytest.approx(1.0, abs=1e-6)
    none = Move(facility=even.depots[0].facility)
    moved = evaluate_moves(conducted.question, conducted.result, point=0, moves=[none])
    assert moved.plan.evenness.gini <= 0.01 + 1e-5


def test_steps_are_replayed_where_asked_and_more_money_is_priced_at_every_plan(done: Conducted):
    asked = study_content()["next_yuan"] | {"options": ["depot"], "is_replayed": True, "point": 0}
    front = {"budgets_yuan": [32_000]}
    rows = answered(next_yuan=asked, front=front).result.next_yuan
    assert [(row.option, row.how) for row in rows] == [
        ("budget", "optimiser"),
        ("depot", "optimiser"),
        ("depot", "simulation"),
    ]
    reckoned, replayed = rows[1:]
    assert (reckoned.facility, reckoned.cost_yuan) == (replayed.facility, replayed.cost_yuan)
    assert replayed.gain.n == 2
    first, last = done.result.points[0].price, done.result.points[-1].price
    assert first.slope is None
    assert first.shadow >= last.shadow >= 0
