"""Location problems from plain files: OR-Library, TSPLIB, CSV and NumPy archives."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.errors import FileFormatError, NotFoundError
from gis.locate.instance import Convention, Instance, between_points
from gis.locate.tables import read_csv

MOST_POINTS = 15_000
"""Beyond this a full matrix needs more than 2 GB."""
FORMATS = ("csv", "npz", "tsp", "pmed", "pmedcap", "cap", "sscflp")


def read_instance(
    path: Path, *, kind: str | None = None, convention: Convention = "floor"
) -> Instance:
    """Read a location problem.

    Args:
        path: The file.
        kind: One of ``FORMATS``; where not given it follows from the suffix, and for ``.txt`` or
            none from the number of entries, ``sscflp`` also from its lines.
        convention: How distances between points are rounded: ``floor`` (as all published p-median
            values on TSPLIB points and OR-Library's pmedcap are), ``round`` (as TSPLIB tours are)
            or ``real``.

    Raises:
        NotFoundError: There is no such file.
        FileFormatError: The file is not what it claims; names what was found and wanted.
    """
    if not path.is_file():
        raise NotFoundError(f"{path} is not a file; give a path to read", field="matrix")
    suffix = path.suffix.lower().lstrip(".")
    named = kind or ("txt" if suffix not in FORMATS else suffix)
    if named == "csv":
        return read_csv(path, convention=convention)
    if named == "npz":
        return _read_npz(path)
    if named == "tsp":
        return _read_tsp(path, convention)
    numbers = _numbers(path)
    readers = {"pmed": _pmed, "pmedcap": _pmedcap, "cap": _cap, "sscflp": _sscflp}
    return readers[named if named in readers else _guess(path, numbers)](path, numbers, convention)


def read_weights(path: Path) -> NDArray[np.float64]:
    """Read one weight per demand row from a CSV file with one column.

    Raises:
        NotFoundError: There is no such file.
        FileFormatError: It is not one column of numbers.
    """
    table = read_instance(path, kind="csv")
    if table.weights is not None and table.distance.shape[1] == 0:
        return table.weights
    if table.distance.shape[1] != 1:
        raise FileFormatError(
            f"{path} has {table.distance.shape[1]} columns; give one weight per row"
        )
    return table.distance[:, 0]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is not a text file; give one of {FORMATS}") from error


def _numbers(path: Path) -> NDArray[np.float64]:
    words = _text(path).replace(",", " ").split()
    if not words:
        raise FileFormatError(f"{path} is empty; give one of {FORMATS}")
    try:
        return np.array([float(word) for word in words])
    except ValueError as error:
        raise FileFormatError(f"{path}: {error}; only numbers were expected") from error


def _guess(path: Path, numbers: NDArray[np.float64]) -> str:
    count = len(numbers)
    if count >= 3 and count == 3 + 3 * numbers[1]:
        return "pmed"
    if count >= 5 and count == 5 + 4 * numbers[2]:
        return "pmedcap"
    if count >= 2 and count == 2 + 2 * numbers[0] + numbers[1] * (1 + numbers[0]):
        return "sscflp" if _has_row_of_capacities(path, sites=int(numbers[0])) else "cap"
    raise FileFormatError(
        f"{path} holds {count} numbers, which fits none of pmed, pmedcap, cap and sscflp; "
        "it is cut off or has another format"
    )


def _has_row_of_capacities(path: Path, *, sites: int) -> bool:
    """Both formats hold as many numbers; cap has a line for each site, sscflp one for all."""
    lines = [line for line in _text(path).splitlines() if line.strip()]
    return sites > 2 and len(lines) > 1 and len(lines[1].replace(",", " ").split()) == sites


def _expect(path: Path, numbers: NDArray[np.float64], wanted: float, what: str) -> None:
    if len(numbers) != wanted:
        raise FileFormatError(
            f"{path} holds {len(numbers)} numbers but its header asks for {wanted:g} ({what}); "
            "it is cut off or has another format"
        )


def _pmed(path: Path, numbers: NDArray[np.float64], _convention: Convention) -> Instance:
    from scipy.sparse.csgraph import shortest_path  # noqa: PLC0415 - only this format needs it

    header = numbers[:3] if len(numbers) >= 3 else np.zeros(3)
    count, edges, sites = (int(number) for number in header)
    _expect(path, numbers, 3 + 3 * edges, f"pmed, {count} nodes and {edges} edges")
    rows = numbers[3:].reshape(-1, 3)
    ends = rows[:, :2].astype(np.int64) - 1
    _check_size(path, count)
    if len(ends) and not ((ends >= 0) & (ends < count)).all():
        raise FileFormatError(f"{path} has an edge to a node outside 1 to {count}")
    if (rows[:, 2] < 0).any():
        raise FileFormatError(f"{path} has an edge of negative length; give 0 or more")
    graph = np.full((count, count), np.inf)
    for (one, other), length in zip(ends, rows[:, 2], strict=True):  # the last listing counts
        graph[one, other] = graph[other, one] = length
    np.fill_diagonal(graph, 0.0)
    return Instance(distance=shortest_path(graph), sites=sites, note="shortest paths")


def _pmedcap(path: Path, numbers: NDArray[np.float64], convention: Convention) -> Instance:
    header = numbers[:5] if len(numbers) >= 5 else np.zeros(5)
    count, sites, capacity = int(header[2]), int(header[3]), header[4]
    _expect(path, numbers, 5 + 4 * count, f"pmedcap, {count} points")
    rows = numbers[5:].reshape(-1, 4)
    distance = between_points(rows[:, 1:3], convention)
    return Instance(
        distance=distance,
        demand=rows[:, 3],
        capacity=np.full(count, capacity),
        sites=sites,
        between=distance,
        note=f"{convention} of Euclidean distance",
    )


def _cap(path: Path, numbers: NDArray[np.float64], _convention: Convention) -> Instance:
    header = numbers[:2] if len(numbers) >= 2 else np.zeros(2)
    sites, customers = (int(number) for number in header)
    wanted = 2 + 2 * sites + customers * (1 + sites)
    _expect(path, numbers, wanted, f"cap, {sites} sites and {customers} customers")
    depots = numbers[2 : 2 + 2 * sites].reshape(-1, 2)
    rows = numbers[2 + 2 * sites :].reshape(customers, 1 + sites)
    return Instance(
        distance=rows[:, 1:],
        demand=rows[:, 0],
        capacity=depots[:, 0],
        opening=depots[:, 1],
        note="cost of a customer's whole demand; demand may be split",
    )


def _sscflp(path: Path, numbers: NDArray[np.float64], _convention: Convention) -> Instance:
    header = numbers[:2] if len(numbers) >= 2 else np.zeros(2)
    sites, customers = (int(number) for number in header)
    wanted = 2 + 2 * sites + customers * (1 + sites)
    _expect(path, numbers, wanted, f"sscflp, {sites} sites and {customers} customers")
    capacity, opening = numbers[2 : 2 + 2 * sites].reshape(2, sites)
    rest = numbers[2 + 2 * sites :]
    return Instance(
        distance=rest[customers:].reshape(customers, sites),
        demand=rest[:customers],
        capacity=capacity,
        opening=opening,
        note="cost of a customer's whole demand; one site serves it, ask with --single",
    )


def _check_size(path: Path, count: int) -> None:
    if not 0 < count <= MOST_POINTS:
        raise FileFormatError(f"{path} has {count} points; 1 to {MOST_POINTS} can be read")


def _read_tsp(path: Path, convention: Convention) -> Instance:
    lines = [line.strip() for line in _text(path).splitlines() if line.strip()]
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    header = {name.strip(): value.strip() for name, value in pairs}
    kind = header.get("EDGE_WEIGHT_TYPE", "none")
    if kind != "EUC_2D":
        raise FileFormatError(f"{path} has EDGE_WEIGHT_TYPE {kind}; EUC_2D points are wanted")
    if "NODE_COORD_SECTION" not in lines:
        raise FileFormatError(f"{path} has no NODE_COORD_SECTION; it is cut off or no TSPLIB file")
    body = lines[lines.index("NODE_COORD_SECTION") + 1 :]
    points = [line.split() for line in body if line != "EOF"]
    wanted = header.get("DIMENSION", str(len(points)))
    if wanted != str(len(points)):
        raise FileFormatError(f"{path} holds {len(points)} points, not {wanted}; it is cut off")
    _check_size(path, len(points))
    try:
        place = np.array([[float(point[1]), float(point[2])] for point in points])
    except (ValueError, IndexError) as error:
        raise FileFormatError(f"{path}: a point is not 'number x y'") from error
    distance = between_points(place, convention)
    return Instance(distance=distance, between=distance, note=f"{convention} of Euclidean distance")


def _read_npz(path: Path) -> Instance:
    try:
        with np.load(path, allow_pickle=False) as archive:
            found = {name: np.asarray(archive[name], dtype=np.float64) for name in archive.files}
    except (ValueError, OSError, EOFError) as error:
        raise FileFormatError(f"{path} is not a NumPy archive of numbers (.npz)") from error
    known = ("distance", "weights", "demand", "capacity", "opening", "between")
    extra = sorted(set(found) - set(known))
    if "distance" not in found or extra:
        held = ", ".join(sorted(found)) or "nothing"
        raise FileFormatError(f"{path} holds {held}; wanted is distance, and perhaps {known[1:]}")
    return Instance(
        distance=found["distance"],
        weights=found.get("weights"),
        demand=found.get("demand"),
        capacity=found.get("capacity"),
        opening=found.get("opening"),
        between=found.get("between"),
    )
