"""The control plane's database: connecting to it, and keeping its tables current.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed row survives a power cut. Every
write takes the lock at once (``BEGIN IMMEDIATE``), so that two writers queue instead of failing
half-way; reads never wait.
"""

import importlib.resources
import logging
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, table
from sqlalchemy import column as column_of
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from gis.errors import InputError, IntegrityError

NEWEST = "0001"
_BUSY_MS = 30_000
_READ = "shapan_read"

logger = logging.getLogger("shapan.api")


def connect(address: str) -> Engine:
    """Open the control plane and bring its tables up to date.

    Args:
        address: SQLAlchemy address, such as ``sqlite:////folder/shapan.sqlite``.

    Raises:
        InputError: The address is no SQLAlchemy address or names no driver that is installed.
        IntegrityError: The file is no SQLite database, or was made by a newer Shapan.
    """
    try:
        url = make_url(address)
        engine = create_engine(url)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise InputError(
            f"SHAPAN_DATABASE_URL cannot be used ({error}); give an address such as "
            "sqlite:////folder/shapan.sqlite",
            field="database_url",
        ) from error
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        _migrate(engine)
    except DatabaseError as error:
        raise IntegrityError(
            f"the control plane at {url.render_as_string()} cannot be opened ({error.orig}); "
            "move the file away or set SHAPAN_HOME to another folder",
            field="home",
        ) from error
    return engine


def reading(engine: Engine) -> Engine:
    """The same database for statements that only read: they take no lock."""
    return engine.execution_options(**{_READ: True})


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the begin listener owns BEGIN, not the driver
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


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
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: Any = column_of("version_num")
    return connection.execute(select(number).select_from(table("alembic_version"))).scalar()
