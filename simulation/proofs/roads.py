"""Vehicles in a row: queues and kinematic waves whose answers are known exactly.

L = 1000 m, u = 20 m/s, q = 0.8 veh/s, kj = 0.2 veh/m, w = 5 m/s unless a case says otherwise.
Set-ups after the verification tests of UXsim (Seo 2025, toruseo/UXsim); answers by Newell (1993),
Transportation Research B 27, cumulative curves, worked out by hand. Answers that a whole vehicle
would miss by more than a thousandth are checked in hundredths of a vehicle (``trips.PARTS``).
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike

from gis.proof import Case
from simulation.proofs.trips import PARTS, Trips, demand, play, road

_NEWELL = "cumulative curves (Newell 1993), worked out by hand"
_MODEL = "movement, roads"
_THOUSANDTH = "0.1 % of the value: vehicles are whole and leave on whole ticks of 10 ms"
_LOST_S = 0.05
"""Time lost from which a part of a vehicle counts as queued [s]: five ticks of rounding."""


def _case(
    name: str, expected: float, unit: str, compute: Callable[[], float], source: str = _NEWELL
) -> Case:
    return Case(
        model=_MODEL,
        name=name,
        expected=expected,
        source=source,
        compute=compute,
        unit=unit,
        tolerance=abs(expected) * 1e-3,
        reason=_THOUSANDTH,
    )


@cache
def _deterministic_queue() -> Trips:
    where = road(2, {"capacity_per_s": [1.0, 0.5], "entry_capacity_per_s": 1.0, "jam_per_m": 1.0})
    return play(where, (0, 2, demand((1.0, 0, 600))))


@cache
def _free() -> Trips:
    return play(road(1), (0, 1, demand((0.5, 0, 500))))


@cache
def _saturated(until_s: float) -> Trips:
    return play(road(1), (0, 1, demand((2.0, 0, 2000))), until_s=until_s)


def _saturated_flow() -> float:
    arrived = _saturated(1900.0).movement.counts().arrived
    return (arrived - _saturated(900.0).movement.counts().arrived) / 1000


_STEPS = ((0.8, 0, 500), (0.4, 500, 1500))


@cache
def _slow_second(parts: int = 1) -> Trips:
    changes = {"speed_mps": [20.0, 10.0], "capacity_per_s": [0.8, 2 / 3]}
    return play(road(2, changes, parts=parts), (0, 2, demand(*_STEPS, parts=parts)))


def _longest_queue() -> float:
    """Give the most vehicles that would be past link 0, but are not, at the origin too."""
    trips = _slow_second(PARTS)
    moments = np.arange(500, 600, 1.0)
    due = np.searchsorted(trips.start + 50.0, moments, side="right")
    gone = np.searchsorted(np.sort(trips.link_in[:, 1]), moments, side="right")
    return float((due - gone).max()) / PARTS


def _queue_gone() -> float:
    """Give the moment after which nobody loses time before link 1 [s]."""
    trips = _slow_second(PARTS)
    lost = trips.link_in[:, 1] - trips.start - 50.0
    return float(trips.link_in[lost > _LOST_S, 1].max())


@cache
def _narrow_exit() -> Trips:
    where = road(2, {"capacity_per_s": [2 / 3, 0.8], "entry_capacity_per_s": 0.8})
    return play(where, (0, 2, demand(*_STEPS)))


@cache
def _spillback(parts: int = 1) -> Trips:
    changes: dict[str, ArrayLike] = {
        "capacity_per_s": [0.8, 0.4, 0.8],
        "entry_capacity_per_s": 0.8,
    }
    pieces = ((0.8, 0, 400), (0.4, 400, 800), (0.1, 800, 2000))
    return play(road(3, changes, parts=parts), (0, 3, demand(*pieces, parts=parts)))


def _lost(link: int) -> tuple[np.ndarray, np.ndarray]:
    """Give when those who lose time on a link would leave it and do leave it [s]."""
    trips = _spillback(PARTS)
    due = trips.link_in[:, link] + 50.0
    left = trips.link_in[:, link + 1]
    return due[left - due > _LOST_S], left[left - due > _LOST_S]


def _inside(link: int, moment_s: float) -> float:
    into, out = _spillback(PARTS).link_in[:, [link, link + 1]].T
    return float((into <= moment_s).sum() - (out <= moment_s).sum()) / PARTS


def _tail_m(moment_s: float) -> float:
    """Give where the queue on link 0 ends [m from its entry], by Newell's three detectors.

    N(x, t) is the smaller of N(0, t - x/u) and N(L, t - (L - x)/w) + kj (L - x), each curve as the
    kernel's own entries and exits draw it; the queue ends where the two are equal.
    """
    into, out = (np.sort(column) for column in _spillback(PARTS).link_in[:, :2].T)
    place = np.arange(1.0, 1000.0)
    free = np.searchsorted(into, moment_s - place / 20.0, side="right") / PARTS
    held = np.searchsorted(out, moment_s - (1000.0 - place) / 5.0, side="right") / PARTS
    return float(place[np.argmax(held + 0.2 * (1000.0 - place) <= free + 1e-9)])


def _queue_cases() -> list[Case]:
    closed = "D/D/1: the n-th of 600 waits n seconds"
    row = "D/D/1, arrivals 1/s, service 0.5/s, 600 vehicles: "
    queue = _deterministic_queue
    return [
        _case(row + "largest delay", 599, "s", lambda: queue().duration.max() - 100, closed),
        _case(row + "mean delay", 299.5, "s", lambda: queue().delay(100), closed),
        _case(row + "last arrival", 1298, "s", lambda: float(queue().end.max()), closed),
        _case("one link, 0.5/s for 500 s: total travel time", 12_500, "veh s", _free_total),
        Case(
            model=_MODEL,
            name="one link, 0.5/s for 500 s: mean delay",
            expected=0,
            source=_NEWELL,
            compute=lambda: _free().delay(50),
            unit="s",
            tolerance=1e-9,
            reason="floating-point sums of whole ticks",
        ),
        _case("one link, 2/s: outflow", 0.8, "veh/s", _saturated_flow, "q = 0.8"),
        _case("one link, 2/s: density", 0.04, "veh/m", _saturated_density, "k = q / u"),
    ]


def _free_total() -> float:
    return float(_free().duration.sum())


def _saturated_density() -> float:
    return float(_saturated(1900.0).movement.link_occupancy()[0]) / 1000


def _bottleneck_cases() -> list[Case]:
    slow = "0.8/s then 0.4/s onto a link of 10 m/s: "
    narrow = "0.8/s then 0.4/s, exit of 2/3 per s: "
    return [
        _case(slow + "total time", 145_000, "veh s", lambda: float(_slow_second().duration.sum())),
        _case(slow + "mean delay", 31.25, "s", lambda: _slow_second().delay(150)),
        _case(slow + "longest queue", 200 / 3, "veh", _longest_queue),
        _case(slow + "queue gone", 800, "s", _queue_gone),
        _case(
            narrow + "total time", 105_000, "veh s", lambda: float(_narrow_exit().duration.sum())
        ),
        _case(narrow + "mean delay", 31.25, "s", lambda: _narrow_exit().delay(100)),
    ]


def _spillback_cases() -> list[Case]:
    row = "spillback over three links, 0.4/s out of the second: "
    return [
        _case(row + "total time", 228_667, "veh s", lambda: float(_spillback().duration.sum())),
        _case(row + "mean delay", 231.1, "s", lambda: _spillback().delay(150)),
        _case(row + "largest delay", 400, "s", lambda: _spillback().duration.max() - 150),
        _case(row + "queue fills the second link", 300, "s", lambda: float(_lost(0)[0].min())),
        _case(row + "first link free again", 1050, "s", lambda: float(_lost(0)[1].max())),
        _case(row + "queue gone", 4300 / 3, "s", lambda: float(_lost(1)[1].max())),
        _case(row + "arrived by 2000 s", 585, "veh", _done_by_2000),
        *(
            _case(f"{row}link {link + 1} holds at 600 s", holds, "veh", partial(_inside, link, 600))
            for link, holds in ((0, 80), (1, 120))
        ),
        *(
            Case(
                model=_MODEL,
                name=f"{row}queue's tail on the first link at {moment} s",
                expected=400,
                source=_NEWELL,
                compute=partial(_tail_m, float(moment)),
                unit="m",
                tolerance=1,
                reason="0.1 % of the link's 1000 m, the step in which the tail is sought",
            )
            for moment in (420, 620, 820)
        ),
    ]


def _done_by_2000() -> float:
    return float((_spillback(PARTS).end <= 2000).sum()) / PARTS


def cases() -> list[Case]:
    """Give the cases of links in a row."""
    return [*_queue_cases(), *_bottleneck_cases(), *_spillback_cases()]
