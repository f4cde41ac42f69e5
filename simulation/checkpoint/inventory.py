"""Inventory: every part of a run, and what has changed in it since the run was built."""

import dataclasses
import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import mesa
import numpy as np
import orjson
from numpy.lib.array_utils import byte_bounds
from pydantic import BaseModel

from gis.errors import IntegrityError
from scenarios.drill import Drill
from simulation.atlas import Atlas
from simulation.checkpoint.notation import Reader, Surroundings, Writer, Written
from simulation.crowd.network import Network
from simulation.parts import Parts
from simulation.setting import Setting
from simulation.stopwatch import Stopwatch

FIXTURES: tuple[type, ...] = (Drill, Atlas, Network, Stopwatch)
"""What is the same in every run of a drill on a city, or no part of a result."""
SHELVES: tuple[type, ...] = (Setting, Parts)
"""Dataclasses that hold parts; they are looked into like parts."""
ROOT = "play"


Changes = dict[tuple[str, str], Written]
"""What differs from a run that has just been built, by path of the part and attribute."""


class Inventory:
    """The parts of one run, and how they were when the inventory was made: when the run was built.

    Args:
        root: The run.
        drill: What is played.

    Raises:
        IntegrityError: A part holds what no checkpoint can write.
    """

    def __init__(self, root: object, drill: Drill) -> None:
        self.parts: dict[str, object] = {}
        self._find(root, ROOT, set())
        self._around = Surroundings(self.parts, drill, FIXTURES)
        writer = Writer(self._around)
        self._fresh = {key: _digest(written) for key, written in self._attributes(writer)}

    def changes(self) -> Changes:
        """Write down every attribute that is not as it was.

        Raises:
            IntegrityError: A changed attribute holds what no checkpoint can write.
        """
        writer = Writer(self._around)
        found = {
            key: written
            for key, written in self._attributes(writer)
            if written.refers or _digest(written) != self._fresh.get(key)
        }
        for (path, name), written in found.items():
            if written.is_wired:
                raise IntegrityError(
                    f"{path}.{name} holds code and changed while the run was played; a checkpoint"
                    " holds data only: set it in __init__, or name it in the class's UNKEPT",
                    field=f"{path}.{name}",
                )
        _check_apart(writer, {f"{path}.{name}" for path, name in found})
        return found

    def restore(self, changes: Changes) -> None:
        """Bring a run that has just been built to where another one was.

        A part with a method ``restored()`` has it called at the end, in which it may compute again
        what its class names in ``UNKEPT``.

        Raises:
            IntegrityError: The changes name what this run does not have.
        """
        fresh = Writer(self._around)
        for _ in self._attributes(fresh):
            pass
        reader = Reader(self._around, fresh.objects)
        for (path, name), written in changes.items():
            if path not in self.parts:
                raise IntegrityError(f"the checkpoint tells of {path}, which this run lacks")
            value = reader.attribute(written.coded, written.arrays, f"{path}.{name}")
            object.__setattr__(self.parts[path], name, value)
        for part in self.parts.values():
            restored = getattr(part, "restored", None)
            if restored is not None:
                restored()

    def _attributes(self, writer: Writer) -> Iterator[tuple[tuple[str, str], Written]]:
        for path, part in self.parts.items():
            for name, value in state_of(part).items():
                yield (path, name), writer.attribute(value, f"{path}.{name}")

    def _find(self, value: object, path: str, seen: set[int]) -> None:
        """Collect the parts below a value."""
        if id(value) in seen or isinstance(value, FIXTURES):
            return
        if _is_part(value) or path == ROOT:
            seen.add(id(value))
            self.parts[path] = value
            for name, item in state_of(value).items():
                self._find(item, f"{path}.{name}", seen)
        elif type(value) is dict:
            for key, item in value.items():
                self._find(item, f"{path}[{key!r}]", seen)
        elif type(value) in {list, tuple}:
            for row, item in enumerate(value):  # type: ignore[arg-type]  # the type is asked above
                self._find(item, f"{path}[{row}]", seen)


def _is_part(value: object) -> bool:
    if type(value).__module__.partition(".")[0] != "simulation" or callable(value):
        return False
    is_data = dataclasses.is_dataclass(value) or isinstance(value, tuple | BaseModel)
    return isinstance(value, SHELVES) or not is_data


def state_of(part: object) -> dict[str, Any]:
    """Attributes of a part that a checkpoint keeps, by name."""
    left_out = set().union(*(vars(kind).get("UNKEPT", ()) for kind in type(part).__mro__))
    if isinstance(part, mesa.Model):
        left_out |= _OF_MODELS
    elif isinstance(part, mesa.Agent):
        left_out |= _OF_AGENTS
    if dataclasses.is_dataclass(part):
        names = [field.name for field in dataclasses.fields(part)]
    else:
        names = list(vars(part))
    return {name: getattr(part, name) for name in names if name not in left_out}


def _mesa_attributes() -> tuple[frozenset[str], frozenset[str]]:
    """Attributes that Mesa itself gives to models and agents; no result depends on them."""
    model = mesa.Model(rng=0)
    agent = mesa.Agent(model)
    return frozenset(vars(model)), frozenset(vars(agent))


_OF_MODELS, _OF_AGENTS = _mesa_attributes()


def _digest(written: Written) -> bytes:
    """Hash a coded value together with its arrays."""
    content = hashlib.blake2b(orjson.dumps(written.coded), digest_size=16)
    for array in written.arrays:
        content.update(f"{array.dtype.str}{array.shape}".encode())
        content.update(array.reshape(-1).view(np.uint8).data)
    return content.digest()


def _check_apart(writer: Writer, written: set[str]) -> None:
    """Refuse written arrays that share memory with another one: restored, they would part."""
    spans = sorted(
        (*byte_bounds(value), path)
        for path, value in writer.objects.items()
        if isinstance(value, np.ndarray) and value.size and 0 not in value.strides
    )
    for (_, end, path), (start, _, other) in pairwise(spans):
        if start < end and {writer.holder[path], writer.holder[other]} & written:
            raise IntegrityError(f"{path} and {other} share memory; let one of them be a copy")
