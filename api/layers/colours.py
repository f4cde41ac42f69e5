"""What has a colour: the names of every table, and the colours both themes share."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.layers.spec import Colour, Theme

Table = dict[str, Colour]
BUILDING_USES: tuple[str, ...] = (
    "residential",
    "commercial",
    "office",
    "industrial",
    "school",
    "medical",
    "public",
    "sports",
    "transport",
    "utility",
    "other",
)
HEIGHT_STEPS_M: tuple[float, ...] = (12.0, 30.0, 60.0)
"""Upper bounds [m] of the height classes; the last class is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme.

    Attributes:
        ground: Behind everything.
        hills: Ramp from the lowest to the highest ground, before shading.
        shade: How strongly slopes darken, 0-1.
        outline: Lines of places, from district to grid.
        density: Ramp of residents per hectare, five bands.
        service: Service level from 0 to 100 %, ramp; amber and red below.
        bands: Resilience bands 1 (worst) to 5.
        reach: Served in time, too late, no road.
        words: Label text.
        halo: Behind label text.
    """

    name: Theme
    ground: Colour
    hills: tuple[Colour, ...]
    shade: float
    land: Table
    water: Table
    roads: Table
    road_states: Table
    buildings: Table
    building_states: Table
    outline: Table
    density: tuple[Colour, ...]
    service: tuple[Colour, ...]
    unknown: Colour
    bands: tuple[Colour, ...]
    flood: tuple[Colour, ...]
    facilities: Table
    facility_states: Table
    glass: Colour
    load: Colour
    trips: Table
    incidents: Table
    ratings: Table
    reach: tuple[Colour, ...]
    depot: Colour
    words: Colour
    halo: Colour
    css: dict[str, str]


BANDS: tuple[Colour, ...] = (
    (214, 63, 52, 255),
    (245, 148, 66, 255),
    (246, 218, 140, 255),
    (116, 184, 214, 255),
    (49, 108, 178, 255),
)
RATINGS: Table = {
    "P": (72, 150, 206, 255),
    "S": (142, 190, 208, 255),
    "M": (242, 160, 70, 255),
    "U": (216, 66, 54, 255),
}
FACILITIES: Table = {
    "hospital": (238, 240, 246, 255),
    "clinic": (204, 212, 226, 255),
    "fire_station": (206, 138, 120, 255),
    "police": (118, 150, 214, 255),
    "ambulance_station": (226, 232, 242, 255),
    "school": (150, 170, 196, 255),
    "sports_hall": (120, 196, 182, 255),
    "shelter": (98, 206, 186, 255),
    "warehouse": (160, 150, 200, 255),
    "depot": (178, 160, 226, 255),
    "community_centre": (140, 190, 176, 255),
    "hotel": (160, 166, 190, 255),
    "pharmacy": (190, 206, 214, 255),
    "fuel": (190, 172, 142, 255),
    "substation": (226, 210, 146, 255),
    "water_works": (104, 176, 222, 255),
    "pump_station": (88, 156, 206, 255),
    "telecom": (176, 148, 206, 255),
    "metro_station": (150, 160, 178, 255),
    "underpass": (116, 126, 146, 255),
    "dyke": (144, 132, 118, 255),
    "government": (214, 206, 186, 255),
    "market": (186, 174, 156, 255),
    "other": (126, 136, 154, 255),
}
FACILITY_KINDS: tuple[str, ...] = tuple(FACILITIES)
ROAD_CLASSES: tuple[str, ...] = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "service",
    "track",
    "path",
    "steps",
    "pedestrian",
    "ferry",
)
LAND_KINDS: tuple[str, ...] = ("park", "forest", "field", "square", "sports", "cemetery")
WATER_KINDS: tuple[str, ...] = ("river", "canal", "lake", "reservoir", "sea", "wetland")


def table(names: Sequence[str], *colours: Colour) -> Table:
    """Give each name its colour.

    >>> table(["park"], (1, 2, 3, 255))
    {'park': (1, 2, 3, 255)}
    """
    return dict(zip(names, colours, strict=True))
