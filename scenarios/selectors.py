"""Selectors: how a drill points at places and facilities of a city it has never seen.

city                    the whole city
district:2, street:3    the n-th place of a level, in code order
zone:low_lying          where the forecast flood endangers homes
zone:polder             behind the drill's dyke
river:1                 the n-th water body of a kind
substation:2            the n-th facility of a kind, in order of identifier
shelter:any             every facility that serves as a shelter
id:substation-02        one facility of one city, by its identifier
"""

from dataclasses import dataclass
from typing import Literal

from gis.errors import DrillError
from twin.city import LEVELS, City

WATER_KINDS: tuple[str, ...] = ("river", "canal", "lake", "reservoir", "sea", "wetland")
DYKE_NEAR_M, DYKE_LOW_M = 700.0, 1.4
"""Homes within this distance and this far below the crest lie behind a dyke [m]."""
ZONES: tuple[str, ...] = ("low_lying", "polder")
FACILITY_KINDS: tuple[str, ...] = (
    "hospital",
    "clinic",
    "fire_station",
    "police",
    "ambulance_station",
    "school",
    "sports_hall",
    "shelter",
    "warehouse",
    "depot",
    "community_centre",
    "hotel",
    "pharmacy",
    "fuel",
    "substation",
    "water_works",
    "pump_station",
    "telecom",
    "metro_station",
    "underpass",
    "dyke",
    "government",
    "market",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a selector found.

    Attributes:
        sort: What kind of thing it is.
        place: Place code, where it is a place.
        facility: Row of the facility, where it is one; -1 otherwise.
        name: Zone name, or the selector itself.
    """

    sort: Literal["place", "zone", "facility", "facilities", "water", "nothing"]
    place: str = ""
    facility: int = -1
    name: str = ""


def find(selector: str, city: City) -> Found:
    """Resolve a selector on a city.

    Raises:
        DrillError: The selector has no known form, or names an identifier the city does not have.
    """
    if selector == "city":
        return Found(sort="place", place=_nth_place(city, "city", 1), name=selector)
    head, _, tail = selector.partition(":")
    if head in _NAMED:
        return _NAMED[head](tail, city)
    if head == "zone" and tail in ZONES:
        return Found(sort="zone", name=tail)
    if selector == "dyke:weakest":
        return _weakest_dyke(city)
    if tail == "any" and head in FACILITY_KINDS:
        return Found(sort="facilities", name=head)
    if tail.isdecimal() and int(tail) >= 1:
        return _by_number(head, int(tail), city)
    message = f"selector {selector!r} has no known form; write one such as street:3, substation:2,"
    raise DrillError(f"{message} zone:low_lying, shelter:any or id:NAME")


def _by_number(head: str, number: int, city: City) -> Found:
    name = f"{head}:{number}"
    if head in LEVELS:
        code = _nth_place(city, head, number)
        return Found(sort="place" if code else "nothing", place=code, name=name)
    if head in FACILITY_KINDS:
        row = nth_facility(city, head, number)
        return Found(sort="facility" if row >= 0 else "nothing", facility=row, name=name)
    if head in WATER_KINDS:
        exists = int((city.water["kind"] == head).sum()) >= number
        return Found(sort="water" if exists else "nothing", name=name)
    raise DrillError(f"selector {name!r} names {head!r}, which is no level, facility or water kind")


def _provider(tail: str, city: City) -> Found:
    service, _, consumer = tail.partition(":")
    kind, _, number = consumer.partition(":")
    if kind not in FACILITY_KINDS or not number.isdecimal() or int(number) < 1:
        message = f"selector 'provider:{tail}' wants a service and a facility, such as"
        raise DrillError(f"{message} provider:power:hospital:1")
    row = nth_facility(city, kind, int(number))
    ties = city.lifelines
    name = str(city.facilities["facility"].iloc[row]) if row >= 0 else ""
    found = ties.loc[(ties["consumer"] == name) & (ties["service"] == service), "provider"]
    if len(found) == 0:
        return Found(sort="nothing", name=f"provider:{tail}")
    return _by_identifier(str(found.iloc[0]), city)


def _by_identifier(name: str, city: City) -> Found:
    rows = (city.facilities["facility"] == name).to_numpy().nonzero()[0]
    if len(rows) == 0:
        message = f"facility {name!r} is not in city {city.name!r}; list its facilities with"
        raise DrillError(f"{message} 'shapan city show {city.name}'", field=name)
    return Found(sort="facility", facility=int(rows[0]), name=name)


def _nth_place(city: City, level: str, number: int) -> str:
    codes = sorted(city.places.loc[city.places["level"] == level, "code"])
    return str(codes[number - 1]) if number <= len(codes) else ""


def nth_facility(city: City, kind: str, number: int) -> int:
    """Row of the n-th facility of a kind in order of identifier, -1 where there are fewer."""
    names = city.facilities["facility"].to_numpy()
    rows = (city.facilities["kind"] == kind).to_numpy().nonzero()[0]
    ordered = sorted(rows.tolist(), key=lambda row: str(names[row]))
    return int(ordered[number - 1]) if number <= len(ordered) else -1


def _weakest_dyke(city: City) -> Found:
    """Find the dyke with most residents well below its crest nearby."""
    names = city.facilities["facility"].to_numpy()
    rows = (city.facilities["kind"] == "dyke").to_numpy().nonzero()[0]
    if len(rows) == 0:
        return Found(sort="nothing", name="dyke:weakest")
    homes = city.buildings.geometry.centroid
    x, y = homes.x.to_numpy(), homes.y.to_numpy()
    ground = city.buildings["ground_m"].to_numpy()
    residents = city.buildings["residents"].to_numpy()
    behind = {}
    for row in sorted(rows.tolist(), key=lambda row: str(names[row])):
        point = city.facilities.geometry.iloc[row]
        near = (x - point.x) ** 2 + (y - point.y) ** 2 <= DYKE_NEAR_M**2
        low = ground < float(city.facilities["ground_m"].iloc[row]) - DYKE_LOW_M
        behind[row] = int(residents[near & low].sum())
    row = max(behind, key=lambda row: behind[row])
    return Found(sort="facility", facility=row, name="dyke:weakest")


_NAMED = {"id": _by_identifier, "provider": _provider}
