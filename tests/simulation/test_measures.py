"""Laws of service, resilience, lifelines, conversion and the resource ledger."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError, IntegrityError
from scenarios.injects import Deed
from scenarios.loader import load
from simulation.judgement.measures import roll_up, weak_link
from simulation.judgement.reasons import DEEDS
from simulation.response.conversion import schedule
from simulation.teams.ledger import PHASES, Ledger
from simulation.works.lifelines import Lifelines

levels = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@given(levels)
def test_the_weak_link_lies_between_the_worst_and_the_mean(service):
    quality = float(weak_link(np.array(service), np.ones(4)))
    clipped = np.clip(service, 0.01, 1)
    assert clipped.min() - 1e-12 <= quality <= clipped.mean() + 1e-12


def test_a_function_that_is_not_modelled_counts_for_nothing():
    with_gap = weak_link(np.array([0.5, np.nan, 0.8]), np.ones(3))
    assert with_gap == pytest.approx(weak_link(np.array([0.5, 0.8]), np.ones(2)))


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.integers(1, 2000), st.integers(0, 3)),
        min_size=1,
        max_size=30,
    )
)
def test_the_mean_part_of_the_roll_up_is_additive(rows):
    index, people, parent = (np.array(column, float) for column in zip(*rows, strict=True))
    parts = [roll_up(index[parent == p], people[parent == p])[1] for p in np.unique(parent)]
    weights = [people[parent == p].sum() for p in np.unique(parent)]
    assert roll_up(index, people)[1] == pytest.approx(np.average(parts, weights=weights))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=60))
def test_the_ledger_balances_and_never_goes_below_zero(moves):
    ledger = Ledger({"boat": 3})
    for before, after in moves:
        try:
            ledger.move("boat", PHASES[before], PHASES[after])
        except IntegrityError:
            assert ledger.count("boat", PHASES[before]) == 0
        counts = ledger.summary()["boat"]
        assert sum(counts.values()) == 3
        assert min(counts.values()) >= 0


def test_a_unit_engaged_for_nobody_is_found_by_the_ledger():
    ledger = Ledger({"boat": 1})
    ledger.check()
    ledger.move("boat", "idle", "committed")
    with pytest.raises(IntegrityError, match="1 units are engaged, but 0 requests are bound"):
        ledger.check()


def test_a_healthy_loop_of_power_and_water_stays_up():
    loop = Lifelines(2, np.array([0, 1]), np.array([1, 0]), np.array([0, 0]))
    assert loop.step(3600).all()
    loop.own[0] = False
    assert not loop.step(60).any()


def test_a_lifeline_to_nowhere_is_refused():
    with pytest.raises(InputError, match="names facility 5"):
        Lifelines(2, np.array([0]), np.array([5]), np.array([0]))


def test_no_conversion_uses_more_people_than_there_are():
    plan = load("typhoon-flood").conversions[0]
    slots = schedule(plan)
    for moment in {slot.start for slot in slots}:
        at_work = [slot.task.crew for slot in slots if slot.start <= moment < slot.end]
        assert sum(at_work) <= plan.crew
    assert slots[-1].task.sign_off
    assert slots[-1].is_critical


def test_every_deed_has_a_name_for_the_reasons():
    assert set(DEEDS) == set(get_args(Deed))
