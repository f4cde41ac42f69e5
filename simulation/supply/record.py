"""The relief record of a run: unmet need by grid, item and hour, and what was lost on the way.

An ensemble of records is what the placement of reserves is planned on; the record is therefore
complete where the event log is only evidence.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InputError

NEEDS = {
    "grid": "int32",
    "item": "str",
    "hour": "int32",
    "people": "float64",
    "need": "float64",
    "met": "float64",
    "unmet": "float64",
}
DELIVERIES = {
    "item": "str",
    "quantity": "float64",
    "depot": "str",
    "grid": "int32",
    "facility": "int32",
    "truck": "str",
    "ordered_s": "int32",
    "left_s": "int32",
    "arrived_s": "int32",
}
ROADS_CLOSED = {"road": "int32", "from_s": "int32", "to_s": "int32"}
DEPOTS_LOST = {"depot": "str", "cause": "str", "from_s": "int32", "to_s": "int32"}
TABLES = {
    "needs": NEEDS,
    "deliveries": DELIVERIES,
    "roads_closed": ROADS_CLOSED,
    "depots_lost": DEPOTS_LOST,
}
"""Columns and types of each table, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRecord:
    """What people needed, what came, and what was closed or lost. Times are seconds from T0.

    Attributes:
        needs: One row for each grid, item and hour with any need: ``grid`` (row of
            ``city.grids``), ``hour`` (whole hours from T0; hour h is from h to h + 1), ``people``
            [person-hours in need], and ``need``, ``met``, ``unmet`` in the item's unit: used up in
            that hour for what is consumed, wanted on average in that hour for what is issued.
            Need is what taps, open shops and household stocks leave over.
        deliveries: One row for each item of each load handed over: ``facility`` is the shelter's
            row, -1 at a distribution point; ``grid`` is where it was handed over.
        roads_closed: Intervals in which no vehicle could use a road.
        depots_lost: Intervals in which a depot could give nothing, and the ``cause``: ``flooded``
            or ``cut_off``.
    """

    needs: pd.DataFrame
    deliveries: pd.DataFrame
    roads_closed: pd.DataFrame
    depots_lost: pd.DataFrame

    def by_hour(
        self, column: str, items: tuple[str, ...], *, grids: int
    ) -> tuple[NDArray[np.float64], int]:
        """Lay a column of ``needs`` out as an array.

        Args:
            column: ``need``, ``met``, ``unmet`` or ``people``.
            items: Items wanted, in this order.
            grids: Number of grids of the city.

        Returns:
            The array, shape ``(grids, items, hours)``, 0 where there was no need, and the hour
            from T0 of its first slice.

        Raises:
            InputError: The column is not one of the four, or a row names a grid beyond the last.

        >>> record = empty_record()
        >>> record.by_hour("unmet", ("water",), grids=2)[0].shape
        (2, 1, 0)
        """
        if column not in ("need", "met", "unmet", "people"):
            raise InputError(f"needs have no amounts {column!r}; ask for need, met, unmet, people")
        table = self.needs[self.needs["item"].isin(items)]
        if len(table) and int(table["grid"].max()) >= grids:
            last = int(table["grid"].max())
            raise InputError(f"the record names grid {last}, but there are {grids}; check the city")
        if table.empty:
            return np.zeros((grids, len(items), 0)), 0
        first, last = int(table["hour"].min()), int(table["hour"].max())
        amounts = np.zeros((grids, len(items), last - first + 1))
        place = pd.Index(items).get_indexer(pd.Index(table["item"]))
        hour = table["hour"].to_numpy() - first
        np.add.at(amounts, (table["grid"].to_numpy(), place, hour), table[column].to_numpy())
        return amounts, first

    def unmet_person_hours(self) -> dict[str, float]:
        """Person-hours without, by item: people in need times the share of need not met."""
        rows = self.needs
        lacking = rows["people"] * rows["unmet"] / rows["need"]
        return {
            str(item): float(hours) for item, hours in lacking.groupby(rows["item"]).sum().items()
        }


def as_table(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Rows as one of the record's tables, in the order given.

    Args:
        name: One of ``TABLES``.
        rows: Values in the order of the table's columns.
    """
    types = TABLES[name]
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def empty_record() -> ReliefRecord:
    """The record of a run in which nobody needed anything."""
    return ReliefRecord(**{name: as_table(name, []) for name in TABLES})
