"""``shapan drill sweep``: a drill under many seeds and several ways to decide."""

import re
from typing import Annotated, Any

import typer

from api.cli.screen import JsonOption, Language, LanguageOption, note, print_json, say, table, word

_SEEDS = re.compile(r"(\d+)(?:-(\d+))?")
_MOST_SEEDS = 10_000
_WORDS = {
    "title": {"en": "Mean [95 % interval]", "zh": "均值（95 % 区间）"},
    "difference": {
        "en": "Difference from {}, same seeds [95 % interval]",
        "zh": "与“{}”之差，同种子配对（95 % 区间）",
    },
    "figure": {"en": "Figure", "zh": "指标"},
    "defaults": {"en": "defaults", "zh": "默认决策"},
}


def sweep(
    drill: Annotated[
        str, typer.Argument(help="Name in the library, or a YAML file.", metavar="DRILL")
    ],
    language: LanguageOption,
    *,
    city: Annotated[str, typer.Option("--city", help="Name of the city.")],
    seeds: Annotated[str, typer.Option("--seeds", help="Seeds, such as 1-20 or 1,4,7-9.")] = "1-10",
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", help="Options of a decision to hold apart, such as D1=now,wait_6h."),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that play.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Play a drill under many seeds, for every way to decide; runs that are kept are not played."""
    from api.cli.playing import load_drill  # noqa: PLC0415 - imported late so that starts are fast
    from api.cli.screen import progress  # noqa: PLC0415 - as above
    from api.cli.stores import open_home  # noqa: PLC0415 - as above
    from simulation import ensemble, ways  # noqa: PLC0415 - as above

    store = open_home()
    played, place = load_drill(drill), store.cities.load(city)
    variants = ways.variants(read_options(vary or []))
    numbers = read_seeds(seeds)
    asked = ensemble.tasks(place, played, seeds=numbers, decisions=variants)
    kept = {task.run for task in asked if store.runs.has(task.run)}
    if kept:
        note(f"{len(kept)} of {len(asked)} runs are kept already")
    with progress(f"{played.id} on {city}") as tell:
        runs = ensemble.play_many(
            place,
            played,
            seeds=numbers,
            decisions=variants,
            workers=workers,
            skip=kept,
            progress=tell,
        )
        for run in runs:
            store.runs.write(run, drill=played)
    rows = ways.summarise([store.runs.result(task.run) for task in asked])
    if as_json:
        print_json({"drill": played.id, "city": city, "seeds": numbers, "ways": rows} | _ids(asked))
        return
    _show(rows, language)


def _ids(asked: list[Any]) -> dict[str, Any]:
    return {"runs": [{"run": t.run, "seed": t.seed, "decisions": t.decisions} for t in asked]}


def read_seeds(text: str) -> list[int]:
    """Read seeds such as ``1-20`` or ``1,4,7-9``.

    Raises:
        InputError: The text is no list of seeds, or names too many.

    >>> read_seeds("1,4,7-9")
    [1, 4, 7, 8, 9]
    """
    from gis.errors import InputError  # noqa: PLC0415 - as above

    found: list[int] = []
    for part in text.split(","):
        match = _SEEDS.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first or last - first >= _MOST_SEEDS:
            raise InputError(
                f"--seeds {text!r} is no list of at most {_MOST_SEEDS} seeds; write it as 1-20 or"
                " 1,4,7-9",
                field="seeds",
            )
        found += range(first, last + 1)
    return found


def read_options(given: list[str]) -> dict[str, list[str]]:
    """Read ``D1=now,wait_6h``.

    Raises:
        InputError: One is no decision with options, or a decision is given twice.
    """
    from api.cli.branching import read_pairs  # noqa: PLC0415 - as above

    pairs = read_pairs(given, option="vary", example="D1=now,wait_6h")
    return {name: options.split(",") for name, options in pairs.items()}


def _show(rows: list[dict[str, Any]], language: Language) -> None:
    names = [_way(row["decisions"], language) for row in rows]
    figure = word(_WORDS["figure"], language)
    made = table(word(_WORDS["title"], language), figure, *names)
    for name in rows[0]["figures"]:
        made.add_row(name, *[_interval(row["figures"].get(name)) for row in rows])
    say(made)
    if len(rows) > 1:
        title = word(_WORDS["difference"], language).format(names[0])
        made = table(title, figure, *names[1:])
        for name in rows[0]["figures"]:
            made.add_row(name, *[_interval(row["differences"].get(name)) for row in rows[1:]])
        say(made)


def _way(decisions: dict[str, str], language: Language) -> str:
    pairs = [f"{name}={option}" for name, option in decisions.items()]
    return ", ".join(pairs) or word(_WORDS["defaults"], language)


def _interval(found: dict[str, float | None] | None) -> str:
    if found is None:
        return "–"
    if found["low"] is None or found["high"] is None:
        return f"{found['mean']:.4g} (n {found['n']})"
    return f"{found['mean']:.4g} [{found['low']:.4g}, {found['high']:.4g}] (n {found['n']})"
