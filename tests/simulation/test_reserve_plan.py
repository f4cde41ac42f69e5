"""Reserve plans: what may stand where, and what a run with another reserve is."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from gis.errors import InputError
from scenarios import loader
from scenarios.drill import Drill
from simulation.engine import run_id
from simulation.supply.plan import Depot, ReservePlan, StockLine, check_plan, standing_reserve
from twin.city import City
from twin.synthetic import make_city


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(residents=4_000)


@pytest.fixture(scope="module")
def drill() -> Drill:
    return loader.load("typhoon-flood")


def plan_of(*lines: StockLine, **site: object) -> ReservePlan:
    at = site or {"node": 0}
    return ReservePlan(id="p", depots=(Depot(id="d", stock=lines, **at),))


def test_the_standing_reserve_holds_what_the_city_lists(city: City, drill: Drill):
    plan, _ = standing_reserve(city, drill)
    for item in ("water", "food", "blanket", "sandbag"):
        listed = city.supplies.loc[city.supplies["item"] == item, "quantity"].sum()
        assert plan.total(item) == pytest.approx(listed)
    check_plan(plan, city, drill)


def test_a_city_without_supplies_gets_the_drills_stock_and_says_so(city: City, drill: Drill):
    bare = replace(city, supplies=city.supplies.iloc[:0])
    plan, said = standing_reserve(bare, drill)
    assert plan.total("water") == pytest.approx(3 * city.grids["residents"].sum(), abs=1)
    assert any("no reserve stock" in text.en for text in said)


def test_the_id_of_a_run_depends_on_what_the_plan_says_not_on_its_name(city: City, drill: Drill):
    def id_of(plan: ReservePlan | None) -> str:
        return run_id(city, drill, seed=1, decisions={}, reserve=plan)

    plan = plan_of(StockLine(item="water", quantity=100))
    assert id_of(plan) == id_of(plan.model_copy(update={"id": "another name"}))
    more = plan_of(StockLine(item="water", quantity=101))
    assert len({id_of(None), id_of(plan), id_of(more)}) == 3


def test_a_plan_survives_json(city: City, drill: Drill):
    plan, _ = standing_reserve(city, drill)
    again = ReservePlan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.digest() == plan.digest()


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (plan_of(facility="depot-99"), "facility 'depot-99', which the city lacks"),
        (plan_of(node=10**6), "the city has nodes 0 to"),
    ],
)
def test_a_depot_nowhere_is_refused(city: City, drill: Drill, plan: ReservePlan, words: str):
    with pytest.raises(InputError, match=words):
        check_plan(plan, city, drill)


def test_an_item_the_drill_does_not_list_is_refused(city: City, drill: Drill):
    items = tuple(item for item in drill.relief.items if item.id != "tent")
    poorer = drill.model_copy(update={"relief": drill.relief.model_copy(update={"items": items})})
    with pytest.raises(InputError, match="tent, which relief"):
        check_plan(plan_of(StockLine(item="tent", quantity=1)), city, poorer)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"id": "d"}, "a facility or a node"),
        ({"id": "d", "node": 1, "facility": "depot-01"}, "a facility or a node"),
        ({"id": "d", "node": -1}, "greater than or equal to 0"),
        ({"id": "d", "node": 1, "stock": [{"item": "gold", "quantity": 1}]}, "Input should be"),
        ({"id": "d", "node": 1, "stock": [{"item": "water", "quantity": -1}]}, "greater than"),
        (
            {"id": "d", "node": 1, "stock": [{"item": "water", "quantity": 1, "lead_hours": 2}]},
            "on hand has no lead_hours",
        ),
        (
            {
                "id": "d",
                "node": 1,
                "stock": [{"item": "water", "quantity": 1, "mode": "production", "share": 0.5}],
            },
            "only agreements have",
        ),
    ],
)
def test_a_malformed_depot_is_refused_in_one_line(content: dict, words: str):
    with pytest.raises(ValidationError, match=words):
        Depot.model_validate(content)


def test_two_depots_of_one_name_are_refused():
    twin = Depot(id="d", node=1)
    with pytest.raises(ValidationError, match="occurs 2 times"):
        ReservePlan(id="p", depots=(twin, twin))
