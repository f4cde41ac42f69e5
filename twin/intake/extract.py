"""OpenStreetMap extracts: one pass over the file, into plain arrays in degrees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from gis.errors import FileFormatError, InputError

Tags = dict[str, str]

_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_AREA_KEYS = (
    "building",
    "natural",
    "landuse",
    "leisure",
    "boundary",
    "amenity",
    "healthcare",
    "waterway",
    "water",
    "power",
    "man_made",
    "industrial",
    "emergency",
    "tourism",
    "shop",
    "office",
    "place",
    "military",
)
_LINE_KEYS = ("highway", "railway", "waterway", "natural")


@dataclass(slots=True)
class Features:
    """Features of one kind: tags, identifiers such as ``osm:way/12``, and shapes in degrees."""

    tags: list[Tags] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    shapes: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))

    def __len__(self) -> int:
        return len(self.tags)

    def __getitem__(self, rows: Iterable[int]) -> "Features":
        chosen = [int(row) for row in rows]
        return Features(
            tags=[self.tags[row] for row in chosen],
            source=[self.source[row] for row in chosen],
            shapes=self.shapes[np.asarray(chosen, dtype=np.int64)],
        )


@dataclass(slots=True)
class Ways:
    """Lines that share nodes.

    Attributes:
        tags: Tags of each way.
        source: Identifier of each way.
        start: First position of each way in the three arrays below, shape ``(ways + 1,)``.
        node: OSM node ids along the ways.
        longitude: Degrees.
        latitude: Degrees.
    """

    tags: list[Tags]
    source: list[str]
    start: NDArray[np.int64]
    node: NDArray[np.int64]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All of a file that a city is made from.

    Attributes:
        areas: Closed ways and multipolygons.
        points: Nodes with tags of facilities.
        lines: Watercourses, coastlines and railways.
        ways: Highways.
        box: West, south, east, north [degrees] of the file's header, where it has one.
        broken: Areas and lines whose shape could not be built, such as those cut at the edge.
    """

    areas: Features
    points: Features
    lines: Features
    ways: Ways
    box: tuple[float, float, float, float] | None
    broken: int


def read_extract(path: Path) -> Extract:
    """Read an OSM file.

    Args:
        path: ``.osm.pbf``, or OSM XML as ``.osm``, ``.osm.gz``, ``.osm.bz2``.

    Raises:
        FileFormatError: The file is missing, empty, truncated or no OSM file.
        InputError: It holds coordinates outside longitude and latitude.
    """
    _check_file(path)
    gathered = _Gathered()
    try:
        box = _header_box(path)
        for feature in _features(path):
            gathered.add(feature)
    except (RuntimeError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        mend = (
            "sort it with `osmium sort`"
            if "out of order" in reason
            else "is it truncated? get it again"
        )
        raise FileFormatError(
            f"{path.name} does not read as an OSM extract ({reason}); {mend}",
            field="path",
        ) from error
    return gathered.extract(box)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise FileFormatError(f"there is no file {path}; wanted an .osm.pbf file", field="path")
    if not path.name.lower().endswith(_ENDINGS):
        raise FileFormatError(
            f"{path.name} has an unknown ending; wanted one of {', '.join(_ENDINGS)}", field="path"
        )
    with path.open("rb") as file:
        head = file.read(32)
    if not head:
        raise FileFormatError(f"{path.name} is empty; get it again", field="path")
    if path.name.lower().endswith(".pbf") and b"OSMHeader" not in head:
        raise FileFormatError(
            f"{path.name} does not begin like an OSM PBF file; was it saved under another name?",
            field="path",
        )


def _header_box(path: Path) -> tuple[float, float, float, float] | None:
    with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid() or not box.size():
        return None
    low, high = box.bottom_left, box.top_right
    return low.lon, low.lat, high.lon, high.lat


def _features(path: Path) -> Iterator[Any]:
    bits = osmium.osm.osm_entity_bits
    shapes, lines = osmium.filter.KeyFilter(*_AREA_KEYS), osmium.filter.KeyFilter(*_LINE_KEYS)
    shapes.enable_for(bits.NODE | bits.AREA)
    lines.enable_for(bits.WAY)
    areas = osmium.filter.KeyFilter(*_AREA_KEYS)
    reader = osmium.FileProcessor(str(path)).with_areas(areas)
    return iter(reader.with_filter(shapes).with_filter(lines))


class _Gathered:
    """Lists that grow while the file is read."""

    def __init__(self) -> None:
        self.areas, self.points, self.lines = Features(), Features(), Features()
        self.shapes: dict[str, list[str]] = {"areas": [], "points": [], "lines": []}
        self.way_tags: list[Tags] = []
        self.way_source: list[str] = []
        self.way_start: list[int] = [0]
        self.places: list[tuple[int, float, float]] = []
        self.broken = 0
        self.factory = osmium.geom.WKBFactory()

    def add(self, feature: Any) -> None:  # noqa: ANN401 - osmium yields four classes without a common type
        """Take one object of the file."""
        if feature.is_area():
            kind = "way" if feature.from_way() else "relation"
            source = f"osm:{kind}/{feature.orig_id()}"
            self._keep("areas", feature, source, self.factory.create_multipolygon)
        elif feature.is_node():
            self._keep("points", feature, f"osm:node/{feature.id}", self.factory.create_point)
        elif feature.is_way():
            self._add_way(feature)

    def _add_way(self, way: Any) -> None:  # noqa: ANN401 - as above
        tags = way.tags
        if "highway" in tags:
            here = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
            if len(here) >= 2:
                self.places.extend(here)
                self.way_start.append(len(self.places))
                self.way_tags.append(dict(tags))
                self.way_source.append(f"osm:way/{way.id}")
        elif "waterway" in tags or "railway" in tags or tags.get("natural") == "coastline":
            self._keep("lines", way, f"osm:way/{way.id}", self.factory.create_linestring)

    def _keep(self, group: str, feature: Any, source: str, shape: Any) -> None:  # noqa: ANN401 - as above
        try:
            self.shapes[group].append(shape(feature))
        except (RuntimeError, osmium.InvalidLocationError):
            self.broken += 1
            return
        kept: Features = getattr(self, group)
        kept.tags.append(dict(feature.tags))
        kept.source.append(source)

    def extract(self, box: tuple[float, float, float, float] | None) -> Extract:
        """Everything gathered, as arrays."""
        for group, hexes in self.shapes.items():
            features: Features = getattr(self, group)
            features.shapes = shapely.from_wkb(np.array(hexes, dtype=object))
        places = np.array(self.places, dtype=np.float64).reshape(-1, 3)
        _check_degrees(places[:, 1], places[:, 2])
        ways = Ways(
            tags=self.way_tags,
            source=self.way_source,
            start=np.array(self.way_start, dtype=np.int64),
            # ids stay below 2**53, so float64 holds them exactly
            node=places[:, 0].astype(np.int64),
            longitude=places[:, 1],
            latitude=places[:, 2],
        )
        return Extract(
            areas=self.areas,
            points=self.points,
            lines=self.lines,
            ways=ways,
            box=box,
            broken=self.broken,
        )


def _check_degrees(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> None:
    wrong = (np.abs(longitude) > 180) | (np.abs(latitude) > 90)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"a road runs through longitude {longitude[row]:.4f}, latitude {latitude[row]:.4f}; "
            "wanted -180..180 and -90..90 degrees"
        )


def names(tags: Tags) -> tuple[str, str]:
    """Chinese and English name; the local name stands in for either, empty where there is none."""
    local = tags.get("name", "")
    return tags.get("name:zh", local), tags.get("name:en", local)
