"""Reserve studies on a small city: what the optimiser promises, the drills are asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import CancelledError, InfeasibleError, InputError, IntegrityError
from gis.reserve import evaluate
from simulation.intervals import interval
from simulation.studies import kept
from simulation.studies.again import replay_moved
from simulation.studies.conduct import Conducted, conduct
from simulation.studies.ensemble import Source, amounts_by_grid
from simulation.studies.hands import LocalHands, MemoryShelf
from simulation.studies.hourly import lacking_person_hours
from simulation.studies.moves import evaluate_moves, plan_of
from simulation.studies.question import in_words
from simulation.studies.reduction import reduce_scenarios
from simulation.studies.rehearsal import from_bytes
from simulation.studies.replay import NONE, reserve_plan
from simulation.studies.result import Move
from simulation.studies.tasks import Task, perform, with_teams
from tests.simulation.study_cities import (
    SHELF,
    answered,
    short_drill,
    small_city,
    small_study,
    study_content,
)


@pytest.fixture(scope="module")
def done() -> Conducted:
    return answered()


def test_need_of_the_scenarios_is_what_the_runs_without_reserve_left_unmet(done: Conducted):
    city, drill = small_city(), short_drill()
    names = tuple(item.item for item in done.question.study.items)
    for number, row in enumerate(done.result.scenarios):
        run = from_bytes(perform(city, Task(drill=drill, seed=row.seed, reserve=NONE)))
        source = Source(part=0, drill=drill, rehearsal=run, weight=1.0)
        unmet, people = amounts_by_grid(source, names, grids=len(city.grids), hours=24)
        assert row.run == run.facts["run"]
        need = done.question.ensemble.need[number].sum(axis=0)
        assert need[:2] == pytest.approx(unmet.sum(axis=(0, 2))[:2])  # water and food are used up
        peaks = unmet.sum(axis=0).max(axis=1)
        assert peaks[2] - 1e-9 <= need[2] <= unmet[:, 2].max(axis=1).sum() + 1e-9  # blankets stay
        assert row.need_person_hours == pytest.approx(people.sum())


def test_probabilities_sum_to_one_and_arrivals_come_after_the_order(done: Conducted):
    ensemble = done.question.ensemble
    assert ensemble.probability.sum() == pytest.approx(1.0)
    assert (ensemble.hours > 0).all()
    assert ((ensemble.survival >= 0) & (ensemble.survival <= 1)).all()


def test_more_money_never_leaves_more_unmet_and_no_bound_is_above_its_value(done: Conducted):
    points = done.result.points
    values = [point.certificate.value for point in points]
    assert values == sorted(values, reverse=True)
    for point in points:
        assert point.cost_yuan <= point.budget_yuan * (1 + 1e-6)
        assert point.certificate.bound <= point.certificate.value + 1e-9
        assert point.cost_yuan == pytest.approx(sum(part.yuan for part in point.costs))
        assert point.expected.unmet_person_hours <= done.result.without.unmet_person_hours


def test_what_stands_in_a_plan_fits_its_room_and_makes_its_cost(done: Conducted):
    for point in done.result.points:
        for depot in point.depots:
            assert sum(row.volume_m3 for row in depot.stock) <= depot.volume_m3 + 1e-6
        stock = sum(row.yuan for depot in point.depots for row in depot.stock)
        opened = next(part.yuan for part in point.costs if part.part == "opening")
        assert stock + opened == pytest.approx(point.cost_yuan)


def test_flows_and_unmet_need_make_up_the_need(done: Conducted):
    for point in done.result.points:
        for area in done.result.areas:
            outcome = next(row for row in point.areas if row.area == area.area)
            for item, need in area.need.items():
                came = sum(
                    flow.quantity
                    for flow in point.flows
                    if (flow.area, flow.item) == (area.area, item)
                )
                assert came + outcome.unmet[item] == pytest.approx(need, abs=1e-3)


def test_every_point_is_replayed_with_seeds_nobody_planned_with(done: Conducted):
    planned = {row.seed for row in done.result.scenarios}
    base = done.result.points[0].replay.base_runs
    for point in done.result.points:
        replay = point.replay
        seeds = {seed for row in replay.seeds.values() for seed in row}
        assert not planned & seeds
        assert replay.base_runs == base
        assert len(set(replay.runs)) == len(replay.runs) == len(base)
        for row in replay.measures:
            change = row.value.mean - row.base.mean
            assert row.difference.mean == pytest.approx(change, abs=1e-6)
            assert row.difference.low <= row.difference.mean <= row.difference.high


def test_the_replay_uses_the_same_water_and_roads_with_and_without_the_plan(done: Conducted):
    city, drill = small_city(), short_drill()
    plan = reserve_plan(done.question.study, done.result.points[-1])
    ours = from_bytes(SHELF.kept[Task(drill=drill, seed=1, reserve=plan).key(city)])
    base = from_bytes(SHELF.kept[Task(drill=drill, seed=1).key(city)])
    assert ours.relief.roads_closed.equals(base.relief.roads_closed)
    assert np.array_equal(ours.wet_m, base.wet_m)


def test_where_they_disagree_a_reason_stands_with_its_figure(done: Conducted):
    for point in done.result.points:
        measures = [row.measure for row in point.disagreement]
        assert measures[:2] == ["unmet_person_hours", "first_supply_hours"]
        for row in point.disagreement:
            if not row.agrees and row.simulation is not None:
                assert row.because
                assert all(any(c.isdigit() for c in words.zh + words.en) for words in row.because)


def test_flows_hour_by_hour_never_lack_less_than_what_stays_unmet(done: Conducted):
    question = done.question
    plan = plan_of(question, done.result.points[-1])
    found = evaluate(question.instance, plan)
    lacking = lacking_person_hours(question, found)
    assert (lacking >= -1e-9).all()
    assert (lacking <= question.ensemble.person_hours.sum(axis=3) + 1e-9).all()
    none = evaluate(question.instance, plan_of(question, _emptied(done)))
    whole = lacking_person_hours(question, none)
    assert whole.sum() == pytest.approx(question.ensemble.person_hours.sum())


def _emptied(done: Conducted):
    return done.result.points[-1].model_copy(update={"depots": []})


def test_the_next_yuan_names_cost_gain_and_how_it_was_measured(done: Conducted):
    rows = done.result.next_yuan
    assert {row.option for row in rows} == {"budget", "depot", "tonne", "truck"}
    for row in rows:
        per = row.gain.mean * 10_000 / row.cost_yuan
        assert row.gain_per_10000_yuan.mean == pytest.approx(per, rel=1e-6, abs=1e-9)
        assert row.how == ("simulation" if row.option == "truck" else "optimiser")
        if row.how == "optimiser":
            assert row.gain.mean >= -1e-6


def test_two_workers_leave_the_same_bytes_as_one(done: Conducted):
    city = small_city()
    tasks = [
        Task(drill=short_drill(), seed=row.seed, reserve=NONE) for row in done.result.scenarios
    ]
    keys = {task.key(city): task for task in tasks}
    hands = LocalHands(2)
    played = dict(hands.play(city, keys, is_cancelled=lambda: False))
    hands.close()
    assert played == {key: SHELF.kept[key] for key in keys}


def test_a_study_that_was_stopped_goes_on_where_it_was(done: Conducted):
    shelf = MemoryShelf()
    with pytest.raises(CancelledError):
        conduct(
            small_city(),
            small_study(),
            [short_drill()],
            shelf=shelf,
            is_cancelled=lambda: len(shelf.kept) >= 2,
        )
    held = dict(shelf.kept)
    assert len(held) == 2
    shelf.kept.update({key: SHELF.kept[key] for key in list(SHELF.kept) if key not in held})
    again = conduct(small_city(), small_study(), [short_drill()], shelf=shelf)
    assert again.result.runs_played == 0
    assert again.result.digest() == done.result.digest()
    assert kept.to_bytes(again.question) == kept.to_bytes(done.question)


def test_a_moved_depot_is_reckoned_at_once_and_says_it_is_not_replayed(done: Conducted):
    question = kept.from_bytes(kept.to_bytes(done.question))
    point = done.result.points[-1]
    depot = next(row for row in point.depots if row.size)
    free = next(
        site.facility
        for site in done.result.sites
        if site.facility not in {row.facility for row in point.depots if row.size}
    )
    stays = evaluate_moves(question, done.result, point=point.point, moves=[])
    assert stays.difference_person_hours == pytest.approx(0.0, abs=1e-6)
    assert stays.difference_yuan == pytest.approx(0.0, abs=1e-6)
    moves = [Move(facility=depot.facility, to=free)]
    moved = evaluate_moves(question, done.result, point=point.point, moves=moves)
    assert not moved.is_replayed
    assert "not yet replayed" in moved.label.en
    assert free in {row.facility for row in moved.plan.depots if row.size}
    assert moved.difference_person_hours >= -1e-6 - point.certificate.gap * abs(
        point.certificate.value
    )
    closed = evaluate_moves(
        question, done.result, point=point.point, moves=[Move(facility=depot.facility)]
    )
    assert closed.difference_yuan < 0
    assert closed.difference_person_hours > 0


def test_a_plan_moved_nowhere_is_replayed_to_the_same_figures(done: Conducted):
    point = done.result.points[-1]
    moved = evaluate_moves(done.question, done.result, point=point.point, moves=[])
    told: list[str] = []
    again = replay_moved(
        small_city(),
        [short_drill()],
        done.question,
        moved,
        hands=LocalHands(),
        shelf=SHELF,
        progress=lambda _share, line: told.append(line),
        is_cancelled=lambda: False,
    )
    assert again.is_replayed
    assert told[-1].startswith("replay: ")
    assert again.plan.replay == point.replay


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"facility": "nowhere"}, "is no candidate"),
        ({"facility": "CLOSED"}, "no depot is open at"),
        ({"facility": "OPEN", "size": "vast"}, "it has small, medium, large"),
        ({"facility": "OPEN", "stock": {"gold": 1}}, "it has water, food"),
        ({"facility": "OPEN", "stock": {"water": 1e9}}, "needs"),
    ],
)
def test_a_wrong_move_is_one_line(done: Conducted, move: dict, words: str):
    point = done.result.points[-1]
    opened = [row.facility for row in point.depots if row.size]
    closed = [row.facility for row in done.result.sites if row.facility not in opened]
    names = {"OPEN": opened[0], "CLOSED": closed[0]}
    asked = Move.model_validate(move | {"facility": names.get(move["facility"], move["facility"])})
    with pytest.raises(InputError, match=words) as raised:
        evaluate_moves(done.question, done.result, point=point.point, moves=[asked])
    assert "\n" not in str(raised.value)


def _changed(path: str, value: object) -> dict:
    content = study_content()
    part = content
    *parents, last = path.split("/")
    for name in parents:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[int(last) if isinstance(part, list) else last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("items/0/item", "gold", "'gold', which drill short-typhoon lacks"),
        ("candidates/required", ["castle-01"], "'castle-01', which the city lacks"),
        ("candidates/kinds", ["castle"], "0 candidate sites"),
        ("candidates/limit", 0, "greater than or equal to 1"),
    ],
)
def test_what_the_city_or_drill_lacks_is_one_line(path: str, value: object, words: str):
    content = _changed(path, value)
    content["candidates"]["keep_stocked"] = False
    with pytest.raises(ValueError, match=words):
        conduct(
            small_city(),
            small_study(**content),
            [short_drill()],
            shelf=SHELF,
            is_cancelled=lambda: True,
        )


def test_a_budget_that_pays_for_no_required_depot_is_told_the_smallest_that_does():
    content = _changed("front", {"budgets_yuan": [500]}) | {"next_yuan": None}
    content["candidates"]["required"] = ["depot-01"]
    with pytest.raises(InfeasibleError, match=r"500 yuan/a .* 30,000 yuan/a") as raised:
        answered(**content)
    assert raised.value.field == "budget"


def test_depots_that_must_stand_in_one_risk_circle_are_called_by_their_names():
    content = _changed("candidates/required", ["depot-01", "government-01"])
    content["rules"]["separation_m"]["value"] = 1e6
    with pytest.raises(InfeasibleError, match="depot-01 and government-01"):
        answered(**content)


def test_site_numbers_in_a_message_become_names():
    said = in_words("sites 0 and 1 must both be open; risk circle (1, 0)", ("a-01", "b-02"))
    assert said == "sites a-01 and b-02 must both be open; risk circle (b-02, a-01)"


def test_one_more_truck_is_one_more_team_and_leaves_the_city_alone():
    city = small_city()
    trucks = int((city.teams["kind"] == "supply_truck").sum())
    more, drill = with_teams(city, short_drill(), kind="supply_truck", count=2)
    assert int((more.teams["kind"] == "supply_truck").sum()) == trucks + 2
    assert more.teams["team"].is_unique
    assert int((city.teams["kind"] == "supply_truck").sum()) == trucks
    assert drill is short_drill()


def test_damaged_bytes_are_refused_in_one_line(done: Conducted):
    with pytest.raises(IntegrityError, match="played again"):
        from_bytes(b"nonsense")
    with pytest.raises(IntegrityError, match="run the study again"):
        kept.from_bytes(kept.to_bytes(done.question)[:100])


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=8),
    st.integers(1, 8),
)
@settings(deadline=None)
def test_reduction_keeps_the_limit_and_everyone_is_stood_for_by_the_nearest(values, limit):
    features = np.array(values)[:, None]
    chance = np.full(len(values), 1 / len(values))
    chosen, owner = reduce_scenarios(features, chance, limit=limit)
    assert len(chosen) == min(limit, len(values))
    assert set(owner) <= set(chosen.tolist())
    for place, stands in enumerate(owner):
        nearest = np.abs(features[chosen, 0] - values[place]).min()
        assert abs(features[stands, 0] - values[place]) == pytest.approx(nearest)


def test_an_interval_of_one_drill_is_students():
    # 1, 2, 3: mean 2, s = 1, t(0.975, 2) = 4.302653; 4.302653 / sqrt(3) = 2.484138
    found = interval([1.0, 2.0, 3.0], [1.0], [0, 0, 0])
    assert (found.mean, found.n) == (2.0, 3)
    assert found.high - found.mean == pytest.approx(2.484138, abs=1e-5)
