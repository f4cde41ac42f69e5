"""``shapan locate``: the location solvers on plain files."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.screen import JsonOption, print_json, say

if TYPE_CHECKING:
    from gis.locate import Answer
    from gis.locate.instance import Instance


class LocationModel(StrEnum):
    """The questions that can be asked."""

    P_MEDIAN = "p-median"
    P_CENTER = "p-center"
    P_DISPERSION = "p-dispersion"
    LSCP = "lscp"
    MCLP = "mclp"
    CFLP = "cflp"
    CAPACITATED_P_MEDIAN = "capacitated-p-median"


class FileKind(StrEnum):
    """Formats that can be read."""

    CSV = "csv"
    NPZ = "npz"
    TSP = "tsp"
    PMED = "pmed"
    PMEDCAP = "pmedcap"
    CAP = "cap"
    SSCFLP = "sscflp"


class Rounding(StrEnum):
    """How distances between points are rounded."""

    FLOOR = "floor"
    ROUND = "round"
    REAL = "real"


Numbers = Annotated[str, typer.Option(help="Site numbers from 0, joined by commas.")]


def locate(
    model: Annotated[LocationModel, typer.Argument(help="The question.")],
    matrix: Annotated[Path, typer.Option(help="File with the matrix, points or network.")],
    *,
    p: Annotated[int | None, typer.Option("--p", help="Sites to choose; else the file's.")] = None,
    within: Annotated[float | None, typer.Option(help="Reach, for lscp and mclp.")] = None,
    weights: Annotated[
        Path | None, typer.Option(help="CSV with one weight per demand row.")
    ] = None,
    kind: Annotated[
        FileKind | None, typer.Option("--format", help="Format; else from the suffix.")
    ] = None,
    rounding: Annotated[
        Rounding, typer.Option("--distance", help="Rounding of distances between points.")
    ] = Rounding.FLOOR,
    existing: Numbers = "",
    required: Numbers = "",
    forbidden: Numbers = "",
    separation: Annotated[
        float, typer.Option(help="Least distance between two open sites; needs points or a square.")
    ] = 0.0,
    max_distance: Annotated[
        float, typer.Option(help="Farthest a demand may be served from.")
    ] = float("inf"),
    cover: Annotated[int, typer.Option(help="Open sites that must serve each demand.")] = 1,
    single: Annotated[bool, typer.Option(help="cflp: one site per demand, no splitting.")] = False,
    seconds: Annotated[float, typer.Option(help="Time allowed [s].")] = 60.0,
    gap: Annotated[float, typer.Option(help="Relative gap at which to stop.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Solve a location problem from a file; the answer carries value, bound, gap and proof."""
    from gis.locate import Effort, Rules  # noqa: PLC0415 - imported late so that starts are fast
    from gis.locate.files import read_instance, read_weights  # noqa: PLC0415 - as above
    from gis.locate.solve import Wish, solve_instance  # noqa: PLC0415 - as above

    instance = read_instance(matrix, kind=kind, convention=rounding.value)
    if weights is not None:
        instance = replace(instance, weights=read_weights(weights))
    rules = Rules(
        existing=_numbers(existing, "existing"),
        required=_numbers(required, "required"),
        forbidden=_numbers(forbidden, "forbidden"),
        max_distance=max_distance,
        cover=cover,
    )
    wish = Wish(
        model=model.value,
        sites=p,
        within=within,
        separation=separation,
        is_single=single,
        rules=rules,
        effort=Effort(seconds=seconds, gap=gap, seed=seed),
    )
    _show(matrix, instance, solve_instance(instance, wish), as_json=as_json)


def _numbers(text: str, field: str) -> tuple[int, ...]:
    from gis.errors import InputError  # noqa: PLC0415 - as above

    try:
        return tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise InputError(
            f"--{field} is {text!r}; give site numbers joined by commas, such as 0,4", field=field
        ) from None


def _show(path: Path, instance: "Instance", answer: "Answer", *, as_json: bool) -> None:
    demands, sites = instance.distance.shape
    if as_json:
        print_json(
            {
                "model": answer.model,
                "file": path.name,
                "demands": demands,
                "candidates": sites,
                "value": answer.value,
                "bound": answer.bound,
                "gap": answer.gap,
                "is_proven": answer.is_proven,
                "seconds": answer.seconds,
                "sites": answer.sites.tolist(),
                "assignment": answer.assignment.tolist(),
                "method": answer.method,
                "seed": answer.seed,
                "note": instance.note,
            }
        )
        return
    proof = "proven" if answer.is_proven else "not proven"
    say(
        f"{answer.model} on {path.name}: {demands:,} demands, {sites:,} sites",
        f"value {answer.value:,.10g}, bound {answer.bound:,.10g}, gap {answer.gap:.4%}, {proof}, "
        f"{answer.seconds:.2f} s",
        f"open: {' '.join(str(site) for site in answer.sites)}",
        f"how: {answer.method}" + (f"; {instance.note}" if instance.note else ""),
    )
