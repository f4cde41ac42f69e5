"""Where the house tests look: the tracked Python sources, parsed once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("gis", "twin", "scenarios", "simulation", "api")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git tracks or would track, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(Path(line) for line in listing.splitlines() if (ROOT / line).is_file())


@cache
def modules() -> dict[Path, ast.Module]:
    """The parsed modules of the five floors."""
    return {
        path: ast.parse((ROOT / path).read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix == ".py" and path.parts[0] in FLOORS
    }


def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the five floors with its file."""
    return [
        (path, node)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the last line of the body."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
