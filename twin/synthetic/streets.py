"""The road network on the lattice: where two blocks meet there is a road."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from twin.synthetic.lattice import Lattice, Points
from twin.synthetic.names import name
from twin.synthetic.plan import FINE, Plan
from twin.synthetic.river import Waters
from twin.synthetic.zones import Blocks
from twin.terrain import Terrain

BRIDGE_DECK_M = 10.5
UNDERPASS_DROP_M = 4.5
LANE_SHIFT_M = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadClass:
    """What a class of road is like; all values are planning assumptions (A).

    Attributes:
        lanes: Lanes in each direction.
        speed_kmh: Free speed [km/h].
        width_m: Width that people can walk on [m].
        half_m: From the centre line to where buildings may start [m].
    """

    lanes: int
    speed_kmh: float
    width_m: float
    half_m: float


CLASSES: dict[str, RoadClass] = {
    "trunk": RoadClass(lanes=3, speed_kmh=80.0, width_m=40.0, half_m=32.0),
    "primary": RoadClass(lanes=3, speed_kmh=60.0, width_m=36.0, half_m=26.0),
    "secondary": RoadClass(lanes=2, speed_kmh=50.0, width_m=26.0, half_m=19.0),
    "tertiary": RoadClass(lanes=1, speed_kmh=40.0, width_m=18.0, half_m=13.0),
    "residential": RoadClass(lanes=1, speed_kmh=30.0, width_m=10.0, half_m=8.0),
    "service": RoadClass(lanes=1, speed_kmh=20.0, width_m=5.0, half_m=4.0),
    "path": RoadClass(lanes=0, speed_kmh=0.0, width_m=4.0, half_m=3.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Edges between fine lattice points.

    Attributes:
        a: Fine column of the first end, shape ``(edges,)``; ``b`` its fine row.
        is_north: The edge runs north to (a, b + 1), else east to (a + 1, b).
        kind: Road class.
        structure: ``bridge``, ``underpass`` or empty.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    is_north: NDArray[np.bool_]
    kind: NDArray[np.str_]
    structure: NDArray[np.str_]

    def only(self, keep: NDArray[np.bool_]) -> "Edges":
        """Those edges where ``keep`` is True."""
        return Edges(
            a=self.a[keep],
            b=self.b[keep],
            is_north=self.is_north[keep],
            kind=self.kind[keep],
            structure=self.structure[keep],
        )


def corners(lattice: Lattice, blocks: Blocks, rng: np.random.Generator) -> Points:
    """Fine lattice points [m]; those inside superblocks are shifted a little, more in old towns."""
    points = lattice.nodes()
    inner = np.zeros(points.shape[:2], dtype=bool)
    inner[1:-1, 1:-1] = True
    inner[::FINE, :] = False
    inner[:, ::FINE] = False
    river = FINE * lattice.plan.river_row
    inner[:, river : river + FINE + 1] = False
    old = np.zeros(points.shape[:2], dtype=bool)
    old[:-1, :-1] = np.append(blocks.zone, "river")[blocks.at] == "old"
    shift = rng.uniform(-LANE_SHIFT_M, LANE_SHIFT_M, points.shape)
    shift *= np.where(old, 1.0, 0.5)[..., None] * inner[..., None]
    return np.asarray(points + shift)


def lay_edges(lattice: Lattice, blocks: Blocks) -> Edges:
    """Find the edges that are roads and give them their class."""
    plan = lattice.plan
    east, north = (
        _candidates(plan, blocks, is_north=False),
        _candidates(plan, blocks, is_north=True),
    )
    edges = Edges(
        a=np.concatenate([east.a, north.a]),
        b=np.concatenate([east.b, north.b]),
        is_north=np.concatenate([east.is_north, north.is_north]),
        kind=np.concatenate([east.kind, north.kind]),
        structure=np.concatenate([east.structure, north.structure]),
    )
    return edges.only(_connected(edges, plan))


def _candidates(plan: Plan, blocks: Blocks, *, is_north: bool) -> Edges:
    padded = np.pad(blocks.at, 1, constant_values=-2)
    if is_north:
        one, other = padded[:-1, 1:-1], padded[1:, 1:-1]
    else:
        one, other = padded[1:-1, :-1], padded[1:-1, 1:]
    a, b = np.nonzero(_is_road(plan, blocks, one, other, is_north=is_north))
    kind = _classes(plan, a, b, is_north=is_north)
    first, second = _zone(blocks, one[a, b]), _zone(blocks, other[a, b])
    lanes = (kind == "residential") & np.isin(first, ("industry", "old", "field", "village"))
    kind[lanes & (first == second) | (kind == "residential") & (second == "field")] = "service"
    structure = np.full(len(a), "", dtype="<U10")
    if is_north:
        rail = FINE * plan.railway
        structure[(b == rail) | (b == rail - 1)] = "underpass"
        row = FINE * plan.river_row
        structure[(b >= row) & (b < row + FINE)] = "bridge"
    return Edges(a=a, b=b, is_north=np.full(len(a), is_north), kind=kind, structure=structure)


def _zone(blocks: Blocks, number: NDArray[np.int32]) -> NDArray[np.str_]:
    return np.append(blocks.zone, ("outside", "river"))[number]


def _is_road(
    plan: Plan,
    blocks: Blocks,
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    *,
    is_north: bool,
) -> NDArray[np.bool_]:
    first, second = _zone(blocks, one), _zone(blocks, other)
    wild = ("forest", "outside")
    road = (one != other) & ~(np.isin(first, wild) & np.isin(second, wild))
    open_land = ("field", "outside")
    road &= ~(np.isin(first, open_land) & np.isin(second, open_land) & ((one < 0) | (other < 0)))
    a, b = np.indices(road.shape)
    river, rail = FINE * plan.river_row, FINE * plan.railway
    if is_north:
        in_river = (b >= river) & (b < river + FINE)
        crosses = (a % FINE == 0) & np.isin(a // FINE, plan.bridges)
        at_rail = (b == rail) | (b == rail - 1)
        passes = (a % FINE == 0) & ((a // FINE % 2 == plan.columns // 2 % 2) | crosses)
        return np.asarray(np.where(in_river, crosses, road & (~at_rail | passes)))
    return np.asarray(road & (b != rail))


def _classes(
    plan: Plan,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    *,
    is_north: bool,
) -> NDArray[np.str_]:
    """Rings and the river bridges first, every second line next, lanes inside superblocks."""
    line, along = (a, b) if is_north else (b, a)
    count, span = (plan.columns, plan.rows) if is_north else (plan.rows, plan.columns)
    middle = plan.columns // 2 if is_north else plan.river_row + 1
    coarse = line // FINE
    inside = (along >= FINE) & (along < FINE * (span - 1))
    outer = np.isin(coarse, (1, count - 1)) & inside
    kind = np.where((coarse - middle) % 2 == 0, "secondary", "tertiary").astype("<U11")
    if is_north:
        kind[np.isin(coarse, plan.bridges)] = "secondary"
    kind[coarse == middle] = "primary"
    for west, east, south, north in plan.rings:
        ring = (west, east) if is_north else (south, north)
        reach = (south, north) if is_north else (west, east)
        within = (along >= FINE * reach[0]) & (along < FINE * reach[1])
        kind[np.isin(coarse, ring) & within] = "primary"
    kind[outer] = "trunk"
    kind[line % FINE != 0] = "residential"
    return kind


def _connected(edges: Edges, plan: Plan) -> NDArray[np.bool_]:
    """True on the largest connected part."""
    start, end = _ends(edges, plan)
    count = (FINE * plan.columns + 1) * (FINE * plan.rows + 1)
    graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label[start] == np.bincount(label[start]).argmax())


def _ends(edges: Edges, plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    width = FINE * plan.rows + 1
    start = edges.a * width + edges.b
    return start, start + np.where(edges.is_north, 1, width)


def road_tables(
    lattice: Lattice, edges: Edges, points: Points, waters: Waters, terrain: Terrain
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The tables of ``twin/schema/nodes.csv`` and ``roads.csv``, without a CRS."""
    start, end = _ends(edges, lattice.plan)
    used, compact = np.unique(np.concatenate([start, end]), return_inverse=True)
    xy = points.reshape(-1, 2)[used]
    from_node, to_node = np.split(compact.astype(np.int32), 2)
    line = np.asarray(shapely.linestrings(np.stack([xy[from_node], xy[to_node]], axis=1)))
    structure = edges.structure.copy()
    structure[shapely.intersects(line, waters.creek) & (structure == "")] = "bridge"
    node_ground = terrain.at(xy[:, 0], xy[:, 1])
    nodes = gpd.GeoDataFrame(
        {"node": np.arange(len(xy), dtype=np.int32), "ground_m": node_ground},
        geometry=shapely.points(xy),
    )
    spec = pd.DataFrame.from_dict(
        {k: (c.lanes, c.speed_kmh, c.width_m) for k, c in CLASSES.items()}, orient="index"
    ).reindex(list(edges.kind))
    names = _road_names(edges, lattice.plan)
    lane = edges.kind != "path"
    roads = gpd.GeoDataFrame(
        {
            "road": np.arange(len(line), dtype=np.int32),
            "from_node": from_node,
            "to_node": to_node,
            "class": edges.kind,
            "name_zh": names[0],
            "name_en": names[1],
            "length_m": shapely.length(line).astype(np.float32),
            "lanes": spec[0].to_numpy(dtype=np.int8),
            "oneway": np.zeros(len(line), dtype=bool),
            "speed_kmh": spec[1].to_numpy(dtype=np.float32),
            "width_m": spec[2].to_numpy(dtype=np.float32),
            "drive": lane,
            "walk": np.ones(len(line), dtype=bool),
            "structure": structure,
            "low_m": _lowest(xy, from_node, to_node, structure, terrain),
            "source": "synthetic",
            "assumed": "",
        },
        geometry=line,
    )
    return nodes, roads


def _lowest(
    xy: Points,
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    structure: NDArray[np.str_],
    terrain: Terrain,
) -> NDArray[np.float32]:
    share = np.linspace(0, 1, 5)[:, None, None]
    along = xy[from_node] * (1 - share) + xy[to_node] * share
    ground = terrain.at(along[..., 0].ravel(), along[..., 1].ravel()).reshape(5, -1)
    low = ground.min(axis=0)
    is_high = ground.min(axis=0) <= 4.7
    low = np.where(structure == "underpass", low - UNDERPASS_DROP_M, low)
    deck = np.where(is_high, BRIDGE_DECK_M, ground.max(axis=0) + 0.8)
    return np.where(structure == "bridge", deck, low).astype(np.float32)


def _road_names(edges: Edges, plan: Plan) -> tuple[list[str], list[str]]:
    """Lattice lines are named through; streets inside superblocks have no name."""
    line = np.where(edges.is_north, edges.a, edges.b)
    names = [
        ("", "") if number % FINE else line_name(plan, int(number // FINE), is_north=bool(north))
        for number, north in zip(line, edges.is_north, strict=True)
    ]
    return [zh for zh, _ in names], [en for _, en in names]


def line_name(plan: Plan, line: int, *, is_north: bool) -> tuple[str, str]:
    """Chinese and English name of the street along a line of the lattice."""
    if is_north:
        if line == plan.columns // 2:
            return "临澜大道", "Linlan Avenue"
        zh, en = name(2 * line + 40)
        return zh + "路", en + " Road"
    if line in {plan.river_row, plan.river_row + 1}:
        south = line == plan.river_row
        return ("滨江南路", "Binjiang Road South") if south else ("滨江北路", "Binjiang Road North")
    zh, en = name(2 * line + 141)
    return zh + "街", en + " Street"
