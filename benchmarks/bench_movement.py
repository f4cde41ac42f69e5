"""How much CPU time and memory does moving people cost?

    uv run python benchmarks/bench_movement.py            # 11 x 11 grid against UXsim's C++ engine
    uv run python benchmarks/bench_movement.py --city     # residents of a city for 24 hours
    uv run python benchmarks/bench_movement.py --linear   # 1 to 10 million, with a plot

The last line is one JSON object. UXsim 1.15 is no dependency: give the interpreter of an environment
that has it with ``--peer-python``. Each side runs alone in a process of its own, after a tiny run
that loads its code; CPU time is user + system of that process, memory what it grew by.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

SIDE = 11
FLOW_PER_S = 0.035
DEMAND_S = 3600
END_S = 7200


def grid_links(side: int) -> np.ndarray:
    """Both directions of every edge of a grid, shape (links, 2)."""
    node = np.arange(side * side).reshape(side, side)
    right = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    down = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    ways = np.concatenate([right, down])
    return np.concatenate([ways, ways[:, ::-1]])


def crossing_pairs(side: int) -> list[tuple[int, int]]:
    """Origin and destination across the grid, as in UXsim's own benchmark."""
    node = np.arange(side * side).reshape(side, side)
    edges = ((node[0], node[-1]), (node[:, 0], node[:, -1]))
    return [
        pair
        for one, other in edges
        for a in one.tolist()
        for b in other.tolist()
        for pair in ((b, a), (a, b))
    ]


class Meter:
    """CPU seconds and memory growth of this process since the meter was made."""

    def __init__(self) -> None:
        self._bytes = peak_bytes()
        self._cpu = time.process_time()

    def read(self) -> dict[str, float]:
        return {
            "cpu_s": time.process_time() - self._cpu,
            "grown_mb": (peak_bytes() - self._bytes) / 1e6,
            "peak_mb": peak_bytes() / 1e6,
        }


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def play_grid(end_s: int, *, tables: int, every_s: int, noise: float) -> dict[str, float]:
    """Play UXsim's grid benchmark with rerouting."""
    meter = Meter()
    links = grid_links(SIDE)
    network = Network.build(
        nodes=SIDE * SIDE,
        tail=links[:, 0],
        head=links[:, 1],
        length_m=1000.0,
        speed_mps=20.0,
        capacity_per_s=0.8,
        jam_per_m=0.2,
    )
    pairs = np.array(crossing_pairs(SIDE))
    targets = np.unique(pairs[:, 1])
    movement = Movement(network, destinations=np.repeat(targets, tables), seed=1, route_noise=noise)
    each = np.arange(0, DEMAND_S, 1 / FLOW_PER_S)
    tick = np.tile(np.rint(each * 100).astype(np.int32), len(pairs))
    agent = np.arange(len(tick))
    pair = np.repeat(pairs, len(each), axis=0)
    table = np.searchsorted(targets, pair[:, 1]) * tables + agent % tables
    movement.depart(agent, pair[:, 0], table, tick)
    seconds = 0.0
    for moment in range(every_s, end_s + 1, every_s):
        arrivals = movement.run(moment * 100)
        seconds += float((arrivals.tick - tick[arrivals.agent]).sum()) / 100
        movement.reroute(share=1 / 3)
    counts = movement.counts()
    result = meter.read()
    return result | {
        "vehicles": len(tick),
        "arrived": counts.arrived,
        "forced": counts.forced,
        "mean_trip_s": seconds / max(counts.arrived, 1),
    }


def play_peer(end_s: int) -> dict[str, float]:
    """Play the same with UXsim's C++ engine."""
    import uxsim

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


def apart(python: str, *arguments: str) -> dict[str, float]:
    """Run one side alone in a process of its own."""
    command = [python, str(Path(__file__).resolve()), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare_grid(options: argparse.Namespace) -> dict[str, object]:
    ours = apart(sys.executable, "--side", "ours")
    print(json.dumps({"shapan": ours}))
    result: dict[str, object] = {
        "question": "CPU seconds for UXsim's 11x11 grid, 60,500 vehicles, 7,200 s, routing included",
        "value": round(ours["cpu_s"], 3),
        "unit": "s",
        "memory_mb": round(ours["grown_mb"], 1),
        "peer": None,
        "peer_value": None,
        "ratio": None,
    }
    try:
        peer = apart(options.peer_python, "--side", "peer")
    except subprocess.CalledProcessError:
        print(f"{options.peer_python} has no UXsim: no ratio")
        return result
    print(json.dumps({"uxsim": peer}))
    return result | {
        "peer": f"UXsim {peer['version']}, C++ engine",
        "peer_value": round(peer["cpu_s"], 3),
        "ratio": round(peer["cpu_s"] / ours["cpu_s"], 2),
        "peer_memory_mb": round(peer["grown_mb"], 1),
        "memory_ratio": round(peer["grown_mb"] / max(ours["grown_mb"], 0.1), 2),
    }


def play_side(options: argparse.Namespace) -> dict[str, float]:
    if options.side == "ours":
        play_grid(240, tables=1, every_s=60, noise=0.0)
        return play_grid(END_S, tables=options.tables, every_s=options.every_s, noise=options.noise)
    play_peer(60)
    return play_peer(END_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", choices=["ours", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--tables", type=int, default=1)
    parser.add_argument("--every-s", type=int, default=60)
    parser.add_argument("--noise", type=float, default=0.0)
    options = parser.parse_args()
    print(json.dumps(play_side(options) if options.side else compare_grid(options)))


if __name__ == "__main__":
    main()
