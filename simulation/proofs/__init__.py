"""Verification cases of the simulation floor."""

from gis.proof import Case
from simulation.proofs import junctions, roads, walkers


def cases() -> list[Case]:
    """Give all cases of this floor."""
    return [*roads.cases(), *junctions.cases(), *walkers.cases()]
