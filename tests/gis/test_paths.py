"""Laws of shortest paths, and wrong input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError, ShapeMismatchError
from gis.network import Network, build, largest_part
from gis.paths import nearest, shortest

NODES = 8
edge = st.tuples(
    st.integers(0, NODES - 1),
    st.integers(0, NODES - 1),
    st.integers(1, 100),
    st.booleans(),
)
EVERY = np.arange(NODES)


def network_of(edges: list[tuple[int, int, int, bool]]) -> Network:
    rows = np.array(edges, dtype=np.int64)
    return build(
        rows[:, 0],
        rows[:, 1],
        weight=rows[:, 2].astype(np.float64),
        oneway=rows[:, 3].astype(bool),
        nodes=NODES,
    )


networks = st.lists(edge, min_size=1, max_size=24).map(network_of)


@settings(deadline=None)
@given(networks)
def test_a_detour_is_never_shorter(network: Network) -> None:
    way = shortest(network, EVERY, EVERY)
    assert (way[:, None, :] <= way[:, :, None] + way[None, :, :] + 1e-9).all()
    assert (np.diag(way) == 0).all()


@settings(deadline=None)
@given(networks)
def test_distances_agree_with_floyd_and_warshall(network: Network) -> None:
    expected = np.full((NODES, NODES), np.inf)
    np.fill_diagonal(expected, 0.0)
    for tail in range(NODES):
        for arc in range(network.start[tail], network.start[tail + 1]):
            head = network.head[arc]
            expected[tail, head] = min(expected[tail, head], network.weight[arc])
    for middle in range(NODES):
        expected = np.minimum(expected, expected[:, [middle]] + expected[[middle], :])
    assert np.array_equal(shortest(network, EVERY, EVERY), expected)


@settings(deadline=None)
@given(networks, st.lists(st.integers(0, NODES - 1), min_size=1, max_size=3))
def test_few_targets_give_the_same_as_many(network: Network, targets: list[int]) -> None:
    chosen = np.array(targets)
    full = shortest(network, EVERY, EVERY)
    assert np.array_equal(shortest(network, EVERY, chosen), full[:, chosen])
    assert np.array_equal(nearest(network, chosen), full[chosen].min(axis=0))
    assert np.array_equal(nearest(network, chosen, reverse=True), full[:, chosen].min(axis=1))


@settings(deadline=None)
@given(networks)
def test_in_the_largest_part_every_node_leads_to_every_other(network: Network) -> None:
    inside = np.flatnonzero(largest_part(network))
    assert np.isfinite(shortest(network, inside, inside)).all()


def test_a_limit_cuts_longer_paths() -> None:
    network = network_of([(0, 1, 10, False), (1, 2, 10, False)])
    way = shortest(network, np.array([0]), EVERY, limit=15.0)
    assert way[0, :3].tolist() == [0.0, 10.0, np.inf]


def test_of_parallel_edges_the_lighter_counts_and_is_named() -> None:
    network = network_of([(0, 1, 9, True), (0, 1, 4, True), (0, 1, 7, True)])
    assert network.weight.tolist() == [4.0]
    assert network.edge.tolist() == [1]


def test_no_source_reaches_nothing() -> None:
    network = network_of([(0, 1, 9, False)])
    assert np.isinf(nearest(network, np.array([], dtype=np.int64))).all()


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_an_edge_without_weight_is_refused(weight: float) -> None:
    with pytest.raises(InputError, match="above 0 and finite"):
        build(
            np.array([0]),
            np.array([1]),
            weight=np.array([weight]),
            oneway=np.array([False]),
            nodes=2,
        )


def test_an_edge_to_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="ends at node 7"):
        build(
            np.array([0]),
            np.array([7]),
            weight=np.array([1.0]),
            oneway=np.array([False]),
            nodes=2,
        )


def test_arrays_of_different_length_are_refused() -> None:
    with pytest.raises(ShapeMismatchError, match="number of edges"):
        build(
            np.array([0, 1]),
            np.array([1, 0]),
            weight=np.array([1.0]),
            oneway=np.array([False, False]),
            nodes=2,
        )


def test_an_unknown_node_is_named() -> None:
    network = network_of([(0, 1, 9, False)])
    with pytest.raises(InputError, match="target 0 is node 99"):
        shortest(network, np.array([0]), np.array([99]))
