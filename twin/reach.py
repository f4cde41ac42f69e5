"""How far help reaches: travel times on the road network, and the people within them.

Vehicles go at the free speed of each road; walkers at WALK_KMH on every road they may use, both
ways. A road in an emergency is slower: that is the simulation's business.
"""

from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gis import network, paths
from gis.errors import InputError
from gis.index import nearest
from twin.city import City

Mode = Literal["drive", "walk"]

WALK_KMH = 4.3
"""Free walking speed [km/h] = 1.2 m/s; basis K, design walking speed of urban crossings."""

_MINUTES_PER_KM_KMH = 0.06
_SHORTEST_M = 0.01


def road_network(city: City, *, mode: Mode = "drive") -> network.Network:
    """The city's roads that a mode may use, weights in minutes.

    Raises:
        InputError: The mode is neither drive nor walk.
    """
    if mode not in ("drive", "walk"):
        raise InputError(f"mode is {mode!r}; wanted drive or walk", field="mode")
    roads = city.roads[city.roads[mode].to_numpy(dtype=bool)]
    length_m = np.maximum(roads["length_m"].to_numpy(dtype=np.float64), _SHORTEST_M)
    walked = np.full(len(roads), WALK_KMH)
    speed = roads["speed_kmh"].to_numpy(dtype=np.float64) if mode == "drive" else walked
    oneway = roads["oneway"].to_numpy(dtype=bool) & (mode == "drive")
    return network.build(
        roads["from_node"].to_numpy(dtype=np.int64),
        roads["to_node"].to_numpy(dtype=np.int64),
        weight=length_m * _MINUTES_PER_KM_KMH / speed,
        oneway=oneway,
        nodes=len(city.nodes),
    )


def travel_minutes(
    city: City,
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    mode: Mode = "drive",
) -> NDArray[np.float64]:
    """Travel times between nodes at free speed.

    Args:
        city: The city.
        sources: Nodes, shape ``(sources,)``.
        targets: Nodes, shape ``(targets,)``.
        mode: ``drive`` or ``walk``.

    Returns:
        Minutes, float64, shape ``(sources, targets)``; inf where no road leads.

    Raises:
        InputError: A source or target is no node, or the mode is unknown.
    """
    return paths.shortest(
        road_network(city, mode=mode),
        np.asarray(sources, dtype=np.int64),
        np.asarray(targets, dtype=np.int64),
    )


def access_nodes(
    city: City, x: NDArray[np.float64], y: NDArray[np.float64], *, mode: Mode = "drive"
) -> NDArray[np.int64]:
    """Nearest node, as the crow flies, that a mode can start from.

    Args:
        city: The city.
        x: Eastings [m], shape ``(points,)``.
        y: Northings [m], shape ``(points,)``.
        mode: ``drive`` or ``walk``.

    Raises:
        InputError: No road of the city is open to the mode.
    """
    open_roads = city.roads[city.roads[mode].to_numpy(dtype=bool)]
    nodes = np.unique(open_roads[["from_node", "to_node"]].to_numpy(dtype=np.int64))
    if not len(nodes):
        raise InputError(f"city {city.name!r} has no road to {mode} on", field="mode")
    at = shapely.get_coordinates(city.nodes.geometry.to_numpy())
    row, _ = nearest(x, y, targets=at[nodes])
    return nodes[row]


def building_nodes(city: City, *, mode: Mode = "drive") -> NDArray[np.int64]:
    """Access node of every building, shape ``(buildings,)``."""
    at = shapely.get_coordinates(shapely.centroid(city.buildings.geometry.to_numpy()))
    return access_nodes(city, at[:, 0], at[:, 1], mode=mode)


def minutes_to_nearest(
    city: City, nodes: NDArray[np.int64], *, mode: Mode = "drive", outbound: bool = True
) -> NDArray[np.float64]:
    """Travel time between every building and the nearest of some nodes.

    Args:
        city: The city.
        nodes: Nodes of the facilities, shape ``(facilities,)``.
        mode: ``drive`` or ``walk``.
        outbound: True for help that comes from the nodes, False for people who go to them.

    Returns:
        Minutes, float64, shape ``(buildings,)``; inf where no road leads.
    """
    roads = road_network(city, mode=mode)
    minutes = paths.nearest(roads, np.asarray(nodes, dtype=np.int64), reverse=not outbound)
    return minutes[building_nodes(city, mode=mode)]


def people_reached(
    city: City, nodes: NDArray[np.int64], *, within_minutes: float, mode: Mode = "drive"
) -> int:
    """Residents whom help from some nodes reaches in time.

    Args:
        city: The city.
        nodes: Nodes that help starts from, shape ``(facilities,)``.
        within_minutes: Response time [min]; a building at exactly this time counts.
        mode: ``drive`` or ``walk``.
    """
    minutes = minutes_to_nearest(city, nodes, mode=mode)
    residents = city.buildings["residents"].to_numpy(dtype=np.int64)
    return int(residents[minutes <= within_minutes].sum())
