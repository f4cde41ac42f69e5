"""File: a checkpoint as the bytes of one file, and the refusal of files that do not fit.

The file is a ZIP archive of ``head.json`` (what run it is and when), ``values.json`` (coded values)
and ``arrays.bin`` (the arrays, one after the other); the head carries a checksum of all three.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from gis.errors import FileFormatError, InputError, IntegrityError
from simulation.checkpoint.inventory import Changes
from simulation.checkpoint.notation import Written
from simulation.record import canonical

FORMAT: Literal["shapan-checkpoint/1"] = "shapan-checkpoint/1"


class Head(BaseModel):
    """What a checkpoint is of.

    Attributes:
        engine: Version of the engine that wrote it.
        release: Release, or name where the city has none.
        drill: Digest of the drill.
        run: Id of the run.
        tick: The moment [10 ms from the run's first].
        time_s: The moment [s from T0].
        checksum: sha256 of the head without this field, the values and the arrays.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["shapan-checkpoint/1"] = FORMAT
    engine: str
    release: str
    drill: str
    seed: int
    decisions: dict[str, str]
    run: str
    tick: int
    time_s: int
    checksum: str = ""


def pack(head: Head, changes: Changes) -> bytes:
    """Make the bytes of a checkpoint file."""
    arrays = list(chain.from_iterable(written.arrays for written in changes.values()))
    values = orjson.dumps(
        {
            "values": [
                [path, name, written.coded, len(written.arrays)]
                for (path, name), written in changes.items()
            ],
            "arrays": [[array.dtype.str, array.shape] for array in arrays],
        }
    )
    checksum = _checksum(head, values, (_bytes_of(array) for array in arrays))
    head = head.model_copy(update={"checksum": checksum})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _store(archive, "head.json", iter([canonical(head.model_dump())]))
        _store(archive, "values.json", iter([values]))
        _store(archive, "arrays.bin", (_bytes_of(array) for array in arrays))
    return buffer.getvalue()


def read_head(content: bytes) -> Head:
    """Tell what a checkpoint is of, without unpacking it.

    Raises:
        FileFormatError: The bytes are no checkpoint, or are cut short.
    """
    with _opened(content) as archive:
        return _head_of(archive)


def unpack(content: bytes) -> tuple[Head, Changes]:
    """Read a checkpoint file.

    Raises:
        FileFormatError: The bytes are no checkpoint, or are cut short.
        IntegrityError: The bytes were altered.
    """
    with _opened(content) as archive:
        head = _head_of(archive)
        try:
            values, joined = archive.read("values.json"), archive.read("arrays.bin")
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, OSError):
            raise _altered() from None
    if _checksum(head, values, iter([memoryview(joined)])) != head.checksum:
        raise _altered()
    return head, _changes_of(orjson.loads(values), joined)


def refuse_others(head: Head, wanted: Head) -> None:
    """Refuse a checkpoint that is of another run than the one to be played.

    Raises:
        InputError: Engine, release, drill, seed, decisions or run differ; the first is named.
    """
    nouns = {
        "engine": "engine version",
        "release": "release",
        "drill": "drill",
        "seed": "seed",
        "decisions": "decisions",
        "run": "run",
    }
    for name, noun in nouns.items():
        found, expected = getattr(head, name), getattr(wanted, name)
        if found != expected:
            raise InputError(
                f"the checkpoint is of {noun} {_shown(found)}, but {_shown(expected)} is to be"
                " played; resume it with what it was made with, or play from the start",
                field=name,
            )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={option}" for name, option in value.items()) or "none"
    text = str(value)
    return text[:12] if len(text) == 64 else text


def _altered() -> IntegrityError:
    return IntegrityError(
        "the checkpoint's content does not hash to what its head says; it was altered or damaged,"
        " delete it and play from the start"
    )


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FileFormatError(
            f"{len(content)} bytes are no whole checkpoint; the file is cut short or of another"
            " kind, delete it and play from the start"
        ) from None


def _head_of(archive: zipfile.ZipFile) -> Head:
    try:
        return Head.model_validate(orjson.loads(archive.read("head.json")))
    except (KeyError, ValidationError, zipfile.BadZipFile, zlib.error, ValueError):
        raise FileFormatError(
            f"the file has no head of format {FORMAT}; it is no checkpoint of this engine"
        ) from None


def _store(archive: zipfile.ZipFile, name: str, blocks: Iterator[Any]) -> None:
    with archive.open(name, "w", force_zip64=True) as stream:
        for block in blocks:
            stream.write(block)


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8).data)


def _checksum(head: Head, values: bytes, blocks: Iterator[memoryview]) -> str:
    content = hashlib.sha256(canonical(head.model_dump(exclude={"checksum"})))
    content.update(values)
    for block in blocks:
        content.update(block)
    return content.hexdigest()


def _changes_of(table: dict[str, Any], joined: bytes) -> Changes:
    arrays: list[NDArray[Any]] = []
    offset = 0
    for dtype, shape in table["arrays"]:
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(joined, np.dtype(dtype), count=count, offset=offset)
        arrays.append(array.reshape(shape))
        offset += array.nbytes
    changes: Changes = {}
    first = 0
    for path, name, coded, count in table["values"]:
        changes[path, name] = Written(
            coded=coded, arrays=arrays[first : first + count], refers=False, is_wired=False
        )
        first += count
    return changes
