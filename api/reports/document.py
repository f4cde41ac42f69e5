"""The content of a report: what a run concludes, set beside the city it was played on."""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from api.layers.facilities import holds
from api.layers.scene import RunView, Scene
from api.layers.scenes import run_view
from api.layers.sources import Library
from gis.errors import ShapanError
from scenarios import loader
from scenarios.drill import Drill
from simulation.run import HospitalRecord, ItemRelief, RunResult, Words
from twin.city import LEVELS, City, Level


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CityFacts(_Part):
    """The city a run was played on."""

    name: str
    title: Words
    release: str
    kind: str
    residents: int
    households: int
    buildings: int
    sources: list[str]
    assumptions: list[str]


class PlaceRow(_Part):
    """Resilience of one place; figures are None where the run gave no index."""

    code: str
    level: Level
    name: Words
    residents: int
    index: float | None
    mean: float | None
    tail: float | None
    band: int | None
    worst_function: str | None
    worst_s: int | None


class ShelterRow(_Part):
    """How full a facility that holds people became."""

    facility: str
    name: Words
    capacity: int = Field(description="People it can hold [persons]")
    peak: int = Field(description="Most people at once [persons]")
    peak_s: int = Field(description="When that was [s from T0]")
    is_overfull: bool


class Report(_Part):
    """Everything a report tells."""

    drill_title: Words
    city: CityFacts
    result: RunResult
    places: list[PlaceRow]
    shelters: list[ShelterRow]
    names: dict[str, Words] = Field(
        description="Names of the places, facilities and organisations that the result mentions"
    )
    lowest: float | None = Field(description="Lowest service of the city [0-1]")
    lowest_s: int | None
    hospitals: list[HospitalRecord] = Field(
        description="Those with beds or patients, the fullest first"
    )
    items: list[ItemRelief] = Field(description="Relief items that somebody needed")
    issued: list[str] = Field(description="Items that are kept, so that need counts unit-hours")
    first_limit_h: float | None = Field(
        description="Limit of the drill on the first supplies anywhere [h]"
    )
    district_limit_h: float | None = Field(description="The same for every district [h]")


def compose(library: Library, run: str) -> tuple[Report, Scene]:
    """Gather a report and the scene that its map is drawn from.

    Args:
        library: Where runs and cities are.
        run: Id of the run.

    Raises:
        NotFoundError: No such run.
    """
    view = run_view(library, run)
    city = library.release(view.result.release)
    scene = Scene(city=city, base=f"/api/runs/{run}", run=view)
    curve = view.result.curve
    drill = _drill(view.result.drill)
    lowest = int(np.argmin(curve.quality)) if curve.quality else None
    report = Report(
        drill_title=drill_title(view.result.drill),
        city=_facts(city),
        result=view.result,
        places=_places(city, view.result),
        shelters=_shelters(city, view),
        names=_names(city, view.result),
        lowest=None if lowest is None else curve.quality[lowest],
        lowest_s=None if lowest is None else curve.time_s[lowest],
        hospitals=_hospitals(view.result),
        items=[item for item in view.result.relief.items if item.person_hours > 0],
        issued=[item.id for item in drill.relief.items if item.use == "issued"] if drill else [],
        first_limit_h=_limit(drill, view.result, measure="first_supply_hours"),
        district_limit_h=_limit(drill, view.result, measure="district_supply_hours"),
    )
    return report, scene


def drill_title(name: str) -> Words:
    """Title of a drill of the library; its name where the library no longer has it."""
    drill = _drill(name)
    if drill is None:
        return Words(zh=name, en=name)
    return Words(zh=drill.title.zh, en=drill.title.en)


def _drill(name: str) -> Drill | None:
    """A drill of the library; None where the library no longer has it."""
    try:
        return loader.load(name)
    except ShapanError:
        return None


def _limit(drill: Drill | None, result: RunResult, *, measure: str) -> float | None:
    """The limit that the run was held to on a measure, where its drill has an indicator for it."""
    ids = {kpi.id for kpi in drill.kpis if kpi.measure == measure} if drill else set()
    return next((kpi.passing for kpi in result.kpis if kpi.id in ids), None)


def _hospitals(result: RunResult) -> list[HospitalRecord]:
    busy = [
        row
        for row in result.hospitals
        if row.beds or row.died or row.diverted or any(row.treated.values())
    ]
    return sorted(busy, key=lambda row: (-row.peak_occupancy, row.facility))


def _names(city: City, result: RunResult) -> dict[str, Words]:
    mentioned = {line.place for line in result.red_lines}
    mentioned |= {code for whistle in result.whistles for code in (whistle.place, whistle.to)}
    mentioned |= {conversion.facility for conversion in result.conversion}
    mentioned |= {hospital.facility for hospital in result.hospitals}
    mentioned |= {district.place for district in result.relief.districts}
    mentioned |= {row.facility for row in result.hospitals}
    tables = (
        (city.places, "code"),
        (city.facilities, "facility"),
        (city.organisations, "organisation"),
    )
    return {
        str(row[key]): Words(zh=str(row["name_zh"]), en=str(row["name_en"]))
        for table, key in tables
        for row in table[table[key].isin(mentioned)][[key, "name_zh", "name_en"]].to_dict("records")
    }


def _facts(city: City) -> CityFacts:
    whole = city.places[city.places["level"] == "city"]
    return CityFacts(
        name=city.name,
        title=Words(zh=city.title_zh, en=city.title_en),
        release=city.release,
        kind=city.provenance.kind,
        residents=int(whole["residents"].sum()),
        households=int(whole["households"].sum()),
        buildings=len(city.buildings),
        sources=list(city.provenance.sources),
        assumptions=list(city.provenance.assumptions),
    )


def _places(city: City, result: RunResult) -> list[PlaceRow]:
    rows = []
    for place in city.places.sort_values("code").itertuples():
        found = result.resilience.levels.get(place.code)
        rows.append(
            PlaceRow(
                code=place.code,
                level=place.level,
                name=Words(zh=place.name_zh, en=place.name_en),
                residents=int(place.residents),
                index=found.index if found else None,
                mean=found.mean if found else None,
                tail=found.tail if found else None,
                band=found.band if found else None,
                worst_function=found.worst_function if found else None,
                worst_s=found.worst_s if found else None,
            )
        )
    return sorted(rows, key=lambda row: (LEVELS.index(row.level), row.code))


def _shelters(city: City, view: RunView) -> list[ShelterRow]:
    load, time = view.frame("facility_load"), view.frame("time_s")
    capacity, rows = holds(city.facilities), []
    for i in np.flatnonzero(capacity > 0):
        peak = int(np.argmax(load[:, i])) if len(load) else 0
        most = int(load[peak, i]) if len(load) else 0
        if most == 0:
            continue
        place = city.facilities.iloc[int(i)]
        rows.append(
            ShelterRow(
                facility=str(place["facility"]),
                name=Words(zh=str(place["name_zh"]), en=str(place["name_en"])),
                capacity=int(capacity[i]),
                peak=most,
                peak_s=int(time[peak]),
                is_overfull=most > int(capacity[i]),
            )
        )
    return sorted(rows, key=lambda row: (-row.peak / row.capacity, row.facility))
