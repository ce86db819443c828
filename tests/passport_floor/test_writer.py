"""The writer: one commit for many jobs, an answer only after it, and nobody pays for another's failure."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from passport.db import Database, open_database
from passport.storage_errors import DatabaseUnavailableError, WriterBusyError
from passport.store import access, holders
from passport.writer import TRIES, Writer
from tests.passport_floor.rows import holder_row

Job = Callable[[Connection], str]


def add(name: str) -> Job:
    """A job that adds a holder."""

    def job(connection: Connection) -> str:
        holders.create(connection, holder_row(name))
        return name

    return job


class CrossedError(Exception):
    """The driver's error when the server ends a transaction that another one waits for."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("crossed")
        self.sqlstate = sqlstate


def fail(connection: Connection) -> str:
    """A job that writes, then fails."""
    holders.create(connection, holder_row("half-written"))
    raise RuntimeError("this job's own failure")


def there(database: Database, *names: str) -> list[bool]:
    with database.reading() as connection:
        return [holders.get(connection, name) is not None for name in names]


@contextmanager
def holding(writer: Writer) -> Iterator[None]:
    """Keep the writer busy, so that what is queued meanwhile becomes one batch."""
    started, go_on = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        started.set()
        assert go_on.wait(10)

    held = writer.submit(wait)
    assert started.wait(10)
    try:
        yield
    finally:
        go_on.set()
        held.result(10)


@contextmanager
def counted(engine: Engine, name: str) -> Iterator[list[str]]:
    """Count an engine's commits or rollbacks."""
    seen: list[str] = []

    def note(_connection: Connection) -> None:
        seen.append(name)

    event.listen(engine, name, note)
    try:
        yield seen
    finally:
        event.remove(engine, name, note)


def test_an_answer_means_that_everybody_can_read_it(database: Database) -> None:
    assert database.writer.run(add("h1")) == "h1"
    assert there(database, "h1") == [True]


def test_waiting_jobs_share_one_commit(database: Database) -> None:
    names = [f"h{number}" for number in range(20)]
    with counted(database.write_engine, "commit") as commits:
        with holding(database.writer):
            futures = [database.writer.submit(add(name)) for name in names]
        assert [future.result(10) for future in futures] == names
    assert len(commits) == 2  # the one that held, and the batch
    assert all(there(database, *names))


def test_a_batch_is_no_larger_than_asked(sqlite_database: Database) -> None:
    writer = Writer(sqlite_database.write_engine, batch=5)
    with counted(sqlite_database.write_engine, "commit") as commits:
        with holding(writer):
            futures = [writer.submit(add(f"h{number}")) for number in range(20)]
        assert len([future.result(10) for future in futures]) == 20
    writer.close()
    assert len(commits) == 1 + 4


def test_a_failing_job_fails_alone(database: Database) -> None:
    with holding(database.writer):
        first, failing, last = (database.writer.submit(job) for job in (add("h1"), fail, add("h2")))
    assert (first.result(10), last.result(10)) == ("h1", "h2")
    with pytest.raises(RuntimeError, match="own failure"):
        failing.result(10)
    assert there(database, "h1", "h2", "half-written") == [True, True, False]


def test_a_failure_in_the_database_fails_alone_too(database: Database) -> None:
    with holding(database.writer):
        futures = [database.writer.submit(job) for job in (add("h1"), add("h1"), add("h2"))]
    answers = [future.exception(10) for future in futures]
    assert [answer is None for answer in answers] == [True, False, True]
    assert there(database, "h1", "h2") == [True, True]


def test_nothing_is_rerun_once_commit_has_begun(database: Database) -> None:
    runs: list[str] = []

    def note(name: str) -> Job:
        def job(connection: Connection) -> str:
            runs.append(name)
            return add(name)(connection)

        return job

    commits: list[int] = []

    def break_second_commit(_connection: Connection) -> None:
        commits.append(len(runs))
        if len(commits) == 2:  # the first is that of `holding`
            raise OperationalError("COMMIT", {}, Exception("the power went"))

    event.listen(database.write_engine, "commit", break_second_commit)
    with holding(database.writer):
        futures = [database.writer.submit(note(name)) for name in ("h1", "h2")]
    for future in futures:
        with pytest.raises(DatabaseUnavailableError):
            future.result(10)
    event.remove(database.write_engine, "commit", break_second_commit)
    assert runs == ["h1", "h2"]
    assert database.writer.run(add("h3")) == "h3"


def test_a_full_queue_is_told_at_once(sqlite_database: Database) -> None:
    writer = Writer(sqlite_database.write_engine, queue_size=2)
    with holding(writer):
        futures = [writer.submit(add(name)) for name in ("h1", "h2")]
        with pytest.raises(WriterBusyError, match="too many writes"):
            writer.submit(add("h3"))
    assert [future.result(10) for future in futures] == ["h1", "h2"]
    writer.close()
    assert there(sqlite_database, "h1", "h2", "h3") == [True, True, False]


def test_closing_finishes_what_is_queued_and_takes_no_more(database: Database) -> None:
    writer = Writer(database.write_engine)
    closing = threading.Thread(target=writer.close)
    with holding(writer):
        futures = [writer.submit(add(f"h{number}")) for number in range(100)]
        closing.start()
    closing.join(10)
    assert all(future.done() for future in futures)
    with pytest.raises(WriterBusyError, match="stopping"):
        writer.submit(add("late"))
    writer.close()


def test_a_job_whose_caller_left_is_not_run(database: Database) -> None:
    with holding(database.writer):
        left, stayed = database.writer.submit(add("h1")), database.writer.submit(add("h2"))
        assert left.cancel()
    assert stayed.result(10) == "h2"
    assert there(database, "h1", "h2") == [False, True]


def test_coroutines_wait_for_the_commit_too(database: Database) -> None:
    async def many() -> list[str]:
        return await asyncio.gather(*(database.writer.run_async(add(f"h{number}")) for number in range(10)))

    assert asyncio.run(many()) == [f"h{number}" for number in range(10)]


def test_a_database_that_is_gone_is_said_to_be_and_comes_back(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    try:
        assert database.writer.run(add("h1")) == "h1"

        def lose(connection: Connection) -> None:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        with holding(database.writer):
            lost, beside = database.writer.submit(lose), database.writer.submit(add("h2"))
        for future in (lost, beside):
            with pytest.raises(DatabaseUnavailableError) as failed:
                future.result(10)
            assert "SELECT" not in str(failed.value)
        assert database.writer.run(add("h3")) == "h3"
        assert there(database, "h1", "h2", "h3") == [True, False, True]
    finally:
        database.close()


def test_two_processes_whose_batches_cross_both_finish(postgresql_url: str) -> None:
    """Each batch locks what the other wants next: the server ends one, whose jobs are then run alone."""
    databases = [open_database(postgresql_url) for _ in range(2)]
    for name in ("h1", "h2"):
        databases[0].writer.run(add(name))
    both_locked = threading.Barrier(2)

    def lock_first(connection: Connection, holder_id: str) -> str:
        access.lock(connection, holder_id)
        with suppress(threading.BrokenBarrierError):  # only the first run of each meets the other
            both_locked.wait(0.5)
        return holder_id

    futures: list[Future[Any]] = []
    for database, (first, second) in zip(databases, [("h1", "h2"), ("h2", "h1")], strict=True):
        with holding(database.writer):
            futures.append(database.writer.submit(partial(lock_first, holder_id=first)))
            futures.append(database.writer.submit(partial(access.lock, holder_id=second)))
    assert all(future.exception(20) is None for future in futures)
    for database in databases:
        database.close()


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
@pytest.mark.parametrize(("ended", "answered"), [(TRIES - 1, True), (TRIES, False)])
def test_a_job_that_was_ended_for_another_is_tried_anew(
    sqlite_database: Database, sqlstate: str, ended: int, answered: bool
) -> None:
    runs: list[int] = []

    def job(connection: Connection) -> str:
        runs.append(1)
        add("h1")(connection)
        if len(runs) <= ended:
            raise OperationalError("UPDATE", {}, CrossedError(sqlstate))
        return "h1"

    future = sqlite_database.writer.submit(job)
    assert (future.exception(10) is None) == answered
    assert (len(runs), there(sqlite_database, "h1")) == (TRIES, [answered])


def test_two_single_jobs_that_cross_both_finish(postgresql_url: str) -> None:
    databases = [open_database(postgresql_url) for _ in range(2)]
    for name in ("h1", "h2"):
        databases[0].writer.run(add(name))
    both_locked = threading.Barrier(2)

    def lock_both(connection: Connection, names: tuple[str, str]) -> None:
        access.lock(connection, names[0])
        with suppress(threading.BrokenBarrierError):
            both_locked.wait(0.5)
        access.lock(connection, names[1])

    orders = [("h1", "h2"), ("h2", "h1")]
    futures = [
        database.writer.submit(partial(lock_both, names=names))
        for database, names in zip(databases, orders, strict=True)
    ]
    assert [future.exception(20) for future in futures] == [None, None]
    for database in databases:
        database.close()


@pytest.mark.parametrize("wrong", [{"batch": 0}, {"queue_size": 0}])
def test_a_writer_without_room_is_a_callers_mistake(sqlite_database: Database, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Writer(sqlite_database.write_engine, **wrong)
