"""Cities by name, and their places on five levels."""

import math
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access import StoreDependency
from api.caching import cached
from api.errors import problems
from api.store.cities import CitySummary
from api.store.places import Place, places_of
from simulation.run import Words
from twin.city import LEVELS, TABLES, City, Level

router = APIRouter(
    prefix="/cities",
    tags=["cities"],
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)

CityPath = Annotated[str, Path(description="Name of the city", examples=["demo"])]
_CODE = r"^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"


class CityItem(BaseModel):
    """One city in a list."""

    name: str = Field(examples=["demo"])
    release: str = Field(description="Hash of the city's content")
    title: Words
    synthetic: bool = Field(description="Generated: the city, or its people and grids")
    kind: Literal["synthetic", "imported"] = Field(description="Fictional, or from map data")
    residents: int = Field(description="Registered residents [persons]")
    households: int = Field(description="Registered households")
    buildings: int
    bbox: tuple[float, float, float, float] = Field(
        description="West, south, east, north [degrees, WGS 84]"
    )
    centre: tuple[float, float] = Field(description="Longitude, latitude [degrees, WGS 84]")


class CityList(BaseModel):
    """All cities, by name."""

    items: list[CityItem]


class Origin(BaseModel):
    """Where the city's data come from and what in them is assumed."""

    kind: Literal["synthetic", "imported"]
    sources: list[str]
    assumptions: list[str]
    parent: str = Field(description="Release this one was made from; empty where there is none")


class Camera(BaseModel):
    """A view that shows the whole city."""

    longitude: float = Field(description="[degrees]")
    latitude: float = Field(description="[degrees]")
    zoom: float = Field(description="Web-Mercator zoom")
    pitch: float = Field(description="[degrees]")
    bearing: float = Field(description="[degrees]")


class CityDetail(CityItem):
    """One city."""

    provenance: Origin
    counts: dict[str, int] = Field(description="Rows per table and places per level")
    camera: Camera


class PlaceList(BaseModel):
    """Places of a city, in code order."""

    items: list[Place]


@router.get("")
def list_cities(store: StoreDependency) -> CityList:
    """All cities, by name."""
    return CityList(items=[CityItem.model_validate(item) for item in store.cities.summaries()])


@router.get("/{city}", response_model=CityDetail)
def read_city(request: Request, store: StoreDependency, city: CityPath) -> Response:
    """One city: origin, assumptions, counts, and a camera that shows it."""
    summary = store.cities.summary(city)
    detail = describe(summary, store.cities.release(summary["release"]))
    response = JSONResponse(detail.model_dump(mode="json"))
    return cached(request, response, tag=summary["release"], immutable=False)


@router.get("/{city}/places", response_model=PlaceList)
def list_places(
    request: Request,
    store: StoreDependency,
    city: CityPath,
    level: Annotated[Level | None, Query(description="Only places of this level")] = None,
    parent: Annotated[
        str | None,
        Query(pattern=_CODE, description="Only places below this one", examples=["990101"]),
    ] = None,
) -> Response:
    """Places of a city in code order, with residents, households and bounding box."""
    release = store.cities.summary(city)["release"]
    found = PlaceList(items=places_of(store.cities.release(release), level=level, parent=parent))
    response = JSONResponse(found.model_dump(mode="json"))
    tag = f"{release}-{level or 'all'}-{parent or 'all'}"
    return cached(request, response, tag=tag, immutable=False)


def describe(summary: CitySummary, city: City) -> CityDetail:
    """All that is said of one city."""
    levels = {str(level): int((city.places["level"] == level).sum()) for level in LEVELS}
    origin = city.provenance
    return CityDetail(
        **CityItem.model_validate(summary).model_dump(),
        provenance=Origin(
            kind=origin.kind,
            sources=list(origin.sources),
            assumptions=list(origin.assumptions),
            parent=origin.parent,
        ),
        counts={name: len(getattr(city, name)) for name in TABLES} | levels,
        camera=_camera(summary),
    )


def _camera(summary: CitySummary) -> Camera:
    """The longer side of the box on about 900 pixels; the world is 512 pixels wide at zoom 0."""
    west, south, east, north = summary["bbox"]
    span = max(east - west, (north - south) * 1.3, 1e-4)
    zoom = math.log2(900 / 512 * 360 / span)
    longitude, latitude = summary["centre"]
    return Camera(
        longitude=longitude,
        latitude=latitude,
        zoom=round(min(zoom, 17.0), 2),
        pitch=50.0,
        bearing=-15.0,
    )
