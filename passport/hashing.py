"""A small room where passcodes are hashed: so many at once, so many waiting, and the next is asked to come back."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import ClassVar, TypeVar

from passport.storage_errors import DatabaseUnavailableError

T = TypeVar("T")


class HashingBusyError(DatabaseUnavailableError):
    """Too many passcodes wait to be checked. Nothing was opened and no attempt spent; try again later."""

    code: ClassVar[str] = "hashing_busy"


class HashingRoom:
    """Threads for argon2id. Each takes 19 MiB and a core, so that more of them at once would only queue elsewhere."""

    def __init__(self, *, threads: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passport-hashing")
        self._places = BoundedSemaphore(threads + waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place: take it before an attempt is spent, so that a full room costs nobody an attempt.

        Raises:
            HashingBusyError: the room is full.
        """
        if not self._places.acquire(blocking=False):
            raise HashingBusyError("too many passcodes are being checked; try again in a moment")
        try:
            yield
        finally:
            self._places.release()

    async def run(self, check: Callable[..., T], *values: object) -> T:
        """Return what `check(*values)` returns, computed in the room. Hold a place meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, check, *values)

    def close(self) -> None:
        """Finish what has begun."""
        self._threads.shutdown()
