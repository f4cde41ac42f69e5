"""Location problems from CSV: a matrix with or without names, or points.

- Numbers only: one row per demand, one column per site.
- With a header: every column is a site, but ``weight`` (the row's weight) and a first column of
  names; entries may be ``inf``.
- With a header that has ``x`` and ``y``: points, each a demand and a site; ``weight`` as above.
"""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.errors import FileFormatError
from gis.locate.instance import Convention, Instance, between_points

ROLES = ("weight", "x", "y")
"""Column names with a meaning of their own."""


def read_csv(path: Path, *, convention: Convention) -> Instance:
    """Read a CSV file.

    Raises:
        FileFormatError: It is empty, ragged, has a missing or wrong entry, or names a site twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileFormatError(f"{path} is not a CSV text file") from error
    if not rows:
        raise FileFormatError(f"{path} is empty; give one row per demand")
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        number = next(n for n, row in enumerate(rows) if len(row) != len(rows[0]))
        raise FileFormatError(
            f"{path} row {number + 1} has {len(rows[number])} cells, the first has {len(rows[0])}"
        )
    if all(_is_number(cell) for cell in rows[0]):
        return Instance(distance=_matrix(path, rows, first=1, column=0))
    header = [cell.strip() for cell in rows[0]]
    _check_header(path, header)
    return _named(path, header, rows[1:], convention)


def _check_header(path: Path, header: list[str]) -> None:
    """Refuse a first row of numbers with a slip in it, which is no header."""
    for column, cell in enumerate(header[1:], start=2):
        is_word = not _is_number(cell) and cell.lower() not in ROLES
        if not cell or (is_word and _is_number(header[0])):
            raise FileFormatError(
                f"{path} row 1, column {column} holds {cell!r} beside {header[0]!r}; "
                "give numbers only, or a name for every column"
            )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _matrix(path: Path, rows: list[list[str]], *, first: int, column: int) -> NDArray[np.float64]:
    table = np.empty((len(rows), len(rows[0])))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            try:
                table[i, j] = float(cell)
            except ValueError:
                raise FileFormatError(
                    f"{path} row {i + first}, column {j + 1 + column} holds {cell.strip()!r}; "
                    "give a number, or inf where no way leads"
                ) from None
    return table


def _named(
    path: Path, header: list[str], rows: list[list[str]], convention: Convention
) -> Instance:
    if not rows:
        raise FileFormatError(f"{path} has a header and no row; give one row per demand")
    has_names = not all(_is_number(row[0]) for row in rows) or header[0].lower() in {"", "id"}
    names = header[1:] if has_names else header
    _check_twice(path, names, "column")
    if has_names:
        _check_twice(path, [row[0].strip() for row in rows], "row")
    body = [row[1:] if has_names else row for row in rows]
    if not names:
        raise FileFormatError(f"{path} has 0 candidate sites; give one column per site")
    table = _matrix(path, body, first=2, column=int(has_names))
    low = [name.lower() for name in names]
    weights = table[:, low.index("weight")] if "weight" in low else None
    if "x" in low and "y" in low:
        points = table[:, [low.index("x"), low.index("y")]]
        distance = between_points(points, convention)
        note = f"{convention} of Euclidean distance"
        return Instance(distance=distance, between=distance, weights=weights, note=note)
    kept = [number for number, name in enumerate(low) if name != "weight"]
    return Instance(distance=table[:, kept], weights=weights)


def _check_twice(path: Path, names: list[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileFormatError(f"{path} names the {what} {twice[0]!r} twice; give each once")
