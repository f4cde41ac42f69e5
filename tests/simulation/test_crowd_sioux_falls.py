"""Sioux Falls against the statistics that UXsim publishes for it.

UXsim's own files are not here: its links follow from the TNTP network (length 1 km per minute of
free time, 3 m/s per started 5,000 veh/h of capacity, 0.2 veh/m, w = 5 m/s), its demand is the TNTP
trip table scaled to 34,690 trips, evenly over 0 to 4,800 s. Routes follow travel times every 600 s
in both, but by other rules: hence a band, UXsim's own 10 %.
"""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from simulation.crowd import Movement, Network

SHARED = Path(os.environ.get("SHAPAN_SHARED", Path(__file__).parents[2].parent / "shared"))
FOLDER = SHARED / "data" / "networks" / "SiouxFalls"
TRIPS = 34_690


def read_links() -> np.ndarray:
    """Tail, head, capacity, length, free-flow time."""
    lines = (FOLDER / "SiouxFalls_net.tntp").read_text().splitlines()
    return np.array([line.split()[:5] for line in lines if re.match(r"\s+\d", line)], float)


def read_trips() -> np.ndarray:
    trips = np.zeros((24, 24))
    blocks = re.split("Origin", (FOLDER / "SiouxFalls_trips.tntp").read_text())[1:]
    for block in blocks:
        origin = int(block.split()[0]) - 1
        for node, count in re.findall(r"(\d+)\s*:\s*([\d.]+);", block):
            trips[origin, int(node) - 1] = float(count)
    np.fill_diagonal(trips, 0)
    return np.rint(trips * TRIPS / trips.sum()).astype(int)


@pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is absent: its licence forbids shipping")
def test_sioux_falls_lies_in_the_band_that_uxsim_publishes() -> None:
    links, trips = read_links(), read_trips()
    lanes = np.floor(links[:, 2] / 5000) + 1
    speed = 3 * lanes
    network = Network.build(
        nodes=24,
        tail=links[:, 0].astype(int) - 1,
        head=links[:, 1].astype(int) - 1,
        length_m=links[:, 4] * 1000,
        speed_mps=speed,
        capacity_per_s=0.2 * speed * 5 / (speed + 5),
        jam_per_m=0.2,
        priority=lanes,
    )
    movement = Movement(network, destinations=np.arange(24), seed=1)
    origin, target = np.divmod(np.repeat(np.arange(24 * 24), trips.ravel()), 24)
    start = np.concatenate([(np.arange(n) + 0.5) / n for n in trips.ravel() if n]) * 480_000
    tick = start.astype(int)
    movement.depart(np.arange(len(tick)), origin, target, tick)
    seconds = 0.0
    for moment in range(600, 7201, 600):
        arrivals = movement.run(moment * 100)
        seconds += float((arrivals.tick - tick[arrivals.agent]).sum()) / 100
        movement.reroute()
    arrived = movement.counts().arrived
    assert arrived == pytest.approx(33_288, rel=0.1)
    assert seconds == pytest.approx(58.05e6, rel=0.1)
    assert seconds / arrived == pytest.approx(1743.9, rel=0.1)
    assert movement.counts().forced == 0
