"""Buildings of an extract: use, height, storeys, and the households that their floors can hold."""

import re

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.index import holders
from twin.intake import norms
from twin.intake.extract import Features, Tags

_USES = {
    "residential": "residential house detached semidetached_house terrace apartments dormitory "
    "bungalow cabin block farm static_caravan houseboat tower villa ger stilt_house",
    "commercial": "retail commercial shop supermarket kiosk hotel mall restaurant pub market "
    "cinema",
    "office": "office government townhall",
    "industrial": "industrial warehouse factory manufacture works storage_tank silo hangar",
    "school": "school university college kindergarten",
    "medical": "hospital clinic",
    "public": "public civic church chapel cathedral mosque temple synagogue shrine monastery "
    "museum library theatre religious fire_station police castle community_centre",
    "sports": "sports_centre sports_hall stadium grandstand pavilion gymnasium riding_hall",
    "transport": "train_station transportation parking station bus_station terminal",
    "utility": "service utility transformer_tower water_tower digester power substation tech_cab",
    "other": "garage garages carport shed barn farm_auxiliary roof greenhouse glasshouse stable "
    "sty cowshed hut ruins collapsed construction bridge ship atrium canopy allotment_house "
    "entrance underpass_entrance toilets gatehouse boathouse bunker container tent",
}
_USE_OF_BUILDING = {word: use for use, words in _USES.items() for word in words.split()}
_USE_OF_AMENITY = {
    "school": "school",
    "kindergarten": "school",
    "college": "school",
    "university": "school",
    "hospital": "medical",
    "clinic": "medical",
    "doctors": "medical",
    "townhall": "office",
    "place_of_worship": "public",
    "library": "public",
    "community_centre": "public",
    "theatre": "public",
    "police": "public",
    "fire_station": "public",
    "courthouse": "public",
    "parking": "transport",
    "bus_station": "transport",
    "fuel": "commercial",
    "bank": "commercial",
    "restaurant": "commercial",
    "pub": "commercial",
    "cafe": "commercial",
    "fast_food": "commercial",
    "marketplace": "commercial",
}
_USE_OF_LAND = {
    "industrial": "industrial",
    "quarry": "industrial",
    "landfill": "industrial",
    "port": "industrial",
    "farmyard": "other",
    "railway": "transport",
    "garages": "other",
    "commercial": "office",
    "retail": "commercial",
    "allotments": "other",
    "military": "public",
    "religious": "public",
}
_LONGEST_ADDRESS = 200


def is_building(tags: Tags) -> bool:
    """Whether an area is a building that stands."""
    return tags.get("building", "no") not in ("no", "demolished", "proposed", "entrance")


def use_of(tags: Tags) -> str:
    """Use that the building's own tags tell; empty where they tell nothing."""
    kind = tags["building"]
    if kind in _USE_OF_BUILDING:
        return _USE_OF_BUILDING[kind]
    if tags.get("amenity") in _USE_OF_AMENITY:
        return _USE_OF_AMENITY[tags["amenity"]]
    if tags.get("power"):
        return "utility"
    if tags.get("leisure") in ("sports_centre", "sports_hall", "stadium"):
        return "sports"
    if "shop" in tags or "tourism" in tags:
        return "commercial"
    return "office" if "office" in tags else ""


def build_buildings(areas: Features) -> pd.DataFrame:
    """Make the building table without grid, ground, households and residents.

    Args:
        areas: All areas of the extract, shapes in the city's metric CRS.

    Returns:
        Rows in the order of the file; ``use`` and the rest marked in ``assumed`` where a default.

    Raises:
        InputError: The extract has no building.
    """
    rows = [row for row, tags in enumerate(areas.tags) if is_building(tags)]
    if not rows:
        raise InputError(
            "the extract has no buildings; wanted at least one, so import an extract that holds "
            "them"
        )
    found = areas[rows]
    footprint_m2 = shapely.area(found.shapes)
    told = np.array([use_of(tags) for tags in found.tags], dtype=object)
    use = _guess_uses(told, found.shapes, footprint_m2, areas)
    table = _heights(found.tags, use).assign(source=found.source)
    table["floor_area_m2"] = footprint_m2 * table["levels"]
    table["address_zh"] = ""
    table["address_en"] = [_address(tags) for tags in found.tags]
    told_nothing = told == ""
    table["assumed"] = [
        ",".join((["use"] if guess else []) + columns)
        for guess, columns in zip(told_nothing, table["assumed"], strict=True)
    ]
    table["geometry"] = found.shapes
    return table


def _guess_uses(
    told: NDArray[np.object_],
    shapes: NDArray[np.object_],
    footprint_m2: NDArray[np.float64],
    areas: Features,
) -> NDArray[np.object_]:
    """Uses from the site or land below where the building is silent; else homes, or sheds."""
    centres = shapely.point_on_surface(shapes)
    guess = np.where(footprint_m2 < norms.SHED_M2.value, "other", "residential").astype(object)
    for key, table in (("landuse", _USE_OF_LAND), ("amenity", _USE_OF_AMENITY)):
        sites = [
            row
            for row, tags in enumerate(areas.tags)
            if tags.get(key) in table and "building" not in tags
        ]
        held = holders(centres, areas.shapes[np.array(sites, dtype=np.int64)])
        words = np.array([table[areas.tags[row][key]] for row in sites] or [""], dtype=object)
        guess = np.where((held >= 0) & (guess != "other"), words[held], guess)
    return np.where(told == "", guess, told)


def _number(text: str) -> float | None:
    found = re.match(r"\s*(\d{1,4}(?:[.,]\d+)?)\s*(m\b|metres?\b|$)", text)
    return float(found.group(1).replace(",", ".")) if found else None


def _heights(tags: list[Tags], use: NDArray[np.object_]) -> pd.DataFrame:
    """Heights [m] and storeys: as tagged, else one from the other, else by use."""
    said = pd.DataFrame(
        {
            "height": [_number(t.get("height", t.get("building:height", ""))) for t in tags],
            "levels": [_number(t.get("building:levels", "")) for t in tags],
            "use": use,
        }
    )
    # tags of 0, and of towers beyond the tallest on earth, are slips of the pen
    height = said["height"].astype(float).where(lambda m: (m > 1) & (m < 900))
    levels = said["levels"].astype(float).where(lambda n: (n >= 1) & (n < 200)).round()
    default = _default_levels(said["use"], levels)
    from_height = (height / norms.STOREY_M.value).round().clip(lower=1)
    storeys = levels.fillna(from_height).fillna(default)
    metres = height.fillna(storeys * norms.STOREY_M.value)
    marks = [
        ["levels"] * bool(no_levels) + ["height_m"] * bool(no_height)
        for no_levels, no_height in zip(levels.isna(), height.isna(), strict=True)
    ]
    return pd.DataFrame(
        {
            "use": use,
            "height_m": metres.astype(np.float32),
            "levels": storeys.astype(np.int16),
            "assumed": marks,
        }
    )


def _default_levels(use: "pd.Series[str]", levels: "pd.Series[float]") -> "pd.Series[float]":
    """Storeys by use: the median of the extract where enough buildings tell, else the norm."""
    told = levels.groupby(use).agg(["median", "count"])
    median = told["median"].where(told["count"] >= norms.ENOUGH_SAMPLES).round()
    norm = pd.Series({name: row.value for name, row in norms.LEVELS.items()})
    return use.map(median.combine_first(norm)).astype(float)


def _address(tags: Tags) -> str:
    name, number = tags.get("addr:street", ""), tags.get("addr:housenumber", "")
    return f"{number} {name}".strip()[:_LONGEST_ADDRESS] if name else ""


def with_residents(buildings: pd.DataFrame) -> pd.DataFrame:
    """Fill households and residents by dwelling floor area; every home holds at least one.

    The norms are AREA_PER_PERSON_M2 and PERSONS_PER_HOUSEHOLD; both columns are marked assumed.
    """
    lived = (buildings["use"] == "residential").to_numpy()
    floor_m2 = buildings["floor_area_m2"].to_numpy(dtype=np.float64)
    residents = np.where(
        lived, np.maximum(1, np.rint(floor_m2 / norms.AREA_PER_PERSON_M2.value)), 0
    )
    households = np.where(
        lived, np.maximum(1, np.rint(residents / norms.PERSONS_PER_HOUSEHOLD.value)), 0
    )
    marks = buildings["assumed"].where(buildings["assumed"] == "", buildings["assumed"] + ",")
    return buildings.assign(
        residents=residents.astype(np.int32),
        households=households.astype(np.int32),
        assumed=marks + "households,residents",
    )
