"""Reading YAML that people write: a mapping that becomes a checked record, or one clear line."""

from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from gis.errors import DrillError, NotFoundError
from scenarios.words import Strict

Record = TypeVar("Record", bound=Strict)


def library(room: str) -> list[str]:
    """Names of the files in a room of the library, in alphabetical order."""
    found = [entry.name for entry in (files("scenarios") / room).iterdir()]
    yaml_files = [name for name in found if name.endswith(".yaml")]
    return sorted(name.removesuffix(".yaml").replace("_", "-") for name in yaml_files)


def text_of(name_or_path: str | Path, *, room: str, noun: str) -> tuple[str, str]:
    """The text of a library entry or of a file, and what to call it in messages.

    Args:
        name_or_path: A name of the library, or a path.
        room: Folder of the library.
        noun: What is read, such as ``drill``.

    Raises:
        NotFoundError: No such name in the library and no such file.
        DrillError: The file is no UTF-8 text.
    """
    known = library(room)
    if str(name_or_path) in known:
        entry = files("scenarios") / room / f"{str(name_or_path).replace('-', '_')}.yaml"
        return entry.read_text(encoding="utf-8"), f"{room}/{entry.name}"
    path = Path(name_or_path)
    if not path.is_file():
        names = ", ".join(known)
        message = f"no {noun} {str(name_or_path)!r} in the library ({names}) and no such file"
        raise NotFoundError(message, field=noun)
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except UnicodeDecodeError:
        raise DrillError(f"{path} is no UTF-8 text; save the {noun} as UTF-8 YAML") from None


def parse(model: type[Record], text: str, *, source: str, noun: str) -> Record:
    """Check YAML text against a record.

    Args:
        model: What it must be.
        text: The file's content.
        source: What to call the file in messages.
        noun: What it is, such as ``drill``.

    Raises:
        DrillError: The text is no such record; the message names file and field in one line.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = str(error).replace("\n", " ")
        raise DrillError(f"{source} is no YAML: {line}") from None
    if not isinstance(content, dict):
        message = f"{source} holds no {noun}; it must be a YAML mapping with id, title, ..."
        raise DrillError(message)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or noun
        what = str(first["msg"]).removeprefix("Value error, ").replace("\n", " ")
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise DrillError(f"{source}: {field}: {what}{more}", field=field) from None
