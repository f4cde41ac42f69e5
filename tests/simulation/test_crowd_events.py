"""What happens to agents when roads, capacities and destinations change, and what is refused."""

import numpy as np
import pytest

from gis.errors import InputError
from simulation.crowd import Movement, Network, weidmann


def diamond(**changes: object) -> Network:
    """Two ways from 0 to 3: by 1 (links 0, 1; shorter) and by 2 (links 2, 3)."""
    values: dict[str, object] = {
        "nodes": 4,
        "tail": [0, 1, 0, 2],
        "head": [1, 3, 2, 3],
        "length_m": [100.0, 100.0, 150.0, 150.0],
        "speed_mps": 10.0,
        "capacity_per_s": 1.0,
        "jam_per_m": 0.2,
    }
    return Network.build(**(values | changes))


def started(agents: int = 10, **changes: object) -> Movement:
    movement = Movement(diamond(**changes), destinations=[3], seed=1, trace=True)
    movement.depart(np.arange(agents), np.zeros(agents, int), 0, np.arange(agents) * 100)
    return movement


def test_agents_take_the_other_way_when_a_road_closes() -> None:
    movement = started()
    movement.run(550)
    movement.set_open([1], is_open=False)
    movement.run(100_000)
    _, link, _ = movement.trace()
    assert (np.bincount(link, minlength=4) == [6, 0, 4, 4]).all()


def test_agents_on_a_closed_link_finish_it_and_the_stranded_move_on_when_roads_open() -> None:
    movement = started()
    movement.run(550)
    movement.set_open([1, 2], is_open=False)
    movement.run(50_000)
    assert movement.counts().stranded == 10
    assert sorted(movement.stranded()) == list(range(10))
    assert not movement.reachable([0], [0])[0]
    movement.set_open([1], is_open=True)
    assert sorted(movement.run(100_000).agent) == list(range(10))
    assert movement.counts().stranded == 0


def test_a_full_shelter_sends_those_under_way_elsewhere() -> None:
    movement = started(tail=[0, 1, 1, 2], head=[1, 3, 2, 3])
    movement.run(1_200)
    movement.retarget(0, 2)
    _, link, _ = movement.trace()
    arrivals = movement.run(100_000)
    assert (link == 1).sum() + len(arrivals.agent) == 10
    assert movement.counts().stranded == (link == 1).sum() == 2


def test_redirected_agents_arrive_by_their_new_table() -> None:
    movement = Movement(diamond(), destinations=[3, 1], seed=1)
    movement.depart([4, 5], [0, 0], [0, 0], [0, 0])
    movement.run(500)
    movement.redirect([5], [1])
    arrivals = movement.run(10_000)
    assert dict(zip(arrivals.agent.tolist(), arrivals.table.tolist(), strict=True)) == {4: 0, 5: 1}


def test_more_capacity_empties_a_road_as_fast_as_it_says() -> None:
    movement = started(100, capacity_per_s=0.1)
    movement.run(20_000)
    movement.set_capacity(np.arange(4), 1.5)
    movement.set_open([2], is_open=False)
    before = movement.counts().arrived
    movement.run(27_000)
    assert movement.counts().arrived - before >= 60


def test_rerouting_spreads_a_queue_over_both_ways() -> None:
    movement = Movement(diamond(capacity_per_s=0.2), destinations=[3], seed=1, trace=True)
    movement.depart(np.arange(300), np.zeros(300, int), 0, np.arange(300) * 200)
    for tick in range(3_000, 200_000, 3_000):
        movement.run(tick)
        movement.reroute()
    _, link, _ = movement.trace()
    assert np.bincount(link, minlength=4)[2] > 60
    assert movement.counts().arrived == 300


def test_fast_walkers_pass_slow_ones() -> None:
    network = diamond(**weidmann.walkway(3.0), speed_mps=1.34)
    movement = Movement(network, destinations=[3], seed=1, pace=(0.5, 1.2))
    movement.depart([0, 1], [0, 0], 0, [0, 1_000], pace=[0, 1])
    assert movement.run(100_000).agent.tolist() == [1, 0]


def test_departures_wanting_a_free_link_do_not_wait_for_those_wanting_a_full_one() -> None:
    movement = Movement(diamond(capacity_per_s=[0.01, 1, 1, 1]), destinations=[1, 2], seed=1)
    movement.depart(np.arange(40), np.zeros(40, int), np.repeat([0, 1], 20), 0)
    arrivals = movement.run(5_000)
    assert (arrivals.table == 1).sum() == 20


def test_very_short_and_very_long_links_stand_in_one_network() -> None:
    movement = started(1, length_m=[0.1, 0.1, 50_000.0, 50_000.0])
    assert movement.run(1_000).agent.tolist() == [0]
    movement.set_open([1], is_open=False)
    movement.depart([0], [0], [0], [2_000])
    assert movement.run(1_100_000).tick.tolist() == [2_000 + 1_000_000]


def test_a_gridlock_is_forced_open_and_counted() -> None:
    ring = np.arange(4)
    network = Network.build(
        nodes=4,
        tail=ring,
        head=(ring + 1) % 4,
        length_m=20.0,
        speed_mps=10.0,
        capacity_per_s=1.0,
        jam_per_m=0.2,
    )
    movement = Movement(network, destinations=ring, seed=1)
    origin = np.repeat(ring, 20)
    movement.depart(np.arange(80), origin, (origin + 3) % 4, 0)
    movement.run(1_000_000)
    counts = movement.counts()
    assert counts.arrived == 80
    assert counts.forced == movement.link_forced().sum() > 0


def test_who_is_stuck_takes_another_way_before_anybody_is_forced() -> None:
    # a ring of full links, and a longer way out of it at every node
    ring = np.arange(4)
    network = Network.build(
        nodes=5,
        tail=[*ring, *ring, *[4] * 4],
        head=[*(ring + 1) % 4, *[4] * 4, *ring],
        length_m=[20.0] * 4 + [900.0] * 8,
        speed_mps=10.0,
        capacity_per_s=1.0,
        jam_per_m=0.2,
    )
    movement = Movement(network, destinations=ring, seed=1)
    origin = np.repeat(ring, 20)
    movement.depart(np.arange(80), origin, (origin + 3) % 4, 0)
    movement.run(1_000_000)
    counts = movement.counts()
    assert counts.arrived == 80
    assert counts.detours > 0
    assert counts.forced == 0


def test_a_slow_hole_is_no_gridlock() -> None:
    # 400 s for a hole to come up 900 m: longer than the gridlock policy's patience
    network = Network.build(
        nodes=4,
        tail=[0, 1, 2],
        head=[1, 2, 3],
        length_m=[50.0, 900.0, 50.0],
        speed_mps=10.0,
        capacity_per_s=[1.0, 0.05, 1.0],
        jam_per_m=0.2,
    )
    movement = Movement(network, destinations=[3], seed=1)
    movement.depart(np.arange(400), np.zeros(400, int), 0, 0)
    movement.run(3_000_000)
    counts = movement.counts()
    assert (counts.arrived, counts.forced, counts.detours) == (400, 0, 0)


def test_opposite_walkways_slow_each_other() -> None:
    def seconds(others: int) -> float:
        values = weidmann.walkway(1.0) | {"walking_width_m": 1.0, "opposite": [1, 0]}
        network = Network.build(
            nodes=2, tail=[0, 1], head=[1, 0], length_m=30.0, speed_mps=1.34, **values
        )
        movement = Movement(network, destinations=[1, 0], seed=1)
        movement.depart(np.arange(20), np.zeros(20, int), 0, 0)
        movement.depart(20 + np.arange(others), np.ones(others, int), 1, 0)
        arrivals = movement.run(100_000)
        return float(arrivals.tick[arrivals.agent < 20].max()) / 100

    assert seconds(0) < seconds(10) < seconds(20)


def test_places_and_times_read_as_they_are() -> None:
    movement = started(1)
    movement.run(500)
    link, share = movement.positions([0])
    assert link.tolist() == [0]
    assert share[0] == pytest.approx(0.5)
    assert movement.link_occupancy().tolist() == [1, 0, 0, 0]
    assert movement.link_minutes() == pytest.approx(np.array([10, 10, 15, 15]) / 60)
    movement.set_open([3], is_open=False)
    assert np.isinf(movement.link_minutes()[3])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"speed_mps": -1.0}, "link 0 has speed_mps -1.0"),
        ({"length_m": np.nan}, "link 0 has length_m nan"),
        ({"capacity_per_s": [1, 1, 0, 1]}, "link 2 has capacity_per_s 0"),
        ({"head": [1, 3, 2, 9]}, "link 3 has head 9"),
        ({"head": [1, 3, 2]}, "head has shape"),
        ({"tail": []}, "tail has shape"),
        ({"jam_per_m": 0.05}, "raise jam_per_m"),
        ({"walking_width_m": -1.0}, "walking_width_m"),
        ({"opposite": [1, 0, -1, -1]}, "link 0 has opposite 1"),
        ({"opposite": [1, 2, -1, -1], "walking_width_m": 2.0}, "link 0 has opposite 1"),
        ({"opposite": [0.5, 0, 0, 0]}, "one link number per link"),
        ({"tail": [0.5, 1, 0, 2]}, "whole node numbers"),
    ],
)
def test_networks_that_cannot_be_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        diamond(**change)
    assert "\n" not in str(caught.value)


def test_departures_that_cannot_be_are_refused_and_change_nothing() -> None:
    movement = started()
    movement.run(5_000)
    before = [a.tobytes() for a in movement.state().values()]
    bad: list[tuple[object, ...]] = [
        ([20], [0], [0], [4_000]),
        ([20], [7], [0], [6_000]),
        ([20], [0], [1], [6_000]),
        ([20, 20], [0, 0], [0, 0], [6_000, 6_000]),
        ([-1], [0], [0], [6_000]),
        ([20, 21], [0], [0, 0], [6_000, 6_000, 6_000]),
    ]
    for arguments in bad:
        with pytest.raises(InputError) as caught:
            movement.depart(*arguments)
        assert "\n" not in str(caught.value)
    rows = [a.tobytes() for a in movement.state().values()]
    assert [b[: len(a)] for a, b in zip(before, rows, strict=True)] == before
    with pytest.raises(InputError, match="no way leads"):
        Movement(diamond(), destinations=[0], seed=1).depart([0], [3], [0], [0])
    with pytest.raises(InputError, match="is 5000 already"):
        movement.run(4_000)


def test_a_state_of_another_network_is_refused() -> None:
    state = started().state()
    with pytest.raises(InputError, match="another network"):
        Movement.restore(diamond(tail=[0, 1, 1, 2]), state)
    del state["ring"]
    with pytest.raises(InputError, match="lacks"):
        Movement.restore(diamond(), state)
