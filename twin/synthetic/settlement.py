"""Who lives where: uses, households, residents and the places that count them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from twin.synthetic.addresses import addresses
from twin.synthetic.divisions import Divisions, divide_city
from twin.synthetic.ground import Ground, quad_of
from twin.synthetic.lattice import Points
from twin.synthetic.lots import ring
from twin.synthetic.names import CITY_EN, CITY_ZH, spaced_name
from twin.synthetic.plan import Plan
from twin.synthetic.site_kinds import SITES

LEVEL_BY_LENGTH = {4: "city", 6: "district", 9: "street", 12: "community", 15: "grid"}
NAME_TAIL = {
    "district": ("区", " District"),
    "street": ("街道", " Street"),
    "community": ("社区", " Community"),
}
SERIES = {"district": 5, "street": 210, "community": 33}


def settle(
    ground: Ground, chosen: dict[str, NDArray[np.int64]]
) -> tuple[gpd.GeoDataFrame, Divisions]:
    """Divide the city and give buildings their use, grid, households and residents.

    Args:
        ground: The city before anybody lives in it.
        chosen: Buildings that serve as facilities, by kind.

    Returns:
        The table of ``twin/schema/buildings.csv`` without a CRS, and the divisions.
    """
    stock, plan = ground.stock, ground.lattice.plan
    use = stock.use.copy()
    for site in SITES:
        use[chosen[site.kind]] = site.use
    area = shapely.area(stock.shape) * stock.levels
    dwelling = np.where(use == "residential", area, 0.0)
    centre = shapely.centroid(stock.shape)
    x, y = shapely.get_x(centre), shapely.get_y(centre)
    divisions, grid = _divide(ground, dwelling, x, y)
    households = _households(plan, dwelling, grid)
    zh, en = addresses(plan, ground.blocks, stock.block, x, y)
    table = gpd.GeoDataFrame(
        {
            "building": np.arange(len(use), dtype=np.int32),
            "grid": divisions.grid_codes[grid],
            "use": use,
            "height_m": stock.height_m.astype(np.float32),
            "levels": stock.levels.astype(np.int16),
            "floor_area_m2": area.astype(np.float32),
            "ground_m": ground.terrain.at(x, y),
            "households": households.astype(np.int32),
            "residents": _residents(plan, households).astype(np.int32),
            "address_zh": zh,
            "address_en": en,
            "source": "synthetic",
            "assumed": "",
        },
        geometry=stock.shape,
    )
    return table, divisions


def _divide(
    ground: Ground, dwelling: Points, x: Points, y: Points
) -> tuple[Divisions, NDArray[np.int32]]:
    quad = quad_of(ground, x, y)
    shape = (ground.points.shape[0] - 1, ground.points.shape[1] - 1)
    homes = np.bincount(quad, weights=dwelling, minlength=shape[0] * shape[1]).reshape(shape)
    divisions = divide_city(ground.lattice.plan, homes, ground.edges)
    return divisions, divisions.grid.ravel()[quad]


def _residents(plan: Plan, households: NDArray[np.int64]) -> NDArray[np.int64]:
    rng = np.random.default_rng([plan.seed, 21])
    weight = households * rng.uniform(0.85, 1.15, len(households))
    return households + _parts(plan.residents - plan.households, weight)


def _parts(total: int, weight: Points) -> NDArray[np.int64]:
    """Whole parts that sum to the total, in proportion to the weights."""
    edge = np.rint(total * np.cumsum(weight) / weight.sum())
    return np.asarray(np.diff(edge, prepend=0.0), dtype=np.int64)


def _households(plan: Plan, dwelling: Points, grid: NDArray[np.int32]) -> NDArray[np.int64]:
    """About 400 households per grid, in a grid by dwelling floor area."""
    area = np.bincount(grid, weights=dwelling, minlength=plan.grids)
    mean = plan.households / plan.grids
    wanted = np.clip(area / area.sum() * plan.households, 0.75 * mean, 1.22 * mean)
    wanted = np.where(area > 0, wanted, 0.0)
    target = _parts(plan.households, wanted)
    order = np.argsort(grid, kind="stable")
    weight = (dwelling / np.maximum(area, 1e-9)[grid] * target[grid])[order]
    edge = np.rint(np.round(np.cumsum(weight), 6))
    households = np.zeros(len(grid), dtype=np.int64)
    households[order] = np.diff(edge, prepend=0.0).astype(np.int64)
    return households


def place_table(
    divisions: Divisions, ground: Ground, buildings: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The table of ``twin/schema/places.csv`` without a CRS."""
    level = [LEVEL_BY_LENGTH[len(code)] for code in divisions.code]
    names = _place_names(divisions.code)
    by_grid = buildings.groupby("grid")[["residents", "households"]].sum()
    rows = [by_grid.groupby(by_grid.index.str[:digits]).sum() for digits in LEVEL_BY_LENGTH]
    sums = pd.concat(rows).reindex(divisions.code, fill_value=0)
    return gpd.GeoDataFrame(
        {
            "code": divisions.code,
            "level": level,
            "name_zh": [zh for zh, _ in names],
            "name_en": [en for _, en in names],
            "residents": sums["residents"].to_numpy(dtype=np.int32),
            "households": sums["households"].to_numpy(dtype=np.int32),
            "assumed": "residents,households",
        },
        geometry=[shapely.Polygon(ring(ground.points, *r)) for r in divisions.region],
    )


def _place_names(codes: list[str]) -> list[tuple[str, str]]:
    """Chinese and English names; grids are numbered within their community."""
    count = dict.fromkeys(NAME_TAIL, 0)
    names: dict[str, tuple[str, str]] = {}
    for code in codes:
        level = LEVEL_BY_LENGTH[len(code)]
        if level == "city":
            names[code] = CITY_ZH, CITY_EN
        elif level == "grid":
            zh, en = names[code[:12]]
            names[code] = f"{zh}{int(code[12:])}号网格", f"{en} Grid {int(code[12:])}"
        else:
            zh, en = spaced_name(count[level], SERIES[level])
            count[level] += 1
            names[code] = zh + NAME_TAIL[level][0], en + NAME_TAIL[level][1]
    return [names[code] for code in codes]
