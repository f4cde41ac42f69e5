"""Crowds and traffic: agents moved over a network by compiled kernels."""

from simulation.crowd.movement import Arrivals, Movement
from simulation.crowd.network import Network, Signals
from simulation.crowd.readings import Counts

__all__ = ["Arrivals", "Counts", "Movement", "Network", "Signals"]
