"""The road network of an extract: ways split at shared nodes, and who may travel on them."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.crs import to_metres
from gis.errors import InputError
from twin.intake import norms
from twin.intake.extract import Tags, Ways, names
from twin.terrain import Terrain

_CLASSES = {
    "unclassified": "residential",
    "living_street": "residential",
    "road": "residential",
    "footway": "path",
    "cycleway": "path",
    "bridleway": "path",
    "corridor": "path",
    "busway": "service",
} | {name: name for name in norms.ROADS}
_NO_MOTORS = {"no", "private", "agricultural", "forestry", "emergency"}
_MPH_KMH = 1.609344


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Roads and nodes, as the tables ``roads`` and ``nodes`` without elevations.

    Attributes:
        roads: Table of roads, geometry in the city's metric CRS.
        points: Positions of the nodes [m], shape ``(nodes, 2)``.
        dropped: What was left out and why, one line each.
    """

    roads: pd.DataFrame
    points: NDArray[np.float64]
    dropped: tuple[str, ...]


def road_class(tags: Tags) -> str:
    """Class of a highway in the schema's words; empty for what nobody travels on (yet)."""
    name = tags.get("highway", "").removesuffix("_link")
    if tags.get("area") == "yes" or tags.get("access") == "no":
        return ""
    return _CLASSES.get(name, "")


def build_network(ways: Ways, *, crs: str) -> Network:
    """Split ways at the nodes they share and keep the largest connected part.

    Raises:
        InputError: The extract has no road.
    """
    classes = [road_class(tags) for tags in ways.tags]
    used = np.array([name != "" for name in classes], dtype=bool)
    check_for_no_roads(int(used.sum()))
    skipped = Counter(tags["highway"] for tags, ok in zip(ways.tags, used, strict=True) if not ok)
    pieces = _split(ways, used)
    x, y = to_metres(ways.longitude, ways.latitude, crs=crs)
    roads = _table(ways, classes, pieces, np.column_stack([x, y]))
    check_for_no_roads(len(roads))
    kept = _largest_part(roads)
    network = _renumbered(roads[kept], ways, np.column_stack([x, y]))
    drivable = _close_dead_drives(network.roads, len(network.points))
    return Network(
        roads=network.roads.assign(drive=drivable),
        points=network.points,
        dropped=_told(skipped, roads, kept, network.roads["drive"].to_numpy() & ~drivable),
    )


def check_for_no_roads(count: int) -> None:
    """Raise InputError where there is no road to keep."""
    if not count:
        raise InputError(
            "the extract has no roads; wanted highways that people can move on, "
            "so import an extract that holds them"
        )


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Stretches of ways between junctions: way, and first and last position in the way arrays."""

    way: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def _split(ways: Ways, used: NDArray[np.bool_]) -> _Pieces:
    count = np.diff(ways.start)
    way_of = np.repeat(np.arange(len(count)), count)
    inside = used[way_of]
    _, name, uses = np.unique(ways.node[inside], return_inverse=True, return_counts=True)
    junction = np.zeros(len(ways.node), dtype=bool)
    junction[inside] = uses[name] > 1
    junction[ways.start[:-1][used]] = True
    junction[ways.start[1:][used] - 1] = True
    _open_loops(ways, junction)
    at = np.flatnonzero(junction)
    same = way_of[at[:-1]] == way_of[at[1:]]
    return _Pieces(way=way_of[at[:-1][same]], first=at[:-1][same], last=at[1:][same])


def _open_loops(ways: Ways, junction: NDArray[np.bool_]) -> None:
    """Make the middle of a loop a junction, so that no road ends where it begins."""
    at = np.flatnonzero(junction)
    loop = (ways.node[at[:-1]] == ways.node[at[1:]]) & (at[1:] - at[:-1] >= 2)
    # the next way may start at the node where this one ends: that is one step, not a loop
    junction[(at[:-1][loop] + at[1:][loop]) // 2] = True


def _table(
    ways: Ways, classes: list[str], pieces: _Pieces, points: NDArray[np.float64]
) -> pd.DataFrame:
    rules = pd.DataFrame([_rules(ways.tags[way], classes[way]) for way in range(len(classes))])
    roads = rules.iloc[pieces.way].reset_index(drop=True)
    lines = _lines(pieces, points)
    back = roads.pop("backwards").to_numpy(dtype=bool)
    lines[back] = shapely.reverse(lines[back])
    start, end = ways.node[pieces.first], ways.node[pieces.last]
    roads["from_node"] = np.where(back, end, start)
    roads["to_node"] = np.where(back, start, end)
    roads["length_m"] = shapely.length(lines)
    roads["source"] = np.array(ways.source, dtype=object)[pieces.way]
    roads["geometry"] = lines
    short = roads["length_m"] < norms.UNDERPASS_LENGTH_M.value
    roads.loc[(roads["structure"] == "tunnel") & roads["drive"] & short, "structure"] = "underpass"
    # two nodes on one spot: a road without length would divide by zero
    return roads[(roads["from_node"] != roads["to_node"]) & (roads["length_m"] > 0)]


def _lines(pieces: _Pieces, points: NDArray[np.float64]) -> NDArray[np.object_]:
    count = pieces.last - pieces.first + 1
    owner = np.repeat(np.arange(len(count)), count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    lines: NDArray[np.object_] = shapely.linestrings(
        points[pieces.first[owner] + step], indices=owner
    )
    return lines


def _rules(tags: Tags, name: str) -> dict[str, object]:
    """What the tags of one way say about its roads, with defaults where they are silent."""
    default = norms.ROADS.get(name or "path", norms.ROADS["path"])
    oneway = _oneway(tags, name)
    speed, lanes = _speed_kmh(tags), _lanes(tags, is_oneway=oneway != 0)
    guesses = {"speed_kmh": speed is None, "lanes": lanes is None, "width_m": True, "low_m": True}
    return {
        "class": name,
        "name_zh": names(tags)[0] or tags.get("ref", ""),
        "name_en": names(tags)[1] or tags.get("ref", ""),
        "lanes": min(lanes or default.lanes, 12),
        "oneway": oneway != 0,
        "backwards": oneway < 0,
        "speed_kmh": speed or default.speed_kmh,
        "width_m": default.width_m,
        "drive": default.drive and not _motors_barred(tags),
        "walk": tags.get("foot", "yes" if default.walk else "no") not in ("no", "private"),
        "structure": _structure(tags),
        "assumed": ",".join(column for column, is_guess in guesses.items() if is_guess),
    }


def _motors_barred(tags: Tags) -> bool:
    for key in ("motor_vehicle", "vehicle", "access"):
        if key in tags:
            return tags[key] in _NO_MOTORS
    return False


def _oneway(tags: Tags, name: str) -> int:
    said = tags.get("oneway", "")
    if said in ("-1", "reverse"):
        return -1
    if said in ("no", "false", "0"):
        return 0
    rounds = tags.get("junction") in ("roundabout", "circular")
    return int(said in ("yes", "true", "1") or rounds or name == "motorway")


def _speed_kmh(tags: Tags) -> float | None:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kph)?", tags.get("maxspeed", "").strip())
    if found is None or not float(found.group(1)):
        return None
    return round(float(found.group(1)) * (_MPH_KMH if found.group(2) == "mph" else 1.0), 1)


def _lanes(tags: Tags, *, is_oneway: bool) -> int | None:
    said = tags.get("lanes", "")
    if not said.isascii() or not said.isdigit() or not int(said):
        return None
    return int(said) if is_oneway else max(1, int(said) // 2)


def _structure(tags: Tags) -> str:
    if tags.get("bridge", "no") != "no":
        return "bridge"
    if tags.get("tunnel", "no") not in ("no", "building_passage", "culvert"):
        return "tunnel"
    return ""


def _graph(roads: pd.DataFrame, count: int, *, is_directed: bool) -> coo_array:
    start, end = roads["from_node"].to_numpy(), roads["to_node"].to_numpy()
    if is_directed:
        both = ~roads["oneway"].to_numpy(dtype=bool)
        start, end = np.concatenate([start, end[both]]), np.concatenate([end, start[both]])
    return coo_array((np.ones(len(start)), (start, end)), shape=(count, count))


def _largest_part(roads: pd.DataFrame) -> NDArray[np.bool_]:
    """Roads of the connected part with the greatest length."""
    ends = roads[["from_node", "to_node"]].to_numpy()
    nodes, rows = np.unique(ends, return_inverse=True)
    linked = roads.assign(from_node=rows.reshape(-1, 2)[:, 0], to_node=rows.reshape(-1, 2)[:, 1])
    graph = _graph(linked, len(nodes), is_directed=False)
    part = connected_components(graph, directed=False)[1][linked["from_node"].to_numpy()]
    return np.asarray(part == np.bincount(part, weights=roads["length_m"]).argmax(), dtype=bool)


def _renumbered(roads: pd.DataFrame, ways: Ways, points: NDArray[np.float64]) -> Network:
    """Number roads and nodes from 0, nodes in the order of their OSM ids."""
    ends = roads[["from_node", "to_node"]].to_numpy()
    nodes, rows = np.unique(ends, return_inverse=True)
    ids, first = np.unique(ways.node, return_index=True)
    at = points[first[np.searchsorted(ids, nodes)]]
    rows = rows.reshape(-1, 2)
    numbered = roads.assign(from_node=rows[:, 0], to_node=rows[:, 1]).reset_index(drop=True)
    numbered.insert(0, "road", np.arange(len(numbered)))
    return Network(roads=numbered, points=at, dropped=())


def _close_dead_drives(roads: pd.DataFrame, count: int) -> NDArray[np.bool_]:
    """Roads that vehicles can reach from, and leave to, the main drivable network."""
    drive = roads["drive"].to_numpy(dtype=bool)
    if not drive.any():
        return drive
    graph = _graph(roads[drive], count, is_directed=True)
    part = connected_components(graph, directed=True, connection="strong")[1]
    start, end = part[roads["from_node"].to_numpy()], part[roads["to_node"].to_numpy()]
    within = drive & (start == end)
    length = roads["length_m"].to_numpy()
    main = np.bincount(start[within], weights=length[within]).argmax() if within.any() else -1
    return np.asarray(within & (start == main), dtype=bool)


def _told(
    skipped: "Counter[str]",
    roads: pd.DataFrame,
    kept: NDArray[np.bool_],
    closed: NDArray[np.bool_],
) -> tuple[str, ...]:
    lines = []
    if skipped:
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(skipped.items())[:8])
        lines.append(f"{sum(skipped.values())} highways are not routed: {kinds}")
    if not kept.all():
        metres = float(roads["length_m"].to_numpy()[~kept].sum())
        lines.append(
            f"{int((~kept).sum())} roads ({metres / 1000:.1f} km) not connected to the "
            "largest part of the network were left out"
        )
    if closed.any():
        lines.append(
            f"{int(closed.sum())} roads cannot be driven to and back on the main network; "
            "they are for walkers only"
        )
    return tuple(lines)


def with_elevations(network: Network, terrain: Terrain) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``roads`` and ``nodes`` with the ground below them.

    ``low_m`` is the lowest ground under the line; a bridge's deck lies above it, the surface of a
    tunnel or an underpass below, by the norms BRIDGE_M, TUNNEL_M and UNDERPASS_M.
    """
    ground = terrain.at(network.points[:, 0], network.points[:, 1])
    nodes = pd.DataFrame(
        {
            "node": np.arange(len(ground)),
            "ground_m": ground,
            "geometry": shapely.points(network.points),
        }
    )
    xy, owner = shapely.get_coordinates(network.roads["geometry"].to_numpy(), return_index=True)
    low = np.full(len(network.roads), np.inf)
    np.minimum.at(low, owner, terrain.at(xy[:, 0], xy[:, 1]))
    lift = {
        "bridge": norms.BRIDGE_M.value,
        "tunnel": norms.TUNNEL_M.value,
        "underpass": norms.UNDERPASS_M.value,
    }
    raised = low + network.roads["structure"].map(lift).fillna(0.0).to_numpy(dtype=np.float64)
    return network.roads.assign(low_m=raised), nodes
