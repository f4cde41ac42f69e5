"""What a study tells its reader: how long it takes, what stands today, what it found."""

import pytest

from simulation.intervals import Interval
from simulation.run import Words
from simulation.studies.conduct import Conducted, most_runs
from simulation.studies.findings import findings
from simulation.studies.hourly import lacking_person_hours
from simulation.studies.moves import plan_of
from simulation.studies.pace import Pace
from simulation.studies.result import Baseline, BaselineMeasure, YuanRow
from tests.simulation.study_cities import answered, small_city, small_study


@pytest.fixture(scope="module")
def done() -> Conducted:
    return answered()


def test_pace_counts_runs_and_tells_the_time_left_at_the_pace_of_those_played():
    now, said = [0.0], []
    pace = Pace(
        lambda share, line: said.append((share, line)), {"a": 2, "b": 8}, clock=lambda: now[0]
    )
    pace.at("a", 1, 2)  # from the shelf: nothing was played, so nothing is known of the pace
    now[0] = 60.0
    pace.at("a", 2, 2)
    pace.say("thinking")
    pace.at("b", 0, 2)  # fewer than feared
    now[0] = 90.0
    pace.at("b", 1, 2)
    pace.end("done")
    assert said == [
        (0.1, "a: 1 of 2 runs"),
        (0.2, "a: 2 of 2 runs, about 8 min left"),
        (0.2, "thinking, about 8 min left"),
        (0.5, "b: 0 of 2 runs, about 2 min left"),
        (0.75, "b: 1 of 2 runs, less than a minute left"),
        (1.0, "done"),
    ]


def test_no_study_needs_more_runs_than_it_foretold(done: Conducted):
    runs = sum(most_runs(small_study()).values())
    assert runs == 2 + 2 * (1 + 2 + 1)  # scenarios; the base, two plans and a truck, two seeds each
    assert done.result.runs_played <= runs


def test_the_first_line_is_what_the_city_has_today(done: Conducted):
    base = done.result.baseline
    supplies = small_city().supplies
    held = supplies.groupby("item")["quantity"].sum()
    assert base.stock == {item: held.get(item, 0.0) for item in base.stock}
    assert set(base.depots) == set(supplies["facility"])
    assert base.cost_yuan is not None
    assert base.expected is not None
    assert base.expected.unmet_person_hours <= done.result.without.unmet_person_hours + 1e-6
    replay = done.result.points[0].replay
    assert replay is not None
    assert {row.measure: row.value for row in base.measures} == {
        row.measure: row.base for row in replay.measures
    }


def test_an_item_that_nobody_lacked_is_named_as_a_limit(done: Conducted):
    lacked = {name for row in done.result.scenarios for name, units in row.need.items() if units}
    goods = done.question.goods
    said = " ".join(line.en for line in done.result.limits)
    for name, title in zip(goods.name, goods.title, strict=True):
        assert (f"of this item: {title.en}." in said) == (name not in lacked)


def test_sharing_goods_by_need_never_leaves_more_than_keeping_them_by_area(done: Conducted):
    from gis.reserve import evaluate  # noqa: PLC0415 - beside its only use

    for point in done.result.points:
        found = evaluate(done.question.instance, plan_of(done.question, point))
        apart = lacking_person_hours(done.question, found).sum()
        shared = lacking_person_hours(done.question, found, is_shared=True).sum()
        assert shared <= apart + 1e-6


def _interval(mean: float, half: float) -> Interval:
    return Interval(mean=mean, low=mean - half, high=mean + half, n=4)


def _yuan(option: str, gain: Interval) -> YuanRow:
    title = Words(zh=option, en=option)
    how = "simulation" if option == "truck" else "optimiser"
    return YuanRow.model_validate(
        {
            "option": option,
            "title": title,
            "facility": None,
            "item": None,
            "cost_yuan": 10_000.0,
            "measure": "unmet_person_hours",
            "unit": "person h",
            "gain": gain,
            "gain_per_10000_yuan": gain,
            "how": how,
            "because": title,
        }
    )


def test_findings_name_the_cheapest_plan_that_is_as_good_and_the_best_next_step(done: Conducted):
    dear = done.result.baseline.model_copy(update={"cost_yuan": 1e9})
    steps = [_yuan("tonne", _interval(70.0, 5.0)), _yuan("truck", _interval(1.0, 9.0))]
    said = findings(dear, done.result.points, steps)
    text = " ".join(line.en for line in said)
    assert "The next 10,000 yuan buy most as 'tonne': 70 person-hours" in text
    assert "No clear effect in the drills: truck" in text
    rows = [point.replay.measures[0] for point in done.result.points if point.replay]
    good = [row.difference.mean <= 0 for row in rows]
    chosen = good.index(True) if any(good) else min(range(2), key=lambda i: rows[i].value.mean)
    assert f"Plan {done.result.points[chosen].point} for" in text
    assert ("No plan of the front does as well" in text) == (not any(good))
    assert all(line.zh and line.en for line in said)
    assert done.result.findings == findings(
        done.result.baseline, done.result.points, done.result.next_yuan
    )


def test_a_base_without_stock_has_no_price_to_compare(done: Conducted):
    first = done.result.points[0].replay
    assert first is not None
    bare = Baseline(
        base="none",
        title=Words(zh="无储备", en="no reserve"),
        cost_yuan=0.0,
        depots=[],
        stock={},
        expected=None,
        measures=[
            BaselineMeasure(
                measure=row.measure,
                title=row.title,
                unit=row.unit,
                better=row.better,
                value=row.base,
            )
            for row in first.measures
        ],
    )
    assert findings(bare, done.result.points, [])[0].en.startswith("No reserve leaves")
