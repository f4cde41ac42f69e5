"""Stores in an empty home folder, and the hand-made city of tests/twin."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.cli import main
from api.settings import Settings
from api.store import Store, open_store
from tests.api.commands import Say, shapan
from tests.api.databases import Postgres, running_postgres
from tests.twin.conftest import helsinki_path as helsinki_path  # noqa: PLC0414 - a fixture
from tests.twin.conftest import make_tiny_city as make_tiny_city  # noqa: PLC0414 - a fixture
from tests.twin.conftest import shared as shared  # noqa: PLC0414 - a fixture
from twin.city import City


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with one small city, made by the command; copy it before you add to it."""
    folder = tmp_path_factory.mktemp("small")
    made = shapan(folder, "city", "make", "--name", "small", "--residents", "4000", "--json")
    assert made.json()["residents"] == 4000
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite in the home folder, or with ``databases.BOTH`` also a fresh PostgreSQL database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path / "home", workers=0, database_url=database_url)


@pytest.fixture
def home(settings: Settings) -> Path:
    """The home folder that commands use."""
    return settings.home


@pytest.fixture
def say(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Say:
    """Run a command inside the test's process, which is quicker."""
    monkeypatch.setenv("SHAPAN_HOME", str(home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return int(left.value.code or 0), out.decode(), err.decode()

    return run


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def tiny(store: Store, make_tiny_city: Callable[[], City]) -> City:
    return store.cities.publish(make_tiny_city())
