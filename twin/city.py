"""A city in memory: the tables of one release, its terrain, and what is known of their origin."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import geopandas as gpd
import pandas as pd

from twin.terrain import Terrain

Level = Literal["city", "district", "street", "community", "grid"]
LEVELS: tuple[Level, ...] = ("city", "district", "street", "community", "grid")
DIGITS: dict[Level, int] = {"city": 4, "district": 6, "street": 9, "community": 12, "grid": 15}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a city comes from.

    Attributes:
        kind: ``synthetic`` (generated, fictional) or ``imported`` (from map data).
        sources: Files, licences and attributions, one line each.
        assumptions: What is a stated default and why, one line each; shown wherever it matters.
        parent: Release this one was made from; empty where there is none.
    """

    kind: Literal["synthetic", "imported"]
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]
    parent: str = ""

    @property
    def is_synthetic(self) -> bool:
        """Whether any of it is generated: all of a fictional city, or people and grids assumed."""
        return self.kind == "synthetic" or bool(self.assumptions)


@dataclass(frozen=True, kw_only=True)
class City:
    """One city. Columns, types and units of every table stand in ``twin/schema/<table>.csv``.

    All geometry is in ``crs``, a projected CRS in metres. ``release`` is the hash of the content,
    empty for a city that has not been published yet.
    """

    name: str
    title_zh: str
    title_en: str
    crs: str
    provenance: Provenance
    places: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    land: gpd.GeoDataFrame
    people: pd.DataFrame
    supplies: pd.DataFrame
    organisations: pd.DataFrame
    teams: pd.DataFrame
    lifelines: pd.DataFrame
    terrain: Terrain
    release: str = field(default="")

    @cached_property
    def grids(self) -> gpd.GeoDataFrame:
        """The places of the lowest level, in code order; their row number is the grid index."""
        grids = self.places[self.places["level"] == "grid"].sort_values("code")
        return grids.reset_index(drop=True)


TABLES: tuple[str, ...] = (
    "places",
    "buildings",
    "facilities",
    "nodes",
    "roads",
    "water",
    "land",
    "people",
    "supplies",
    "organisations",
    "teams",
    "lifelines",
)
