"""Brings a database's tables to this version of the service, and says whether they are. Both engines, one set of steps.

Left out: the steps themselves (passport/migrations/versions). A step that rebuilds a table on SQLite (batch mode) loses
the table's triggers and must create them again; `problems` notices when one is missing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from passport.storage_errors import MigrationError
from passport.tables import METADATA
from passport.writer import DATABASE_ERRORS, translated

STEPS: Final = "passport:migrations"
TRIGGERS: Final = frozenset(
    {
        "access_events_no_update",
        "access_events_no_delete",
        "access_events_pending",
        "access_heads_no_delete",
        "access_heads_no_turning_back",
        "entries_no_edit",
        "entries_no_delete",
        "receipts_no_update",
        "receipts_no_delete",
        "status_indices_no_delete",
        "log_pending_no_update",
        "log_pending_no_loss",
        "log_leaves_no_update",
        "log_leaves_no_delete",
        "log_nodes_no_update",
        "log_nodes_no_delete",
        "log_checkpoints_no_update",
        "log_checkpoints_no_delete",
    }
)
_LOCK: Final = 0x70617373706F7274  # "passport": one migration at a time on a PostgreSQL server


def upgrade(engine: Engine, *, steps: str = STEPS) -> None:
    """Bring the tables to this version, all steps in one transaction. Does nothing when they are.

    `steps`: where alembic finds them, "package:folder" or a path.

    Raises:
        MigrationError: a newer version of the service made the tables, or a step left a reference to nothing.
        DatabaseUnavailableError: the database cannot be reached, is full or locked; nothing was changed.
    """
    try:
        with engine.connect() as connection, _foreign_keys_off(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config = _config(connection, steps)
            _refuse_newer(connection, config)
            command.upgrade(config, "head")
            _check_references(connection)
    except DATABASE_ERRORS as exc:
        raise translated(exc) from exc


def is_current(connection: Connection) -> bool:
    """Return whether the tables are those of this version, by their recorded revision alone."""
    return _revision(connection) == _newest()


def problems(connection: Connection) -> Sequence[str]:
    """Return how the tables differ from this version's, one line each; empty when they do not."""
    if not is_current(connection):
        return ["the tables are of another version: run passport db upgrade"]
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    differences = [f"the tables differ: {difference}" for difference in compare_metadata(context, METADATA)]
    missing = sorted(TRIGGERS - _triggers(connection))
    return [*differences, *(f"the trigger {name} is missing: restore it" for name in missing)]


@cache  # a service that runs keeps the steps it started with, and to read them takes longer than to ask the database
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None, steps: str = STEPS) -> Config:
    config = Config()
    config.set_main_option("script_location", steps)
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    revision = _revision(connection)
    if revision is not None and revision not in known:
        raise MigrationError(
            f"the tables are of revision {revision}, made by a newer version: upgrade the service"
        )


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to; only outside a transaction does it take the PRAGMA."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    if raw is None:
        raise AssertionError("a connection that is open has a driver's connection")
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    if broken:
        raise MigrationError(
            f"rows of {', '.join(broken)} refer to rows that are not there: nothing was changed"
        )


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    return set(connection.execute(text(query)).scalars())
