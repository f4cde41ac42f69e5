"""Atlas: a city's tables as arrays, with the row numbers that join them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.errors import InputError
from twin.city import City

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Arrays by building, facility, node and grid; coordinates in the city's metric CRS [m].

    Attributes:
        grid_codes: Code of each grid, in code order.
        grid_residents: Registered residents, shape ``(grids,)``.
        grid_node: Node nearest the middle of each grid.
        grid_xy: Middle of each grid, shape ``(grids, 2)``.
        node_xy: Shape ``(nodes, 2)``.
        building_cell: Terrain cell under each building.
        building_node: Nearest node of each building.
        building_grid: Grid index of each building.
        building_residents: Residents of each building.
        facility_names, facility_kind: Identifier and kind of each facility.
        facility_node, facility_cell, facility_grid: Where each facility stands.
        facility_xy: Shape ``(facilities, 2)``.
        shelter_places: Places each facility has as a shelter now or after conversion [persons].
    """

    grid_codes: tuple[str, ...]
    grid_residents: Ints
    grid_node: Ints
    grid_xy: Reals
    node_xy: Reals
    building_cell: Ints
    building_node: Ints
    building_grid: Ints
    building_residents: Ints
    facility_names: tuple[str, ...]
    facility_kind: tuple[str, ...]
    facility_node: Ints
    facility_cell: Ints
    facility_grid: Ints
    facility_xy: Reals
    shelter_places: Ints

    def grids_in(self, code: str) -> Bools:
        """Grids whose code begins with a place's code, shape ``(grids,)``."""
        return np.array([grid.startswith(code) for grid in self.grid_codes], dtype=bool)

    def facilities_of(self, *kinds: str) -> Ints:
        """Rows of the facilities of some kinds, in order of identifier."""
        rows = [row for row, kind in enumerate(self.facility_kind) if kind in kinds]
        rows.sort(key=lambda row: self.facility_names[row])
        return np.array(rows, dtype=np.int64)

    def row_of(self, facility: str) -> int:
        """Row of a facility by its identifier."""
        return self.facility_names.index(facility)

    def place_of(self, facility: int) -> str:
        """Code of the grid in which a facility stands."""
        return self.grid_codes[int(self.facility_grid[facility])]


def draw_atlas(city: City) -> Atlas:
    """Join a city's tables by row number.

    Raises:
        InputError: The city has no road network, no grids, no buildings or no residents.
    """
    for noun, rows in (
        ("roads", city.roads),
        ("buildings", city.buildings),
        ("people", city.people),
    ):
        if len(rows) == 0:
            message = f"city {city.name!r} has no {noun}; a drill needs them, import another area"
            raise InputError(message, field=noun)
    grids = city.grids
    if len(grids) == 0:
        raise InputError(f"city {city.name!r} has no grids; lay out its places first")
    node_xy = shapely.get_coordinates(city.nodes.geometry.to_numpy())[:, :2]
    grid_xy = _centres(grids.geometry.to_numpy())
    building_xy = _centres(city.buildings.geometry.to_numpy())
    reachable = _usable_nodes(city)
    facility_xy = shapely.get_coordinates(city.facilities.geometry.to_numpy()).reshape(-1, 2)
    index = pd.Index(grids["code"].astype(str))
    return Atlas(
        grid_codes=tuple(index),
        grid_residents=grids["residents"].to_numpy(np.int64),
        grid_node=_nearest(node_xy, reachable, grid_xy),
        grid_xy=grid_xy,
        node_xy=node_xy,
        building_cell=city.terrain.cells(building_xy[:, 0], building_xy[:, 1]),
        building_node=_nearest(node_xy, reachable, building_xy),
        building_grid=_grid_rows(index, city.buildings["grid"], "buildings"),
        building_residents=city.buildings["residents"].to_numpy(np.int64),
        facility_names=tuple(city.facilities["facility"].astype(str)),
        facility_kind=tuple(city.facilities["kind"].astype(str)),
        facility_node=city.facilities["node"].to_numpy(np.int64),
        facility_cell=city.terrain.cells(facility_xy[:, 0], facility_xy[:, 1]),
        facility_grid=_grid_rows(index, city.facilities["grid"], "facilities"),
        facility_xy=facility_xy,
        shelter_places=_shelter_places(city.facilities),
    )


def _centres(shapes: NDArray[np.object_]) -> Reals:
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes))[:, :2], dtype=np.float64)


def _usable_nodes(city: City) -> Ints:
    """Nodes that people can walk from, in the largest part of the network where there is one."""
    roads = city.roads
    walk = roads["walk"].to_numpy(bool)
    ends = roads.loc[walk, ["from_node", "to_node"]].to_numpy(np.int64)
    if len(ends) == 0:
        raise InputError(f"city {city.name!r} has no road that people can walk on")
    return np.unique(ends)


def _nearest(node_xy: Reals, usable: Ints, points: Reals) -> Ints:
    _, found = cKDTree(node_xy[usable]).query(points)
    return np.asarray(usable[found], dtype=np.int64)


def _grid_rows(index: pd.Index, codes: pd.Series, noun: str) -> Ints:
    rows = index.get_indexer(pd.Index(codes.astype(str)))
    if (rows < 0).any():
        first = str(codes.iloc[int((rows < 0).argmax())])
        raise InputError(f"{noun} name grid {first!r}, which the city lacks; check the city")
    return np.asarray(rows, dtype=np.int64)


def _shelter_places(facilities: pd.DataFrame) -> Ints:
    places = np.zeros(len(facilities), np.int64)
    columns = zip(facilities["kind"], facilities["capacity"], facilities["roles"], strict=True)
    for row, (kind, capacity, roles) in enumerate(columns):
        if kind == "shelter":
            places[row] = int(capacity)
        for role in filter(None, str(roles).split(";")):
            name, _, count = role.partition(":")
            if name.strip() == "shelter" and count.strip().isdecimal():
                places[row] = max(places[row], int(count))
    return places
