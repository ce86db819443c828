"""One thread that writes: it drains a queue into one transaction and answers only after COMMIT.

One fsync then pays for up to `batch` jobs. A job is a pure function of a Connection: it may run again, because a batch
that fails before COMMIT is rolled back and each of its jobs rerun alone, and a job that the database ended for the sake
of another process is tried anew. Nothing is rerun once COMMIT has begun.
Left out: what a job does (passport.store) and how the engine is made (passport.db).
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from passport.storage_errors import DatabaseUnavailableError, UnstorableValueError, WriterBusyError
from schemas.errors import PassportError

T = TypeVar("T")
_UNAVAILABLE: Final = (OperationalError, InterfaceError, PoolTimeoutError)
_UNSTORABLE: Final = (DataError, UnicodeEncodeError, OverflowError)
DATABASE_ERRORS: Final = (*_UNAVAILABLE, *_UNSTORABLE)
TRIES: Final = 5  # of a job that crosses another process's
_CROSSED: Final = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock detected, serialization failure


def translated(exc: BaseException) -> BaseException:
    """Return one of DATABASE_ERRORS as the error that callers see, without statement and values; others as they are."""
    error: PassportError
    if isinstance(exc, _UNAVAILABLE):
        error = DatabaseUnavailableError("the database did not answer in time; try again later")
    elif isinstance(exc, _UNSTORABLE):
        error = UnstorableValueError("expected Unicode text without NUL, and numbers of ordinary size")
    else:
        return exc
    error.__cause__ = exc
    return error


def _crossed(exc: Exception) -> bool:
    """Return whether the database ended this transaction so that another, which locked the same rows, can go on."""
    return isinstance(exc, OperationalError) and getattr(exc.orig, "sqlstate", None) in _CROSSED


@dataclass(frozen=True, slots=True)
class _Task:
    job: Callable[[Connection], Any]
    future: Future[Any]

    def fail(self, exc: BaseException) -> None:
        self.future.set_exception(translated(exc))


class Writer:
    """The queue and its thread. Never wait for it while holding a connection of the same write engine.

    `batch`: most jobs in one transaction. `queue_size`: most jobs waiting; one more raises WriterBusyError.
    """

    def __init__(self, engine: Engine, *, batch: int = 64, queue_size: int = 1024) -> None:
        if batch < 1 or queue_size < 1:
            raise ValueError("batch and queue_size must be at least 1")
        self._engine = engine
        self._batch = batch
        self._queue: queue.Queue[_Task] = queue.Queue(queue_size)
        self._wake = threading.Semaphore(
            0
        )  # one count a task, one for closing: the thread sleeps, never polls
        self._gate = threading.Lock()  # nothing is queued after close() was called
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="passport-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], T]) -> "Future[T]":
        """Queue a job and return the future of its result, set after COMMIT.

        Raises:
            WriterBusyError: the queue is full or the writer is closed.
        """
        task = _Task(job, Future())
        with self._gate:
            if self._closed:
                raise WriterBusyError("the service is stopping; try again in a moment")
            try:
                self._queue.put_nowait(task)
            except queue.Full as exc:
                raise WriterBusyError("too many writes are waiting; try again in a moment") from exc
        self._wake.release()
        return task.future

    def run(self, job: Callable[[Connection], T]) -> T:
        """Run a job and return its result once it is committed; for threads other than an event loop's.

        Raises:
            WriterBusyError: the queue is full or the writer is closed.
            DatabaseUnavailableError: the database failed.
            UnstorableValueError: the job gave the database a value that it cannot hold.
        """
        return self.submit(job).result()

    async def run_async(self, job: Callable[[Connection], T]) -> T:
        """Run a job and return its result once it is committed; for coroutines. Raises what `run` raises."""
        return await asyncio.wrap_future(self.submit(job))

    def close(self) -> None:
        """Finish what is queued, then stop the thread. Calling it again does nothing."""
        with self._gate:
            self._closed = True
        self._wake.release()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            self._wake.acquire()
            tasks = self._drain()
            if tasks:
                self._write(tasks)
            elif self._closed:
                return

    def _drain(self) -> list[_Task]:
        """Return up to one batch of tasks whose callers still wait."""
        tasks: list[_Task] = []
        while len(tasks) < self._batch:
            try:
                task = self._queue.get_nowait()
            except queue.Empty:
                break
            if task.future.set_running_or_notify_cancel():
                tasks.append(task)
        return tasks

    def _write(self, tasks: list[_Task], *, tries: int = TRIES) -> None:
        """Commit all tasks together, or, when one fails before COMMIT, each alone."""
        connected = committing = False
        try:
            with self._engine.connect() as connection:
                connected = True
                with connection.begin():
                    results = [task.job(connection) for task in tasks]
                    committing = True
        except Exception as exc:  # noqa: BLE001 - whatever a job raises belongs to the caller who waits for it
            lost = committing or not connected or getattr(exc, "connection_invalidated", False)
            if len(tasks) > 1 and not lost:
                for task in tasks:
                    self._write([task])
            elif not lost and tries > 1 and _crossed(exc):
                self._write(tasks, tries=tries - 1)
            else:
                for task in tasks:
                    task.fail(exc)
        else:
            for task, result in zip(tasks, results, strict=True):
                task.future.set_result(result)
