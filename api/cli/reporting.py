"""Writing a report at the command line."""

import os
import sys
from pathlib import Path

from api.reports import write_html, write_json
from api.reports.reserves import Format
from api.store import Store
from gis.errors import InputError

_STANDARD_OUTPUT = Path("-")


def write_report(store: Store, run: str, *, kind: str, out: Path | None) -> Path | None:
    """Write a report of a run.

    Args:
        store: Where runs and cities are.
        run: Id of the run.
        kind: ``html`` or ``json``.
        out: File to write, ``-`` for standard output. Where absent, a page is written to
            ``<drill>-<city>-<run>.html`` here, and JSON to standard output.

    Returns:
        The file, or None for standard output.

    Raises:
        InputError: The folder of the file does not exist.
    """
    page = write_html(store, run) if kind == "html" else write_json(store, run)
    file = out or (_default(store, run) if kind == "html" else _STANDARD_OUTPUT)
    if file == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        return None
    write_whole_file(file, page)
    return file


def write_whole_file(file: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all.

    Raises:
        InputError: Its folder does not exist.
    """
    if not file.parent.is_dir():
        raise InputError(f"the folder {file.parent} does not exist; make it first", field="out")
    partial = file.with_name(f"{file.name}.partial-{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def form_of(file: Path) -> Format:
    """The form of a study's report by the file's ending.

    Raises:
        InputError: The ending is none of the three, or the folder does not exist.
    """
    forms: dict[str, Format] = {".html": "html", ".xlsx": "xlsx", ".pdf": "pdf"}
    form = forms.get(file.suffix.lower())
    if form is None:
        raise InputError(
            f"a study's report ends in .xlsx, .html or .pdf, not {file.suffix or 'nothing'!r}; "
            f"mend --report {file}",
            field="report",
        )
    if not file.parent.is_dir():
        raise InputError(f"the folder {file.parent} does not exist; make it first", field="report")
    return form


def _default(store: Store, run: str) -> Path:
    result = store.runs.result(run)
    return Path(f"{result.drill}-{result.city}-{run[:8]}.html")
