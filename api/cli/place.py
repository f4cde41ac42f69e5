"""``shapan place``: where depots should stand in a city, or the answer to a reserve study."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.screen import JsonOption, LanguageOption, print_json, progress, say, table, word
from gis.errors import InputError

if TYPE_CHECKING:
    from api.cli.screen import Language
    from simulation.placement import Placement


class PlacementModel(StrEnum):
    """What the depots shall be best at."""

    P_MEDIAN = "p-median"
    COVERAGE = "coverage"


def place(
    city: Annotated[str, typer.Option("--city", help="Name of the city.")],
    language: LanguageOption,
    study: Annotated[
        str | None,
        typer.Argument(help="A reserve study: a name of the library, or a YAML file."),
    ] = None,
    *,
    depots: Annotated[
        int | None, typer.Option(help="Without a study: how many depots to open.")
    ] = None,
    within: Annotated[float, typer.Option(help="Driving time that counts as reached [min].")] = 30,
    model: Annotated[
        PlacementModel,
        typer.Option(help="p-median: least travel of all; coverage: most residents in time."),
    ] = PlacementModel.P_MEDIAN,
    workers: Annotated[
        int, typer.Option(min=1, help="Of a study: processes that play its runs.")
    ] = 1,
    on: Annotated[
        str | None, typer.Option(help="Of a study: a Dask cluster, dask://HOST:PORT.")
    ] = None,
    report: Annotated[
        list[Path] | None,
        typer.Option(help="Of a study: write its report, .xlsx, .html or .pdf; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Choose where depots should stand, with a bound and a proof; or answer a reserve study."""
    if (study is None) == (depots is None):
        message = "shapan place wants a study (STUDY.yaml) or --depots N, exactly one of them"
        raise InputError(message, field="study")
    if study is not None:
        from api.cli.study import answer  # noqa: PLC0415 - imported late so that starts are fast

        answer(
            study,
            city=city,
            workers=workers,
            on=on,
            reports=report or [],
            language=language,
            as_json=as_json,
        )
    elif depots is not None:
        _place(city, depots, within=within, model=model, language=language, as_json=as_json)


def _place(
    city: str,
    depots: int,
    *,
    within: float,
    model: PlacementModel,
    language: "Language",
    as_json: bool,
) -> None:
    from api.settings import Settings  # noqa: PLC0415 - imported late so that starts are fast
    from api.store import open_store  # noqa: PLC0415 - as above
    from simulation.placement import place as solve  # noqa: PLC0415 - as above

    store = open_store(Settings())
    with progress(f"placing in {city}") as tell:
        placement = solve(
            store.cities.load(city),
            depots=depots,
            within_minutes=within,
            model=model.value,
            progress=tell,
        )
    store.placements.write(placement)
    store.close()
    if as_json:
        print_json(placement.model_dump(mode="json"))
    else:
        _show(placement, language)


def _show(placement: "Placement", language: "Language") -> None:
    made = table(
        f"Depots in {placement.city}", "Facility", "Name", "Kind", "Residents", "Mean [min]"
    )
    for depot in placement.open:
        mean = "–" if depot.mean_minutes is None else f"{depot.mean_minutes:.1f}"
        name = word(depot.name.model_dump(), language)
        made.add_row(depot.facility, name, depot.kind, f"{depot.residents:,}", mean)
    say(made)
    proof = "proven best" if placement.is_proven else f"at most {placement.gap:.3%} from the best"
    say(
        f"{placement.covered_residents:,} of {placement.residents:,} residents "
        f"({placement.covered_share:.1%}) within {placement.within_minutes:g} minutes; "
        f"mean {placement.mean_minutes:.1f} minutes",
        f"{placement.model}: {placement.value:,.0f} {placement.unit}, bound "
        f"{placement.bound:,.0f}; {proof} of {placement.candidates} candidate sites",
    )
    if placement.unreachable:
        say(
            f"no road reaches {len(placement.unreachable)} grids with "
            f"{placement.unreachable_residents:,} residents: {', '.join(placement.unreachable)}"
        )
    for line in placement.assumptions:
        say(f"assumed: {word(line.model_dump(), language)}")
