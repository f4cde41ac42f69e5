"""10,000 Mesa teams, a million responder events: dispatch, index and ledger as in drills.

Run: ``uv run python benchmarks/bench_responders.py [--teams 10000] [--events 1000000]``.
Calls come at random to a square of streets; the nearest free team by road goes, works, drives back
or straight to the next call. A tenth of the calls are urgent and may turn teams round.
"""

import argparse
import json
import resource
import time

import mesa
import numpy as np

from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.proofs.control_rooms import AMBULANCE, AT_ONCE, Lattice, rules
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Incident, Responders, Unit
from simulation.teams.ways import Ways

SIDE = 120
WORK_S, BUSY_SHARE, URGENT_SHARE = 900.0, 0.7, 0.1
EVENTS_PER_CALL = 6.2
"""About; how far to play before events are counted again, which takes a sorted queue."""


def _nothing(payload: Payload) -> None:
    del payload


class City:
    """Random calls to a square city."""

    def __init__(self, teams: int) -> None:
        self.clock, self.streams = Clock(), Streams(1)
        self.log = EventLog(self.clock, 0)
        nodes = np.linspace(0, SIDE * SIDE - 1, teams).astype(int).tolist()
        units = [(f"team-{row:05d}", AMBULANCE, node) for row, node in enumerate(nodes)]
        self.responders = Responders(units)
        self.dispatch = Dispatch(
            self.responders,
            Ways(Lattice(SIDE)),
            clock=self.clock,
            log=self.log,
            streams=self.streams,
            dispatching=rules(injured=1, stretcher=3),
            turnout_minutes=AT_ONCE,
        )
        for kind in ("injured", "stretcher"):
            self.dispatch.on(kind, on_site=self.work, finish=stay, deliver=leave)
        self.rate = teams * BUSY_SHARE / WORK_S
        self.clock.on("call", self.call)
        self.clock.on("nothing", _nothing)
        self.clock.schedule(0, "call")

    def call(self, payload: Payload) -> None:
        """Take a call and wait for the next."""
        random = self.streams.get("calls")
        kind = "injured" if random.random() < URGENT_SHARE else "stretcher"
        self.dispatch.request(kind, node=int(random.integers(SIDE * SIDE)), place="9901")
        self.clock.after(random.exponential(1 / self.rate), "call", payload)

    def work(self, incident: Incident, unit: Unit) -> float:
        """Draw how long a team works [s]."""
        del incident, unit
        return float(self.streams.get("work").exponential(WORK_S))

    def play(self, events: int) -> int:
        """Play until the clock has handled some number of events; gives how many it was."""
        first, done = self.handled(), 0
        while done < events:
            ahead_s = max(1.0, (events - done) / EVENTS_PER_CALL / self.rate)
            self.clock.run(self.clock.tick + round(ahead_s * TICKS_PER_SECOND))
            done = self.handled() - first
        return done

    def handled(self) -> int:
        """Events handled so far: those ever put on the clock without those still to come."""
        return self.clock.schedule(self.clock.tick, "nothing") - len(self.clock.pending())


def stay(incident: Incident, unit: Unit) -> int:
    """Stay on the spot."""
    del incident, unit
    return -1


def leave(incident: Incident, unit: Unit) -> None:
    """Leave nothing."""
    del incident, unit


def main() -> None:
    """Play the events and print what they took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    City(16).play(1_000)
    city = City(options.teams)
    wall, cpu = time.perf_counter(), time.process_time()
    events = city.play(options.events)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    city.responders.ledger.check()
    answer = {
        "question": f"CPU for {events:,} responder events of {options.teams:,} Mesa teams",
        "value": round(cpu, 1),
        "unit": "CPU s",
        "wall_s": round(wall, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "mesa": mesa.__version__,
        "hours_of_city": round(city.clock.tick / 360_000, 2),
        "requests": city.responders.ledger.requests(),
        "log_lines": len(city.log.lines),
        "digest": city.log.digest()[:16],
        "peer": "target",
        "peer_value": 60.0,
        "ratio": round(60.0 / cpu, 2),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
