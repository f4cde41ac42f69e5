"""Identity: what a run is called before it is played, and what its checkpoints say they are of."""

import hashlib
from collections.abc import Mapping

from scenarios.change import Change
from scenarios.drill import Drill
from simulation.checkpoint.file import Head
from simulation.record import canonical
from simulation.supply.plan import ReservePlan
from twin.city import City

ENGINE_VERSION = "0.2.0"
"""Part of every run id: change it with anything that changes a run's bytes."""


def run_id(
    city: City,
    drill: Drill,
    *,
    seed: int,
    decisions: Mapping[str, str],
    reserve: ReservePlan | None = None,
) -> str:
    """The id of a run before it is played: sha256 of release, drill, seed, decisions and engine.

    A reserve plan that replaces the city's stock is part of it.
    """
    content: dict[str, object] = {
        "release": city.release or city.name,
        "drill": drill.digest(),
        "seed": seed,
        "decisions": dict(decisions),
        "engine": ENGINE_VERSION,
    }
    if reserve is not None:
        content["reserve"] = reserve.digest()
    return hashlib.sha256(canonical(content)).hexdigest()


def fork_id(parent: str, *, at_s: int, change: Change) -> str:
    """The id of a fork before it is played: sha256 of its parent, the moment and the change."""
    content = {"parent": parent, "at_s": at_s, "change": change.content()}
    return hashlib.sha256(canonical(content)).hexdigest()


def head_of(city: City, drill: Drill, *, seed: int, decisions: Mapping[str, str], run: str) -> Head:
    """What a checkpoint of a run says it is of, but for the moment."""
    return Head(
        engine=ENGINE_VERSION,
        release=city.release or city.name,
        drill=drill.digest(),
        seed=seed,
        decisions=dict(decisions),
        run=run,
        tick=0,
        time_s=drill.horizon.start,
    )
