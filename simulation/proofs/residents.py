"""Cases of residents: nobody is lost between home, road, vehicle and shelter."""

import numpy as np

from gis.proof import Case
from scenarios.drill import Drill, Horizon
from scenarios.loader import load
from simulation.engine import Play
from twin.synthetic import make_city

RESIDENTS = 5_000


def _short_drill() -> Drill:
    """Cut the typhoon flood down to the 27 hours from its warning to its worst rain."""
    drill = load("typhoon-flood")
    horizon = Horizon.model_validate({"from": "-PT24H", "to": "PT3H", "step": "PT15M"})
    injects = tuple(
        inject
        for inject in drill.injects
        if inject.at is None or horizon.start <= inject.at <= horizon.end
    )
    return drill.model_copy(update={"horizon": horizon, "injects": injects})


def _lost() -> float:
    """Largest difference between the sum of all states and the population, over all steps."""
    play = Play(make_city(residents=RESIDENTS), _short_drill(), seed=1, decisions={})
    play.to_the_end()
    total = play.camera.residents.sum(axis=1)
    return float(np.abs(total - RESIDENTS).max())


def cases() -> list[Case]:
    """Give the cases of residents."""
    return [
        Case(
            model="residents",
            name="27 h of the typhoon flood, 5,000 residents: most who were ever lost or doubled",
            expected=0.0,
            source="conservation: every resident is in exactly one state at every step",
            compute=_lost,
            unit="persons",
        )
    ]
