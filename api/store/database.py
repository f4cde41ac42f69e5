"""The control plane's database: connecting to it, and keeping its tables current.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed row survives a power cut. Every
write takes the lock at once (``BEGIN IMMEDIATE``), so that two writers queue instead of failing
half-way; reads never wait.

PostgreSQL runs as its owner set it up, at READ COMMITTED: what must not happen twice is a unique
key or a locked row, never a look before a write.
"""

import importlib.resources
import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, select, table
from sqlalchemy import Table as StoredTable
from sqlalchemy import column as column_of
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from gis.errors import InputError, IntegrityError

NEWEST = "0002"
_BUSY_MS = 30_000
_AGAIN_MS = 50
_READ = "shapan_read"
_MIGRATION_LOCK = 7_426_726  # any number of our own: PostgreSQL's advisory locks are numbered

logger = logging.getLogger("shapan.api")


def connect(address: str) -> Engine:
    """Open the control plane and bring its tables up to date.

    Args:
        address: SQLAlchemy address, such as ``sqlite:////folder/shapan.sqlite`` or
            ``postgresql://user@host/database``.

    Raises:
        InputError: The address is no SQLAlchemy address, names no driver that is installed, or
            no server answers there.
        IntegrityError: The file is no SQLite database, or was made by a newer Shapan.
    """
    try:
        url = _with_driver(make_url(address))
        is_sqlite = url.get_backend_name() == "sqlite"
        engine = create_engine(url, pool_pre_ping=not is_sqlite)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise InputError(
            f"SHAPAN_DATABASE_URL cannot be used ({error}); give an address such as "
            "sqlite:////folder/shapan.sqlite, or install shapan[postgres] for PostgreSQL",
            field="database_url",
        ) from error
    if is_sqlite:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "handle_error", _refuse_nul)
    try:
        _migrate(engine)
    except DatabaseError as error:
        engine.dispose()
        reason = " ".join(str(error.orig).split())
        found = f"the control plane at {url.render_as_string()} cannot be opened ({reason}); "
        if not is_sqlite:
            wanted = "start the server or mend SHAPAN_DATABASE_URL"
            raise InputError(found + wanted, field="database_url") from error
        wanted = "move the file away or set SHAPAN_HOME to another folder"
        raise IntegrityError(found + wanted, field="home") from error
    return engine


def replacing(
    engine: Engine, stored: StoredTable, row: dict[str, Any]
) -> postgresql.Insert | sqlite.Insert:
    """An ``INSERT`` that takes the place of the row with the same primary key, in one step."""
    is_sqlite = engine.dialect.name == "sqlite"
    statement = sqlite.insert(stored) if is_sqlite else postgresql.insert(stored)
    return statement.values(row).on_conflict_do_update(
        index_elements=list(stored.primary_key), set_=row
    )


def reading(engine: Engine) -> Engine:
    """The same database for statements that only read: they take no lock."""
    return engine.execution_options(**{_READ: True})


def _with_driver(url: URL) -> URL:
    # SQLAlchemy 2.0 would take psycopg2 for it, which nobody installed
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _refuse_nul(context: ExceptionContext) -> None:
    """PostgreSQL keeps no text with a NUL character: who sends one gets an answer, not a fault."""
    if "NUL" in str(context.original_exception):
        raise InputError("a name or id holds a NUL character (\\x00); leave it out")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the begin listener owns BEGIN, not the driver
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL; while another process switches too, SQLite refuses at once and never waits."""
    for _ in range(_BUSY_MS // _AGAIN_MS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_AGAIN_MS / 1000)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    is_read = connection.get_execution_options().get(_READ, False)
    connection.exec_driver_sql("BEGIN" if is_read else "BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    with reading(engine).connect() as connection:
        current = _version(connection)
    if current == NEWEST:
        return
    if current is not None and current > NEWEST:
        raise IntegrityError(
            f"the control plane has version {current}, but this Shapan knows {NEWEST}; "
            "upgrade Shapan or set SHAPAN_HOME to another folder",
            field="home",
        )
    # Alembic takes a third of a second to import, which only a new home folder should pay.
    from alembic import command  # noqa: PLC0415 - imported late so that every start is fast
    from alembic.config import Config  # noqa: PLC0415 - as above

    settings = Config()
    folder = importlib.resources.files("api.store") / "migrations"
    settings.set_main_option("script_location", str(folder).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two services that start at once
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: Any = column_of("version_num")
    return connection.execute(select(number).select_from(table("alembic_version"))).scalar()
