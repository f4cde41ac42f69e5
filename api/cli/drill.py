"""``shapan drill``: list, check, play and report drills."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import branching, sweeping
from api.cli.screen import JsonOption, LanguageOption, hours, print_json, say, table, word

if TYPE_CHECKING:
    from api.store import Store
    from api.store.runs import RunSummary

app = typer.Typer(help="Rehearse emergencies and report on them.", no_args_is_help=True)

DrillArgument = Annotated[
    str, typer.Argument(help="Name in the library, or a YAML file.", metavar="DRILL")
]
CityOption = Annotated[str, typer.Option("--city", help="Name of the city.")]


class ReportFormat(StrEnum):
    """What a report is written as."""

    HTML = "html"
    JSON = "json"


@app.command("list")
def list_(language: LanguageOption, *, as_json: JsonOption = False) -> None:
    """List the drills of the library."""
    from api.routes.drills import summarise  # noqa: PLC0415 - imported late so that starts are fast
    from scenarios import loader  # noqa: PLC0415 - as above

    items = [summarise(name) for name in loader.names()]
    if as_json:
        print_json({"items": [item.model_dump() for item in items]})
        return
    made = table("", "Drill", "Title", "From", "To", "Injects", "Decisions")
    for item in items:
        decisions = [
            f"{decision.id}={'|'.join(option.id for option in decision.options)}"
            for decision in item.decisions
        ]
        made.add_row(
            item.name,
            word(item.title.model_dump(), language),
            hours(item.start_s),
            hours(item.end_s),
            str(item.injects),
            " ".join(decisions),
        )
    say(made)


@app.command("validate")
def validate(
    drill: DrillArgument,
    city: Annotated[
        str | None, typer.Option("--city", help="Also check the names it uses against this city.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check a drill, and that the places and facilities it names exist in a city."""
    from api.cli.playing import load_drill  # noqa: PLC0415 - imported late so that starts are fast
    from scenarios import loader  # noqa: PLC0415 - as above

    checked = load_drill(drill)
    missing = [] if city is None else loader.validate(checked, _store().cities.load(city))
    if as_json:
        print_json({"drill": checked.id, "valid": True, "city": city, "missing": missing})
        return
    say(f"{checked.id} is a valid drill" + (f" for {city}" if city else ""))
    for selector in missing:
        say(f"nothing in {city} matches {selector}: what the drill asks of it is left out")


@app.command("run")
def run(
    drill: DrillArgument,
    city: CityOption,
    language: LanguageOption,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of chance.")] = 1,
    decide: Annotated[
        list[str] | None, typer.Option("--decide", help="Choose an option, such as D1=now.")
    ] = None,
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Play even if this run is kept, and compare.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Play, and tell the time of each part on stderr.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Play a drill on a city and print ratings, indicators and red lines."""
    from api.cli.playing import play, read_decisions  # noqa: PLC0415 - imported late, as above

    parts: dict[str, float] | None = {} if profile else None
    result = play(
        _store(),
        city=city,
        drill=drill,
        seed=seed,
        decisions=read_decisions(decide or []),
        again=again,
        profile=parts,
    )
    for part, seconds in sorted((parts or {}).items(), key=lambda item: -item[1]):
        typer.echo(f"{seconds:8.2f} s  {part}", err=True)
    if as_json:
        print_json(result.model_dump(by_alias=True))
        return
    from api.cli.conclusions import show  # noqa: PLC0415 - as above

    show(result, language)


@app.command("runs")
def runs(
    city: Annotated[str | None, typer.Option("--city", help="Only runs on this city.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List the runs that are kept, newest first."""
    summaries = _store().runs.summaries(city=city)
    if as_json:
        print_json({"items": summaries})
        return
    made = table("", "Run", "Drill", "City", "Seed", "Decisions", "Ratings", "Red lines")
    for item in summaries:
        made.add_row(
            item["run"][:12],
            _drill_of(item),
            item["city"],
            str(item["seed"]),
            " ".join(f"{name}={option}" for name, option in item["decisions"].items()),
            "".join(item["ratings"].values()),
            f"{item['red_lines_broken']} broken",
        )
    say(made if summaries else "No run yet: shapan drill run typhoon-flood --city CITY")


def _drill_of(item: "RunSummary") -> str:
    parent = item.get("parent")
    return item["drill"] + (f" (fork of {parent[:8]})" if parent else "")


@app.command("report")
def report(
    run_id: Annotated[
        str, typer.Argument(help="Id of a run, its first digits, or `latest`.", metavar="RUN")
    ],
    kind: Annotated[
        ReportFormat, typer.Option("--format", help="A stand-alone page, or JSON.")
    ] = ReportFormat.HTML,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; `-` for standard output."),
    ] = None,
) -> None:
    """Write a report of a run: a page that opens without any network, or JSON."""
    from api.cli.reporting import write_report  # noqa: PLC0415 - imported late, as above

    store = _store()
    run_found = store.runs.find(run_id)
    written = write_report(store, run_found, kind=kind.value, out=out)
    if written is not None:
        say(f"wrote {written}")


app.command("resume")(branching.resume)
app.command("fork")(branching.fork)
app.command("compare")(branching.compare)
app.command("sweep")(sweeping.sweep)


def _store() -> "Store":
    from api.settings import Settings  # noqa: PLC0415 - as above
    from api.store import open_store  # noqa: PLC0415 - as above

    return open_store(Settings())
