"""Areas of a study: the places that ask for supplies, each gathered from its grids."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from gis.errors import InputError
from scenarios.study import Areas as AskedAreas
from simulation.placement.sites import access_nodes, drive_nodes, grid_points
from simulation.run import Words
from twin.city import DIGITS, City


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Areas in code order.

    Attributes:
        code: Place code of each.
        of_grid: Area of each grid, int64, shape ``(grids,)``; -1 where its place needs nothing.
        joined: Places of less need that an area also stands for.
        weight: Weight of each grid within its area: its need, shape ``(grids,)``.
        node: Road node of each grid, -1 where no road is near.
        residents: Residents of each area, its joined places included.
        degrees: Longitude and latitude of each, weighted by need, shape ``(areas, 2)``.
    """

    code: tuple[str, ...]
    name: tuple[Words, ...]
    of_grid: NDArray[np.int64]
    joined: tuple[tuple[str, ...], ...]
    weight: NDArray[np.float64]
    node: NDArray[np.int64]
    residents: NDArray[np.int64]
    degrees: NDArray[np.float64]

    def gather(self, by_grid: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum amounts by grid, shape ``(grids, ...)``, into areas, shape ``(areas, ...)``."""
        total = np.zeros((len(self.code), *by_grid.shape[1:]))
        inside = self.of_grid >= 0
        np.add.at(total, self.of_grid[inside], by_grid[inside])
        return total


def gather_areas(city: City, asked: AskedAreas, *, need: NDArray[np.float64]) -> Areas:
    """Gather grids into areas by where need is.

    Args:
        city: The city.
        asked: Level and limit.
        need: Person-hours of unmet need of each grid, over all scenarios, shape ``(grids,)``.

    Raises:
        InputError: No grid needs anything, so there is nothing to plan for.
    """
    if need.sum() <= 0:
        message = "no drill of the study leaves any need within horizon_hours; nothing to plan"
        raise InputError(f"{message} for: choose other items, drills or hours", field="drills")
    grids = city.grids
    digits = DIGITS[asked.level]
    codes = np.array([str(code)[:digits] for code in grids["code"]])
    places, place_of_grid = np.unique(codes, return_inverse=True)
    place_need = np.asarray(
        np.bincount(place_of_grid, need, minlength=len(places)), dtype=np.float64
    )
    x, y = grid_points(city)
    at = np.column_stack([_means(place_of_grid, xy, need) for xy in (x, y)])
    area_of_place, kept = _join(place_need, at, limit=asked.limit)
    of_grid = area_of_place[place_of_grid]
    return Areas(
        code=tuple(str(places[place]) for place in kept),
        name=names_of(city, [str(places[place]) for place in kept]),
        of_grid=of_grid,
        joined=tuple(
            tuple(str(places[i]) for i in np.flatnonzero(area_of_place == area) if i != place)
            for area, place in enumerate(kept)
        ),
        weight=need,
        node=access_nodes(city, drive_nodes(city), x, y),
        residents=_residents(city, of_grid, areas=len(kept)),
        degrees=_degrees(city, at[kept]),
    )


def _join(
    need: NDArray[np.float64], at: NDArray[np.float64], *, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keep the neediest places; the others join the nearest one kept."""
    needy = np.flatnonzero(need > 0)
    order = needy[np.lexsort((needy, -need[needy]))]
    kept = np.sort(order[:limit])
    area = np.full(len(need), -1, dtype=np.int64)
    nearest = cdist(at[needy], at[kept]).argmin(axis=1)
    area[needy] = nearest
    area[kept] = np.arange(len(kept))
    return area, kept


def _means(
    place: NDArray[np.int64], values: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted mean by place; the plain mean where the weights are zero."""
    total = np.bincount(place, weight)
    plain = np.bincount(place, values) / np.bincount(place)
    weighted = np.bincount(place, values * weight) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, weighted, plain)


def names_of(city: City, codes: list[str]) -> tuple[Words, ...]:
    """Names of places by their codes."""
    rows = city.places.set_index(city.places["code"].astype(str))
    found = []
    for code in codes:
        row = rows.loc[code]
        found.append(Words(zh=str(row["name_zh"]), en=str(row["name_en"])))
    return tuple(found)


def _residents(city: City, of_grid: NDArray[np.int64], *, areas: int) -> NDArray[np.int64]:
    inside = of_grid >= 0
    people = city.grids["residents"].to_numpy(np.int64)
    return np.bincount(of_grid[inside], people[inside], minlength=areas).astype(np.int64)


def _degrees(city: City, at: NDArray[np.float64]) -> NDArray[np.float64]:

    points = gpd.GeoSeries(gpd.points_from_xy(at[:, 0], at[:, 1]), crs=city.crs).to_crs(4326)
    return np.round(np.column_stack([points.x, points.y]), 7)
