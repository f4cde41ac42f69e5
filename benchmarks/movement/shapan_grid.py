"""The grid benchmark with Shapan's movement kernel; prints one JSON line."""

import argparse
import json

import numpy as np
from grid import END_S, FLOW_PER_S, SIDE, Meter, crossing_pairs, grid_links

from simulation.crowd import Movement, Network


def play_grid(
    end_s: int, *, tables: int, turns: int, every_s: int, noise: float
) -> dict[str, float]:
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
    pairs = np.array(crossing_pairs(SIDE)[:: 1 if end_s == END_S else 40])
    targets = np.unique(pairs[:, 1])
    movement = Movement(
        network, destinations=np.repeat(targets, tables), seed=1, route_noise=noise, turns=turns
    )
    # UXsim moves platoons of 5: 125 vehicles a pair, not 126
    each = np.arange(125) / FLOW_PER_S
    tick = np.tile(np.rint(each * 100).astype(np.int32), len(pairs))
    agent = np.arange(len(tick))
    pair = np.repeat(pairs, len(each), axis=0)
    table = np.searchsorted(targets, pair[:, 1]) * tables + agent % tables
    movement.depart(agent, pair[:, 0], table, tick)
    seconds = 0.0
    for moment in range(every_s, end_s + 1, every_s):
        arrivals = movement.run(moment * 100)
        seconds += float((arrivals.tick - tick[arrivals.agent]).sum()) / 100
        movement.reroute(share=1 / turns)
    counts = movement.counts()
    result = meter.read()
    return result | {
        "vehicles": len(tick),
        "arrived": counts.arrived,
        "forced": counts.forced,
        "mean_trip_s": seconds / max(counts.arrived, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=12, help="next-link tables per destination")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--every-s", type=int, default=60)
    parser.add_argument("--noise", type=float, default=0.2)
    given = vars(parser.parse_args())
    play_grid(1_800, **given)  # compiles all kernels, those of rerouting too
    print(json.dumps(play_grid(END_S, **given)))
