"""The ground: plain, hills, river bed, dykes and low polders."""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from twin.synthetic.lattice import ORIGIN_EAST_M, ORIGIN_NORTH_M, Lattice, Points
from twin.synthetic.river import Waters, creek_line
from twin.terrain import Terrain

WARNING_STAGE_M = 4.6
DYKE_CREST_M = 7.4
WEAK_CREST_M = 5.7
CREEK_BANK_M = 5.0
PLAIN_M = 6.7
POLDER_M = (600.0, 425.0)
POLDER_DEPTH_M = 2.1
MARGIN_M = 600.0
DYKE_FROM_M, DYKE_TO_M = 6.0, 52.0


def extent(lattice: Lattice) -> tuple[float, float, float, float]:
    """West, south, east, north of the raster [m]."""
    points = lattice.nodes().reshape(-1, 2)
    west, south = np.floor((points.min(axis=0) - MARGIN_M) / 30) * 30
    east, north = np.ceil((points.max(axis=0) + MARGIN_M) / 30) * 30
    return float(west), float(south), float(east), float(north)


def hill_m(lattice: Lattice, x: Points, y: Points) -> Points:
    """Height of the northern hills above the plain [m]."""
    half_x = lattice.column_edge[-1]
    u = (x - ORIGIN_EAST_M - half_x) / half_x
    top = lattice.row_edge[-1] - lattice.row_edge[0]
    v = (y - ORIGIN_NORTH_M) / top
    high = 95.0 + 45.0 * min(3.0, lattice.plan.ratio**0.3)
    rough = (
        0.75 + 0.25 * np.sin(x / 310.0 + 1.3) * np.cos(y / 270.0) + 0.12 * np.sin(x / 130 + y / 170)
    )
    main = np.exp(-(((u - 0.55) / 0.50) ** 2) - ((v - 1.06) / 0.17) ** 2)
    west = 0.75 * np.exp(-(((u + 0.62) / 0.34) ** 2) - ((v - 1.08) / 0.16) ** 2)
    lone = 0.42 * np.exp(-(((u + 0.40) / 0.055) ** 2) - ((v - 0.765) / 0.045) ** 2)
    return np.asarray(high * rough * (main + west + lone))


def raise_ground(lattice: Lattice, waters: Waters) -> Terrain:
    """Make the terrain raster; in the river it holds the warning stage, not the bed."""
    west, south, east, north = extent(lattice)
    cell = 20.0 if lattice.plan.ratio < 3 else 30.0
    columns, rows = int((east - west) / cell), int((north - south) / cell)
    x = west + (np.arange(columns) + 0.5) * cell
    y = north - (np.arange(rows) + 0.5) * cell
    grid_x, grid_y = np.meshgrid(x, y)
    elevation = _elevation(lattice, waters, grid_x, grid_y)
    return Terrain(elevation_m=elevation.astype(np.float32), west=west, north=north, cell_m=cell)


def _elevation(lattice: Lattice, waters: Waters, x: Points, y: Points) -> Points:
    dry = _from_water(waters, x, y)
    level = _plain(x, y, dry)
    level -= _polders(lattice, x, y, dry)
    level = _creek_valley(lattice, level, x, y)
    dyke = (dry > DYKE_FROM_M) & (dry < DYKE_TO_M)
    level = np.where(dyke, np.maximum(level, _crest(lattice, x, y)), level)
    level += hill_m(lattice, x, y) * np.clip(dry / 200.0, 0, 1)
    on_island = shapely.contains_xy(waters.island.buffer(-8.0), x, y)
    level = np.where(dry <= DYKE_FROM_M, WARNING_STAGE_M, level)
    return np.where(on_island, 6.6, level)


def _from_water(waters: Waters, x: Points, y: Points) -> Points:
    """Distance from the river's shore [m], negative in the river and on its island."""
    shore = shapely.Polygon(waters.river.exterior)
    dense = shapely.get_coordinates(shapely.segmentize(shore.exterior, 12.0))
    distance, _ = cKDTree(dense).query(np.stack([x, y], axis=-1))
    shapely.prepare(shore)
    return np.asarray(np.where(shapely.contains_xy(shore, x, y), -distance, distance))


def _plain(x: Points, y: Points, dry: Points) -> Points:
    waves = 0.12 * np.sin(x / 410.0) * np.cos(y / 370.0) + 0.05 * np.sin(x / 150.0 + y / 190.0)
    return np.asarray(PLAIN_M + 0.0007 * np.clip(dry, 0, 3000) + waves)


def _polders(lattice: Lattice, x: Points, y: Points, dry: Points) -> Points:
    """Low ground behind the dykes [m below the plain]."""
    low = np.zeros_like(x)
    for middle, _ in _polder_sites(lattice):
        wobble = 0.22 * np.sin(x / 97.0 + y / 141.0) + 0.16 * np.sin(x / 71.0 - y / 83.0)
        bowl = ((x - middle[0]) / POLDER_M[0]) ** 2 + ((y - middle[1]) / POLDER_M[1]) ** 2
        low = np.maximum(low, POLDER_DEPTH_M * np.clip(1.35 - bowl - wobble, 0, 1))
    return np.asarray(np.where(dry > 0, low, 0.0))


def _creek_valley(lattice: Lattice, level: Points, x: Points, y: Points) -> Points:
    """Low banks along the creek, whose water stands as high as the river's."""
    line = creek_line(lattice)
    dense = shapely.get_coordinates(
        shapely.segmentize(shapely.LineString(lattice.at(line[:, 0], line[:, 1])), 15.0)
    )
    distance, _ = cKDTree(dense).query(np.stack([x, y], axis=-1))
    bank = CREEK_BANK_M + 0.9 * np.clip((distance - 20.0) / 90.0, 0, None) ** 1.4
    return np.asarray(np.where(distance < 11.0, WARNING_STAGE_M, np.minimum(level, bank)))


def _polder_sites(lattice: Lattice) -> list[tuple[Points, Points]]:
    """Middle of each polder and of the weak dyke before it: two, or more on a longer river."""
    plan = lattice.plan
    more = np.linspace(0.08, 0.95, max(0, plan.columns // 7 - 2))
    sites = [(0.30, -1.0), (0.86, 1.0), *((float(a), (-1.0) ** n) for n, a in enumerate(more))]
    return [
        (
            lattice.at(
                np.asarray(4.0 * plan.columns * a), np.asarray(4 * plan.river_row + 2 + 4.6 * side)
            ),
            lattice.at(
                np.asarray(4.0 * plan.columns * a), np.asarray(4 * plan.river_row + 2 + side)
            ),
        )
        for a, side in sites
    ]


def _crest(lattice: Lattice, x: Points, y: Points) -> Points:
    """Dyke crest; low at the creek's mouth and at one old section of each polder [m]."""
    crest = np.full_like(x, DYKE_CREST_M)
    mouth = lattice.at(
        np.asarray(creek_line(lattice)[0, 0]), np.asarray(4.0 * lattice.plan.river_row + 3.4)
    )
    gaps = [(mouth, 70.0, CREEK_BANK_M)]
    gaps += [(weak, 150.0, WEAK_CREST_M) for _, weak in _polder_sites(lattice)]
    for centre, reach, height in gaps:
        near = np.hypot(x - centre[0], y - centre[1]) < reach
        crest = np.where(near, np.minimum(crest, height), crest)
    return crest
