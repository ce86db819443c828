"""Worlds for tests of the services: `world` runs a test on both engines, `sqlite_world` where one is enough."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine

from passport import issuing
from passport.deployment import open_deployment
from passport.settings import Settings
from tests.conftest import create_database, drop_database, url_of
from tests.service.world import STORY, Clock, Person, World, running

MAIL: Final = "console"  # messages are written; a test sends them, by a carrier of its own
SIGNED_IN_FOR = 720  # hours: so that a clock may move for days within a test


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still on a Saturday morning."""
    return Clock()


@pytest.fixture
def world(settings: Settings, clock: Clock) -> Iterator[World]:
    """A running service without people; the test runs once per engine."""
    with running(settings.model_copy(update={"session_hours": SIGNED_IN_FOR}), clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture
def sqlite_world(sqlite_settings: Settings, clock: Clock) -> Iterator[World]:
    """As `world`, on SQLite only."""
    settings = sqlite_settings.model_copy(update={"session_hours": SIGNED_IN_FOR})
    with running(settings, clock) as (app, client):
        yield World(app, client, clock)


@pytest.fixture
def sam(world: World) -> Person:
    """A holder who has told a story."""
    person = world.holder()
    person.tells(STORY)
    return person


@pytest.fixture
def ada(sqlite_world: World) -> Person:
    """As `sam`, on SQLite only."""
    person = sqlite_world.holder()
    person.tells(STORY)
    return person


# Every service makes its issuers, keys and status list when it first starts. Here one of each engine did so, on that
# Saturday morning, and each test starts a copy of it.


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a service of this test's own that has started before; runs the test once per engine."""
    found: Settings = request.getfixturevalue(f"{request.param}_settings")
    return found


@pytest.fixture
def sqlite_settings(started_on_sqlite: Path, tmp_path: Path) -> Settings:
    """As `settings`, on SQLite only."""
    return Settings(data_dir=shutil.copytree(started_on_sqlite, tmp_path / "data"), mail_carrier=MAIL)


@pytest.fixture
def postgresql_settings(
    postgresql_server: Engine, started_on_postgresql: tuple[Path, str], tmp_path: Path
) -> Iterator[Settings]:
    """As `settings`, on PostgreSQL only."""
    with _copy_on_postgresql(postgresql_server, started_on_postgresql, tmp_path / "data") as settings:
        yield settings


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """As `settings`, for all tests of a module together: for those that change nothing."""
    folder, started = tmp_path_factory.mktemp("module") / "data", f"started_on_{request.param}"
    if request.param == "sqlite":
        yield Settings(data_dir=shutil.copytree(request.getfixturevalue(started), folder), mail_carrier=MAIL)
        return
    server = request.getfixturevalue("postgresql_server")
    with _copy_on_postgresql(server, request.getfixturevalue(started), folder) as settings:
        yield settings


@pytest.fixture(scope="module")
def module_world(module_settings: Settings) -> Iterator[World]:
    """As `world`, for all tests of a module together: for those that change nothing."""
    clock = Clock()
    with running(module_settings, clock) as (app, client):
        yield World(app, client, clock)


@contextmanager
def _copy_on_postgresql(server: Engine, started: tuple[Path, str], folder: Path) -> Iterator[Settings]:
    data, template = started
    name = f"test_{secrets.token_hex(8)}"
    create_database(server, name, template=template)
    kept = shutil.copytree(data, folder)
    yield Settings(database_url=url_of(server, name), data_dir=kept, mail_carrier=MAIL)
    drop_database(server, name)


@pytest.fixture(scope="session")
def started_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a service that has started once."""
    folder = tmp_path_factory.mktemp("started") / "data"
    folder.mkdir(0o700)
    shutil.copy(sqlite_template, folder / "passport.db")
    (folder / "passport.db").chmod(0o600)
    _start(Settings(data_dir=folder))
    return folder


@pytest.fixture(scope="session")
def started_on_postgresql(
    postgresql_server: Engine, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The data folder and the database's name of a service that has started once."""
    folder, name = tmp_path_factory.mktemp("started") / "data", f"template_{secrets.token_hex(8)}"
    create_database(postgresql_server, name, template=postgresql_template)
    _start(Settings(database_url=url_of(postgresql_server, name), data_dir=folder))
    yield folder, name
    drop_database(postgresql_server, name)


def _start(settings: Settings) -> None:
    with closing(open_deployment(settings, now=Clock())) as d:
        issuing.prepare(d)
