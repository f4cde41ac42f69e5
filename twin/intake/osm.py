"""Import of an OpenStreetMap extract: from one file to one city."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.crs import WGS84, transform_shapes, utm_crs
from gis.errors import InputError
from gis.index import nearest
from twin.city import DIGITS, City, Provenance
from twin.equipment import BACKUP_HOURS, equip
from twin.intake import norms
from twin.intake.buildings import build_buildings, with_residents
from twin.intake.extract import Extract, Features, read_extract
from twin.intake.facilities import complete, find_facilities
from twin.intake.ground import build_terrain
from twin.intake.levels import build_levels
from twin.intake.roads import Network, build_network, check_for_no_roads, with_elevations
from twin.intake.surfaces import build_land, build_water
from twin.organisations import organisations_for
from twin.population import synthesise_people
from twin.terrain import Terrain

Progress = Callable[[float, str], None]
_EDGE_M = 150.0


def import_osm(
    path: Path,
    *,
    name: str,
    code: str = "9900",
    title_zh: str | None = None,
    title_en: str | None = None,
    terrain: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> City:
    """Make a city from an OpenStreetMap extract.

    What the extract does not say becomes a stated default: each is marked in its row's ``assumed``
    column and listed in ``provenance.assumptions``.

    Args:
        path: ``.osm.pbf``, or OSM XML as ``.osm``, ``.osm.gz``, ``.osm.bz2``.
        name: Name of the city in commands and addresses.
        code: Four digits of the city level.
        title_zh: Chinese title; the name where absent.
        title_en: English title; the name where absent.
        terrain: GeoTIFF of elevations [m]; flat ground where absent.
        seed: Seed of the synthetic people.
        progress: Told the share done and one line.

    Returns:
        The city, not yet published.

    Raises:
        FileFormatError: The file is missing, empty, truncated, or no OSM file or GeoTIFF.
        InputError: The extract has no roads or no buildings, or the code is not four digits.
    """
    _check_code(code)
    tell = progress or (lambda _share, _line: None)
    tell(0.0, f"Reading {path.name}")
    raw = read_extract(path)
    tell(0.3, f"Placing {len(raw.areas)} areas")
    crs = _crs(raw)
    extract = _projected(raw, crs)
    source = f"{path.name} (sha256 {_sha256(path)}): © OpenStreetMap contributors, ODbL 1.0"
    draft = _Draft(extract, crs, terrain, tell)
    titles = {"code": code, "name_zh": title_zh or name, "name_en": title_en or name}
    return draft.city(name=name, titles=titles, source=source, seed=seed)


def _check_code(code: str) -> None:
    if len(code) != DIGITS["city"] or not code.isascii() or not code.isdigit():
        raise InputError(f"city code is {code!r}; wanted four digits such as 9900", field="code")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _crs(extract: Extract) -> str:
    """UTM zone at the middle of the roads, which every city that can be imported has."""
    check_for_no_roads(len(extract.ways.tags))
    return utm_crs(
        float(np.median(extract.ways.longitude)), float(np.median(extract.ways.latitude))
    )


def _projected(extract: Extract, crs: str) -> Extract:
    def moved(features: Features) -> Features:
        shapes = transform_shapes(features.shapes, source=WGS84, target=crs)
        return Features(tags=features.tags, source=features.source, shapes=shapes)

    return replace(
        extract,
        areas=moved(extract.areas),
        points=moved(extract.points),
        lines=moved(extract.lines),
    )


class _Draft:
    """A city under way; each step takes what the earlier ones made."""

    def __init__(self, extract: Extract, crs: str, terrain: Path | None, tell: Progress) -> None:
        self.extract, self.crs, self.tell = extract, crs, tell
        self.network: Network = build_network(extract.ways, crs=crs)
        tell(0.4, f"Split {len(self.network.roads)} roads")
        buildings = with_residents(build_buildings(extract.areas))
        self.outline = _outline(extract, buildings, crs)
        self.terrain, self.ground_line = build_terrain(terrain, crs=crs, outline=self.outline)
        self.water = build_water(extract.areas, extract.lines, outline=self.outline)
        self.land = build_land(extract.areas, outline=self.outline)
        self.roads, self.nodes = with_elevations(self.network, self.terrain)
        self.buildings = buildings

    def city(self, *, name: str, titles: dict[str, str], source: str, seed: int) -> City:
        """Give the draft levels, facilities and people."""
        self.tell(0.6, "Drawing grids from street blocks")
        rail = [row for row, tags in enumerate(self.extract.lines.tags) if _is_rail(tags)]
        levels = build_levels(
            self.buildings,
            roads=self.roads,
            water=self.water,
            areas=self.extract.areas,
            rails=self.extract.lines.shapes[np.array(rail, dtype=np.int64)],
            outline=self.outline,
            city=titles,
        )
        buildings = _finished(self.buildings.assign(grid=levels.grid), self.terrain)
        self.tell(0.8, "Placing facilities and people")
        facilities, lines = self._facilities(buildings)
        shaped = gpd.GeoDataFrame(facilities, geometry="geometry", crs=self.crs)
        equipment = equip(shaped, levels.places)
        told = (*_told(self, buildings), *levels.assumptions, *lines)
        city = City(
            name=name,
            title_zh=titles["name_zh"],
            title_en=titles["name_en"],
            crs=self.crs,
            provenance=Provenance(kind="imported", sources=(source,), assumptions=told),
            places=self._shaped(levels.places),
            buildings=self._shaped(buildings),
            facilities=shaped,
            nodes=self._shaped(self.nodes),
            roads=self._shaped(self.roads),
            water=self._shaped(self.water),
            land=self._shaped(self.land),
            people=synthesise_people(buildings, np.random.default_rng(seed)),
            supplies=equipment.supplies,
            organisations=organisations_for(levels.places),
            teams=equipment.teams,
            lifelines=equipment.lifelines,
            terrain=self.terrain,
        )
        self.tell(1.0, f"{len(buildings)} buildings, {len(city.people)} synthetic residents")
        return city

    def _shaped(self, frame: pd.DataFrame) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=self.crs)

    def _facilities(self, buildings: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
        found = find_facilities(self.extract.areas, self.extract.points, buildings)
        table, lines = complete(found.table, buildings)
        at = shapely.get_coordinates(table["geometry"].to_numpy(dtype=object))
        open_roads = self.roads[self.roads["drive"].to_numpy(dtype=bool)]
        open_roads = open_roads if len(open_roads) else self.roads
        nodes = np.unique(open_roads[["from_node", "to_node"]].to_numpy(dtype=np.int64))
        row, _ = nearest(at[:, 0], at[:, 1], targets=self.network.points[nodes])
        grid = _grids_of(at, table, buildings)
        table = table.drop(columns="floor_area_m2").assign(
            node=nodes[row],
            grid=grid,
            backup_hours=table["kind"].map(BACKUP_HOURS).fillna(0.0),
            ground_m=self.terrain.at(at[:, 0], at[:, 1]),
        )
        if found.merged:
            lines += (f"{found.merged} points were taken as one with the area they stand for",)
        return table, lines


def _is_rail(tags: dict[str, str]) -> bool:
    return tags.get("railway") == "rail" and "tunnel" not in tags


def _outline(extract: Extract, buildings: pd.DataFrame, crs: str) -> shapely.Polygon:
    """Hull of the buildings with an edge, cut to the box of the file's header."""
    spots = shapely.point_on_surface(buildings["geometry"].to_numpy(dtype=object))
    hull = shapely.convex_hull(shapely.union_all(spots)).buffer(_EDGE_M)
    if extract.box is None:
        return hull
    corners = shapely.segmentize(shapely.box(*extract.box), 0.01)
    box = transform_shapes(np.array([corners], dtype=object), source=WGS84, target=crs)[0]
    cut = hull.intersection(box)
    return cut if isinstance(cut, shapely.Polygon) and cut.area > hull.area / 2 else hull


def _finished(buildings: pd.DataFrame, terrain: Terrain) -> pd.DataFrame:
    """Buildings sorted by grid and numbered, with the ground below them."""
    table = buildings.sort_values("grid", kind="stable", ignore_index=True)
    centre = shapely.get_coordinates(shapely.centroid(table["geometry"].to_numpy(dtype=object)))
    return table.assign(
        building=np.arange(len(table)), ground_m=terrain.at(centre[:, 0], centre[:, 1])
    )


def _grids_of(
    at: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    table: pd.DataFrame,
    buildings: pd.DataFrame,
) -> "np.ndarray[tuple[int, ...], np.dtype[np.object_]]":
    """Grid of the facility's building, else of the nearest building."""
    centre = shapely.get_coordinates(shapely.centroid(buildings["geometry"].to_numpy(dtype=object)))
    closest, _ = nearest(at[:, 0], at[:, 1], targets=centre)
    building = table["building"].to_numpy(dtype=np.int64)
    return buildings["grid"].to_numpy(dtype=object)[np.where(building >= 0, building, closest)]


def _told(draft: _Draft, buildings: pd.DataFrame) -> tuple[str, ...]:
    """One line for every default that the tables were filled with."""

    def share(column: str, table: pd.DataFrame) -> str:
        marked = table["assumed"].str.split(",").map(lambda marks: column in marks)
        return f"{int(marked.sum())} of {len(table)}"

    roads = draft.roads
    residents = (
        f"Residents are synthetic: {int(buildings['residents'].sum())} persons by dwelling floor "
        f"area, {norms.AREA_PER_PERSON_M2.value} m2 per person and "
        f"{norms.PERSONS_PER_HOUSEHOLD.value} persons per household "
        f"({norms.AREA_PER_PERSON_M2.citation})"
    )
    lines = [residents]
    lines.append(
        f"Storeys of {share('levels', buildings)} buildings are defaults by use: the extract's "
        f"median where {norms.ENOUGH_SAMPLES} or more are tagged, else a planning assumption"
    )
    lines.append(
        f"Height of {share('height_m', buildings)} buildings is storeys times "
        f"{norms.STOREY_M.value} m ({norms.STOREY_M.citation})"
    )
    lines.append(
        f"Use of {share('use', buildings)} buildings is a guess from site, land use or size"
    )
    lines.append(
        f"Speed of {share('speed_kmh', roads)} roads and lanes of {share('lanes', roads)} are "
        "defaults by class; walkable width always is"
    )
    lines.append("Teams, stock, lifelines, backup power and organisations are scaled by residents")
    lines.append(draft.ground_line)
    if draft.extract.broken:
        lines.append(
            f"{draft.extract.broken} areas and lines cut at the extract's edge were left out"
        )
    return (*lines, *draft.network.dropped)
