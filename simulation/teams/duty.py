"""Duty: which crews are on duty, how they come when they are called, and when they are relieved."""

import math
from statistics import NormalDist

import numpy as np

from scenarios.norms import Series
from scenarios.responders import Mobilisation
from simulation.clock import TICKS_PER_SECOND, Clock
from simulation.record import EventLog
from simulation.streams import Streams
from simulation.teams.responders import Responders, Unit

Z90 = NormalDist().inv_cdf(0.9)
"""Nine tenths of a standard normal lie below this."""


def sigma_of(curve: Mobilisation) -> float:
    """Spread of the log of the lognormal time with a curve's t50 and t90 [1]."""
    return math.log(curve.t90_minutes / curve.t50_minutes) / Z90


class Duty:
    """Crews on and off duty.

    At the run's first moment the crews of a kind are spread evenly over their shift, so that they
    are not all relieved at once. The teams on duty are the first by name, rounded up.

    Args:
        tiring: Factor on the time of work, by time on duty; None where nobody tires.

    Attributes:
        is_called: True once a response level was activated.
    """

    def __init__(
        self,
        responders: Responders,
        *,
        clock: Clock,
        log: EventLog,
        streams: Streams,
        tiring: Series | None,
    ) -> None:
        self._responders, self._clock, self._log = responders, clock, log
        self._streams, self._tiring = streams, tiring
        self.is_called = False

    def open(self) -> None:
        """Send home whoever is not on duty, and say when those on duty are relieved.

        Call it once ``unit.relieve`` and ``unit.on_duty`` have handlers.
        """
        for kind, units in self._responders.by_kind.items():
            curve = self._responders.mobilising.get(kind)
            share = 1.0 if curve is None else curve.on_duty_share
            count = math.ceil(share * len(units))
            for row, unit in enumerate(units):
                if row < count:
                    served = unit.shift_s * row / count
                    unit.duty_tick = self._clock.tick - round(served * TICKS_PER_SECOND)
                    self._expect_relief(unit)
                else:
                    self._responders.shift(unit, "off_duty")

    def call(self) -> None:
        """Call everybody in, at the first activation of a response level; not again later.

        Each unit comes after a time drawn from the curve of its kind, by a stream of the kind.
        """
        if self.is_called:
            return
        self.is_called = True
        for kind, curve in sorted(self._responders.mobilising.items()):
            for unit in self._responders.by_kind[kind]:
                if unit.phase == "off_duty" and unit.event < 0:
                    minutes = self._streams.lognormal(
                        f"teams.mobilise.{kind}", curve.t50_minutes, sigma_of(curve)
                    )
                    self._expect(unit, 60 * minutes)

    def begin(self, unit: Unit) -> None:
        """Put a unit on duty with a rested crew."""
        self._responders.shift(unit, "idle")
        unit.event = -1
        unit.is_overdue = False
        unit.duty_tick = self._clock.tick
        self._expect_relief(unit)
        self._log.write("team.on_duty", who=unit.name, team=unit.kind)

    def end(self, unit: Unit) -> None:
        """Take an idle unit off duty while its crews change over."""
        self._responders.shift(unit, "off_duty")
        self._log.write("team.off_duty", who=unit.name, team=unit.kind, hours=self.hours(unit))
        self._expect(unit, unit.relief_s)

    def hours(self, unit: Unit) -> float:
        """Time its crew has been on duty [h]."""
        return (self._clock.tick - unit.duty_tick) / TICKS_PER_SECOND / 3600

    def pace(self, unit: Unit) -> float:
        """Factor on the time its crew works [1]; 1 for kinds that have no shifts."""
        if self._tiring is None or not unit.shift_s:
            return 1.0
        hours = self.hours(unit)
        return float(np.interp(hours * 3600, self._tiring.at, self._tiring.value))

    def _expect(self, unit: Unit, seconds: float) -> None:
        unit.event = self._clock.after(seconds, "unit.on_duty", {"unit": unit.name})

    def _expect_relief(self, unit: Unit) -> None:
        if unit.shift_s:
            tick = unit.duty_tick + round(unit.shift_s * TICKS_PER_SECOND)
            self._clock.schedule(tick, "unit.relieve", {"unit": unit.name})
