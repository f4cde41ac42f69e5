"""Small set-ups that the movement cases share: a road, a demand, and the trips that come of it.

Answers on continuous curves are checked with every vehicle cut into ``PARTS`` equal parts: demand,
capacity and room times ``PARTS``, lengths and speeds as they are. The curves stay the same and the
step of one vehicle shrinks from half a percent of an answer to a hundredth of that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.crowd import Movement, Network, Signals

LENGTH_M = 1000.0
SPEED_MPS = 20.0
CAPACITY_PER_S = 0.8
JAM_PER_M = 0.2
PARTS = 100
"""Parts of a vehicle in the cases of continuous curves."""
_PER_VEHICLE = ("capacity_per_s", "entry_capacity_per_s", "jam_per_m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """All trips of a case.

    Attributes:
        start: Moment each agent may depart [s], by agent.
        end: Moment each arrives [s], by agent.
        link_in: When each agent entered each link [s], shape ``(agents, links)``, nan where never.
        movement: The movement after the last trip.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    link_in: NDArray[np.float64]
    movement: Movement

    @property
    def duration(self) -> NDArray[np.float64]:
        """Time from departure to arrival [s], by agent."""
        return self.end - self.start

    def delay(self, free_s: float) -> float:
        """Give the mean delay over a free trip [s]."""
        return float(self.duration.mean() - free_s)

    def link_s(self, link: int) -> float:
        """Give the mean time spent on a link [s]."""
        left = np.where(np.isfinite(self.link_in), self.link_in, np.inf)
        left = np.where(left > self.link_in[:, [link]], left, self.end[:, None]).min(axis=1)
        return float(np.nanmean(left - self.link_in[:, link]))


def demand(*pieces: tuple[float, float, float], parts: int = 1) -> NDArray[np.float64]:
    """Give departures [s] at rates [1/s] from one moment to another, evenly spaced."""
    return np.concatenate(
        [
            start + np.arange(round((end - start) * rate * parts)) / (rate * parts)
            for rate, start, end in pieces
        ]
    )


def road(
    links: int,
    changes: Mapping[str, ArrayLike] | None = None,
    *,
    signals: Signals | None = None,
    parts: int = 1,
) -> Network:
    """Build links in a row, 1 km each, of the standard values but for ``changes``."""
    row = np.arange(links + 1)
    return network(row[:-1], row[1:], changes or {}, signals=signals, parts=parts)


def network(
    tail: ArrayLike,
    head: ArrayLike,
    changes: Mapping[str, ArrayLike],
    *,
    signals: Signals | None = None,
    parts: int = 1,
) -> Network:
    """Build a network of the standard values but for ``changes``, for parts of vehicles."""
    values: dict[str, Any] = {
        "length_m": LENGTH_M,
        "speed_mps": SPEED_MPS,
        "capacity_per_s": CAPACITY_PER_S,
        "jam_per_m": JAM_PER_M,
        **changes,
    }
    for name in _PER_VEHICLE:
        if name in values:
            values[name] = np.asarray(values[name]) * parts
    nodes = int(max(np.max(tail), np.max(head))) + 1
    return Network.build(nodes=nodes, tail=tail, head=head, signals=signals, **values)


def play(
    where: Network, *flows: tuple[int, int, NDArray[np.float64]], until_s: float | None = None
) -> Trips:
    """Let flows of (origin, destination, departures [s]) travel until all have arrived."""
    targets = sorted({destination for _, destination, _ in flows})
    movement = Movement(where, destinations=targets, seed=1, trace=True)
    start = np.concatenate([departures for _, _, departures in flows])
    origin = np.concatenate([np.full(len(d), o) for o, _, d in flows])
    table = np.concatenate([np.full(len(d), targets.index(t)) for _, t, d in flows])
    movement.depart(np.arange(len(start)), origin, table, np.rint(start * 100).astype(np.int64))
    arrivals = movement.run(100_000_000 if until_s is None else round(until_s * 100))
    end = np.full(len(start), np.nan)
    end[arrivals.agent] = arrivals.tick / 100
    link_in = np.full((len(start), where.links), np.nan)
    agent, link, tick = movement.trace()
    link_in[agent, link] = tick / 100
    return Trips(start=start, end=end, link_in=link_in, movement=movement)
