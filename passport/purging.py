"""What has had its time goes: at every start, and every hour while the service runs. docs/privacy.md lists it.

Every process does it; it changes nothing that anybody could still use, so it does not matter how often. Left out: what
goes with a person (passport.erasure), and messages that a day brings (passport.reminders).
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from passport import erasure
from passport.deployment import Deployment
from passport.outbox import OUTLIVING
from passport.store import expired, messages
from schemas.errors import PassportError

INTERVAL_SECONDS: Final = 3600.0
MESSAGES_KEPT: Final = timedelta(days=90)  # that have ended: their keys are not sent again for so long
LAST_WORDS_KEPT: Final = timedelta(days=1)  # that have ended, of passports that were deleted
FILES_KEPT: Final = timedelta(days=30)  # of what a share carried, after its end
_LOG: Final = logging.getLogger(__name__)


def purge(d: Deployment) -> int:
    """Delete what has had its time and return how many rows went; erase again whoever a backup brought back.

    Raises:
        StorageError: the database or the folder of keys failed; what is done stays, the rest goes the next time.
    """
    erased = erasure.finish(d)
    now = d.now()
    steps: tuple[Callable[[Connection], int], ...] = (
        lambda c: expired.delete_expired(c, now=now, budgets_before=f"{now:%Y-%m-%dT%H}"),
        lambda c: expired.forget_codes(c, now=now),
        lambda c: expired.delete_files_of_ended(c, before=now - FILES_KEPT),
        lambda c: messages.delete_ended(c, before=now - MESSAGES_KEPT),
        lambda c: messages.delete_ended(c, before=now - LAST_WORDS_KEPT, kinds=OUTLIVING),
    )
    return erased + sum(_in_one_transaction(d, step) for step in steps)


def _in_one_transaction(d: Deployment, step: Callable[[Connection], int]) -> int:
    """Take one step by itself, so that nobody who writes waits for all of them."""
    with d.database.writing() as connection:
        return step(connection)


@contextmanager
def purging(d: Deployment, *, interval_seconds: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Purge from time to time for as long as the block runs; at its start, `purge` is the caller's to call."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=_purge_until, args=(d, stopping, interval_seconds), name="passport-purger", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _purge_until(d: Deployment, stopping: threading.Event, interval_seconds: float) -> None:
    while not stopping.wait(interval_seconds):
        try:
            purge(d)
        except PassportError as exc:
            _LOG.error("what has ended is still kept: %s", exc.code)
        except (SQLAlchemyError, OSError) as exc:  # their texts may hold values, and paths
            _LOG.error("what has ended is still kept: %s", type(exc).__name__)
