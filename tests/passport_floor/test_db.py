"""Engines: what is switched on, what is refused, and what is left when disk, power or server fail."""

import shutil
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from passport.db import BUSY_TIMEOUT_MS, Database, check_sqlite, open_database
from passport.storage_errors import DatabaseUnavailableError, UnstorableValueError, UnsupportedDatabaseError
from passport.store import access, accounts, entries, holders
from passport.tables import EntryState
from tests.passport_floor.rows import HOLDER, add_service, entry_row, holder_row


def file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


@pytest.mark.parametrize("engine", ["write_engine", "read_engine"])
@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", BUSY_TIMEOUT_MS),
    ],
)
def test_sqlite_runs_as_measured_safe(
    sqlite_database: Database, engine: str, pragma: str, expected: str | int
) -> None:
    with getattr(sqlite_database, engine).connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == expected


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (4, 0, 0)])
def test_a_current_sqlite_is_accepted(version: tuple[int, ...]) -> None:
    check_sqlite(version)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (2, 99, 99)])
def test_an_sqlite_that_corrupts_logs_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedDatabaseError, match=r"3\.51\.3 or newer"):
        check_sqlite(version)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://u:hunter2@h/x", "hunter2", "", "postgres://u:hunter2@h/x"],
)
def test_another_database_is_refused_without_repeating_its_url(url: str) -> None:
    with pytest.raises(UnsupportedDatabaseError) as refused:
        open_database(url)
    assert "hunter2" not in f"{refused.value!r}"


def test_a_new_database_file_is_nobody_elses(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new/passport.db")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    files = list((tmp_path / "new").iterdir())
    database.close()
    assert {file.name for file in files} == {"passport.db", "passport.db-wal", "passport.db-shm"}
    assert [stat.S_IMODE(path.stat().st_mode) for path in files if path.exists()] == [0o600]
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_the_read_engine_cannot_write(database: Database) -> None:
    with database.read_engine.connect() as connection, pytest.raises(DBAPIError):
        holders.create(connection, holder_row())


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.reading() as connection:
        assert holders.get(connection, HOLDER) is None
        database.writer.run(lambda writing: holders.create(writing, holder_row()))
        assert holders.get(connection, HOLDER) is None
    with database.reading() as connection:
        assert holders.get(connection, HOLDER) is not None


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def twice(connection: Connection) -> None:
        holders.create(connection, holder_row("h1"))
        holders.create(connection, holder_row("h1"))

    with pytest.raises(IntegrityError), database.writing() as connection:
        twice(connection)
    with database.reading() as connection:
        assert holders.get(connection, "h1") is None


@pytest.mark.parametrize("value", ["half a pair \ud800", 10**30], ids=["surrogate", "huge"])
def test_a_value_that_no_row_can_hold_is_malformed_input(database: Database, value: Any) -> None:
    def look(connection: Connection) -> object:
        return access.events_of(connection, HOLDER if isinstance(value, int) else value, after=value)

    for transaction in (database.writing, database.reading):
        with pytest.raises(UnstorableValueError) as refused, transaction() as connection:
            look(connection)
        assert "half" not in str(refused.value)
    with pytest.raises(UnstorableValueError):
        database.writer.run(look)


def test_text_with_nul_is_found_nowhere_or_refused(database: Database) -> None:
    found: object = None
    with (
        suppress(UnstorableValueError),
        database.reading() as connection,
    ):  # SQLite can look, PostgreSQL cannot
        found = accounts.get(connection, "sam\0")
    assert found is None


def test_a_database_error_shows_no_values(database: Database) -> None:
    with database.writing() as connection:
        holders.create(connection, holder_row(sealed_name=b"a secret"))
    with pytest.raises(IntegrityError) as failed, database.writing() as connection:
        holders.create(connection, holder_row(sealed_name=b"a secret"))
    assert "a secret" not in str(failed.value)


def test_a_server_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    database = open_database(f"postgresql://nobody@/none?host={tmp_path}")
    for transaction in (database.writing, database.reading):
        with pytest.raises(DatabaseUnavailableError), transaction() as connection:
            holders.get(connection, HOLDER)
    with pytest.raises(DatabaseUnavailableError):
        database.writer.run(lambda connection: holders.get(connection, HOLDER))
    database.close()


def test_a_full_disk_is_unavailable_and_leaves_nothing_half_written(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.writing() as connection:
        add_service(connection)
        holders.create(connection, holder_row())
    with database.write_engine.connect() as connection:  # the write pool holds this one connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def too_much(connection: Connection) -> None:
        entries.append(connection, entry_row(connection, "e1", sealed_credential=bytes(10**6)))

    with pytest.raises(DatabaseUnavailableError), database.writing() as connection:
        too_much(connection)
    database.close()
    reopened = open_database(sqlite_url)
    with reopened.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert entries.list_of(connection, HOLDER, set(EntryState)) == []
    reopened.close()


KEEP_WRITING = """
import sys
sys.path.insert(0, sys.argv[2])
from passport.db import open_database
from passport.store import holders
from rows import holder_row
database = open_database(sys.argv[1])
for number in range(100_000):
    database.writer.run(lambda connection: holders.create(connection, holder_row(f"h{number}")))
    print(number, flush=True)
"""


def test_a_killed_process_loses_nothing_it_acknowledged(engine_url: str) -> None:
    command = [sys.executable, "-c", KEEP_WRITING, engine_url, str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout if line.strip()]
    database = open_database(engine_url)
    with database.reading() as connection:
        assert all(holders.get(connection, f"h{number}") is not None for number in acknowledged)
    database.close()


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.55, 0.9, 1.0])
@pytest.mark.parametrize("garbage", [b"", bytes(5000), b"\xff" * 5000], ids=["cut", "zeroed", "noise"])
def test_a_power_cut_keeps_every_commit_that_reached_the_disk(
    sqlite_url: str, tmp_path: Path, kept: float, garbage: bytes
) -> None:
    """The log as the disk may hold it: what was synced at an answer, then any part of what came later, torn."""
    database, path = open_database(sqlite_url), file_of(sqlite_url)
    log = path.with_name(path.name + "-wal")
    synced = []
    for number in range(8):
        database.writer.run(partial(holders.create, holder=holder_row(f"h{number}")))
        synced.append(log.stat().st_size)
    after_cut = tmp_path / "after-cut"
    after_cut.mkdir()
    shutil.copyfile(path, after_cut / path.name)
    torn = synced[3] + int((synced[-1] - synced[3]) * kept)
    (after_cut / log.name).write_bytes(log.read_bytes()[:torn] + garbage)
    database.close()

    reopened = open_database(f"sqlite:///{after_cut / path.name}")
    with reopened.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        there = [holders.get(connection, f"h{number}") is not None for number in range(8)]
    reopened.close()
    whole = sum(size <= torn for size in synced)
    assert there == [True] * whole + [False] * (8 - whole)
