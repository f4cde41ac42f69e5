"""The ground of a demo city: lattice, streets, water, terrain, buildings and land."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.amenities import serve
from twin.synthetic.fill import Stock, build
from twin.synthetic.lattice import Lattice, Points, lay_lattice
from twin.synthetic.lots import buildable, outlines
from twin.synthetic.plan import Plan
from twin.synthetic.relief import raise_ground
from twin.synthetic.river import Waters, draw_waters
from twin.synthetic.streets import Edges, corners, lay_edges, road_tables
from twin.synthetic.zones import Blocks, divide, zone_superblocks
from twin.terrain import Terrain

LAND = {"park": "park", "garden": "park", "forest": "forest", "field": "field"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The city before anybody lives in it: blocks, streets, water, terrain and buildings."""

    lattice: Lattice
    blocks: Blocks
    points: Points
    edges: Edges
    waters: Waters
    terrain: Terrain
    nodes: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    stock: Stock


def lay_ground(plan: Plan) -> Ground:
    """Lay out a city, each step from its own stream."""

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([plan.seed, number])

    lattice = lay_lattice(plan, stream(1))
    blocks = divide(zone_superblocks(lattice, stream(2)), plan, stream(3))
    blocks = serve(blocks, lattice.nodes(), plan)
    waters = draw_waters(lattice)
    terrain = raise_ground(lattice, waters)
    points = corners(lattice, blocks, stream(4))
    edges = lay_edges(lattice, blocks)
    nodes, roads = road_tables(lattice, edges, points, waters, terrain)
    lots = buildable(lattice, blocks, points, edges, waters)
    return Ground(
        lattice=lattice,
        blocks=blocks,
        points=points,
        edges=edges,
        waters=waters,
        terrain=terrain,
        nodes=nodes,
        roads=roads,
        stock=build(blocks, lots, points, plan.seed),
    )


def quad_of(ground: Ground, x: Points, y: Points) -> NDArray[np.int64]:
    """Flat number of the fine quad that holds each point; the nearest one at the city's edge."""
    p = ground.points
    rings = np.stack([p[:-1, :-1], p[1:, :-1], p[1:, 1:], p[:-1, 1:]], axis=2)
    tree = shapely.STRtree(np.asarray(shapely.polygons(rings.reshape(-1, 4, 2))))
    return np.asarray(tree.nearest(shapely.points(x, y)), dtype=np.int64)


def land_table(ground: Ground) -> gpd.GeoDataFrame:
    """The table of ``twin/schema/land.csv`` without a CRS."""
    zone = ground.blocks.zone
    here = np.isin(zone, list(LAND))
    shapes = outlines(ground.blocks, ground.points)[here]
    return gpd.GeoDataFrame(
        {
            "land": np.arange(int(here.sum()), dtype=np.int32),
            "kind": [LAND[str(z)] for z in zone[here]],
            "name_zh": "",
            "name_en": "",
        },
        geometry=shapes,
    )
