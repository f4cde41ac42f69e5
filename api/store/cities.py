"""The cities that have a name: which release each name stands for, and what it stood for before."""

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import Engine, insert, select

from api.store import tables
from api.store.database import reading, replacing
from gis.errors import NotFoundError

if TYPE_CHECKING:  # a list of cities needs no geometry, and importing it takes a second
    from twin.city import City


class CitySummary(TypedDict):
    """What a list of cities shows. ``bbox`` is west, south, east, north in degrees (WGS 84)."""

    name: str
    release: str
    title: dict[str, str]
    synthetic: bool
    kind: str
    residents: int
    households: int
    buildings: int
    bbox: list[float]
    centre: list[float]


class CityStore:
    """Cities by name; the releases themselves are immutable folders.

    Args:
        engine: The control plane.
        folder: Where the releases lie.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self.folder = folder
        self._load = functools.lru_cache(maxsize=4)(self._load_release)

    def publish(self, city: "City") -> "City":
        """Write a release of the city and let its name stand for it from now on."""
        from twin import releases  # noqa: PLC0415 - as above

        published = releases.publish(city, self.folder)
        summary = summarise(published)
        now = time.time()
        row = {
            "name": published.name,
            "release": published.release,
            "summary": summary,
            "updated": now,
        }
        with self._engine.begin() as connection:
            connection.execute(replacing(self._engine, tables.cities, row))
            connection.execute(
                insert(tables.city_history).values(
                    name=published.name, release=published.release, at=now
                )
            )
        return published

    def summaries(self) -> list[CitySummary]:
        """All cities, by name."""
        statement = select(tables.cities.c.summary).order_by(tables.cities.c.name)
        with reading(self._engine).connect() as connection:
            return list(connection.execute(statement).scalars())

    def summary(self, name: str) -> CitySummary:
        """One city's summary.

        Raises:
            NotFoundError: No city has this name.
        """
        statement = select(tables.cities.c.summary).where(tables.cities.c.name == name)
        with reading(self._engine).connect() as connection:
            found: CitySummary | None = connection.execute(statement).scalar()
        if found is None:
            raise NotFoundError(
                f"no city is called {name!r}; {_known(self.summaries())}", field="city"
            )
        return found

    def has(self, name: str) -> bool:
        """Whether a city has this name."""
        return any(summary["name"] == name for summary in self.summaries())

    def history(self, name: str) -> list[dict[str, Any]]:
        """The releases a name has stood for, newest first: ``release`` and ``at`` [s since 1970].

        Raises:
            NotFoundError: No city has this name.
        """
        self.summary(name)
        table = tables.city_history
        statement = (
            select(table.c.release, table.c.at)
            .where(table.c.name == name)
            .order_by(table.c.number.desc())
        )
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).all()
        return [{"release": release, "at": at} for release, at in rows]

    def load(self, name: str) -> "City":
        """The city a name stands for; the last few stay in memory.

        Raises:
            NotFoundError: No city has this name.
            IntegrityError: The release on disk is not what its manifest says.
        """
        return self.release(self.summary(name)["release"])

    def release(self, release: str) -> "City":
        """The city of one release; the last few stay in memory."""
        return self._load(release)

    def _load_release(self, release: str) -> "City":
        from twin import releases  # noqa: PLC0415 - as above

        return releases.load(self.folder, release)


def summarise(city: "City") -> CitySummary:
    """What a list shows of a published city."""
    whole = city.places[city.places["level"] == "city"]
    bbox = [round(float(value), 6) for value in whole.to_crs(4326).total_bounds]
    west, south, east, north = bbox
    return CitySummary(
        name=city.name,
        release=city.release,
        title={"zh": city.title_zh, "en": city.title_en},
        synthetic=city.provenance.is_synthetic,
        kind=city.provenance.kind,
        residents=int(whole["residents"].sum()),
        households=int(whole["households"].sum()),
        buildings=len(city.buildings),
        bbox=bbox,
        centre=[round((west + east) / 2, 6), round((south + north) / 2, 6)],
    )


def _known(summaries: list[CitySummary]) -> str:
    if not summaries:
        return "there is none yet: make one with `shapan city make` or `shapan city import`"
    return "there are " + ", ".join(summary["name"] for summary in summaries)
