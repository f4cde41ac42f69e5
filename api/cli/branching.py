"""``shapan drill resume``, ``fork`` and ``compare``: runs that go on, part, and are compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.screen import JsonOption, LanguageOption, print_json

if TYPE_CHECKING:
    from scenarios.injects import Inject

RunArgument = Annotated[
    str, typer.Argument(help="Id of a run, its first digits, or `latest`.", metavar="RUN")
]


def resume(run_id: RunArgument, language: LanguageOption, *, as_json: JsonOption = False) -> None:
    """Go on with a run that was interrupted, from its newest checkpoint."""
    from api.cli.conclusions import show  # noqa: PLC0415 - imported late so that starts are fast
    from api.cli.playing import carry_out  # noqa: PLC0415 - as above
    from api.cli.stores import open_home  # noqa: PLC0415 - as above
    from simulation.checkpoint.file import unpack  # noqa: PLC0415 - as above

    store = open_home()
    run = store.checkpoints.find(run_id)
    order = store.checkpoints.order(run)
    unpack(store.checkpoints.read(run) or b"")
    result = carry_out(store, order, title=f"{order.drill.id}, run {run[:12]}", must_be=run)
    if as_json:
        print_json(result.model_dump(by_alias=True))
    else:
        show(result, language)


def fork(
    run_id: RunArgument,
    language: LanguageOption,
    *,
    at: Annotated[str, typer.Option("--at", help="When it leaves, such as T+2h or T-90m.")],
    decide: Annotated[
        list[str] | None, typer.Option("--decide", help="Another option, such as D1=now.")
    ] = None,
    norm: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another number, such as behaviour.compliance=0.8."),
    ] = None,
    inject: Annotated[
        list[Path] | None, typer.Option("--inject", help="YAML file with more `injects`.")
    ] = None,
    move: Annotated[
        list[str] | None, typer.Option("--move", help="Another time, such as T11=T+9h.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="An inject that is not sent.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Play a run to a moment, change something there, and play on; the fork is kept as a run."""
    from api import performance  # noqa: PLC0415 - imported late so that starts are fast
    from api.cli.conclusions import show  # noqa: PLC0415 - as above
    from api.cli.moments import read_moment  # noqa: PLC0415 - as above
    from api.cli.playing import carry_out, read_decisions  # noqa: PLC0415 - as above
    from api.cli.stores import open_home  # noqa: PLC0415 - as above
    from api.store.checkpoints import Departure  # noqa: PLC0415 - as above
    from scenarios.change import Change  # noqa: PLC0415 - as above

    store = open_home()
    order = performance.order_of(store, store.runs.find(run_id))
    change = Change(
        decisions=read_decisions(decide or []),
        norms=read_numbers(norm or []),
        injects=tuple(one for path in inject or [] for one in read_injects(path)),
        moves={
            name: read_moment(text, option="move")
            for name, text in read_pairs(move or [], option="move", example="T11=T+9h").items()
        },
        without=tuple(without or []),
    )
    departure = Departure(at_s=read_moment(at, option="at"), change=change)
    order = order.model_copy(update={"departures": (*order.departures, departure)})
    result = carry_out(store, order, title=f"{order.drill.id}, forked at {at}")
    if as_json:
        print_json(result.model_dump(by_alias=True))
    else:
        show(result, language)


def compare(
    a: Annotated[str, typer.Argument(help="A run, as for `report`.", metavar="A")],
    language: LanguageOption,
    b: Annotated[
        str | None,
        typer.Argument(help="The run to hold against it; a fork's parent without.", metavar="[B]"),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Hold two runs against each other, event by event, and tell what came of it."""
    from api.cli.comparing import show_comparison  # noqa: PLC0415 - imported late, as above
    from api.cli.stores import open_home  # noqa: PLC0415 - as above
    from gis.errors import InputError  # noqa: PLC0415 - as above
    from simulation.compare import compare as hold  # noqa: PLC0415 - as above

    store = open_home()
    first = store.runs.find(a)
    second = store.runs.find(b) if b is not None else first
    if b is None:
        parent = store.runs.result(first).parent
        if parent is None:
            raise InputError(f"run {first[:12]} is no fork; name the run to hold against it")
        first = store.runs.find(parent)
    found = hold(
        store.runs.result(first),
        store.runs.events(first),
        store.runs.result(second),
        store.runs.events(second),
    )
    if as_json:
        print_json(found.model_dump())
    else:
        show_comparison(found, language)


def read_pairs(given: list[str], *, option: str, example: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` pairs.

    Raises:
        InputError: A pair has no ``=``, or a name is given twice.
    """
    from gis.errors import InputError  # noqa: PLC0415 - as above

    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise InputError(f"--{option} {text!r} is no pair; write it as {example}", field=option)
        if name in pairs:
            raise InputError(f"--{option} {name} is given twice; choose one", field=option)
        pairs[name] = value
    return pairs


def read_numbers(given: list[str]) -> dict[str, float]:
    """Read ``PATH=NUMBER`` pairs.

    Raises:
        InputError: One is no such pair.
    """
    from gis.errors import InputError  # noqa: PLC0415 - as above

    numbers: dict[str, float] = {}
    for name, text in read_pairs(given, option="set", example="behaviour.compliance=0.8").items():
        try:
            numbers[name] = float(text)
        except ValueError:
            raise InputError(f"--set {name}={text}: {text!r} is no number", field="set") from None
    return numbers


def read_injects(path: Path) -> "tuple[Inject, ...]":
    """Read the injects of a YAML file with one field ``injects``, written as in a drill.

    Raises:
        NotFoundError: No such file.
        DrillError: It holds no injects.
    """
    from scenarios.change import load_injects  # noqa: PLC0415 - as above

    return load_injects(path)
