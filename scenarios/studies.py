"""Reading reserve studies: from the library by name, or from a YAML file by path."""

from pathlib import Path

from gis.errors import DrillError
from scenarios import loader, reading
from scenarios.drill import Drill
from scenarios.study import Study

ROOM = "library_studies"


def names() -> list[str]:
    """Names of the studies in the library, in alphabetical order."""
    return reading.library(ROOM)


def load(name_or_path: str | Path) -> Study:
    """Read one study and check it.

    Args:
        name_or_path: A name of the library, such as ``typhoon-reserve``, or a path to a YAML file.

    Raises:
        NotFoundError: No such name in the library and no such file.
        DrillError: The file is no valid study; the message names file and field in one line.
    """
    text, source = reading.text_of(name_or_path, room=ROOM, noun="study")
    return reading.parse(Study, text, source=source, noun="study")


def drills(study: Study, *, beside: Path | None = None) -> tuple[Drill, ...]:
    """Read the drills of a study, in its order, and check the decisions it answers.

    Args:
        study: The study.
        beside: Folder of the study's file; drills named by a relative path are looked for there.

    Raises:
        NotFoundError: A drill is neither in the library nor a file.
        DrillError: A drill is not valid, or has no such decision or option.
    """
    found = []
    for part in study.drills:
        near = beside / part.drill if beside is not None else None
        drill = loader.load(near if near is not None and near.is_file() else part.drill)
        for name, option in part.decisions.items():
            known = {decision.id: decision.names() for decision in drill.decisions}
            if option not in known.get(name, ()):
                message = f"study {study.id} answers {name}={option}, which drill {drill.id} lacks"
                raise DrillError(f"{message}; it has {known}", field="decisions")
        found.append(drill)
    return tuple(found)
