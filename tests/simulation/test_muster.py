"""Muster: crews come as their curve says, nobody off duty is sent, tired crews are relieved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios import loader
from scenarios.norms import Series
from scenarios.responders import Mobilisation, Shift
from simulation import engine
from simulation.checkpoint.inventory import Inventory
from simulation.clock import Clock
from simulation.proofs.control_rooms import AMBULANCE, AT_ONCE, Lattice, rules
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Responders
from simulation.teams.ways import Ways

HOUR = 360_000
CURVE = Mobilisation(on_duty_share=0.25, t50_minutes=60, t90_minutes=180, basis="A")
SHORT = Shift(hours=1, relief_minutes=10, basis="A")
TIRING = Series(at=(0, 3600), value=(1.0, 2.0), unit="1", basis="A")


def control_room(
    units: int,
    *,
    mobilise: Mobilisation | None = None,
    shift: Shift | None = None,
    seed: int = 1,
    work_s: float = 300.0,
) -> tuple[Dispatch, Clock]:
    clock = Clock()
    roster = AMBULANCE.model_copy(update={"mobilise": mobilise, "shift": shift})
    dispatch = Dispatch(
        Responders([(f"unit-{row:04d}", roster, row % 25) for row in range(units)]),
        Ways(Lattice(5)),
        clock=clock,
        log=EventLog(clock, 0),
        streams=Streams(seed),
        dispatching=rules(injured=1, stretcher=3),
        turnout_minutes=AT_ONCE,
        tiring=TIRING,
    )
    for kind in ("injured", "stretcher"):
        dispatch.on(
            kind,
            on_site=lambda *_: work_s,
            finish=lambda incident, _: incident.facility,
            deliver=lambda *_: None,
        )
    return dispatch, clock


def off_duty(dispatch: Dispatch) -> int:
    return dispatch.responders.ledger.count("ambulance", "off_duty")


calls = st.lists(
    st.tuples(st.sampled_from(["ask", "activate", "wait"]), st.integers(0, 24), st.integers(1, 90)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.booleans(), calls)
def test_the_ledger_balances_at_every_step_and_nobody_off_duty_is_sent(units, has_shifts, script):
    dispatch, clock = control_room(units, mobilise=CURVE, shift=SHORT if has_shifts else None)
    ledger, asked = dispatch.responders.ledger, 0
    for what, node, minutes in script:
        resting = [unit for unit in dispatch.responders.roll if unit.phase == "off_duty"]
        if what == "ask":
            dispatch.request("injured" if node % 2 else "stretcher", node=node, place="9901")
            asked += 1
            assert all(unit.phase == "off_duty" for unit in resting)
        elif what == "activate":
            dispatch.duty.call()
        else:
            clock.run(clock.tick + minutes * 6000)
        ledger.check()
        assert all(u.incident is None for u in dispatch.responders.roll if u.phase == "off_duty")
        free = sum(u.phase == "idle" for u in dispatch.responders.roll)
        assert len(dispatch.nearby.free["ambulance"]) >= free
    dispatch.duty.call()
    clock.run(clock.tick + 60 * HOUR)
    ledger.check()
    assert sum(stages["closed"] for stages in ledger.requests().values()) == asked


def test_half_are_there_at_t50_and_nine_tenths_at_t90():
    dispatch, clock = control_room(4000, mobilise=CURVE)
    assert off_duty(dispatch) == 3000
    clock.run(HOUR)
    dispatch.duty.call()
    for minutes, share in ((60, 0.5), (180, 0.9)):
        clock.run(HOUR + minutes * 6000)
        error = np.sqrt(share * (1 - share) / 3000)
        assert 1 - off_duty(dispatch) / 3000 == pytest.approx(share, abs=4 * error)


def test_nobody_comes_unless_a_level_is_activated_and_a_second_level_calls_nobody_twice():
    dispatch, clock = control_room(8, mobilise=CURVE)
    clock.run(24 * HOUR)
    assert off_duty(dispatch) == 6
    dispatch.duty.call()
    pending = len(clock.pending())
    dispatch.duty.call()
    assert len(clock.pending()) == pending == 6


def test_a_request_waits_for_the_first_unit_that_comes_on_duty():
    none = CURVE.model_copy(update={"on_duty_share": 0})
    dispatch, clock = control_room(3, mobilise=none)
    incident = dispatch.request("injured", node=12, place="9901")
    clock.run(HOUR)
    assert dispatch.waiting == [incident]
    dispatch.duty.call()
    clock.run(clock.pending()[0].tick)
    assert dispatch.waiting == []
    assert dispatch.responders.ledger.requests()["injured"]["bound"] == 1


def test_an_idle_crew_is_relieved_after_its_shift_and_comes_back_rested():
    dispatch, clock = control_room(1, shift=SHORT)
    unit = dispatch.responders.roll[0]
    clock.run(HOUR - 1)
    assert unit.phase == "idle"
    clock.run(HOUR)
    assert (unit.phase, len(dispatch.nearby.free["ambulance"])) == ("off_duty", 0)
    clock.run(HOUR + 60_000)
    assert (unit.phase, dispatch.duty.hours(unit)) == ("idle", 0.0)


def test_a_crew_past_its_hours_ends_its_task_takes_no_other_and_works_slower():
    dispatch, clock = control_room(1, shift=SHORT, work_s=1800)
    unit = dispatch.responders.roll[0]
    clock.run(HOUR // 2)
    dispatch.request("stretcher", node=0, place="9901")
    later = dispatch.request("stretcher", node=0, place="9901")
    clock.run(HOUR + 1)
    assert (unit.phase, unit.is_overdue) == ("on_site", True)
    clock.run(HOUR // 2 + round(1.5 * 180_000) + 1000)
    assert unit.phase == "off_duty"
    assert dispatch.waiting == [later]
    clock.run(HOUR // 2 + round(1.5 * 180_000) + 62_000)
    assert unit.incident is later


def test_crews_on_duty_at_the_start_are_relieved_one_after_the_other():
    dispatch, clock = control_room(5, shift=SHORT)
    worst = 0
    for minute in range(60):
        clock.run(minute * 6000)
        worst = max(worst, off_duty(dispatch))
    assert worst == 1


@pytest.mark.parametrize(("t50", "t90"), [(0, 10), (-1, 10), (60, 60), (60, 30)])
def test_a_curve_that_does_not_rise_is_refused(t50, t90):
    with pytest.raises(ValidationError, match=r"t50"):
        Mobilisation(on_duty_share=0.5, t50_minutes=t50, t90_minutes=t90, basis="A")


def test_a_run_restored_while_crews_come_on_duty_goes_on_as_the_unbroken_one(
    small_city, short_drill
):
    def play() -> engine.Play:
        return engine.Play(small_city, short_drill, seed=4, decisions={})

    def advance(one: engine.Play, hours: float) -> None:
        one.setting.clock.run(round(hours * HOUR))

    unbroken = play()
    inventory = Inventory(unbroken, short_drill)
    dispatch = unbroken.parts.dispatch
    activated = short_drill.expectations()["T01.1"][0].at - short_drill.horizon.start
    advance(unbroken, activated / 3600)
    assert not dispatch.duty.is_called
    advance(unbroken, activated / 3600 + 1.25)
    assert dispatch.duty.is_called
    assert any(unit.phase == "off_duty" for unit in dispatch.responders.roll)
    restored = play()
    Inventory(restored, short_drill).restore(inventory.changes())
    for one in (unbroken, restored):
        advance(one, activated / 3600 + 10)
    phases = [[u.phase for u in p.parts.responders.roll] for p in (unbroken, restored)]
    duties = [[u.duty_tick for u in p.parts.responders.roll] for p in (unbroken, restored)]
    assert phases[0] == phases[1]
    assert duties[0] == duties[1]
    assert unbroken.setting.clock.pending() == restored.setting.clock.pending()


def test_the_demo_drill_lists_every_kind_with_a_curve_and_a_shift():
    drill = loader.load("typhoon-flood")
    assert {"volunteer_team", "grid_team", "enterprise_crew"} <= {one.kind for one in drill.teams}
    assert all(one.mobilise and one.shift for one in drill.teams)
