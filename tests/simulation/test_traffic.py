"""Traffic: water slows roads, orders open exits and reverse lanes, no ordinary car is lost."""

import numpy as np
import pytest

from gis.errors import InputError
from scenarios import loader
from scenarios.drill import Drill
from simulation.engine import Play
from simulation.response.deeds.traffic import TrafficOrders
from simulation.works.flows import split
from twin.synthetic import make_city


def fresh() -> Play:
    return Play(make_city(residents=4_000), loader.load("typhoon-flood"), seed=1, decisions={})


@pytest.fixture
def play() -> Play:
    return fresh()


def test_water_and_mud_slow_cars_and_narrow_roads_and_dry_roads_are_free_again(play: Play):
    journeys, roads = play.parts.journeys, play.parts.roads
    movement, links = journeys.movement["car"], journeys.links["car"]
    built = movement.state()["links"]
    depth = play.setting.drill.norms.road_close_depth_m.value
    roads.depth_m[:] = depth * 0.99
    journeys.follow_roads()
    speed, flow = journeys.flows.driving(links)
    traffic = play.setting.drill.traffic
    assert traffic is not None
    assert speed.max() < 1
    assert speed.min() == pytest.approx(traffic.wet_speed_share.value)
    assert flow.min() == pytest.approx(traffic.wet_flow_share.value)
    wet = movement.state()["links"]
    assert (wet[: len(links)] != built[: len(links)]).any()
    roads.depth_m[:] = 0.0
    journeys.follow_roads()
    assert movement.state()["links"].tobytes() == built.tobytes()
    roads.muddy[:] = True
    assert journeys.flows.driving(links)[0].max() == pytest.approx(traffic.wet_speed_share.value)


def test_contraflow_moves_lanes_from_one_direction_to_the_other_and_back(play: Play):
    orders, flows = play.deeds.desk.room(TrafficOrders), play.parts.journeys.flows
    assert orders._change("contraflow", "street:1", stands=True) > 0
    changed = (flows.lane_share != 1.0).any(axis=1)
    assert changed.any()
    assert not (changed & play.parts.roads.oneway).any()
    assert np.allclose(flows.lane_share.sum(axis=1), 2.0)
    play.parts.journeys.follow_roads()
    orders._change("contraflow", "street:1", stands=False)
    play.parts.journeys.follow_roads()
    assert (flows.lane_share == 1.0).all()


def test_a_cordon_shuts_ways_in_and_never_the_way_out_of_the_same_road(play: Play):
    orders, flows = play.deeds.desk.room(TrafficOrders), play.parts.journeys.flows
    orders._change("cordon", "street:1", stands=True)
    assert not flows.is_cordoned.all(axis=1).any()
    raised = flows.priority > 1
    assert raised.any()
    assert not raised.all(axis=1).any()
    orders._change("cordon", "street:1", stands=False)
    assert not flows.is_cordoned.any()
    assert (flows.priority == 1).all()


def test_ordinary_cars_are_all_accounted_for_and_reuse_their_numbers(play: Play):
    journeys = play.parts.journeys
    play.until(26 * 3600 * 100)
    ordinary, movement = play.parts.ordinary, journeys.movement["car"]
    counts = movement.counts()
    assert ordinary.made > 0
    assert counts.arrived + counts.at_origin + counts.on_links + counts.stranded == ordinary.made
    assert journeys.ordinary == ordinary.made - counts.arrived
    assert journeys._ordinary_top < ordinary.made
    assert journeys._ordinary_top == journeys.ordinary + len(journeys._ordinary_free)
    assert not journeys.is_busy


def test_the_warned_make_fewer_ordinary_trips_and_those_ordered_out_none(play: Play):
    ordinary, residents = play.parts.ordinary, play.parts.residents
    usual = ordinary.expected(900)[0].sum()
    residents.state[:] = 1
    warned = ordinary.expected(900)[0].sum()
    traffic = play.setting.drill.traffic
    assert traffic is not None
    assert warned == pytest.approx(usual * traffic.warned_share.value)
    play.parts.evacuation.ordered[:] = True
    assert len(ordinary.expected(900)[1]) == 0


def test_priority_must_be_above_zero(play: Play):
    movement = play.parts.journeys.movement["car"]
    with pytest.raises(InputError, match="priority"):
        movement.set_priority([0], 0.0)


def test_an_order_on_traffic_wants_the_part_that_says_how(play: Play):
    content = play.setting.drill.model_dump(mode="json", by_alias=True)
    content["traffic"] = None
    with pytest.raises(ValueError, match=r"T14\.1 changes traffic"):
        Drill.model_validate(content)


def test_directed_links_name_road_and_direction():
    road, way = split(np.array([3, ~3, 0, ~0]))
    assert road.tolist() == [3, 3, 0, 0]
    assert way.tolist() == [0, 1, 0, 1]
