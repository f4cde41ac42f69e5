"""Vehicles in a row: queues and kinematic waves whose answers are known exactly.

L = 1000 m, u = 20 m/s, q = 0.8 veh/s, kj = 0.2 veh/m, w = 5 m/s unless a case says otherwise.
Set-ups after the verification tests of UXsim (Seo 2025, toruseo/UXsim); answers by Newell (1993),
Transportation Research B 27, cumulative curves, worked out by hand.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from gis.proof import Case
from simulation.proofs.trips import Trips, demand, play, road

_NEWELL = "cumulative curves (Newell 1993), worked out by hand"
_MODEL = "movement, roads"
_THOUSANDTH = "0.1 % of the value: vehicles are whole and leave on whole ticks of 10 ms"


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


_TWO_LINKS = demand((0.8, 0, 500), (0.4, 500, 1500))


@cache
def _slow_second() -> Trips:
    where = road(2, {"speed_mps": [20.0, 10.0], "capacity_per_s": [0.8, 2 / 3]})
    return play(where, (0, 2, _TWO_LINKS))


def _queue(trips: Trips, moment_s: float) -> int:
    """Count the vehicles that would be past link 0 by a moment, but are not, at the origin too."""
    due = (trips.start + 50.0 <= moment_s).sum()
    return int(due - (trips.link_in[:, 1] <= moment_s).sum())


def _queue_gone() -> float:
    """Give the moment after which nobody loses more than a headway before link 1 [s]."""
    trips = _slow_second()
    lost = trips.link_in[:, 1] - trips.start - 50.0
    return float(trips.link_in[lost > 0.01, 1].max())


@cache
def _narrow_exit() -> Trips:
    where = road(2, {"capacity_per_s": [2 / 3, 0.8], "entry_capacity_per_s": 0.8})
    return play(where, (0, 2, _TWO_LINKS))


@cache
def _spillback(until_s: float | None = None) -> Trips:
    where = road(3, {"capacity_per_s": [0.8, 0.4, 0.8], "entry_capacity_per_s": 0.8})
    departures = demand((0.8, 0, 400), (0.4, 400, 800), (0.1, 800, 2000))
    return play(where, (0, 3, departures), until_s=until_s)


def _tail_reaches_first_link() -> float:
    """Give the first moment a vehicle loses time on link 0 [s]: link 1 is then full."""
    trips = _spillback()
    lost = trips.link_in[:, 1] - trips.link_in[:, 0] - 50.0
    return float((trips.link_in[:, 0] + 50.0)[lost > 0.01].min())


def _first_link_is_free() -> float:
    """Give the moment at which the last vehicle that lost time on link 0 leaves it [s]."""
    trips = _spillback()
    lost = trips.link_in[:, 1] - trips.link_in[:, 0] - 50.0
    return float(trips.link_in[lost > 2.5, 1].max())


def _inside(link: int, moment_s: float) -> float:
    return float(_spillback(moment_s).movement.link_occupancy()[link])


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
        Case(
            model=_MODEL,
            name=slow + "longest queue",
            expected=66.7,
            source=_NEWELL,
            compute=lambda: max(_queue(_slow_second(), t) for t in np.arange(500, 600, 1.0)),
            unit="veh",
            tolerance=1,
            reason="one vehicle: the curve is continuous, vehicles are whole",
        ),
        Case(
            model=_MODEL,
            name=slow + "queue gone",
            expected=800,
            source=_NEWELL,
            compute=_queue_gone,
            unit="s",
            tolerance=2.5,
            reason="one vehicle's headway of 0.4/s",
        ),
        _case(
            narrow + "total time", 105_000, "veh s", lambda: float(_narrow_exit().duration.sum())
        ),
        _case(narrow + "mean delay", 31.25, "s", lambda: _narrow_exit().delay(100)),
    ]


def _spillback_cases() -> list[Case]:
    row = "spillback over three links, 0.4/s out of the second: "
    one = "one vehicle's headway of 0.4/s"
    moments = (
        ("queue fills the second link", 300, _tail_reaches_first_link),
        ("first link free again", 1050, _first_link_is_free),
    )
    return [
        _case(row + "total time", 228_667, "veh s", lambda: float(_spillback().duration.sum())),
        _case(row + "mean delay", 231.1, "s", lambda: _spillback().delay(150)),
        _case(row + "largest delay", 400, "s", lambda: _spillback().duration.max() - 150),
        *(
            Case(
                model=_MODEL,
                name=row + name,
                expected=expected,
                source=_NEWELL,
                compute=compute,
                unit="s",
                tolerance=2.5,
                reason=one,
            )
            for name, expected, compute in moments
        ),
        *(
            Case(
                model=_MODEL,
                name=f"{row}link {link + 1} holds at 600 s",
                expected=expected,
                source=_NEWELL,
                compute=partial(_inside, link, 600),
                unit="veh",
                tolerance=1,
                reason="one vehicle: the curve is continuous, vehicles are whole",
            )
            for link, expected in ((0, 80), (1, 120))
        ),
    ]


def cases() -> list[Case]:
    """Give the cases of links in a row."""
    return [*_queue_cases(), *_bottleneck_cases(), *_spillback_cases()]
