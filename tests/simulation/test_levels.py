"""Five levels of command: matters are counted, wait their turn, go upward, and tire people."""

from collections import Counter
from functools import cache

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import DrillError
from scenarios import loader
from scenarios.command import LEVELS, Commanding
from scenarios.drill import Drill
from simulation import engine
from simulation.clock import Clock
from simulation.levels.matters import Matters
from simulation.levels.offices import Office, factor
from simulation.record import EventLog
from simulation.run import Run
from simulation.streams import Streams
from simulation.teams.responders import Responders
from twin.synthetic import make_city

CODES = {level: "990101001001001"[:width] for level, width in zip(LEVELS, (4, 6, 9, 12, 15))}  # noqa: B905 - five each


@pytest.fixture(scope="module")
def drill() -> Drill:
    return loader.load("typhoon-flood")


@pytest.fixture(scope="module")
def run(drill: Drill) -> Run:
    return engine.run(make_city(residents=6_000), drill, seed=3)


@cache
def the_command() -> Commanding:
    return loader.load("typhoon-flood").command


def desk(command: Commanding, hour: float = 10.0) -> tuple[Matters, Clock]:
    clock, model = Clock(), Responders([])
    offices = {
        level: Office(model, name=level, rule=command.of(level), place=code)
        for level, code in CODES.items()
    }
    for rule in command.matters:
        offices[rule.department] = Office(
            model, name=rule.department, rule=command.of("city"), place=""
        )
    matters = Matters(
        offices,
        clock=clock,
        log=EventLog(clock, 0),
        streams=Streams(1),
        commanding=command,
        hour_at=lambda: (hour + clock.tick / 360_000) % 24,
    )
    return matters, clock


script = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 200), st.booleans()), min_size=1, max_size=40
)


@settings(max_examples=40, deadline=None)
@given(script)
def test_no_office_is_over_its_span_and_every_matter_is_somewhere_until_all_are_closed(steps):
    command = the_command()
    matters, clock = desk(command)
    raised = []
    for rule, minutes, is_over in steps:
        raised.append(matters.raise_(rule, place=CODES["grid"]))
        clock.run(clock.tick + minutes * 6000)
        if is_over:
            matters.over(raised[len(raised) // 2].number)
        matters.step()
        for office in matters.offices.values():
            assert len(office.busy) <= office.rule.span.value
        for matter in matters.open.values():
            office = matters.offices[matter.office]
            waits = any(number == matter.number for _, number in office.queue)
            assert waits != (matter.number in office.busy | office.staying)
    for matter in raised:
        matters.over(matter.number)
    for _ in range(200):
        clock.run(clock.tick + 360_000)
        matters.step()
    assert matters.open == {}
    left = [office.busy | office.staying for office in matters.offices.values()]
    assert not any(left)
    assert not any(office.queue for office in matters.offices.values())
    rows = matters.tally.rows({})
    assert sum(row.closed for row in rows) >= len(raised)
    assert all(row.matters == row.closed + row.escalated for row in rows)


def test_a_full_office_passes_on_what_nobody_took_up_within_its_patience(drill: Drill):
    matters, clock = desk(drill.command)
    for _ in range(12):
        matters.raise_(0, place=CODES["grid"])
    clock.run(31 * 6000)
    reasons = Counter(orjson.loads(line).get("reason") for line in matters._log.lines)
    assert reasons["waited"] >= 4
    assert reasons["beyond_level"] >= 1


def test_urgent_matters_are_taken_up_before_those_that_wait_longer(drill: Drill):
    matters, clock = desk(drill.command, hour=23.0)
    matters.raise_(3, place=CODES["grid"])
    late = matters.raise_(3, place=CODES["grid"])
    urgent = matters.raise_(0, place=CODES["grid"])
    clock.run(29 * 6000)
    taken = [
        row["matter"]
        for row in map(orjson.loads, matters._log.lines)
        if row["kind"] == "matter.taken" and row["level"] == "grid"
    ]
    assert taken.index(urgent.number) == 1
    assert late.number not in taken[:2]


def test_fatigue_grows_on_duty_shrinks_at_rest_and_ends_with_relief(drill: Drill):
    fatigue, model = drill.command.fatigue, Responders([])
    office = Office(model, name="grid", rule=drill.command.of("grid"), place="9901")
    office.busy.add(1)
    assert office.tire(12 * 3600, fatigue, since_shift_h=0.0) == 12.0
    assert factor(fatigue.miss, 12.0) == 1.38
    office.busy.clear()
    assert office.tire(15 * 3600, fatigue, since_shift_h=0.0) == 6.0
    street = Office(model, name="street", rule=drill.command.of("street"), place="9901")
    street.busy.add(1)
    assert street.tire(13 * 3600, fatigue, since_shift_h=1.0) == 1.0


def test_every_matter_of_a_drill_is_timed_from_raised_to_closed(run: Run):
    rows = [orjson.loads(line) for line in run.events]
    raised = {row["matter"] for row in rows if row["kind"] == "matter.raised"}
    closed = {row["matter"] for row in rows if row["kind"] == "matter.closed"}
    assert raised
    assert closed <= raised
    for row in rows:
        if row["kind"] == "matter.closed":
            assert {"level", "waited", "worked", "minutes"} <= row.keys()
            assert row["minutes"] >= row["waited"] + row["worked"] - 0.01
    assert [level.level for level in run.result.levels] == list(LEVELS)
    assert all(0 <= level.load <= 1 for level in run.result.levels)


def test_a_drill_that_leaves_a_level_out_is_refused(drill: Drill):
    content = drill.model_dump(by_alias=True, mode="json")
    content["command"]["levels"].pop()
    with pytest.raises((DrillError, ValueError), match="exactly one rule"):
        Drill.model_validate(content)
