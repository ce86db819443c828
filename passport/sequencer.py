"""The thread that gives events their place in the log's tree within seconds of the transaction that recorded them.

Every process of a deployment has one; they take turns by a lock in the database, so it does not matter how many run, or
when one dies. Left out: what adding means (passport.log_tree).
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from passport.deployment import Deployment
from passport.log_tree import add_all_pending, await_lost
from passport.store import log as store
from schemas.errors import PassportError

INTERVAL_SECONDS: Final = 2.0  # between two looks; an event is in the tree within 5 seconds
_LOG: Final = logging.getLogger(__name__)


class Sequencer:
    """Looks for what waits, and adds it, until it is stopped."""

    def __init__(self, d: Deployment, *, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._deployment = d
        self._interval = interval_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="passport-sequencer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and stop the thread. What still waits is added after the next start."""
        self._stopping.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._stopping.wait(self._interval):
            look(self._deployment)


def look(d: Deployment) -> None:
    """Add what waits. No event is lost: what cannot be added now is added by a later look, and the service goes on."""
    with _going_on():
        if _is_behind(d):
            add_all_pending(d)


def restore(d: Deployment) -> None:
    """Let events wait again that somebody took out of what waits, past the triggers: once, when a service starts."""
    with _going_on():
        if lost := await_lost(d):
            _LOG.error("%d events of the access log did not wait for its tree: they do again", lost)


@contextmanager
def _going_on() -> Iterator[None]:
    try:
        yield
    except PassportError as exc:
        _LOG.error("the log's tree is behind: %s", exc.code)
    except Exception as exc:  # noqa: BLE001 - the next look may succeed, and a thread that ended would not look
        _LOG.error("the log's tree is behind: %s", type(exc).__name__)  # its text may hold values


def _is_behind(d: Deployment) -> bool:
    with d.database.reading() as connection:
        return store.latest_checkpoint(connection) is None or store.any_pending(connection)


@contextmanager
def sequencing(d: Deployment, *, interval_seconds: float = INTERVAL_SECONDS) -> Iterator[Sequencer]:
    """Add what an earlier run left behind, then keep a sequencer running."""
    restore(d)
    look(d)
    sequencer = Sequencer(d, interval_seconds=interval_seconds)
    try:
        yield sequencer
    finally:
        sequencer.stop()
