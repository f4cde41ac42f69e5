"""Changes to a drill while it is played: another decision, inject or number from a moment on."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field, ValidationError

from gis.errors import DrillError, NotFoundError
from scenarios.drill import Drill
from scenarios.injects import Inject
from scenarios.reading import parse
from scenarios.words import Duration, Strict


class Change(Strict):
    """What is different from a moment on.

    Attributes:
        decisions: Options by decision that replace the answers or defaults.
        norms: Values by dotted path, such as ``behaviour.compliance``; items of lists by their id.
        injects: Injects that are added.
        moves: New times [s from T0] of injects, by id.
        without: Injects that are never sent.
    """

    decisions: dict[str, str] = Field(default={})
    norms: dict[str, float] = Field(default={})
    injects: tuple[Inject, ...] = ()
    moves: dict[str, Duration] = Field(default={})
    without: tuple[str, ...] = ()

    def content(self) -> dict[str, Any]:
        """The change as JSON data; what is not changed is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def apply(self, drill: Drill) -> Drill:
        """Give the drill as it is after the change; decisions are no part of a drill.

        Raises:
            DrillError: The change names what the drill does not have, or makes no valid drill.
        """
        content = orjson.loads(drill.model_dump_json(by_alias=True))
        for path, value in self.norms.items():
            _set_norm(content, path, value)
        self._change_injects(content)
        try:
            return Drill.model_validate(content)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "drill"
            what = str(first["msg"]).removeprefix("Value error, ").replace("\n", " ")
            raise DrillError(f"the change makes no valid drill: {field}: {what}") from None

    def _change_injects(self, content: dict[str, Any]) -> None:
        known = {row["id"]: row for row in content["injects"]}
        for name in (*self.without, *self.moves):
            if name not in known:
                raise DrillError(f"the drill has no inject {name!r}; it has {', '.join(known)}")
        for name, at in self.moves.items():
            if known[name]["at"] is None:
                raise DrillError(f"inject {name} is sent by a condition, so it has no time to move")
            known[name]["at"] = at
        gone = {task["id"] for name in self.without for task in known[name]["expect"]}
        kept = [row for row in content["injects"] if row["id"] not in self.without]
        added = [inject.model_dump(mode="json", by_alias=True) for inject in self.injects]
        content["injects"] = kept + added
        for objective in content["objectives"]:
            objective["actions"] = [name for name in objective["actions"] if name not in gone]


class Additions(Strict):
    """A file of injects to be added to a drill."""

    injects: tuple[Inject, ...] = Field(min_length=1)


def load_injects(path: Path) -> tuple[Inject, ...]:
    """Read injects from a YAML file with one field ``injects``, written as in a drill.

    Raises:
        NotFoundError: No such file.
        DrillError: The file holds no injects.
    """
    if not path.is_file():
        raise NotFoundError(f"no file {path}; give a YAML file with injects", field="inject")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DrillError(f"{path} is no UTF-8 text; save it as UTF-8 YAML") from None
    return parse(Additions, text, source=str(path), noun="injects").injects


def _set_norm(content: dict[str, Any], path: str, value: float) -> None:
    """Change one number; it stands on an assumption from now on."""
    node: Any = content
    for part in path.split("."):
        node = _child(node, part)
        if node is None:
            break
    if not isinstance(node, dict) or not isinstance(node.get("value"), int | float):
        norms = list(norm_paths(content))
        near = difflib.get_close_matches(path, norms, n=3) or norms[:3]
        raise DrillError(
            f"the drill has no norm {path!r}; did you mean {', '.join(near)}?", field=path
        )
    node |= {"value": value, "basis": "A", "citation": ""}


def _child(node: object, part: str) -> Any:  # noqa: ANN401 - JSON data
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list):
        named = [row for row in node if isinstance(row, dict) and part == row.get("id")]
        return named[0] if named else None
    return None


def norm_paths(node: object, path: str = "") -> Iterator[str]:
    """Dotted paths of all norms in a drill's JSON data."""
    if isinstance(node, dict):
        if isinstance(node.get("value"), int | float) and "basis" in node:
            yield path
            return
        rows = list(node.items())
    elif isinstance(node, list):
        rows = [(row["id"], row) for row in node if isinstance(row, dict) and "id" in row]
    else:
        return
    for name, row in rows:
        yield from norm_paths(row, f"{path}.{name}" if path else str(name))
