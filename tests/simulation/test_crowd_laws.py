"""Laws that hold on every network, demand and seed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from simulation.crowd import Movement, Network

SIDE = 5


def grid(seed: int, *, side: int = SIDE) -> Network:
    """A two-way grid with random lengths and capacities, tight enough to queue and spill back."""
    draw = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1),
            np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1),
        ]
    )
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    count = len(ends)
    return Network.build(
        nodes=side * side,
        tail=ends[:, 0],
        head=ends[:, 1],
        length_m=draw.uniform(40, 200, count),
        speed_mps=draw.uniform(5, 15, count),
        capacity_per_s=draw.uniform(0.2, 0.6, count),
        jam_per_m=0.15,
    )


def loaded(seed: int, *, agents: int = 800, trace: bool = False) -> Movement:
    draw = np.random.default_rng(seed)
    movement = Movement(grid(seed), destinations=[0, 12, 24], seed=seed, trace=trace)
    movement.depart(
        np.arange(agents),
        draw.integers(0, SIDE * SIDE, agents),
        draw.integers(0, 3, agents),
        draw.integers(0, 60_000, agents),
    )
    return movement


def play(movement: Movement, stops: list[int]) -> list[np.ndarray]:
    parts = []
    for tick in stops:
        arrivals = movement.run(tick)
        parts.append(np.stack([arrivals.tick, arrivals.agent, arrivals.table]))
    return [np.concatenate(parts, axis=1), *movement.state().values()]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


seeds = st.integers(0, 2**16)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(seeds, st.lists(st.integers(1, 100_000), max_size=6))
def test_any_cut_into_windows_gives_the_same_bytes(seed: int, cuts: list[int]) -> None:
    end = 100_000
    whole = play(loaded(seed, trace=True), [end])
    assert same(whole, play(loaded(seed, trace=True), [*sorted(cuts), end]))


@few
@given(seeds, st.integers(0, 60_000))
def test_a_restored_movement_goes_on_with_the_same_bytes(seed: int, tick: int) -> None:
    first = loaded(seed, trace=True)
    first.run(tick)
    first.reroute()
    second = Movement.restore(first.network, first.state())
    for movement in (first, second):
        movement.run(tick + 5_000)
        movement.reroute(share=0.3)
    assert same(play(first, [100_000]), play(second, [100_000]))


@few
@given(seeds, st.lists(st.integers(1, 90_000), min_size=1, max_size=8))
def test_nobody_is_lost_and_no_link_overflows(seed: int, ticks: list[int]) -> None:
    movement = loaded(seed)
    arrived: list[int] = []
    for tick in sorted(ticks):
        arrived += movement.run(tick).agent.tolist()
        movement.reroute()
        counts = movement.counts()
        assert counts.at_origin >= 0
        assert counts.at_origin + counts.on_links + counts.stranded + counts.arrived == 800
        assert counts.arrived == len(arrived) == len(set(arrived))
        room = movement.network.storage[movement.network.row]
        occupancy = movement.link_occupancy()
        assert (occupancy >= 0).all()
        assert (occupancy <= room + movement.link_forced()).all()
        assert occupancy.sum() == counts.on_links


@few
@given(seeds)
def test_everybody_arrives_in_the_end(seed: int) -> None:
    movement = loaded(seed)
    for tick in range(6_000, 600_000, 6_000):
        movement.run(tick)
        movement.reroute()
    assert movement.counts().arrived == 800


@few
@given(seeds)
def test_agents_leave_links_in_the_order_in_which_they_entered(seed: int) -> None:
    movement = loaded(seed, trace=True)
    arrivals = movement.run(200_000)
    agent, link, tick = movement.trace()
    assert (np.diff(tick) >= 0).all()
    by_agent = np.argsort(agent, kind="stable")
    end = np.full(800, 200_000)
    end[arrivals.agent] = arrivals.tick
    left = np.empty_like(tick)
    is_last = np.append(np.diff(agent[by_agent]) > 0, values=True)
    left[by_agent] = np.where(is_last, end[agent[by_agent]], np.roll(tick[by_agent], -1))
    by_link = np.argsort(link, kind="stable")
    is_same_link = np.diff(link[by_link]) == 0
    assert (np.diff(left[by_link])[is_same_link] >= 0).all()


@few
@given(seeds, st.integers(1, 5))
def test_rerouted_tables_hold_the_shortest_ways_of_all_who_started(seed: int, edits: int) -> None:
    draw = np.random.default_rng(seed)
    movement = loaded(seed)
    links = movement.network.links
    for _ in range(edits):
        movement.set_open(draw.integers(0, links, 6), draw.random(6) < 0.6)
        movement.set_speed(draw.integers(0, links, 6), draw.uniform(2, 20, 6))
        movement.run(movement.now + 3_000)
        movement.reroute()
    state = movement.state()
    graph = movement.network.graph
    cost = state["applied"][0]
    is_open = cost < 2**30
    ways = csr_matrix((cost[is_open], (graph.head[is_open], graph.tail[is_open])), shape=(25, 25))
    for table, node in enumerate([0, 12, 24]):
        expected = np.minimum(dijkstra(ways, indices=node), 2**30)
        is_near = expected <= state["radius"][table]
        assert (state["distance"][table][is_near] == expected[is_near]).all()
        is_reached = is_near | (expected >= 2**30)
        assert is_reached[state["is_origin"][table] > 0].all()


def test_repeated_runs_and_two_threads_give_the_same_bytes() -> None:
    def once(_: int) -> list[np.ndarray]:
        return play(loaded(7), [100_000])

    alone = once(0)
    with ThreadPoolExecutor(2) as pool:
        assert all(same(alone, other) for other in pool.map(once, range(4)))


@pytest.mark.parametrize("batches", [1, 7])
def test_departures_given_in_pieces_are_the_departures_given_at_once(batches: int) -> None:
    draw = np.random.default_rng(3)
    origin, table = draw.integers(0, 25, 700), draw.integers(0, 3, 700)
    tick = np.sort(draw.permutation(60_000)[:700])
    movement = Movement(grid(3), destinations=[0, 12, 24], seed=3)
    for part in np.array_split(draw.permutation(700), batches):
        movement.depart(part, origin[part], table[part], tick[part])
    whole = Movement(grid(3), destinations=[0, 12, 24], seed=3)
    whole.depart(np.arange(700), origin, table, tick)
    assert (movement.run(200_000).tick == whole.run(200_000).tick).all()
