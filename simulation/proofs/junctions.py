"""Vehicles at junctions: merges by priority, a diverge that blocks, signals.

Roads as in ``simulation.proofs.roads``. Signals without spillback are checked against Lindley's
recursion, which needs no simulator: the n-th leaves at the first green moment after it has come and
one headway has passed since the (n-1)-th.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from gis.proof import Case
from simulation.crowd import Signals
from simulation.proofs.trips import PARTS, Trips, demand, network, play, road

_MODEL = "movement, junctions"
_UXSIM = "UXsim 1.15 verification tests (Seo), platoons of 5"
_THOUSANDTH = "0.1 % of the value: vehicles are whole and leave on whole ticks of 10 ms"
_PARTS = "0.1 % of the value, in hundredths of a vehicle"


def _case(name: str, expected: float, unit: str, compute: Callable[[], float], source: str) -> Case:
    return Case(
        model=_MODEL,
        name=name,
        expected=expected,
        source=source,
        compute=compute,
        unit=unit,
        tolerance=expected * 1e-3,
        reason=_PARTS,
    )


@cache
def _merge(weight: float, rate: float, until_s: float) -> Trips:
    where = network([0, 1, 2], [2, 2, 3], {"priority": [1.0, weight, 1.0]}, parts=PARTS)
    each = demand((rate, 0, until_s), parts=PARTS)
    return play(where, (0, 3, each), (1, 3, each))


def _merged_flow(weight: float, branch: int) -> float:
    """Give a branch's flow into the merge while both queue, 600 to 1200 s [veh/s]."""
    trips = _merge(weight, 0.6, 1200)
    entered = np.split(trips.link_in[:, 2], 2)[branch]
    return float(((entered > 600) & (entered <= 1200)).sum()) / 600 / PARTS


def _merge_time(rate: float, branch: int) -> float:
    return float(np.split(_merge(1.0, rate, 1000).duration, 2)[branch].mean())


def _merge_cases() -> list[Case]:
    shares = ((2.0, 0, 0.8 / 3), (2.0, 1, 1.6 / 3), (5.0, 0, 0.2), (5.0, 1, 0.6))
    fair = "arrivals 1/s for 1000 s, service 0.8/s, shared fairly"
    daganzo = "Daganzo (1995), Transportation Research B 29: shares by priority"
    last = "merge 1:1, 0.5/s each: last arrival"
    return [
        *(
            _case(
                f"merge 1:{weight:g}, 0.6/s each: flow of branch {branch + 1}",
                flow,
                "veh/s",
                partial(_merged_flow, weight, branch),
                daganzo,
            )
            for weight, branch, flow in shares
        ),
        *(
            _case(
                f"merge 1:1, {rate:g}/s each: mean trip by branch {branch + 1}",
                100 + delay,
                "s",
                partial(_merge_time, rate, branch),
                source,
            )
            for rate, delay, source in ((0.5, 125, fair), (0.3, 0, "demand below capacity"))
            for branch in (0, 1)
        ),
        _case(last, 1350, "s", lambda: float(_merge(1.0, 0.5, 1000).end.max()), fair),
    ]


@cache
def _diverge() -> Trips:
    changes = {"capacity_per_s": [0.8, 0.2, 0.8]}
    where = network([0, 1, 1], [1, 2, 3], changes, parts=PARTS)
    flows = ((2, 0.3), (3, 0.2))
    return play(where, *((0, end, demand((rate, 0, 1000), parts=PARTS)) for end, rate in flows))


def _discharge() -> float:
    left = np.nanmax(_diverge().link_in[:, 1:], axis=1)
    return float(((left > 500) & (left <= 1300)).sum()) / 800 / PARTS


def _diverge_cases() -> list[Case]:
    fifo = "first in, first out: a blocked vehicle blocks those behind it"
    row = "diverge, 0.3/s to an entry of 0.2/s and 0.2/s past it: "
    return [
        _case(row + "discharge", 1 / 3, "veh/s", _discharge, fifo),
        _case(row + "last arrival", 1600, "s", lambda: float(_diverge().end.max()), fifo),
        _case(row + "mean delay", 250, "s", lambda: _diverge().delay(100), fifo),
    ]


def _alternating(links: list[int]) -> Signals:
    count = len(links)
    return Signals(
        link=np.array(links, dtype=np.int32),
        cycle_s=np.full(count, 120.0),
        green_start_s=60.0 * np.arange(count, dtype=np.float64),
        green_s=np.full(count, 60.0),
    )


def signal_recursion(come_s: NDArray[np.float64], *, start_s: float) -> NDArray[np.float64]:
    """Give when vehicles that come at a 60/60 s signal leave it, a headway of 1.25 s apart [s]."""
    leave = np.empty_like(come_s)
    last = -np.inf
    for i, moment in enumerate(np.sort(come_s)):
        last = max(moment, last + 1.25)
        phase = (last - start_s) % 120.0
        last += 120.0 - phase if phase >= 60.0 else 0.0
        leave[i] = last
    return leave


_SIGNAL_DEMAND = np.sort(np.concatenate([demand((0.2, 0, 2000)), demand((0.4, 300, 800))]))


@cache
def _signal() -> Trips:
    return play(road(2, signals=_alternating([0])), (0, 2, _SIGNAL_DEMAND))


@cache
def _crossing(rate: float) -> Trips:
    where = network([0, 1, 2, 2], [2, 2, 3, 4], {}, signals=_alternating([0, 1]))
    each = demand((rate, 0, 1000))
    return play(where, *((o, d, each) for o in (0, 1) for d in (3, 4)))


def _crossing_s(rate: float, branch: int) -> float:
    """Give the mean time of a branch's trips [s]: origin, signal, and 50 s beyond it."""
    return float(np.split(_crossing(rate).duration, 2)[branch].mean())


def _link_s(rate: float, branch: int) -> float:
    """Give the mean time a branch's trips spend on the link before the signal [s]."""
    trips = _crossing(rate)
    into = np.split(trips.link_in[:, branch], 2)[branch]
    left = np.split(np.nanmax(trips.link_in[:, 2:], axis=1), 2)[branch]
    return float((left - into).mean())


@cache
def _crossing_expected(rate: float, branch: int) -> tuple[float, float]:
    """Give mean trip and mean time on the first link [s] by a recursion over whole vehicles.

    The n-th enters when it comes, a headway after the (n-1)-th, and 200 s (one backward wave over
    the link) after the (n-200)-th left; it leaves by Lindley at the signal.
    """
    come = np.sort(np.concatenate([demand((rate, 0, 1000))] * 2))
    enter, leave = np.empty_like(come), np.empty_like(come)
    for n, moment in enumerate(come):
        enter[n] = moment if n == 0 else max(moment, enter[n - 1] + 1.25)
        if n >= 200:
            enter[n] = max(enter[n], leave[n - 200] + 200.0)
        leave[n] = enter[n] + 50.0 if n == 0 else max(enter[n] + 50.0, leave[n - 1] + 1.25)
        phase = (leave[n] - 60.0 * branch) % 120.0
        leave[n] += 120.0 - phase if phase >= 60.0 else 0.0
    return float((leave + 50.0 - come).mean()), float((leave - enter).mean())


def _signal_cases() -> list[Case]:
    left = signal_recursion(_SIGNAL_DEMAND + 50.0, start_s=0.0)
    mean = float((left + 50.0 - _SIGNAL_DEMAND).mean())
    row = "signal 60/60, 0.2/s and 0.4/s for a while: "
    return [
        Case(
            model=_MODEL,
            name=row + "mean travel time",
            expected=mean,
            source="Lindley (1952) recursion",
            compute=lambda: float(_signal().duration.mean()),
            unit="s",
            tolerance=mean * 1e-3,
            reason=_THOUSANDTH,
        ),
        Case(
            model=_MODEL,
            name=row + "arrived by 2000 s",
            expected=float((left + 50.0 <= 2000).sum()),
            source="Lindley (1952) recursion",
            compute=lambda: float((_signal().end <= 2000).sum()),
            unit="veh",
        ),
        *(
            case
            for rate in (0.3, 0.15)
            for branch in (0, 1)
            for case in _crossing_cases(rate, branch)
        ),
    ]


def _crossing_cases(rate: float, branch: int) -> list[Case]:
    trip, link = _crossing_expected(rate, branch)
    row = f"2-to-2 signals 60/60, four flows of {rate:g}/s, origin {branch + 1}: "
    source = "Newell's storage and Lindley's signal as one recursion over whole vehicles"
    return [
        _case(row + "mean trip", trip, "s", partial(_crossing_s, rate, branch), source),
        _case(
            row + "mean time before the signal", link, "s", partial(_link_s, rate, branch), source
        ),
    ]


def _peer_cases() -> list[Case]:
    """What UXsim gives for the same, as a band: it moves platoons of five."""
    seen = {(0.3, 0): 250.0, (0.3, 1): 250.0, (0.15, 0): 70.0}
    signal = "signal 60/60, 0.2/s and 0.4/s for a while: "
    asked: list[tuple[str, float, str, Callable[[], float]]] = [
        (signal + "arrived by 2000 s", 570, "veh", lambda: float((_signal().end <= 2000).sum())),
        (signal + "mean trip", 188, "s", lambda: float(_signal().duration.mean())),
        *(
            (
                f"2-to-2, four flows of {rate:g}/s: mean time on link {branch + 1}",
                value,
                "s",
                partial(_link_s, rate, branch),
            )
            for (rate, branch), value in seen.items()
        ),
    ]
    return [
        Case(
            model="movement beside UXsim",
            name=name,
            expected=value,
            source=_UXSIM,
            compute=compute,
            unit=unit,
            tolerance=0.1 * value,
            reason="UXsim's own tolerance of 10 %",
        )
        for name, value, unit, compute in asked
    ]


def cases() -> list[Case]:
    """Give the cases of junctions."""
    return [*_merge_cases(), *_diverge_cases(), *_signal_cases(), *_peer_cases()]
