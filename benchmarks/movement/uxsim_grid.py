"""The grid benchmark with UXsim's C++ engine; wants UXsim installed, prints one JSON line."""

import json

import uxsim
from grid import DEMAND_S, END_S, FLOW_PER_S, SIDE, Meter, crossing_pairs, grid_links


def play_peer(end_s: int) -> dict[str, float]:
    """Play the same with UXsim's C++ engine."""
    meter = Meter()
    world = uxsim.World(
        name="", deltan=5, tmax=end_s, no_cyclic_routing=True,
        print_mode=0, save_mode=0, show_mode=0, random_seed=0, cpp=True, threads=1,
    )  # fmt: skip
    nodes = [world.addNode(f"n{i}", i // SIDE, i % SIDE) for i in range(SIDE * SIDE)]
    for tail, head in grid_links(SIDE).tolist():
        world.addLink(
            f"l{tail}-{head}", nodes[tail], nodes[head], length=1000, free_flow_speed=20,
            jam_density=0.2,
        )  # fmt: skip
    for origin, destination in crossing_pairs(SIDE):
        world.adddemand(nodes[origin], nodes[destination], 0, DEMAND_S, FLOW_PER_S)
    world.exec_simulation()
    result = meter.read()
    stats = world.analyzer.basic_to_pandas()
    return result | {
        "version": uxsim.__version__,
        "vehicles": int(stats["total_trips"].iloc[0]),
        "arrived": int(stats["completed_trips"].iloc[0]),
        "mean_trip_s": float(stats["average_travel_time"].iloc[0]),
    }


if __name__ == "__main__":
    play_peer(60)
    print(json.dumps(play_peer(END_S)))
