"""Where depots should stand in a city, and how good that answer provably is."""

from simulation.placement.place import place
from simulation.placement.result import GridReach, Model, OpenDepot, Placement, placement_id

__all__ = ["GridReach", "Model", "OpenDepot", "Placement", "place", "placement_id"]
