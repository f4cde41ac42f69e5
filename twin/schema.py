"""Tables: what columns they have, and the one gate through which any table becomes a city's.

The schema is data: ``twin/schema/<table>.csv`` gives attribute, type, unit and meaning. A meaning
that starts with "One of" lists the only values allowed; the words "or empty" allow "" too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import SchemaError
from twin.city import TABLES

_DTYPES = {
    "i8": "int8",
    "i16": "int16",
    "i32": "int32",
    "u8": "uint8",
    "f32": "float32",
    "f64": "float64",
    "bool": "bool",
    "str": "str",
}
_SHAPES = {
    "point": {shapely.GeometryType.POINT},
    "line": {shapely.GeometryType.LINESTRING},
    "polygon": {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON},
}
_NEGATIVE = {("facilities", "building"), ("facilities", "node")}
_ELEVATIONS = ("ground_m", "low_m")
_ROW_NUMBERS = {
    "buildings": "building",
    "nodes": "node",
    "roads": "road",
    "water": "water",
    "land": "land",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One column of one table.

    Attributes:
        name: Column name.
        type: One of i8, i16, i32, u8, f32, f64, bool, str, point, line, polygon.
        unit: Unit, empty where there is none.
        meaning: What it says.
        allowed: The only values allowed; empty where any is.
    """

    name: str
    type: str
    unit: str
    meaning: str
    allowed: tuple[str, ...]

    @property
    def is_geometry(self) -> bool:
        """Whether the column holds shapes."""
        return self.type in _SHAPES


def _allowed(meaning: str) -> tuple[str, ...]:
    found = re.match(r"One of (.+?)(;.*)?$", meaning)
    if found is None:
        return ()
    words = [word.strip() for word in found.group(1).split(",")]
    return tuple("" if word == "or empty" else word.removeprefix("or ") for word in words)


@lru_cache(maxsize=32)
def attributes(table: str) -> tuple[Attribute, ...]:
    """Columns of a table, in order.

    Raises:
        SchemaError: There is no such table.
    """
    if table not in TABLES:
        raise SchemaError(f"no table is called {table!r}; wanted one of {', '.join(TABLES)}")
    text = files("twin").joinpath("schema", f"{table}.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    return tuple(
        Attribute(
            name=row["attribute"],
            type=row["type"],
            unit=row["unit"],
            meaning=row["meaning"],
            allowed=_allowed(row["meaning"]),
        )
        for row in rows.to_dict("records")
    )


def has_geometry(table: str) -> bool:
    """Whether the rows of a table have a shape."""
    return attributes(table)[-1].is_geometry


def coerce(table: str, frame: pd.DataFrame, *, crs: str | None = None) -> pd.DataFrame:
    """Bring a table to its schema: columns in order, exact types, rows numbered from 0.

    Args:
        table: Name of the table.
        frame: Its rows; a column of a wider type is narrowed where nothing is lost.
        crs: The city's metric CRS; needed where the table has a geometry.

    Raises:
        SchemaError: A column is missing or unknown, a value is missing, out of range, not one of
            those allowed, or a shape is of another kind. The message names the table and rows.
    """
    check_for_missing_columns(table, frame)
    check_for_unknown_columns(table, frame)
    columns = {a.name: _column(table, a, frame[a.name]) for a in attributes(table)}
    if has_geometry(table):
        result: pd.DataFrame = gpd.GeoDataFrame(columns, geometry="geometry", crs=crs)
    else:
        result = pd.DataFrame(columns)
    check_for_wrong_row_numbers(table, result)
    return result


def empty(table: str, *, crs: str | None = None) -> pd.DataFrame:
    """A table without rows."""
    blank = {a.name: pd.Series([], dtype=_DTYPES.get(a.type, "object")) for a in attributes(table)}
    return coerce(table, pd.DataFrame(blank), crs=crs)


def _column(table: str, attribute: Attribute, column: "pd.Series[Any]") -> object:
    if attribute.is_geometry:
        shapes = np.asarray(column.array, dtype=object)
        check_for_wrong_shapes(table, attribute, shapes)
        return shapes
    check_for_missing_values(table, attribute, column)
    wide = column.reset_index(drop=True)
    if attribute.type not in ("str", "bool"):
        wide = _numbers(table, attribute, wide)
        check_for_endless_values(table, attribute, wide)
    narrowed = _narrowed(table, attribute, wide)
    check_for_unknown_values(table, attribute, narrowed)
    check_for_negative_values(table, attribute, narrowed)
    return narrowed


def _numbers(table: str, attribute: Attribute, column: "pd.Series[Any]") -> "pd.Series[Any]":
    try:
        return pd.to_numeric(column)
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"{table}.{attribute.name} holds {column.dtype}; wanted {attribute.type}",
            field=attribute.name,
        ) from error


def _narrowed(table: str, attribute: Attribute, column: "pd.Series[Any]") -> "pd.Series[Any]":
    dtype = _DTYPES[attribute.type]
    if column.dtype == dtype:
        return column
    with np.errstate(invalid="ignore", over="ignore"):
        narrowed: pd.Series[Any] = column.astype(np.dtype(dtype) if dtype != "str" else "str")
    if attribute.type != "str":
        # a float narrowed to f32 may round; an integer or a boolean must not change
        exact = attribute.type[0] != "f"
        changed = np.asarray(narrowed, dtype=np.float64) != np.asarray(column, dtype=np.float64)
        wrong = changed & exact | ~np.isfinite(np.asarray(narrowed, dtype=np.float64))
        _refuse(table, attribute.name, wrong, f"does not fit {attribute.type}")
    return narrowed


def _refuse(table: str, column: str, wrong: object, why: str) -> None:
    """Raise SchemaError naming the first rows where ``wrong`` holds."""
    rows = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if len(rows):
        named = ", ".join(str(row) for row in rows[:5]) + (" …" if len(rows) > 5 else "")
        raise SchemaError(f"{table}.{column} {why} in {len(rows)} rows: {named}", field=column)


def check_for_missing_columns(table: str, frame: pd.DataFrame) -> None:
    """Raise SchemaError where a column of the schema is absent."""
    missing = [a.name for a in attributes(table) if a.name not in frame.columns]
    if missing:
        raise SchemaError(f"{table} lacks {', '.join(missing)}; see twin/schema/{table}.csv")


def check_for_unknown_columns(table: str, frame: pd.DataFrame) -> None:
    """Raise SchemaError where a column is not in the schema, because it would be lost."""
    known = {a.name for a in attributes(table)}
    unknown = [str(name) for name in frame.columns if name not in known]
    if unknown:
        raise SchemaError(f"{table} has {', '.join(unknown)}, which twin/schema/{table}.csv lacks")


def check_for_missing_values(table: str, attribute: Attribute, column: "pd.Series[Any]") -> None:
    """Raise SchemaError where a value is absent."""
    _refuse(table, attribute.name, column.isna(), "has no value")


def check_for_endless_values(table: str, attribute: Attribute, column: "pd.Series[Any]") -> None:
    """Raise SchemaError where a number is infinite."""
    finite = np.isfinite(np.asarray(column, dtype=np.float64))
    _refuse(table, attribute.name, ~finite, "is not finite")


def check_for_unknown_values(table: str, attribute: Attribute, column: "pd.Series[Any]") -> None:
    """Raise SchemaError where a value is not one of those the schema lists."""
    if attribute.allowed:
        unknown = ~column.isin(attribute.allowed)
        seen = sorted({str(value) for value in column[unknown].head(3)})
        _refuse(table, attribute.name, unknown, f"has unknown values {seen}")


def check_for_negative_values(table: str, attribute: Attribute, column: "pd.Series[Any]") -> None:
    """Raise SchemaError where a count, length or amount is below zero; elevations may be."""
    signed = attribute.type[0] in "if" and attribute.name not in _ELEVATIONS
    if signed and (table, attribute.name) not in _NEGATIVE:
        _refuse(table, attribute.name, np.asarray(column, dtype=float) < 0, "is negative")


def check_for_wrong_shapes(table: str, attribute: Attribute, shapes: NDArray[np.object_]) -> None:
    """Raise SchemaError where a geometry is absent, empty, infinite or of another kind."""
    kinds = shapely.get_type_id(shapes)
    _refuse(table, attribute.name, kinds == -1, "is absent")
    wrong = ~np.isin(kinds, [int(kind) for kind in _SHAPES[attribute.type]])
    _refuse(table, attribute.name, wrong, f"is no {attribute.type}")
    _refuse(table, attribute.name, shapely.is_empty(shapes), "is empty")
    endless = ~np.isfinite(shapely.bounds(shapes)).all(axis=-1)
    _refuse(table, attribute.name, endless, "is not finite")


def check_for_wrong_row_numbers(table: str, frame: pd.DataFrame) -> None:
    """Raise SchemaError where the number of a row is not its position."""
    name = _ROW_NUMBERS.get(table)
    if name is not None:
        numbers = np.asarray(frame[name], dtype=np.int64)
        _refuse(table, name, numbers != np.arange(len(numbers)), "is not the row number")
