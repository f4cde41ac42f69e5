"""The control plane's two databases: SQLite, and a private PostgreSQL on a socket of its own."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGES = "postgresql"
_SERVER = (
    "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off "
    "-c autovacuum=off -c shared_buffers=16MB -c max_connections=60"
)

# Runs a test once on each; the tests on PostgreSQL share one process, hence one server.
BOTH = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))],
    indirect=True,
)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; everybody who reaches its socket is its superuser ``shapan``."""

    folder: Path

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://shapan@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """Address of an empty database."""
        import psycopg  # noqa: PLC0415 - absent where the tests on PostgreSQL are skipped

        name = f"test_{secrets.token_hex(6)}"
        where = f"host={self.folder} user=shapan dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a temporary folder; skips the test where the machine has none."""
    pytest.importorskip("psycopg", reason="psycopg is missing: install shapan[postgres]")
    programs = _programs()
    if programs is None:
        pytest.skip(f"PostgreSQL is missing: install {PACKAGES} to test the control plane on it")
    # its own folder, not pytest's: that one is closed to the server's user and its path too long
    folder = Path(tempfile.mkdtemp(prefix="shapan-postgres-"))
    try:
        user = _user(folder)
        data = folder / "data"
        make = ["-U", "shapan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([programs / "initdb", "-D", data, *make], user)
        control = [programs / "pg_ctl", "-D", data, "-w"]
        options = f"{_SERVER} -c unix_socket_directories={folder}"
        _run([*control, "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield Postgres(folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Folder of the newest server's programs."""
    found = shutil.which("pg_ctl")
    if found is not None:
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    newest = sorted(folders, key=lambda path: float(path.parents[1].name))
    return newest[-1].parent if newest else None


def _user(folder: Path) -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root, so root lends the folder to another."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known.get("nobody")
    if entry is None:
        pytest.skip("PostgreSQL refuses root, and there is neither a user postgres nor nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(words: list[Any], user: dict[str, Any]) -> None:
    done = subprocess.run(
        [str(word) for word in words],
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        **user,
    )
    assert done.returncode == 0, done.stdout
