"""Reading drills: from the library by name, or from a YAML file by path."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from gis.errors import DrillError, NotFoundError
from scenarios.drill import Drill
from scenarios.injects import CommunicationLoss, DykeRisk, Failure, Incident, StretcherDemand
from scenarios.selectors import find
from twin.city import City


def names() -> list[str]:
    """Names of the drills in the library, in alphabetical order."""
    folder = files("scenarios") / "library"
    found = [entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return sorted(name.removesuffix(".yaml").replace("_", "-") for name in found)


def load(name_or_path: str | Path) -> Drill:
    """Read one drill and check it.

    Args:
        name_or_path: A name of the library, such as ``typhoon-flood``, or a path to a YAML file.

    Raises:
        NotFoundError: No such name in the library and no such file.
        DrillError: The file is no valid drill; the message names file and field in one line.
    """
    if str(name_or_path) in names():
        entry = files("scenarios") / "library" / f"{str(name_or_path).replace('-', '_')}.yaml"
        return parse(entry.read_text(encoding="utf-8"), source=f"library/{entry.name}")
    path = Path(name_or_path)
    if not path.is_file():
        known = ", ".join(names())
        message = f"no drill {str(name_or_path)!r} in the library ({known}) and no such file"
        raise NotFoundError(message, field="drill")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DrillError(f"{path} is no UTF-8 text; save the drill as UTF-8 YAML") from None
    return parse(text, source=str(path))


def parse(text: str, *, source: str) -> Drill:
    """Check the YAML text of one drill.

    Args:
        text: The file's content.
        source: What to call the file in messages.

    Raises:
        DrillError: As in :func:`load`.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = str(error).replace("\n", " ")
        raise DrillError(f"{source} is no YAML: {line}") from None
    if not isinstance(content, dict):
        raise DrillError(f"{source} holds no drill; it must be a YAML mapping with id, title, ...")
    try:
        return Drill.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "drill"
        what = str(first["msg"]).removeprefix("Value error, ").replace("\n", " ")
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise DrillError(f"{source}: {field}: {what}{more}", field=field) from None


def validate(drill: Drill, city: City) -> list[str]:
    """Check every place and facility a drill names against a city, before anything runs.

    Returns:
        Selectors that find nothing in this city; their injects are skipped and said to be.

    Raises:
        DrillError: A selector is malformed or names an identifier the city does not have.
    """
    missing: list[str] = []
    for field, selector in _selectors(drill):
        try:
            found = find(selector, city)
        except DrillError as error:
            raise DrillError(f"drill {drill.id}: {field}: {error.message}", field=field) from None
        if found.sort == "nothing" and selector not in missing:
            missing.append(selector)
    return missing


def _selectors(drill: Drill) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for inject in drill.injects:
        found.append((f"injects.{inject.id}.area", inject.area))
        for effect in inject.effects:
            if isinstance(effect, Failure | Incident | DykeRisk):
                found.append((f"injects.{inject.id}.effects.facility", effect.facility))
            elif isinstance(effect, CommunicationLoss | StretcherDemand):
                found.append((f"injects.{inject.id}.effects.area", effect.area))
    found += [(f"conversions.{plan.id}.facility", plan.facility) for plan in drill.conversions]
    return found
