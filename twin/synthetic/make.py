"""Put a demo city together."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from twin.city import City, Provenance
from twin.equipment import equip
from twin.organisations import organisations_for
from twin.population import synthesise_people
from twin.synthetic.divisions import Divisions
from twin.synthetic.greens import land_table
from twin.synthetic.ground import Ground, lay_ground, quad_of
from twin.synthetic.names import TITLE_EN, TITLE_ZH
from twin.synthetic.plan import plan_city
from twin.synthetic.relief import extent
from twin.synthetic.river import water_table
from twin.synthetic.settlement import place_table, settle
from twin.synthetic.sites import choose_sites, dykes, facility_table, underpasses, with_nodes

CRS = "EPSG:32651"
Progress = Callable[[float, str], None]


def make_city(
    *, name: str = "demo", seed: int = 1, residents: int = 104_000, progress: Progress | None = None
) -> City:
    """Make a fictional riverside city; the same seed and residents give the same city.

    Args:
        name: Name the city is kept under.
        seed: Seed of every draw, 0 or more.
        residents: Registered residents, 4,000 to 30 million.
        progress: Told the share done and one short line.

    Raises:
        InputError: The residents or the seed cannot be used.
    """
    tell = progress or (lambda _share, _line: None)
    plan = plan_city(residents, seed=seed)
    tell(0.0, "ground, streets and buildings")
    ground = lay_ground(plan)
    tell(0.5, "places and households")
    chosen = _sites(ground)
    buildings, divisions = settle(ground, chosen)
    places = place_table(divisions, ground, buildings).set_crs(CRS)
    tell(0.7, "facilities")
    facilities = _facilities(ground, chosen, buildings, (places, divisions))
    tell(0.8, "people and equipment")
    people = synthesise_people(buildings, np.random.default_rng([seed, 20]))
    teams, supplies, lifelines = equip(facilities, places)
    frame = shapely.box(*extent(ground.lattice))
    tell(1.0, "done")
    return City(
        name=name,
        title_zh=TITLE_ZH,
        title_en=TITLE_EN,
        crs=CRS,
        provenance=_provenance(seed),
        places=places,
        buildings=buildings.set_crs(CRS),
        facilities=facilities,
        nodes=ground.nodes.set_crs(CRS),
        roads=ground.roads.set_crs(CRS),
        water=water_table(ground.waters, ground.lakes, frame, CRS),
        land=_land(ground).set_crs(CRS),
        people=people,
        supplies=supplies,
        organisations=organisations_for(places),
        teams=teams,
        lifelines=lifelines,
        terrain=ground.terrain,
    )


def _facilities(
    ground: Ground,
    chosen: dict[str, NDArray[np.int64]],
    buildings: gpd.GeoDataFrame,
    settled: tuple[gpd.GeoDataFrame, Divisions],
) -> gpd.GeoDataFrame:
    plan = ground.lattice.plan
    places, divisions = settled
    inside = facility_table(plan, chosen, buildings, ground.nodes, places)
    outside = pd.concat(
        [underpasses(ground.roads, ground.nodes), dykes(ground.lattice, ground.waters)],
        ignore_index=True,
    )
    geometry = gpd.GeoSeries(outside["geometry"])
    quad = quad_of(ground, geometry.x.to_numpy(), geometry.y.to_numpy())
    outside["grid"] = divisions.grid_codes[divisions.grid.ravel()[quad]]
    outside = with_nodes(gpd.GeoDataFrame(outside, geometry="geometry"), ground.nodes)
    both = pd.concat([inside, outside], ignore_index=True)
    columns = list(inside.columns)
    table = gpd.GeoDataFrame(both[columns], geometry="geometry", crs=CRS)
    return table.sort_values("facility", kind="stable").reset_index(drop=True)


def _sites(ground: Ground) -> dict[str, NDArray[np.int64]]:
    stock = ground.stock
    zone = ground.blocks.zone[stock.block]
    return choose_sites(ground.lattice.plan, stock, zone, ground.terrain)


def _land(ground: Ground) -> gpd.GeoDataFrame:
    return land_table(ground.lattice, ground.blocks, ground.points, ground.lots, ground.waters)


def _provenance(seed: int) -> Provenance:
    return Provenance(
        kind="synthetic",
        sources=(f"twin.synthetic, seed {seed}: generated, no map data, no real person or place",),
        assumptions=(
            "Linlan is fictional; its position on the globe is arbitrary",
            "buildings, roads, facilities, people and terrain are generated and assumed",
            "in the terrain raster the river stands at its warning stage, 4.6 m",
        ),
    )
