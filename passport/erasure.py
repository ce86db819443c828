"""Erasing a holder: everything ends, is deleted or can never be opened again. ADR 22 says what stays, and why.

One transaction takes all of it back, and a tombstone beside the keys keeps an old backup from bringing anybody back.
Left out: what a recipient of a deleted passport sees (passport.replies).
"""

import logging
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from passport import access, alerts, auth
from passport.day_budgets import DayBudget
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.outbox import Message, enqueue
from passport.statuses import change
from passport.storage_errors import SealError
from passport.store import access as access_store
from passport.store import erasing, shares
from passport.store import holders as store
from passport.store import status as status_store
from passport.tables import AccessKind
from passport.vault import Vault

WRONG_LOGGED: Final = DayBudget("erasure-refused", 20)  # the log tells of so many in a day, and is not filled
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Username and sign-in code do not belong together, or are somebody else's."""


def erase_own(d: Deployment, holder_id: str, *, username: str, code: str) -> NotConfirmed | None:
    """Erase a holder who says their username and sign-in code once more; a wrong one is refused, and logged.

    Raises:
        HolderNotFoundError: there is no such holder.
        HolderErasedError: they were erased in this moment.
    """
    with d.database.writing() as connection:
        if auth.holder_with(d, connection, username=username, code=code) == holder_id:
            _erase(d, connection, holder_id)
            return None
        holder = lock_holder(d, connection, holder_id)
        if WRONG_LOGGED.take(d, connection, holder_id):
            access.record(d, connection, holder.vault, holder_id, AccessKind.ERASURE_REFUSED)
        return NotConfirmed()


def erase(d: Deployment, holder_id: str) -> None:
    """Erase a holder, for whoever has made sure that they want it. Raises as `erase_own`."""
    with d.database.writing() as connection:
        _erase(d, connection, holder_id)


def finish(d: Deployment) -> int:
    """Erase again whoever an old backup brought back, and return how many. Whoever was erased has a tombstone then.

    Raises:
        StorageError: the database or the folder of keys failed; whoever has a tombstone stays closed all the same.
    """
    with d.database.reading() as connection:
        known = store.erased(connection)
        back = [one for one in d.tombstones if one not in known and store.get(connection, one)]
    for holder_id in known.keys() - set(d.tombstones):  # the folder is older than the database
        d.tombstones.add(holder_id, now=known[holder_id])
    once_more = replace(d, vault=Vault(d.vault.custody))  # to say goodbye, and to log it
    for holder_id in back:
        erase(once_more, holder_id)
    return len(back)


def _erase(d: Deployment, connection: Connection, holder_id: str) -> None:
    holder = _locked(d, connection, holder_id)
    messages = _farewells(connection, holder) if holder else []
    for list_id, index in erasing.status_places(connection, holder_id):
        change(connection, list_id, index, status_store.INVALID)
    if holder:
        access.record(d, connection, holder.vault, holder_id, AccessKind.ERASED)
    erasing.delete_all_of(connection, holder_id)
    for message in messages:
        enqueue(d, connection, message)
    store.destroy_data_key(connection, holder_id, now=d.now())
    d.tombstones.add(holder_id, now=d.now())  # last: nothing but the commit can fail after it


def _locked(d: Deployment, connection: Connection, holder_id: str) -> OpenHolder | None:
    """Return the locked holder, or None when their name or key was altered: then nobody can be told."""
    try:
        return lock_holder(d, connection, holder_id)
    except SealError as exc:
        _LOG.error("erasing what does not open: %s", exc.code)
        access_store.lock(connection, holder_id)
        return None


def _farewells(connection: Connection, holder: OpenHolder) -> list[Message]:
    rows = shares.list_of(connection, holder.holder_id)
    return [message for row in rows for message in alerts.farewells(connection, holder, row)]
