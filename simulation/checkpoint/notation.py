"""Notation: Python values as JSON and arrays, and back; an object met twice stays one object.

scalars, strings, None     themselves; {"f": "nan"}, {"i": "2**70"}, {"n": dtype, "v": value}
list, dict, tuple, set     [..], {"d": [[key, value]]}, {"t": [..]}, {"s": [..]}, {"q": [..]}
numpy array, byte strings  {"a": number}, {"b": [number, number]}
random generator           {"g": state}
dataclass, named tuple     {"o": class, "v": [[field, value]]}
model of the drill         {"k": path}; other pydantic models {"m": class, "v": content}
part of the run            {"p": path}
met before                 {"r": path}
code, fixtures             {"c": name}, {"x": number}: the same in every run, never rewritten
"""

import dataclasses
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from gis.errors import IntegrityError
from scenarios.drill import Drill

Coded = Any
"""A JSON value of this notation."""
FIXED_PACKAGES = ("pandas", "geopandas", "scipy", "shapely", "twin")
"""Objects of these packages are never changed once made; a run only looks things up in them."""
OUR_PACKAGES = ("simulation", "scenarios")


class Surroundings:
    """What a run's values may point to: its parts, its drill's models, and what never changes.

    Args:
        parts: Every part by path.
        drill: The drill that is played.
        fixtures: Classes whose objects never change.
    """

    def __init__(
        self, parts: Mapping[str, object], drill: Drill, fixtures: tuple[type, ...]
    ) -> None:
        self.parts = parts
        self.fixtures = fixtures
        self.models = dict(_models(drill, "drill"))
        self.path_of_part = {id(part): path for path, part in parts.items()}
        self.path_of_model = {id(model): path for path, model in self.models.items()}
        self.kept_alive: dict[int, object] = {}

    def is_fixed(self, value: object) -> bool:
        """True for an object that nobody changes."""
        if isinstance(value, np.ndarray):
            return bool(value.dtype.hasobject)
        package = type(value).__module__.partition(".")[0]
        return isinstance(value, self.fixtures) or package in FIXED_PACKAGES


def _models(value: object, path: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from _models(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _models(item, f"{path}[{getattr(item, 'id', number)}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _models(item, f"{path}[{key!r}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One attribute, written down.

    Attributes:
        coded: Its value.
        arrays: The arrays that the coded value names by number.
        refers: True where it points to an object that another attribute holds.
        is_wired: True where it holds code or fixtures, which cannot be read back.
    """

    coded: Coded
    arrays: list[NDArray[Any]]
    refers: bool
    is_wired: bool


class Writer:
    """Writes the attributes of a run down, one after the other.

    Attributes:
        objects: Every object met, by the path where it was met first.
        holder: The attribute in which each was met, by the same path.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.objects: dict[str, object] = {}
        self.holder: dict[str, str] = {}
        self._attribute = ""
        self._around = surroundings
        self._path_of: dict[int, str] = {}
        self._arrays: list[NDArray[Any]] = []
        self._refers = self._is_wired = False

    def attribute(self, value: object, path: str) -> Written:
        """Write one attribute of a part.

        Raises:
            IntegrityError: It holds a value of a kind that cannot be written.
        """
        self._arrays, self._refers, self._is_wired = [], False, False
        self._attribute = path
        coded = self.write(value, path)
        return Written(
            coded=coded, arrays=self._arrays, refers=self._refers, is_wired=self._is_wired
        )

    def write(self, value: object, path: str) -> Coded:
        """Code a value that is held at a path."""
        if value is None or type(value) in {bool, str}:
            return value
        if type(value) is int:
            return value if abs(value) < 2**62 else {"i": str(value)}
        if type(value) is float:
            return value if np.isfinite(value) else {"f": str(value)}
        if isinstance(value, np.generic):
            return {"n": value.dtype.str, "v": self.write(value.item(), path)}
        return self._write_object(value, path)

    def _write_object(self, value: object, path: str) -> Coded:
        around, key = self._around, id(value)
        if key in around.path_of_part:
            return {"p": around.path_of_part[key]}
        if key in around.path_of_model:
            return {"k": around.path_of_model[key]}
        if around.is_fixed(value) or callable(value):
            return self._write_wire(value)
        if type(value) is tuple:
            return {"t": self._write_items(value, path)}
        if key in self._path_of:
            self._refers = True
            return {"r": self._path_of[key]}
        self._path_of[key] = path
        self.objects[path] = value
        self.holder[path] = self._attribute
        return self._write_new(value, path)

    def _write_wire(self, value: object) -> Coded:
        """Name what cannot be read back: enough to tell whether it is the same."""
        self._is_wired = True
        if callable(value):
            return {"c": getattr(value, "__qualname__", type(value).__qualname__)}
        self._around.kept_alive[id(value)] = value
        return {"x": id(value)}

    def _write_items(self, items: Any, path: str) -> list[Coded]:  # noqa: ANN401 - any iterable
        return [self.write(item, f"{path}[{row}]") for row, item in enumerate(items)]

    def _write_new(self, value: object, path: str) -> Coded:  # noqa: PLR0911 - one line a type
        if isinstance(value, np.ndarray):
            return {"a": self._keep(value)}
        if type(value) is list:
            return self._write_list(value, path)
        if type(value) is dict:
            return {"d": self._write_dict(value, path)}
        if type(value) in {set, frozenset}:
            kind = "s" if type(value) is set else "z"
            return {kind: self._write_items(sorted(value), path)}  # type: ignore[call-overload]  # the type is asked above
        if type(value) is deque:
            return {"q": self._write_items(value, path)}
        if isinstance(value, np.random.Generator):
            return {"g": _plain_state(value)}
        if isinstance(value, BaseModel):
            content = value.model_dump(mode="json", by_alias=True)
            return {"m": self._class_name(value, path), "v": content}
        if isinstance(value, tuple) or dataclasses.is_dataclass(value):
            return {"o": self._class_name(value, path), "v": self._write_fields(value, path)}
        raise unwritable(value, path)

    def _write_list(self, value: list[Any], path: str) -> Coded:
        if value and all(type(item) is bytes for item in value):
            lengths = np.array([len(item) for item in value], dtype=np.int64)
            content = np.frombuffer(b"".join(value), dtype=np.uint8)
            return {"b": [self._keep(lengths), self._keep(content)]}
        return self._write_items(value, path)

    def _write_dict(self, value: dict[Any, Any], path: str) -> list[Coded]:
        return [
            [self.write(key, f"{path}.key({key!r})"), self.write(item, f"{path}[{key!r}]")]
            for key, item in value.items()
        ]

    def _write_fields(self, value: object, path: str) -> list[Coded]:
        return [
            [name, self.write(getattr(value, name), f"{path}.{name}")] for name in fields_of(value)
        ]

    def _keep(self, array: NDArray[Any]) -> int:
        self._arrays.append(np.ascontiguousarray(array).reshape(array.shape))
        return len(self._arrays) - 1

    def _class_name(self, value: object, path: str) -> str:
        kind = type(value)
        if kind.__module__.partition(".")[0] not in OUR_PACKAGES:
            raise unwritable(value, path)
        return f"{kind.__module__}:{kind.__qualname__}"


def fields_of(value: object) -> tuple[str, ...]:
    """Names of the fields of a dataclass or named tuple."""
    if isinstance(value, tuple):
        return tuple(getattr(value, "_fields", ()))
    return tuple(field.name for field in dataclasses.fields(value))  # type: ignore[arg-type]  # callers ask is_dataclass first


def unwritable(value: object, path: str) -> IntegrityError:
    """The error for a value that no checkpoint can hold."""
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return IntegrityError(
        f"{path} holds a {kind}, which a checkpoint cannot write; hold arrays, numbers, strings,"
        " lists, dicts, sets or dataclasses, or name the attribute in the class's UNKEPT",
        field=path,
    )


def _plain_state(generator: np.random.Generator) -> Coded:
    def plain(value: object) -> Coded:
        if isinstance(value, Mapping):
            return {name: plain(item) for name, item in value.items()}
        return value if isinstance(value, str) else str(int(value))  # type: ignore[call-overload]  # numpy gives integers here

    return plain(generator.bit_generator.state)


class Reader:
    """Reads values back.

    Args:
        surroundings: Those of the run that takes the values over.
        objects: Objects of the fresh run by path, for references to what was not written.
    """

    def __init__(self, surroundings: Surroundings, objects: Mapping[str, object]) -> None:
        self._around = surroundings
        self._arrays: list[NDArray[Any]] = []
        self._objects = dict(objects)

    def attribute(self, coded: Coded, arrays: list[NDArray[Any]], path: str) -> Any:  # noqa: ANN401 - any value of a part
        """Give the value of one attribute.

        Raises:
            IntegrityError: The code is none of this notation, or points to what is not there.
        """
        self._arrays = arrays
        return self.read(coded, path)

    def read(self, coded: Coded, path: str) -> Any:  # noqa: ANN401 - any value of a part
        """Give the value that was coded."""
        if isinstance(coded, list):
            return self._fill_list(coded, path, [])
        if not isinstance(coded, dict):
            return coded
        sign, content = next(iter(coded.items()))
        reader = getattr(self, f"_read_{sign}", None)
        if reader is None:
            raise IntegrityError(f"{path} is written as {sign!r}, which this engine does not know")
        return reader(content, path, coded.get("v"))

    def _remember(self, value: Any, path: str) -> Any:  # noqa: ANN401 - as in read
        self._objects[path] = value
        return value

    def _fill_list(self, coded: list[Coded], path: str, found: list[Any]) -> list[Any]:
        self._remember(found, path)
        found.extend(self._items(coded, path))
        return found

    def _items(self, coded: list[Coded], path: str) -> list[Any]:
        return [self.read(item, f"{path}[{row}]") for row, item in enumerate(coded)]

    def _read_i(self, content: str, path: str, rest: Coded) -> int:
        del path, rest
        return int(content)

    def _read_f(self, content: str, path: str, rest: Coded) -> float:
        del path, rest
        return float(content)

    def _read_n(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - a numpy scalar
        return np.dtype(content).type(self.read(rest, path))

    def _read_t(self, content: list[Coded], path: str, rest: Coded) -> tuple[Any, ...]:
        del rest
        return tuple(self._items(content, path))

    def _read_s(self, content: list[Coded], path: str, rest: Coded) -> Any:  # noqa: ANN401 - a set
        del rest
        return self._remember(set(self._items(content, path)), path)

    def _read_z(self, content: list[Coded], path: str, rest: Coded) -> Any:  # noqa: ANN401 - a set
        del rest
        return self._remember(frozenset(self._items(content, path)), path)

    def _read_q(self, content: list[Coded], path: str, rest: Coded) -> Any:  # noqa: ANN401 - a deque
        del rest
        return self._remember(deque(self._items(content, path)), path)

    def _read_d(self, content: list[Coded], path: str, rest: Coded) -> dict[Any, Any]:
        del rest
        found: dict[Any, Any] = self._remember({}, path)
        for coded_key, coded in content:
            key = self.read(coded_key, path)
            found[key] = self.read(coded, f"{path}[{key!r}]")
        return found

    def _read_a(self, content: int, path: str, rest: Coded) -> Any:  # noqa: ANN401 - an array
        del rest
        return self._remember(self._arrays[content].copy(), path)

    def _read_b(self, content: list[int], path: str, rest: Coded) -> Any:  # noqa: ANN401 - a list
        del rest
        ends = np.cumsum(self._arrays[content[0]]).tolist()
        joined = self._arrays[content[1]].tobytes()
        starts = [0, *ends[:-1]]
        found = [joined[start:end] for start, end in zip(starts, ends, strict=True)]
        return self._remember(found, path)

    def _read_g(self, content: Coded, path: str, rest: Coded) -> Any:  # noqa: ANN401 - a generator
        del rest
        bits = {"PCG64": np.random.PCG64}.get(str(content["bit_generator"]))
        if bits is None:
            raise IntegrityError(f"{path} is a random stream of an unknown kind")
        generator = np.random.Generator(bits())
        generator.bit_generator.state = _numbers(content)
        return self._remember(generator, path)

    def _read_m(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - a model
        kind = class_of(content, path)
        if not issubclass(kind, BaseModel):
            raise IntegrityError(f"{path} names {content}, which is no model")
        return self._remember(kind.model_validate(rest), path)

    def _read_o(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - an object
        kind = class_of(content, path)
        if issubclass(kind, tuple):
            values = [self.read(coded, f"{path}.{name}") for name, coded in rest]
            return self._remember(kind(*values), path)
        found = self._remember(object.__new__(kind), path)
        for name, coded in rest:
            object.__setattr__(found, name, self.read(coded, f"{path}.{name}"))
        return found

    def _read_k(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - a model
        del rest
        return _named(self._around.models, content, path)

    def _read_p(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - a part
        del rest
        return _named(self._around.parts, content, path)

    def _read_r(self, content: str, path: str, rest: Coded) -> Any:  # noqa: ANN401 - any object
        del rest
        return _named(self._objects, content, path)


def _named(known: Mapping[str, Any], name: str, path: str) -> Any:  # noqa: ANN401 - any object
    if name not in known:
        raise IntegrityError(f"{path} points to {name}, which this run does not have")
    return known[name]


def _numbers(state: Mapping[str, Any]) -> dict[str, Any]:
    def number(value: object) -> Any:  # noqa: ANN401 - numpy's own nesting
        if isinstance(value, Mapping):
            return {name: number(item) for name, item in value.items()}
        return int(str(value)) if str(value).isdecimal() else value

    return {name: number(item) for name, item in state.items()}


def class_of(name: str, path: str) -> type[Any]:
    """Find a data class by name; only classes of this house that hold data are given.

    Raises:
        IntegrityError: The name is no such class.
    """
    module, _, qualname = name.partition(":")
    if module.partition(".")[0] in OUR_PACKAGES and module in sys.modules:
        found = getattr(sys.modules[module], qualname, None)
        if isinstance(found, type) and (
            dataclasses.is_dataclass(found) or issubclass(found, BaseModel | tuple)
        ):
            return found
    raise IntegrityError(f"{path} names {name}, which is no data of this engine")
