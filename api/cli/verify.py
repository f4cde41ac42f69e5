"""``shapan verify``: every model's proof cases, run now."""

import importlib
import importlib.util
import math
from typing import TYPE_CHECKING

import typer

from api.cli.screen import JsonOption, print_json, progress, say, table

if TYPE_CHECKING:
    from gis.proof import Case, Outcome

FLOORS = ("gis", "twin", "scenarios", "simulation", "api")


def verify(*, as_json: JsonOption = False) -> None:
    """Run every verification case of every model; exit code 1 when one fails."""
    outcomes: list[Outcome] = []
    cases = all_cases()
    with progress("verifying") as tell:
        for number, case in enumerate(cases):
            tell(number / len(cases), f"{case.model}: {case.name}")
            outcomes.append(case.check())
        tell(1.0, f"{len(cases)} cases")
    failed = sum(not outcome.passed for outcome in outcomes)
    if as_json:
        rows = [_row(outcome) for outcome in outcomes]
        print_json({"cases": rows, "passed": len(rows) - failed, "failed": failed})
    else:
        _show(outcomes)
        say(f"{len(outcomes) - failed} of {len(outcomes)} cases pass")
    if failed:
        raise typer.Exit(1)


def all_cases() -> list["Case"]:
    """The cases of every floor that has a ``proofs`` package, lowest floor first."""
    found: list[Case] = []
    for floor in FLOORS:
        if importlib.util.find_spec(f"{floor}.proofs"):
            found += importlib.import_module(f"{floor}.proofs").cases()
    return found


def _show(outcomes: list["Outcome"]) -> None:
    made = table("Verification", "Model", "Case and source", "Expected", "Computed", "±", "")
    for outcome in outcomes:
        case = outcome.case
        unit = "" if case.unit == "1" else f" {case.unit}"
        made.add_row(
            case.model,
            f"{case.name}\n({case.source})",
            f"{case.expected:.9g}{unit}",
            f"{outcome.computed:.9g}{unit}",
            f"{case.tolerance:.3g}",
            "pass" if outcome.passed else "FAIL",
        )
    say(made)


def _row(outcome: "Outcome") -> dict[str, object]:
    case = outcome.case
    return {
        "model": case.model,
        "case": case.name,
        "expected": _finite(case.expected),
        "source": case.source,
        "computed": _finite(outcome.computed),
        "unit": case.unit,
        "tolerance": case.tolerance,
        "reason": case.reason,
        "pass": outcome.passed,
    }


def _finite(value: float) -> float | str:
    """JSON has no inf and nan: they are written as words."""
    return value if math.isfinite(value) else str(value)
