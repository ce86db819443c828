"""Engines: how this service opens SQLite and PostgreSQL. No tables, no query.

SQLite is opened through sqlcipher3, which carries a current SQLite: Python's own may be older than 3.51.3, and older
ones can corrupt a write-ahead log that two connections use. Writers share a pool of one connection, so that the pool
queues them in order and SQLite need not poll.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from passport.private_files import private_directory, private_file
from passport.storage_errors import UnsupportedDatabaseError
from passport.writer import DATABASE_ERRORS, Writer, translated

SQLITE_OLDEST: Final = (3, 51, 3)
SQLITE_MAGIC: Final = b"SQLite format 3\0"  # how every database file starts, an empty one aside
BUSY_TIMEOUT_MS: Final = 5_000  # how long a statement waits for a lock, on both engines
POOL_TIMEOUT_SECONDS: Final = 10.0  # how long a caller waits for a connection


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: an engine to write, one to read, and the writer that commits in groups."""

    write_engine: Engine
    read_engine: Engine
    writer: Writer

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that commits at the end. Not to be nested: SQLite has one writer.

        Raises:
            DatabaseUnavailableError: the database cannot be reached, is full or locked; nothing is half-written.
            UnstorableValueError: a value cannot be held or looked for.
        """
        try:
            with self.write_engine.begin() as connection:
                yield connection
        except DATABASE_ERRORS as exc:
            raise translated(exc) from exc

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and cannot write.

        Raises:
            DatabaseUnavailableError: the database cannot be reached.
            UnstorableValueError: a value cannot be looked for.
        """
        try:
            with self.read_engine.begin() as connection:
                yield connection
        except DATABASE_ERRORS as exc:
            raise translated(exc) from exc

    def close(self) -> None:
        """Finish queued writes and close every connection."""
        self.writer.close()
        self.read_engine.dispose()
        self.write_engine.dispose()


def open_database(url: str, *, threads: int = 4, batch: int = 64, queue_size: int = 1024) -> Database:
    """Open the database at a URL (`sqlite:///file` or `postgresql://...`), migrated or not.

    `threads` readers (and, on PostgreSQL, writers) can work at once beside the group-commit writer.

    Raises:
        UnsupportedDatabaseError: neither SQLite in a file nor PostgreSQL, or an SQLite older than 3.51.3.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        write, read = _open_sqlite(parsed, threads)
    else:
        write, read = _open_postgresql(parsed, threads)
    return Database(write, read, Writer(write, batch=batch, queue_size=queue_size))


def check_sqlite(version: tuple[int, ...]) -> None:
    """Accept an SQLite that does not corrupt write-ahead logs.

    Raises:
        UnsupportedDatabaseError: the version is older than SQLITE_OLDEST.
    """
    if version < SQLITE_OLDEST:
        needed, got = (".".join(map(str, v)) for v in (SQLITE_OLDEST, version))
        raise UnsupportedDatabaseError(f"SQLite {needed} or newer is needed, got {got}: upgrade sqlcipher3")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise UnsupportedDatabaseError("expected sqlite:///file or postgresql://user@host/name") from exc
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise UnsupportedDatabaseError(
        "expected SQLite in a file (sqlite:///file) or PostgreSQL (postgresql://...)"
    )


def _open_sqlite(url: URL, threads: int) -> tuple[Engine, Engine]:
    check_sqlite(tuple(sqlcipher3.dbapi2.sqlite_version_info))
    path = Path(str(url.database))
    private_directory(path.parent)
    _check_form(private_file(path))
    write = _sqlite_engine(url, pool_size=1, begin="BEGIN IMMEDIATE")
    read = _sqlite_engine(url, pool_size=threads, begin="BEGIN")
    event.listen(read, "connect", lambda raw, _record: raw.execute("PRAGMA query_only=ON"))
    return write, read


def _check_form(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(SQLITE_MAGIC))
    if start not in (b"", SQLITE_MAGIC):
        raise UnsupportedDatabaseError(
            f"{path} is no SQLite database: restore it, or set PASSPORT_DATABASE_URL"
        )


def _sqlite_engine(url: URL, *, pool_size: int, begin: str) -> Engine:
    engine = create_engine(
        url,
        module=sqlcipher3.dbapi2,
        connect_args={"isolation_level": None, "check_same_thread": False},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")  # NORMAL loses acknowledged commits when the power fails
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA secure_delete=ON")  # a destroyed key is overwritten, not just forgotten (ADR 22)
    raw.execute(
        "PRAGMA recursive_triggers=ON"
    )  # else INSERT OR REPLACE deletes past the append-only triggers


def _open_postgresql(url: URL, threads: int) -> tuple[Engine, Engine]:
    write = create_engine(
        url,
        connect_args={"options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC"},
        pool_size=threads + 1,
        max_overflow=threads,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,  # a restarted server then costs no request
        hide_parameters=True,
    )
    return write, write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
