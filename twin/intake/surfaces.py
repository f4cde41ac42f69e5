"""Water and open land of an extract: polygons, watercourses drawn as lines, and the sea."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from twin.intake.extract import Features, Tags, names

_COURSE_WIDTH_M = {"river": 15.0, "canal": 8.0}
"""Width [m] of a watercourse that is drawn as a line without a width; basis A."""
_WATER_KINDS = {
    "river": "river",
    "oxbow": "river",
    "canal": "canal",
    "lock": "canal",
    "dock": "canal",
    "reservoir": "reservoir",
    "basin": "reservoir",
    "harbour": "sea",
    "lagoon": "lake",
}
_LAND_KINDS: dict[tuple[str, str], str] = {
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "nature_reserve"): "park",
    ("leisure", "common"): "park",
    ("landuse", "village_green"): "park",
    ("landuse", "recreation_ground"): "park",
    ("natural", "wood"): "forest",
    ("landuse", "forest"): "forest",
    ("natural", "scrub"): "forest",
    ("landuse", "farmland"): "field",
    ("landuse", "meadow"): "field",
    ("landuse", "orchard"): "field",
    ("landuse", "grass"): "field",
    ("natural", "grassland"): "field",
    ("natural", "heath"): "field",
    ("leisure", "pitch"): "sports",
    ("leisure", "track"): "sports",
    ("leisure", "golf_course"): "sports",
    ("landuse", "cemetery"): "cemetery",
    ("amenity", "grave_yard"): "cemetery",
    ("place", "square"): "square",
}
_LAND_KEYS = ("leisure", "landuse", "natural", "amenity", "place")


def water_kind(tags: Tags) -> str:
    """Kind of water that an area is; empty for dry land."""
    if tags.get("natural") == "wetland":
        return "wetland"
    if tags.get("natural") in ("bay", "strait"):
        return ""  # a label on the sea, not a surface of its own
    if tags.get("waterway") in ("riverbank", "dock"):
        return "canal" if tags["waterway"] == "dock" else "river"
    if tags.get("landuse") in ("reservoir", "basin"):
        return "reservoir"
    if tags.get("natural") == "water" or tags.get("water") in _WATER_KINDS:
        return _WATER_KINDS.get(tags.get("water", ""), "lake")
    return ""


def land_kind(tags: Tags) -> str:
    """Kind of open land that an area is; empty for the rest."""
    if "building" in tags:
        return ""
    told = (_LAND_KINDS.get((key, tags.get(key, ""))) for key in _LAND_KEYS)
    return next((kind for kind in told if kind), "")


def build_water(areas: Features, lines: Features, *, outline: shapely.Polygon) -> pd.DataFrame:
    """Make the water table: mapped surfaces, courses drawn as lines, the sea behind coastlines.

    Args:
        areas: All areas, shapes in the city's metric CRS.
        lines: All lines, likewise.
        outline: Outline of the city; the sea is cut to it.
    """
    surfaces = _surfaces(areas, water_kind, outline)
    courses = _courses(lines, outline, surfaces)
    coast = [row for row, tags in enumerate(lines.tags) if tags.get("natural") == "coastline"]
    seas = sea(outline, lines.shapes[np.array(coast, dtype=np.int64)])
    drawn = pd.DataFrame({"kind": "sea", "name_zh": "", "name_en": "", "geometry": seas})
    return _numbered("water", [surfaces, courses, drawn])


def build_land(areas: Features, *, outline: shapely.Polygon) -> pd.DataFrame:
    """Make the land table from parks, woods, fields, squares, pitches and cemeteries."""
    return _numbered("land", [_surfaces(areas, land_kind, outline)])


def _surfaces(
    areas: Features, kind_of: Callable[[Tags], str], outline: shapely.Polygon
) -> pd.DataFrame:
    kinds = [kind_of(tags) for tags in areas.tags]
    near = shapely.intersects(outline, areas.shapes)
    rows = [row for row, kind in enumerate(kinds) if kind and near[row]]
    chosen = areas[rows]
    called = [names(tags) for tags in chosen.tags]
    return pd.DataFrame(
        {
            "kind": [kinds[row] for row in rows],
            "name_zh": [zh for zh, _ in called],
            "name_en": [en for _, en in called],
            "geometry": chosen.shapes,
        }
    )


def _course_width_m(tags: Tags) -> float:
    try:
        return min(max(float(tags.get("width", "")), 1.0), 500.0)
    except ValueError:
        return _COURSE_WIDTH_M[tags["waterway"]]


def _courses(lines: Features, outline: shapely.Polygon, surfaces: pd.DataFrame) -> pd.DataFrame:
    """Rivers and canals drawn as lines, where no mapped surface lies below them."""
    rows = [
        row
        for row, tags in enumerate(lines.tags)
        if tags.get("waterway") in _COURSE_WIDTH_M and tags.get("tunnel", "no") == "no"
    ]
    chosen = lines[rows]
    known = shapely.union_all(surfaces["geometry"].to_numpy())
    left = shapely.difference(shapely.intersection(chosen.shapes, outline), known)
    width = np.array([_course_width_m(tags) for tags in chosen.tags], dtype=np.float64)
    called = [names(tags) for tags in chosen.tags]
    return pd.DataFrame(
        {
            "kind": [tags["waterway"] for tags in chosen.tags],
            "name_zh": [zh for zh, _ in called],
            "name_en": [en for _, en in called],
            "geometry": shapely.buffer(left, width / 2, cap_style="flat"),
        }
    )


def sea(outline: shapely.Polygon, coast: NDArray[np.object_]) -> NDArray[np.object_]:
    """The parts of an outline that lie on the right of its coastlines, where OSM has the water.

    Args:
        outline: The whole, in metres.
        coast: Coastlines, land on their left, shape ``(lines,)``.
    """
    coast = coast[shapely.intersects(outline, coast)]
    if not len(coast):
        return np.empty(0, dtype=object)
    noded = shapely.union_all([*coast, outline.boundary], grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    right, left = _sides(coast)
    votes = np.zeros(len(faces), dtype=np.int64)
    for points, vote in ((right, 1), (left, -1)):
        found, face = shapely.STRtree(faces).query(points, predicate="within")
        np.add.at(votes, face, np.full(len(found), vote))
    return faces[votes > 0]


def _sides(coast: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Points half a metre right and left of the middle of every stretch of coast."""
    at, owner = shapely.get_coordinates(coast, return_index=True)
    same = owner[1:] == owner[:-1]
    step = (at[1:] - at[:-1])[same]
    middle = ((at[1:] + at[:-1]) / 2)[same]
    long = np.hypot(step[:, 0], step[:, 1]) > 0
    step, middle = step[long], middle[long]
    aside = np.column_stack([step[:, 1], -step[:, 0]]) / np.hypot(*step.T)[:, None] / 2
    return shapely.points(middle + aside), shapely.points(middle - aside)


def _numbered(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    columns = ["kind", "name_zh", "name_en", "geometry"]
    table = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    shapes = shapely.make_valid(table["geometry"].to_numpy(dtype=object))
    is_surface = np.isin(shapely.get_type_id(shapes), [3, 6]) & (shapely.area(shapes) > 1.0)
    table = table.assign(geometry=shapes)[is_surface].reset_index(drop=True)
    table.insert(0, name, np.arange(len(table)))
    return table
