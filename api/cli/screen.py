"""What commands show: tables for people, JSON for programs, progress on standard error."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

Progress = Callable[[float, str], None]
_PAPER_WIDTH = 140


class Language(StrEnum):
    """Languages of titles and texts."""

    ZH = "zh"
    EN = "en"


def system_language() -> Language:
    """Chinese where the system speaks it, else English."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LANG") if os.environ.get(name)), "")
    return Language.ZH if spoken.startswith("zh") else Language.EN


LanguageOption = Annotated[
    Language,
    typer.Option(
        "--lang",
        help="Language of titles and texts.",
        default_factory=system_language,
        show_default="from LANG, else en",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def word(texts: Mapping[str, str], language: Language) -> str:
    """One text in the language, or in the other where it is missing there."""
    return texts[language] or texts[Language.EN] or texts[Language.ZH]


def print_json(content: object) -> None:
    """One JSON document on standard output; nan and inf become null."""
    import orjson  # noqa: PLC0415 - imported late so that every start is fast

    sys.stdout.buffer.write(orjson.dumps(content) + b"\n")
    sys.stdout.buffer.flush()


def say(*lines: object) -> None:
    """Lines or tables on standard output."""
    from rich.console import Console  # noqa: PLC0415 - as above

    width = None if sys.stdout.isatty() else _PAPER_WIDTH
    console = Console(highlight=False, width=width)
    for line in lines:
        console.print(line, markup=False, soft_wrap=isinstance(line, str))


def complain(message: str) -> None:
    """One plain line on standard error."""
    line = " ".join(message.split())
    print(f"shapan: {line}", file=sys.stderr, flush=True)  # noqa: T201 - the command's own voice


def note(line: str) -> None:
    """One plain line on standard error that is no complaint."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the command's own voice


def table(title: str, *columns: str) -> "Table":
    """An empty table; add rows with ``add_row``."""
    from rich.table import Table  # noqa: PLC0415 - as above

    made = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress bar on a terminal; elsewhere one plain line for each tenth."""
    if not sys.stderr.isatty():
        yield _plain(title)
        return
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - as above
    from rich.progress import Progress as Bar  # noqa: PLC0415 - as above

    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[line]}", style="dim", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True), transient=False) as bar:
        task = bar.add_task(title, total=1.0, line="")

        def tell(share: float, line: str) -> None:
            bar.update(task, completed=share, line=line)

        yield tell


def _plain(title: str) -> Progress:
    tenth = -1

    def tell(share: float, line: str) -> None:
        nonlocal tenth
        now = int(share * 10)
        if now > tenth:
            tenth = now
            print(f"{title}: {share:.0%} {line}", file=sys.stderr, flush=True)  # noqa: T201 - as above

    return tell


def hours(seconds: int | None) -> str:
    """Seconds from T0 as people read them, such as ``T0+6.5 h``."""
    return "–" if seconds is None else f"T0{seconds / 3600:+.1f} h"
