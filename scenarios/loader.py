"""Reading drills: from the library by name, or from a YAML file by path."""

from pathlib import Path

from gis.errors import DrillError
from scenarios import reading
from scenarios.drill import Drill
from scenarios.injects import (
    CommunicationLoss,
    DykeRisk,
    Failure,
    Incident,
    MassCasualty,
    StretcherDemand,
)
from scenarios.selectors import find
from twin.city import City


def names() -> list[str]:
    """Names of the drills in the library, in alphabetical order."""
    return reading.library("library")


def load(name_or_path: str | Path) -> Drill:
    """Read one drill and check it.

    Args:
        name_or_path: A name of the library, such as ``typhoon-flood``, or a path to a YAML file.

    Raises:
        NotFoundError: No such name in the library and no such file.
        DrillError: The file is no valid drill; the message names file and field in one line.
    """
    text, source = reading.text_of(name_or_path, room="library", noun="drill")
    return parse(text, source=source)


def parse(text: str, *, source: str) -> Drill:
    """Check the YAML text of one drill.

    Args:
        text: The file's content.
        source: What to call the file in messages.

    Raises:
        DrillError: As in :func:`load`.
    """
    return reading.parse(Drill, text, source=source, noun="drill")


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
            elif isinstance(effect, CommunicationLoss | StretcherDemand | MassCasualty):
                found.append((f"injects.{inject.id}.effects.area", effect.area))
    found += [(f"conversions.{plan.id}.facility", plan.facility) for plan in drill.conversions]
    return found
