"""Places of a city as lists show them."""

from typing import Any

from pydantic import BaseModel, Field

from gis.errors import NotFoundError
from simulation.run import Words
from twin.city import DIGITS, LEVELS, City, Level


class Place(BaseModel):
    """One place on one of the five levels."""

    code: str = Field(examples=["990101001"])
    level: Level
    name: Words
    residents: int = Field(description="Registered residents [persons]")
    households: int = Field(description="Registered households")
    bbox: tuple[float, float, float, float] = Field(
        description="West, south, east, north [degrees, WGS 84]"
    )
    parent: str | None = Field(description="Code of the place above; null for the city")


def places_of(city: City, *, level: Level | None = None, parent: str | None = None) -> list[Place]:
    """Places of a city in code order.

    Args:
        city: The city.
        level: Only this level.
        parent: Only places whose code starts with this one, itself left out.

    Raises:
        NotFoundError: The city has no place with the code ``parent``.
    """
    places = city.places
    if parent is not None and not (places["code"] == parent).any():
        raise NotFoundError(f"city {city.name} has no place {parent!r}", field="parent")
    if level is not None:
        places = places[places["level"] == level]
    if parent is not None:
        is_below = places["code"].str.startswith(parent) & (places["code"] != parent)
        places = places[is_below]
    if places.empty:
        return []
    places = places.sort_values("code")
    boxes = places.to_crs(4326).bounds.round(6).to_numpy()
    columns = ["code", "level", "name_zh", "name_en", "residents", "households"]
    rows = places[columns].itertuples(index=False)
    return [_place(row, box) for row, box in zip(rows, boxes.tolist(), strict=True)]


def parent_of(code: str) -> str | None:
    """Code of the place above; None for a city."""
    digits = [DIGITS[level] for level in LEVELS]
    place = digits.index(len(code))
    return code[: digits[place - 1]] if place else None


def _place(row: Any, box: list[float]) -> Place:  # noqa: ANN401 - a row of a pandas table
    return Place(
        code=row.code,
        level=row.level,
        name=Words(zh=row.name_zh, en=row.name_en),
        residents=int(row.residents),
        households=int(row.households),
        bbox=(box[0], box[1], box[2], box[3]),
        parent=parent_of(row.code),
    )
