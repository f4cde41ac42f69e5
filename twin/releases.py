"""Releases: a city on disk, immutable, named by the hash of its content.

The layout stands in docs/reference/formats.md. The id depends on what the tables say and on nothing
else: no time, no host, no process, no version of a library that writes the files.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gis import raster
from gis.errors import IntegrityError, NotFoundError
from twin import schema
from twin.city import LEVELS, TABLES, City, Provenance
from twin.content import hash_cells, hash_table
from twin.terrain import Terrain
from twin.validate import validate

_FORMAT = 2
_CHECKSUMS = "checksums.json"
"""sha256 of each file's bytes: finds damage, and has no part in the id."""
_SERIAL = count(1)
_ROW_GROUP = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What the manifest of a release tells without reading its tables.

    Attributes:
        release: sha256 of the manifest, and name of the folder.
        name: Name of the city.
        title_zh: Chinese title.
        title_en: English title.
        kind: ``synthetic`` or ``imported``.
        rows: Rows of each table, and places of each level.
    """

    release: str
    name: str
    title_zh: str
    title_en: str
    kind: str
    rows: dict[str, int]


def canonical(city: City) -> City:
    """The same city with every table brought to its schema, checked as a whole.

    Raises:
        InputError: It has no roads or no buildings.
        SchemaError: A table breaks its schema, or tables contradict each other.
    """
    tables: dict[str, Any] = {
        name: schema.coerce(name, getattr(city, name), crs=city.crs) for name in TABLES
    }
    tables["places"] = tables["places"].sort_values("code", ignore_index=True)
    whole = replace(city, **tables, release="")
    validate(whole)
    return whole


def publish(city: City, folder: Path) -> City:
    """Write a city as a release; publishing the same city again writes nothing.

    Args:
        city: The city.
        folder: The folder of all releases; made where it is absent.

    Returns:
        The city as :func:`load` would give it, with ``release`` set.

    Raises:
        InputError: It has no roads or no buildings.
        SchemaError: A table breaks its schema, or tables contradict each other.
    """
    whole = canonical(city)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{next(_SERIAL)}.partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        release = _write(whole, partial)
        _settle(partial, folder / release)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return replace(whole, release=release)


def _write(city: City, folder: Path) -> str:
    """Write all files of a release and return its id."""
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "name": city.name,
        "titles": {"zh": city.title_zh, "en": city.title_en},
        "crs": city.crs,
        "provenance": {
            "kind": city.provenance.kind,
            "sources": list(city.provenance.sources),
            "assumptions": list(city.provenance.assumptions),
            "parent": city.provenance.parent,
        },
        "levels": {level: int((city.places["level"] == level).sum()) for level in LEVELS},
        "counts": {name: len(getattr(city, name)) for name in TABLES},
        "tables": {},
        "terrain": _write_terrain(city, folder),
    }
    for name in TABLES:
        table = getattr(city, name)
        write_table(table, folder / f"{name}.parquet")
        manifest["tables"][name] = {"sha256": hash_table(table), "rows": len(table)}
    (folder / _CHECKSUMS).write_text(
        json.dumps({path.name: _sha256(path) for path in sorted(folder.iterdir())}, indent=1)
    )
    body = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    (folder / "manifest.json").write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table as Parquet, GeoParquet 1.1 (WKB) where it has shapes."""
    if isinstance(frame, gpd.GeoDataFrame):
        frame.to_parquet(
            path, index=False, compression="zstd", row_group_size=_ROW_GROUP, schema_version="1.1.0"
        )
    else:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP * 16)


def _write_terrain(city: City, folder: Path) -> dict[str, Any]:
    """Write ``terrain.tif`` unless every cell is the same; describe it for the manifest."""
    terrain = city.terrain
    rows, columns = terrain.elevation_m.shape
    values = np.ascontiguousarray(terrain.elevation_m, dtype=np.float32)
    described: dict[str, Any] = {
        "rows": rows,
        "columns": columns,
        "west": terrain.west,
        "north": terrain.north,
        "cell_m": terrain.cell_m,
        "is_flat": terrain.is_flat,
    }
    if values.min() == values.max():
        return described | {"elevation_m": float(values.flat[0])}
    picture = raster.Raster(
        cells=values, west=terrain.west, north=terrain.north, cell_m=terrain.cell_m
    )
    path = folder / "terrain.tif"
    raster.write(picture, path, crs=city.crs)
    return described | {"sha256": hash_cells(values)}


def _settle(partial: Path, final: Path) -> None:
    """Sync every file, then rename: a folder without the suffix is whole."""
    for path in [*sorted(partial.iterdir()), partial]:
        _sync(path)
    if final.exists():
        return
    try:
        partial.rename(final)
    except OSError:
        # another process may have published the very same content in the meantime
        if not final.exists():
            raise
    _sync(final.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(folder: Path, release: str) -> City:
    """Read a release and check its content against its manifest.

    Args:
        folder: The folder of all releases.
        release: The release's id.

    Raises:
        NotFoundError: There is no such release.
        IntegrityError: A file is missing or cannot be read, or its content does not hash to
            what the manifest says.
    """
    home = folder / release
    manifest = _manifest(folder, release)
    tables: dict[str, Any] = {}
    for name in TABLES:
        read = gpd.read_parquet if schema.has_geometry(name) else pd.read_parquet
        with _intact(home / f"{name}.parquet", release) as path:
            tables[name] = read(path)
            _check(hash_table(tables[name]) == manifest["tables"][name]["sha256"])
    return City(
        name=manifest["name"],
        title_zh=manifest["titles"]["zh"],
        title_en=manifest["titles"]["en"],
        crs=manifest["crs"],
        provenance=Provenance(
            kind=manifest["provenance"]["kind"],
            sources=tuple(manifest["provenance"]["sources"]),
            assumptions=tuple(manifest["provenance"]["assumptions"]),
            parent=manifest["provenance"]["parent"],
        ),
        terrain=_terrain(home, manifest["terrain"], release),
        release=release,
        **tables,
    )


def _manifest(folder: Path, release: str) -> dict[str, Any]:
    path = folder / release / "manifest.json"
    if not path.is_file():
        raise NotFoundError(f"no release {release!r} in {folder}; see `shapan city list`")
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != release:
        raise IntegrityError(f"the manifest of release {release[:12]} was changed; import it again")
    manifest: dict[str, Any] = json.loads(body)
    return manifest


@contextmanager
def _intact(path: Path, release: str) -> Iterator[Path]:
    """Say of anything that goes wrong with a file which release is not what it was."""
    if not path.is_file():
        raise IntegrityError(
            f"{path.name} of release {release[:12]} is missing; import the city again"
        )
    try:
        checksums = json.loads((path.parent / _CHECKSUMS).read_bytes())
        _check(checksums[path.name] == _sha256(path))
        yield path
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise IntegrityError(
            f"{path.name} of release {release[:12]} was changed; import the city again"
        ) from error


def _check(is_same: bool) -> None:  # noqa: FBT001 - a claim, and the only argument
    if not is_same:
        raise ValueError("the content is not what the manifest says")


def _terrain(home: Path, described: dict[str, Any], release: str) -> Terrain:
    shape = (described["rows"], described["columns"])
    if "sha256" in described:
        with _intact(home / "terrain.tif", release) as path:
            values = raster.read(path).cells
            _check(hash_cells(values) == described["sha256"])
    else:
        values = np.full(shape, described["elevation_m"], dtype=np.float32)
    return Terrain(
        elevation_m=values,
        west=described["west"],
        north=described["north"],
        cell_m=described["cell_m"],
        is_flat=described["is_flat"],
    )


def list_releases(folder: Path) -> list[Release]:
    """Every whole release in a folder, by name then id; unfinished ones are left out.

    Raises:
        IntegrityError: A manifest was changed.
    """
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if (path / "manifest.json").is_file()]
    found = [_summary(folder, name) for name in names if ".partial-" not in name]
    return sorted(found, key=lambda release: (release.name, release.release))


def _summary(folder: Path, release: str) -> Release:
    manifest = _manifest(folder, release)
    return Release(
        release=release,
        name=manifest["name"],
        title_zh=manifest["titles"]["zh"],
        title_en=manifest["titles"]["en"],
        kind=manifest["provenance"]["kind"],
        rows=manifest["counts"] | manifest["levels"],
    )
