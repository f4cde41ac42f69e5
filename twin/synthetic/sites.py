"""Facilities: which building serves as what, in peace and in an emergency."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from twin.equipment import BACKUP_HOURS
from twin.synthetic.amenities import serve_demand
from twin.synthetic.fill import Stock
from twin.synthetic.lattice import Lattice, Points
from twin.synthetic.names import CITY_EN, CITY_ZH, numeral
from twin.synthetic.plan import FINE, Plan
from twin.synthetic.relief import WARNING_STAGE_M
from twin.synthetic.river import BEYOND_M, Waters, half_width
from twin.synthetic.site_kinds import SITES, Site
from twin.terrain import Terrain

CREST_ROWS = 0.38  # from the shore to the crest of the dyke, in fine rows
DRY_M = WARNING_STAGE_M + 1.6
KEPT_DRY = ("shelter", "depot", "government", "hospital", "sports_hall")


def choose_sites(
    plan: Plan, stock: Stock, zone: NDArray[np.str_], terrain: Terrain
) -> dict[str, NDArray[np.int64]]:
    """Choose the buildings that serve, near the homes and no building twice.

    Args:
        plan: Sizes of the city.
        stock: The buildings.
        zone: Zone of each building, shape ``(buildings,)``.
        terrain: The ground; what people flee to keeps off low ground.

    Returns:
        Rows of buildings for every kind in ``SITES``.
    """
    centre = shapely.get_coordinates(shapely.centroid(stock.shape))
    area = shapely.area(stock.shape)
    demand, weight = _homes(stock, centre, area)
    high = terrain.at(centre[:, 0], centre[:, 1]) > DRY_M
    modest = (stock.levels <= 6) & ((stock.use != "residential") | (stock.levels <= 3))
    free = np.ones(len(zone), dtype=bool)
    chosen = {}
    for site in SITES:
        wanted = max(1, round(site.count * plan.ratio))
        may = free & high if site.kind in KEPT_DRY else free & (site.is_large | modest)
        rows = _candidates(site, zone, stock.block, area, may)
        if len(rows) < wanted:
            rows = np.union1d(rows, np.flatnonzero(may & np.isin(zone, site.zones)))
        if len(rows) < wanted:
            rows = np.flatnonzero(may) if may.sum() >= wanted else np.flatnonzero(free)
        picked = serve_demand(centre[rows], wanted, demand=demand, weight=weight)
        chosen[site.kind] = rows[picked]
        free[chosen[site.kind]] = False
    return chosen


def _homes(
    stock: Stock, centre: Points, area: NDArray[np.float64]
) -> tuple[Points, NDArray[np.float64]]:
    """Middle and dwelling floor area of every block that has dwellings."""
    floor = np.where(stock.use == "residential", area * stock.levels, 0.0)
    weight = np.bincount(stock.block, weights=floor).astype(np.float64)
    sums = [np.bincount(stock.block, weights=floor * centre[:, k]) for k in (0, 1)]
    lived = weight > 0
    return np.column_stack(sums)[lived] / weight[lived, None], weight[lived]


def _candidates(
    site: Site,
    zone: NDArray[np.str_],
    block: NDArray[np.int64],
    area: NDArray[np.float64],
    free: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Free buildings of the first zone that has any; one per block where the kind is large."""
    rows = np.flatnonzero(free & np.isin(zone, site.zones))
    if not site.is_large:
        return rows
    order = rows[np.lexsort((rows, -area[rows], block[rows]))]
    _, first = np.unique(block[order], return_index=True)
    return order[first]


def facility_table(
    plan: Plan,
    chosen: dict[str, NDArray[np.int64]],
    buildings: gpd.GeoDataFrame,
    nodes: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Facilities in buildings; ``twin/schema/facilities.csv`` without a CRS."""
    frames = [_site_rows(site, plan, chosen[site.kind], buildings) for site in SITES]
    for site, frame in zip(SITES, frames, strict=True):
        frame["name_zh"], frame["name_en"] = _names(site, frame["grid"], places)
    table = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry")
    return with_nodes(table, nodes)


def _site_rows(
    site: Site, plan: Plan, rows: NDArray[np.int64], buildings: gpd.GeoDataFrame
) -> pd.DataFrame:
    ground = buildings["ground_m"].to_numpy()[rows]
    if site.kind == "substation" and len(rows) > 1:
        low = int(ground.argmin())
        rows = np.insert(np.delete(rows, low), 1, rows[low])
        ground = buildings["ground_m"].to_numpy()[rows]
    count = len(rows)
    area = buildings["floor_area_m2"].to_numpy(dtype=np.float64)[rows]
    capacity = _shared(site.capacity * plan.ratio, np.sqrt(area))
    numbers = range(1, count + 1)
    return pd.DataFrame(
        {
            "facility": [f"{site.kind}-{n:02d}" for n in numbers],
            "kind": site.kind,
            "name_zh": "",
            "name_en": "",
            "grid": buildings["grid"].to_numpy()[rows],
            "building": rows.astype(np.int32),
            "capacity": capacity,
            "capacity_unit": site.unit,
            "roles": [";".join(f"{r}:{int(c * s)}" for r, s in site.roles) for c in capacity],
            "backup_hours": np.float32(BACKUP_HOURS.get(site.kind, 0.0)),
            "ground_m": ground,
            "source": "synthetic",
            "assumed": "capacity,roles,backup_hours",
            "geometry": shapely.centroid(buildings.geometry.to_numpy()[rows]),
        }
    )


def _names(site: Site, grid: pd.Series, places: gpd.GeoDataFrame) -> tuple[list[str], list[str]]:
    """Named after the city and numbered, or after the community and numbered where it has two."""
    count = len(grid)
    if site.is_citywide:
        zh = [f"{CITY_ZH}第{numeral(n)}{site.zh}" for n in range(1, count + 1)]
        return zh, [f"{CITY_EN} No. {n} {site.en}" for n in range(1, count + 1)]
    community = grid.str[:12]
    place = places.set_index("code").reindex(community)
    nth = [int(n) + 1 for n in community.groupby(community.to_numpy()).cumcount()]
    base_zh = place["name_zh"].str.removesuffix("社区")
    base_en = place["name_en"].str.removesuffix(" Community")
    zh = [
        f"{p}{'' if n == 1 else '第' + numeral(n)}{site.zh}"
        for p, n in zip(base_zh, nth, strict=True)
    ]
    en = [f"{p} {site.en}{'' if n == 1 else f' {n}'}" for p, n in zip(base_en, nth, strict=True)]
    return zh, en


def _shared(total: float, weight: NDArray[np.float64]) -> NDArray[np.int32]:
    edge = np.rint(total * np.cumsum(weight) / max(weight.sum(), 1e-9))
    return np.asarray(np.diff(edge, prepend=0.0), dtype=np.int32)


def with_nodes(table: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Tie every facility to the nearest node of the road network."""
    tree = cKDTree(np.column_stack([nodes.geometry.x, nodes.geometry.y]))
    _, nearest = tree.query(np.column_stack([table.geometry.x, table.geometry.y]))
    table["node"] = nearest.astype(np.int32)
    return table


def underpasses(roads: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One facility where each street dives below the railway; its two edges share a node."""
    dips = roads[roads["structure"] == "underpass"]
    shared = np.intersect1d(dips["from_node"], dips["to_node"])
    low = dips.groupby("from_node")["low_m"].min().reindex(shared)
    names = dips.drop_duplicates("from_node").set_index("from_node").reindex(shared)
    return _points(
        "underpass",
        list(names["name_zh"] + "铁路下穿"),
        list(names["name_en"] + " railway underpass"),
        nodes.geometry.to_numpy()[shared],
        low.to_numpy(dtype=np.float64),
    )


def dykes(lattice: Lattice, waters: Waters, terrain: Terrain) -> gpd.GeoDataFrame:
    """Sections of the dyke on both banks, named by their distance downstream."""
    banks = (("南岸", "south", -1.0), ("北岸", "north", 1.0))
    frames = [_bank(lattice, waters, terrain, bank) for bank in banks]
    table = pd.concat(frames, ignore_index=True)
    table["facility"] = [f"dyke-{n:02d}" for n in range(1, len(table) + 1)]
    return gpd.GeoDataFrame(table, geometry="geometry")


def _bank(
    lattice: Lattice, waters: Waters, terrain: Terrain, bank: tuple[str, str, float]
) -> gpd.GeoDataFrame:
    """Points on the crest of one bank; their ground is the crest."""
    title_zh, title_en, side = bank
    plan = lattice.plan
    step = max(1, plan.columns // 14)
    a = np.arange(FINE + 1, FINE * plan.columns, FINE * step, dtype=np.float64)
    b = FINE * (plan.river_row + 0.5) + side * (half_width(a, lattice) + CREST_ROWS)
    xy = lattice.at(a, b)
    points = np.asarray(shapely.points(xy))
    line = shapely.LineString(waters.centre)
    metres = np.asarray(shapely.line_locate_point(line, points)) - BEYOND_M
    marks = [f"K{int(m // 1000)}+{int(m % 1000) // 10 * 10:03d}" for m in metres]
    return _points(
        "dyke",
        [f"澜江{title_zh}大堤{mark}" for mark in marks],
        [f"Lan River {title_en} dyke {mark}" for mark in marks],
        points,
        terrain.at(xy[:, 0], xy[:, 1]).astype(np.float64),
    )


def _points(
    kind: str,
    zh: list[str],
    en: list[str],
    points: NDArray[np.object_],
    ground: Points,
) -> gpd.GeoDataFrame:
    count = len(points)
    return gpd.GeoDataFrame(
        {
            "facility": [f"{kind}-{n:02d}" for n in range(1, count + 1)],
            "kind": kind,
            "name_zh": zh,
            "name_en": en,
            "building": np.full(count, -1, dtype=np.int32),
            "capacity": np.zeros(count, dtype=np.int32),
            "capacity_unit": "",
            "roles": "",
            "backup_hours": np.zeros(count, dtype=np.float32),
            "ground_m": ground.astype(np.float32),
            "source": "synthetic",
            "assumed": "",
        },
        geometry=points,
    )
