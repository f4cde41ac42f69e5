"""Placements that were solved: the request, and the answer as one JSON document."""

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError as DuplicateRowError

from api.store import tables
from api.store.database import reading
from gis.errors import NotFoundError

if TYPE_CHECKING:  # the solver compiles its kernels; reading an answer needs none of it
    from simulation.placement import Placement


class PlacementStore:
    """Placements by id, which is the hash of release and request.

    Args:
        engine: The control plane.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, placement: "Placement") -> None:
        """Keep an answer; one that is kept already is left as it is."""
        result = placement.model_dump(mode="json", by_alias=True)
        asked = ("city", "model", "depots", "within_minutes")
        statement = insert(tables.placements).values(
            placement=placement.placement,
            city=placement.city,
            release=placement.release,
            request={name: result[name] for name in asked},
            result=result,
            created=time.time(),
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except DuplicateRowError:  # the same request gives the same answer
            return

    def has(self, placement: str) -> bool:
        """Whether the answer is kept."""
        return self._read(placement) is not None

    def result(self, placement: str) -> dict[str, Any]:
        """The answer, as ``simulation.placement.Placement`` in JSON.

        Raises:
            NotFoundError: No placement has this id.
        """
        row = self._read(placement)
        if row is None:
            raise NotFoundError(f"no placement has the id {placement[:80]!r}", field="placement")
        result: dict[str, Any] = row["result"]
        return result

    def summaries(self, *, limit: int = 1000) -> list[dict[str, Any]]:
        """Placements, newest first: ``placement, city, release, request, created``."""
        table = tables.placements
        statement = (
            select(
                table.c.placement, table.c.city, table.c.release, table.c.request, table.c.created
            )
            .order_by(table.c.created.desc(), table.c.placement)
            .limit(limit)
        )
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).mappings()
            return [{str(name): value for name, value in row.items()} for row in rows]

    def _read(self, placement: str) -> dict[str, Any] | None:
        table = tables.placements
        with reading(self._engine).connect() as connection:
            row = (
                connection.execute(select(table).where(table.c.placement == placement))
                .mappings()
                .first()
            )
        return None if row is None else dict(row)
