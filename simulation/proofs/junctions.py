"""Vehicles at junctions: merges by priority, a diverge that blocks, signals.

Roads as in ``simulation.proofs.roads``. Signals without spillback are checked against Lindley's
recursion, which needs no simulator: the n-th leaves at the first green moment after it has come and
one headway has passed since the (n-1)-th.
"""

from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from gis.proof import Case
from simulation.crowd import Signals
from simulation.proofs.trips import Trips, demand, network, play, road

_MODEL = "movement, junctions"
_UXSIM = "UXsim 1.15 verification tests (Seo), platoons of 5"
_THOUSANDTH = "0.1 % of the value: vehicles are whole and leave on whole ticks of 10 ms"
_VEHICLE = "one vehicle in the 1,200 s counted"


@cache
def _merge(weight: float, rate: float, until_s: float) -> Trips:
    where = network([0, 1, 2], [2, 2, 3], {"priority": [1.0, weight, 1.0]})
    each = demand((rate, 0, until_s))
    return play(where, (0, 3, each), (1, 3, each))


def _merged_flow(weight: float, branch: int) -> float:
    """Give a branch's flow into the merge while both queue, 600 to 1800 s [veh/s]."""
    trips = _merge(weight, 0.6, 2000)
    entered = np.split(trips.link_in[:, 2], 2)[branch]
    return float(((entered > 600) & (entered <= 1800)).sum()) / 1200


def _merge_delay(rate: float, branch: int) -> float:
    trips = _merge(1.0, rate, 1000)
    return float((np.split(trips.duration, 2)[branch] - 100).mean())


def _merge_cases() -> list[Case]:
    shares = ((2.0, 0, 0.8 / 3), (2.0, 1, 1.6 / 3), (5.0, 0, 0.2), (5.0, 1, 0.6))
    fair = "arrivals 1/s for 1000 s, service 0.8/s, shared fairly"
    return [
        *(
            Case(
                model=_MODEL,
                name=f"merge 1:{weight:g}, 0.6/s each: flow of branch {branch + 1}",
                expected=flow,
                source="Daganzo (1995), Transportation Research B 29: shares by priority",
                compute=partial(_merged_flow, weight, branch),
                unit="veh/s",
                tolerance=1 / 1200,
                reason=_VEHICLE,
            )
            for weight, branch, flow in shares
        ),
        *(
            Case(
                model=_MODEL,
                name=f"merge 1:1, 0.5/s each: mean delay of branch {branch + 1}",
                expected=125,
                source=fair,
                compute=partial(_merge_delay, 0.5, branch),
                unit="s",
                tolerance=0.625,
                reason="half a headway of 0.8/s: one of two that come at once goes second",
            )
            for branch in (0, 1)
        ),
        Case(
            model=_MODEL,
            name="merge 1:1, 0.5/s each: last arrival",
            expected=999 / 0.8 + 100,
            source=fair,
            compute=lambda: float(_merge(1.0, 0.5, 1000).end.max()),
            unit="s",
            tolerance=1.35,
            reason=_THOUSANDTH,
        ),
        Case(
            model=_MODEL,
            name="merge 1:1, 0.3/s each: largest delay",
            expected=0,
            source="demand below capacity; two that come at once part by a headway",
            compute=lambda: _merge(1.0, 0.3, 1000).duration.max() - 100,
            unit="s",
            tolerance=1.26,
            reason="one headway of 0.8/s",
        ),
    ]


@cache
def _diverge() -> Trips:
    rates = [0.8, 0.2, 0.8]
    where = network([0, 1, 1], [1, 2, 3], {"capacity_per_s": rates})
    return play(where, (0, 2, demand((0.3, 0, 1000))), (0, 3, demand((0.2, 0, 1000))))


def _diverge_cases() -> list[Case]:
    first_in_first_out = "first in, first out: a blocked vehicle blocks those behind it"
    return [
        Case(
            model=_MODEL,
            name="diverge, 0.3/s to an entry of 0.2/s and 0.2/s past it: last arrival",
            expected=299 / 0.2 + 100,
            source=first_in_first_out,
            compute=lambda: float(_diverge().end.max()),
            unit="s",
            tolerance=1.6,
            reason=_THOUSANDTH,
        ),
        Case(
            model=_MODEL,
            name="diverge, 0.3/s to an entry of 0.2/s and 0.2/s past it: mean delay",
            expected=250,
            source=first_in_first_out,
            compute=lambda: _diverge().delay(100),
            unit="s",
            tolerance=2.5,
            reason="half the blocked branch's headway: the curve is continuous, vehicles are whole",
        ),
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


def _crossing_expected(rate: float, branch: int) -> float:
    """Entry headways of 1.25 s part the two that come at once; then Lindley at the signal."""
    come = np.sort(np.concatenate([demand((rate, 0, 1000))] * 2))
    enter = np.empty_like(come)
    last = -np.inf
    for i, moment in enumerate(come):
        last = enter[i] = max(moment, last + 1.25)
    leave = signal_recursion(enter + 50.0, start_s=60.0 * branch)
    return float((leave + 50.0 - come).mean())


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
            expected=570,
            source=_UXSIM,
            compute=lambda: float((_signal().end <= 2000).sum()),
            unit="veh",
            tolerance=57,
            reason="UXsim's own tolerance of 10 %: it moves platoons of 5",
        ),
        *(_crossing_case(rate, branch) for rate in (0.3, 0.15) for branch in (0, 1)),
    ]


def _crossing_case(rate: float, branch: int) -> Case:
    expected = _crossing_expected(rate, branch)
    return Case(
        model=_MODEL,
        name=f"2-to-2 signals 60/60, four flows of {rate:g}/s: mean trip from origin {branch + 1}",
        expected=expected,
        source="Lindley (1952) recursion; a full link makes its origin wait, nobody arrives later",
        compute=partial(_crossing_s, rate, branch),
        unit="s",
        tolerance=expected * 1e-3,
        reason=_THOUSANDTH,
    )


def cases() -> list[Case]:
    """Give the cases of junctions."""
    return [*_merge_cases(), *_diverge_cases(), *_signal_cases()]
