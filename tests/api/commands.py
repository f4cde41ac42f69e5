"""Running commands of the command line as a person would: as processes of their own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from api.cli import main
main()
"""
SHAPAN = [sys.executable, "-c", _MAIN]
"""The command; it minds Ctrl-C also where the tests themselves were started in the background."""

Say = Callable[..., tuple[int, str, str]]
"""Runs a command inside the test's process: exit code, what it printed, what it complained of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return orjson.loads(self.out)


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"SHAPAN_HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def shapan(home: Path, *arguments: object, folder: Path | None = None) -> Answer:
    """Run one command to its end."""
    done = subprocess.run(
        [*SHAPAN, *map(str, arguments)],
        env=environment(home),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def begin(home: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start one command and leave it running."""
    return subprocess.Popen(
        [*SHAPAN, *map(str, arguments)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def copy_home(home: Path, to: Path) -> Path:
    """Copy the cities and the control plane of a home folder; returns the copy."""
    shutil.copytree(home / "releases", to / "releases")
    with closing(sqlite3.connect(home / "shapan.sqlite")) as old:
        old.execute("VACUUM INTO ?", [str(to / "shapan.sqlite")])
    return to
