"""Where supplies could stand and where people are, on the road network."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from gis.errors import InputError
from twin.city import City

CANDIDATE_KINDS: tuple[str, ...] = (
    "depot",
    "warehouse",
    "sports_hall",
    "market",
    "school",
    "community_centre",
    "government",
)
"""Facilities with floor and yard for stock, those built for storage first; of several at one road
node the first in this order stands for all."""

ACCESS_METRES = 2_000.0
"""A place farther than this from the main road network is served from a separate piece of road
within the same distance, and is unreachable where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveNodes:
    """Nodes that vehicles can use.

    Attributes:
        node: Node numbers on a drivable road, int64, rising.
        is_main: Which of them belong to the largest part where every node reaches every other.
    """

    node: NDArray[np.int64]
    is_main: NDArray[np.bool_]


def drive_nodes(city: City) -> DriveNodes:
    """Find the nodes vehicles can use.

    Raises:
        InputError: The city has no road that vehicles may use.
    """
    roads = city.roads[city.roads["drive"].to_numpy(dtype=bool)]
    if roads.empty:
        raise InputError(f"city {city.name} has no drivable road; import a road network first")
    start = roads["from_node"].to_numpy(dtype=np.int64)
    end = roads["to_node"].to_numpy(dtype=np.int64)
    both = ~roads["oneway"].to_numpy(dtype=bool)
    tail, head = np.concatenate([start, end[both]]), np.concatenate([end, start[both]])
    count = len(city.nodes)
    graph = sparse.csr_matrix((np.ones(len(tail)), (tail, head)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    node = np.unique(np.concatenate([start, end]))
    largest = np.bincount(part[node]).argmax()
    return DriveNodes(node=node, is_main=part[node] == largest)


def access_nodes(
    city: City, drive: DriveNodes, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give the road node from which a vehicle serves each point.

    Args:
        city: The city.
        drive: Its drivable nodes.
        x: Easting [m], shape ``(points,)``.
        y: Northing [m], shape ``(points,)``.

    Returns:
        Node per point, int64; -1 where no drivable node lies within ``ACCESS_METRES``.
    """
    place = np.column_stack([city.nodes.geometry.x, city.nodes.geometry.y])
    main = drive.node[drive.is_main]
    points = np.column_stack([x, y])
    metres, row = KDTree(place[main]).query(points)
    any_metres, other = KDTree(place[drive.node]).query(points)
    piece = np.where(any_metres <= ACCESS_METRES, drive.node[other], -1)
    node: NDArray[np.int64] = np.where(metres <= ACCESS_METRES, main[row], piece)
    return node


def grid_points(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the point that stands for each grid: its residents' mean home, else its middle.

    Returns:
        Easting and northing [m], shape ``(grids,)`` in grid order.
    """
    middle = city.grids.geometry.representative_point()
    home = city.buildings.geometry.centroid
    table = pd.DataFrame(
        {
            "grid": city.buildings["grid"].to_numpy(),
            "residents": city.buildings["residents"].to_numpy(dtype=np.float64),
            "x": home.x.to_numpy() * city.buildings["residents"].to_numpy(dtype=np.float64),
            "y": home.y.to_numpy() * city.buildings["residents"].to_numpy(dtype=np.float64),
        }
    )
    sums = table.groupby("grid")[["residents", "x", "y"]].sum().reindex(city.grids["code"])
    residents = sums["residents"].fillna(0.0).to_numpy()
    lived_in = residents > 0
    divisor = np.where(lived_in, residents, 1.0)
    x = np.where(lived_in, sums["x"].to_numpy() / divisor, middle.x.to_numpy())
    y = np.where(lived_in, sums["y"].to_numpy() / divisor, middle.y.to_numpy())
    return x, y


def candidate_sites(city: City, drive: DriveNodes) -> pd.DataFrame:
    """List where a depot could stand: one facility per road node, with its access node.

    Returns:
        Rows of ``city.facilities`` with ``access`` (road node), in facility order.

    Raises:
        InputError: The city has no facility of a candidate kind.
    """
    kinds = city.facilities["kind"]
    chosen = city.facilities[kinds.isin(CANDIDATE_KINDS)].copy()
    if chosen.empty:
        raise InputError(
            f"city {city.name} has 0 candidate sites; add a facility of kind "
            + ", ".join(CANDIDATE_KINDS)
        )
    points = chosen.geometry
    chosen["access"] = access_nodes(city, drive, points.x.to_numpy(), points.y.to_numpy())
    chosen["rank"] = chosen["kind"].map({kind: rank for rank, kind in enumerate(CANDIDATE_KINDS)})
    chosen = chosen[chosen["access"] >= 0]
    if chosen.empty:
        raise InputError(
            f"no candidate site of city {city.name} lies within {ACCESS_METRES:g} m of a road"
        )
    best = chosen.sort_values(["rank", "facility"]).drop_duplicates("access")
    sites: pd.DataFrame = best.sort_values("facility").reset_index(drop=True)
    return sites
