"""The ground of a demo city: lattice, streets, water, terrain, buildings and land."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.synthetic.amenities import serve
from twin.synthetic.fill import Stock, build
from twin.synthetic.frontage import STRIP_M, choose_frontages, line_shops
from twin.synthetic.greens import draw_lakes
from twin.synthetic.lattice import Lattice, Points, lay_lattice
from twin.synthetic.lots import buildable, free_halves
from twin.synthetic.plan import Plan
from twin.synthetic.relief import raise_ground
from twin.synthetic.river import Waters, draw_waters
from twin.synthetic.streets import Edges, corners, lay_edges, road_tables
from twin.synthetic.zones import Blocks, divide, zone_superblocks
from twin.terrain import Terrain


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
    lakes: NDArray[np.object_]
    lots: NDArray[np.object_]
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
    halves = free_halves(edges, plan)
    fronts = choose_frontages(blocks, stream(5))
    bare = np.zeros(fronts.shape)
    shops = line_shops(blocks, points, halves, fronts, stream(6))
    lakes = draw_lakes(blocks, points, stream(9))
    wet = shapely.union_all(
        [waters.river.buffer(8.0), waters.creek.buffer(6.0), *(lake.buffer(6.0) for lake in lakes)]
    )
    outer = buildable(blocks, points, halves, wet, bare)
    lots = buildable(blocks, points, halves, wet, np.where(fronts, STRIP_M, bare))
    return Ground(
        lattice=lattice,
        blocks=blocks,
        points=points,
        edges=edges,
        waters=waters,
        terrain=terrain,
        nodes=nodes,
        roads=roads,
        lakes=lakes,
        lots=outer,
        stock=build(blocks, lots, points, (shops, outer), plan.seed),
    )


def quad_of(ground: Ground, x: Points, y: Points) -> NDArray[np.int64]:
    """Flat number of the fine quad that holds each point; the nearest one at the city's edge."""
    p = ground.points
    rings = np.stack([p[:-1, :-1], p[1:, :-1], p[1:, 1:], p[:-1, 1:]], axis=2)
    tree = shapely.STRtree(np.asarray(shapely.polygons(rings.reshape(-1, 4, 2))))
    return np.asarray(tree.nearest(shapely.points(x, y)), dtype=np.int64)
