"""Verification cases of the simulation floor."""

from gis.proof import Case
from simulation.proofs import (
    care,
    control_rooms,
    crowds,
    desks,
    floods,
    identity,
    junctions,
    residents,
    roads,
    services,
    supplies,
    walkers,
)


def cases() -> list[Case]:
    """Give all cases of this floor."""
    return [
        *roads.cases(),
        *junctions.cases(),
        *walkers.cases(),
        *crowds.cases(),
        *floods.cases(),
        *services.cases(),
        *residents.cases(),
        *identity.cases(),
        *care.cases(),
        *supplies.cases(),
        *control_rooms.cases(),
        *desks.cases(),
    ]
