"""Dispatch: the ledger always balances, the nearest goes, the urgent come first, boats float."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gis.errors import ConflictError, IntegrityError
from scenarios import loader
from scenarios.norms import Spread
from simulation.clock import Clock
from simulation.proofs.control_rooms import (
    AMBULANCE,
    AT_ONCE,
    Lattice,
    rules,
    standard_error,
    trials,
)
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.dispatch import Dispatch
from simulation.teams.ledger import Ledger
from simulation.teams.responders import Responders
from simulation.teams.search import Graph, Search
from simulation.teams.waterways import Waterways
from simulation.teams.ways import Ways
from twin.terrain import Terrain

SIDE = 5
nodes = st.integers(0, SIDE * SIDE - 1)


class Streets(Lattice):
    """A lattice whose streets a test can close."""

    def __init__(self) -> None:
        super().__init__(SIDE)
        self.whole = self._graph

    def close(self, node: int) -> None:
        """Shut every street from a node; -1 opens all."""
        seconds = self.whole.seconds.copy()
        seconds[self.whole.tail == node] = np.inf
        head = np.repeat(np.arange(SIDE * SIDE), np.diff(self.whole.first))
        self._graph = Graph.build(SIDE * SIDE, self.whole.tail.astype(np.int64), head, seconds)
        self.version = (self.version[0] + 1,)


def control_room(bases: list[int], **tasks: int) -> tuple[Dispatch, Streets, Clock]:
    clock, streets = Clock(), Streets()
    units = [(f"unit-{row:02d}", AMBULANCE, base) for row, base in enumerate(bases)]
    dispatch = Dispatch(
        Responders(units),
        Ways(streets),
        clock=clock,
        log=EventLog(clock, 0),
        streams=Streams(1),
        dispatching=rules(**tasks),
        turnout_minutes=AT_ONCE,
    )
    for kind in tasks:
        dispatch.on(
            kind,
            on_site=lambda incident, _: 60.0 + incident.number,
            finish=lambda incident, _: incident.facility,
            deliver=lambda *_: None,
        )
    return dispatch, streets, clock


calls = st.lists(
    st.tuples(st.sampled_from(["call", "close", "wait"]), nodes, st.booleans(), st.integers(1, 90)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(nodes, min_size=1, max_size=4), calls)
def test_units_and_requests_balance_at_every_step_and_all_are_served_in_the_end(bases, script):
    dispatch, streets, clock = control_room(bases, injured=1, stretcher=3)
    ledger, asked = dispatch.responders.ledger, 0
    for what, node, is_urgent, seconds in script:
        if what == "call":
            kind = "injured" if is_urgent else "stretcher"
            dispatch.request(kind, node=node, place="9901", facility=(node * 7) % 25)
            asked += 1
        elif what == "close":
            streets.close(node if is_urgent else -1)
            dispatch.retry()
        else:
            clock.run(clock.tick + seconds * 100)
        ledger.check()
        assert sum(sum(stages.values()) for stages in ledger.requests().values()) == asked
        waits = sum(stages["waiting"] for stages in ledger.requests().values())
        assert waits == len(dispatch.waiting)
    streets.close(-1)
    for _ in range(30):
        dispatch.retry()
        clock.run(clock.tick + 360_000)
        ledger.check()
    assert sum(stages["closed"] for stages in ledger.requests().values()) == asked
    assert ledger.count("ambulance", "idle") == len(bases)


def test_the_unit_first_on_site_is_sent_even_where_another_stands_closer():
    dispatch, streets, clock = control_room([7, 10], stretcher=3)
    streets.close(7)
    dispatch.request("stretcher", node=12, place="9901")
    clock.run(500)
    assert dispatch.responders.roll[1].incident is not None
    assert dispatch.responders.roll[0].phase == "idle"


def test_a_search_for_the_quickest_gives_the_same_quickest_as_one_that_reaches_all():
    graph = Lattice(12).graph("ambulance")
    start = np.array([0, 30, 77, 143], np.int32)
    lead = np.array([0.0, 45.0, 2.5, 8.0])
    every = Search().seconds(graph, start, 66) + lead
    search = Search()
    early = search.seconds(graph, start, 66, lead) + lead
    assert int(early.argmin()) == int(every.argmin())
    assert early.min() == every.min()
    assert all(one in (np.inf, other) for one, other in zip(early, every, strict=True))
    again, fresh = search.route(graph, 77, 66), Search().route(graph, 77, 66)
    assert [part.tolist() for part in again] == [part.tolist() for part in fresh]


def test_each_kind_of_unit_turns_out_by_draws_of_its_own():
    dispatch, _, _ = control_room([0, 4], stretcher=3)
    dispatch._turnout = Spread(value=2.0, sigma=0.5, unit="min", basis="A")
    dispatch._turnout_s("supply_truck")
    with_trucks = dispatch._turnout_s("ambulance")
    other, _, _ = control_room([0, 4], stretcher=3)
    other._turnout = Spread(value=2.0, sigma=0.5, unit="min", basis="A")
    assert with_trucks == other._turnout_s("ambulance")


def test_a_unit_under_way_is_turned_round_for_an_urgent_call_and_the_other_is_served_later():
    dispatch, _, clock = control_room([0], injured=1, stretcher=3)
    first = dispatch.request("stretcher", node=24, place="9901")
    clock.run(2500)
    urgent = dispatch.request("injured", node=2, place="9901")
    assert dispatch.waiting == [first]
    clock.run(6000)
    assert dispatch.responders.roll[0].incident is urgent
    clock.run(40_000)
    assert dispatch.responders.ledger.requests()["stretcher"]["closed"] == 1


def test_nobody_is_turned_round_for_a_call_that_is_no_more_urgent():
    dispatch, _, clock = control_room([0], injured=1, stretcher=3)
    first = dispatch.request("injured", node=24, place="9901")
    clock.run(2500)
    dispatch.request("injured", node=2, place="9901")
    assert dispatch.responders.roll[0].incident is first


def test_a_unit_on_its_way_home_is_free_and_starts_from_where_it_is():
    dispatch, _, clock = control_room([0, 4], stretcher=3)
    dispatch.request("stretcher", node=20, place="9901")
    clock.run(4000 + 6100 + 1000)
    assert dispatch.responders.roll[0].phase == "returning"
    dispatch.request("stretcher", node=15, place="9901")
    assert dispatch.responders.roll[0].phase == "travelling"
    clock.run(clock.tick + 1100)
    assert dispatch.responders.roll[0].phase == "on_site"


def test_the_ledger_refuses_what_would_go_below_zero():
    ledger = Ledger({"boat": 1})
    ledger.move("boat", "idle", "committed")
    with pytest.raises(IntegrityError, match="below zero"):
        ledger.move("boat", "idle", "committed")
    with pytest.raises(IntegrityError, match="engaged"):
        ledger.check()
    with pytest.raises(IntegrityError, match="below zero"):
        ledger.book("boat_rescue", "waiting", "bound")


def test_a_task_without_a_rule_is_refused():
    dispatch, _, _ = control_room([0], stretcher=3)
    with pytest.raises(ConflictError, match="which teams suit"):
        dispatch.on("pump", on_site=lambda *_: 1.0, finish=lambda *_: -1, deliver=lambda *_: None)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40))
def test_the_search_agrees_with_the_library(seed, size):
    random = np.random.default_rng(seed)
    tail, head = random.integers(0, size, (2, 3 * size))
    seconds = random.integers(1, 60, 3 * size).astype(float)
    start = random.integers(0, size, 5).astype(np.int32)
    target = int(random.integers(size))
    matrix = np.full((size, size), np.inf)
    np.minimum.at(matrix, (head, tail), seconds)
    expected = dijkstra(csr_matrix(np.where(np.isinf(matrix), 0, matrix)), indices=target)[start]
    search, graph = Search(), Graph.build(size, tail, head, seconds)
    assert search.seconds(graph, start, target).tolist() == expected.tolist()
    spots, at_s = search.route(graph, int(start[0]), target)
    if math.isfinite(expected[0]):
        assert (spots[0], spots[-1], at_s[0], at_s[-1]) == (start[0], target, 0.0, expected[0])
        assert (np.diff(at_s) > 0).all()
    else:
        assert len(spots) == 0


def test_a_boat_goes_round_dry_ground_and_over_land_by_trailer():
    terrain = Terrain(elevation_m=np.zeros((5, 9), np.float32), west=0, north=50, cell_m=10)
    boating = loader.load("typhoon-flood").dispatch.boating
    boating = boating.model_copy(
        update={"bank_m": boating.bank_m.model_copy(update={"value": 0.0})}
    )
    water = Waterways(terrain, np.array([[5.0, 45.0], [85.0, 45.0]]), boating=boating, mps=2.0)
    wet = np.ones((5, 9), bool)
    wet[:4, 4] = False
    water.rise(wet.ravel())
    road = (np.array([0]), np.array([1]), np.array([10_000.0]))
    found = Search().seconds(water.graph(road), np.array([water.spot(0)], np.int32), water.spot(1))
    diagonal = 8 * 10 * math.sqrt(2) / 2.0
    assert found[0] == pytest.approx(diagonal)
    water.rise(np.zeros(45, bool))
    assert water.spot(0) == -1
    dry = Search().seconds(water.graph(road), np.array([0], np.int32), 1)
    assert dry[0] == 10_000.0


def test_the_tolerance_of_a_queue_is_three_standard_errors_of_its_sample():
    for trial in trials():
        assert trial.tolerance <= 3.05 * standard_error(trial.sample()), trial.name
