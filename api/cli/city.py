"""``shapan city``: make, import, list, show and export cities."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.screen import JsonOption, LanguageOption, print_json, progress, say, table, word

if TYPE_CHECKING:
    from api.store import Store
    from api.store.cities import CitySummary

app = typer.Typer(help="Bring cities in, look at them, take them out.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Name of the city.", metavar="CITY")]
NameOption = Annotated[
    str, typer.Option("--name", help="Name of the city: small letters, digits, - and _.")
]


@app.command("make")
def make(
    name: NameOption = "demo",
    residents: Annotated[int, typer.Option(help="Residents [persons].")] = 104_000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another city.")] = 1,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a fictional city: deterministic, and marked as synthetic wherever it shows."""
    check_name(name)
    from twin.synthetic import make_city  # noqa: PLC0415 - imported late so that starts are fast

    store = _store()
    with progress(f"making {name}") as tell:
        city = make_city(name=name, seed=seed, residents=residents, progress=tell)
        tell(1.0, "writing the release")
        store.cities.publish(city)
    _conclude(store.cities.summary(name), as_json=as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap extract, .osm.pbf.")],
    name: NameOption,
    *,
    code: Annotated[str, typer.Option(help="City code, four digits.")] = "9900",
    title_zh: Annotated[str | None, typer.Option(help="Chinese title.")] = None,
    title_en: Annotated[str | None, typer.Option(help="English title.")] = None,
    terrain: Annotated[
        Path | None, typer.Option(help="Elevation raster; flat ground where absent.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of what has to be assumed.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Bring a city in from map data; what the data lack becomes a stated default."""
    check_name(name)
    from twin.intake.osm import import_osm  # noqa: PLC0415 - imported late so that starts are fast

    store = _store()
    with progress(f"importing {file.name}") as tell:
        city = import_osm(
            file,
            name=name,
            code=code,
            title_zh=title_zh,
            title_en=title_en,
            terrain=terrain,
            seed=seed,
            progress=tell,
        )
        tell(1.0, "writing the release")
        store.cities.publish(city)
    _conclude(store.cities.summary(name), as_json=as_json)


@app.command("list")
def list_(language: LanguageOption, *, as_json: JsonOption = False) -> None:
    """List all cities."""
    summaries = _store().cities.summaries()
    if as_json:
        print_json({"items": summaries})
        return
    made = table("", "City", "Title", "Residents", "Buildings", "Data", "Release")
    for item in summaries:
        made.add_row(
            item["name"],
            word(item["title"], language),
            f"{item['residents']:,}",
            f"{item['buildings']:,}",
            _mark(item),
            item["release"][:12],
        )
    say(made if summaries else "No city yet: shapan city make")


def _mark(summary: "CitySummary") -> str:
    """What a city is made of, in three words."""
    if summary["kind"] == "synthetic":
        return "fictional, synthetic"
    return "map, synthetic people" if summary["synthetic"] else "map"


@app.command("show")
def show(name: NameArgument, language: LanguageOption, *, as_json: JsonOption = False) -> None:
    """Show one city: origin, assumptions, counts."""
    from api.routes.cities import describe  # noqa: PLC0415 - imported late so that starts are fast

    store = _store()
    summary = store.cities.summary(name)
    detail = describe(summary, store.cities.load(name))
    if as_json:
        history = store.cities.history(name)
        print_json(detail.model_dump(mode="json") | {"history": history})
        return
    say(
        f"{detail.name} · {word(summary['title'], language)} · {_mark(summary)}",
        f"release {detail.release}",
    )
    counts = table("", "What", "How many")
    for what, number in {"residents": detail.residents, **detail.counts}.items():
        counts.add_row(what, f"{number:,}")
    say(counts)
    for line in detail.provenance.sources:
        say(f"source: {line}")
    for line in detail.provenance.assumptions:
        say(f"assumed: {line}")


@app.command("export")
def export(
    name: NameArgument,
    file: Annotated[
        Path,
        typer.Argument(
            help="What to write: .gpkg for a GeoPackage, .zip for GeoJSON and CSV, "
            "no ending for a folder of GeoParquet."
        ),
    ],
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a city for other programs."""
    from twin import exchange  # noqa: PLC0415 - imported late so that starts are fast

    city = _store().cities.load(name)
    written = exchange.export(city, file)
    if as_json:
        print_json({"city": name, "release": city.release, "file": str(written)})
    else:
        say(f"wrote {written}")


def check_name(name: str) -> None:
    """Refuse a name that could not stand in an address.

    Raises:
        InputError: It has other characters, or too many.
    """
    from gis.errors import InputError  # noqa: PLC0415 - as above

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        raise InputError(
            f"--name {name!r} cannot be used; take up to 64 small letters, digits, - and _",
            field="name",
        )


def _store() -> "Store":
    from api.settings import Settings  # noqa: PLC0415 - as above
    from api.store import open_store  # noqa: PLC0415 - as above

    return open_store(Settings())


def _conclude(summary: "CitySummary", *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    say(
        f"{summary['name']}: {summary['residents']:,} residents in {summary['households']:,} "
        f"households, {summary['buildings']:,} buildings"
        f" ({_mark(summary)})",
        f"release {summary['release']}",
    )
