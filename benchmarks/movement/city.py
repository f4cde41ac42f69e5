"""Residents of a city walk and drive to shelters for a day; prints one JSON line.

250 x 250 nodes, 249,000 links of 60 to 250 m, 200 shelters. Everybody leaves for one of the three
nearest shelters at a moment drawn from a Rayleigh curve, and all are routed anew every 5 minutes.
Capacities grow with the number of residents (0.8 to 2.0 per second for 10 million, as on roads of
two to four lanes), so that cities of all sizes queue alike: at the peak the shelters' approaches
are asked for more than half of what they pass on average, and many for more than they pass.
"""

import argparse
import json

import numpy as np
from grid import Meter, grid_links
from scipy.spatial import cKDTree

from simulation.crowd import Movement, Network

SIDE = 250
SHELTERS = 200
DAY_S = 86_400


def make_network(draw: np.random.Generator, millions: float) -> Network:
    """Build a street grid with capacity for the residents it has [million]."""
    ends = grid_links(SIDE)
    count = len(ends)
    capacity = draw.choice([0.08, 0.12, 0.2], count) * millions
    speed = draw.choice([8.0, 11.0, 14.0], count)
    return Network.build(
        nodes=SIDE * SIDE,
        tail=ends[:, 0],
        head=ends[:, 1],
        length_m=draw.uniform(60.0, 250.0, count),
        speed_mps=speed,
        capacity_per_s=capacity,
        jam_per_m=np.maximum(0.15, 2.5 * capacity / speed),
    )


def play_city(residents: int, *, every_s: int, hours: float) -> dict[str, float]:
    """Move everybody for a day and account for each."""
    draw = np.random.default_rng(1)
    network = make_network(draw, residents / 1e6)
    place = np.stack(np.divmod(np.arange(SIDE * SIDE), SIDE), axis=1)
    shelter = np.sort(draw.choice(SIDE * SIDE, SHELTERS, replace=False))
    _, near = cKDTree(place[shelter]).query(place, k=3)
    meter = Meter()
    movement = Movement(network, destinations=shelter, seed=1)
    scale = hours * 3600 * 100 / 2.146
    for part in np.array_split(
        np.arange(residents, dtype=np.int32), max(1, residents // 1_000_000)
    ):
        node = draw.integers(0, SIDE * SIDE, len(part), dtype=np.int32)
        table = near[node, draw.integers(0, 3, len(part))].astype(np.int32)
        tick = np.minimum(draw.rayleigh(scale, len(part)), DAY_S * 90).astype(np.int32)
        movement.depart(part, node, table, tick)
    loaded = meter.read()
    arrived = 0
    routing = 0.0
    for moment in range(every_s, DAY_S + 1, every_s):
        arrived += len(movement.run(moment * 100).agent)
        timer = Meter()
        movement.reroute()
        routing += timer.read()["cpu_s"]
    counts = movement.counts()
    total = counts.at_origin + counts.on_links + counts.stranded + counts.arrived
    return meter.read() | {
        "residents": residents,
        "accounted": total,
        "arrived": arrived,
        "on_links": counts.on_links,
        "at_origin": counts.at_origin,
        "stranded": counts.stranded,
        "forced": counts.forced,
        "link_events": movement.link_events,
        "detours": counts.detours,
        "departing_cpu_s": loaded["cpu_s"],
        "routing_cpu_s": routing,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=10_000_000)
    parser.add_argument("--every-s", type=int, default=300)
    parser.add_argument("--hours", type=float, default=6.0, help="when 90 %% have left")
    given = parser.parse_args()
    play_city(20_000, every_s=28_800, hours=given.hours)
    print(json.dumps(play_city(given.residents, every_s=given.every_s, hours=given.hours)))
