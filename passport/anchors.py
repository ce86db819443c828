"""The anchors: the key that signs the trust list, and while it is being replaced the one that will.

A list names the anchors that may sign the lists after it. A new one is named for as long as a list is valid before it
signs, so whoever holds a list that has not ended can check the next one. Left out: the list itself (passport.issuing).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from issuers.keys import SoftwareSigner, VerifyingKey
from passport.deployment import Deployment
from passport.storage_errors import CustodyError
from passport.store import anchors as store
from passport.tables import AnchorRow

ANCHOR: Final = "anchor"  # the name of its keys in the key store; they sign nothing else
TRUST_LIST_VALID_FOR: Final = timedelta(days=7)


def prepare(d: Deployment, connection: Connection) -> None:
    """Make the first anchor where there is none."""
    if not store.list_all(connection):
        _add(d, connection, not_before=d.now().replace(microsecond=0))


def rotate(d: Deployment, *, ahead: timedelta = TRUST_LIST_VALID_FOR, leaked: bool = False) -> AnchorRow:
    """Make a new anchor, which signs from `ahead` on, and return it. Until then the old one signs, and names it.

    `leaked`: the new one signs at once and the old one is named no more. Every verifier has to be given it by hand,
    since whoever has the old key could have named any other.
    """
    now = d.now().replace(microsecond=0)
    with d.database.writing() as connection:
        if leaked:
            store.distrust_all(connection, now=now)
            return _add(d, connection, not_before=now)
        store.end_all(connection, not_after=now + ahead)
        return _add(d, connection, not_before=now + ahead)


def list_all(connection: Connection) -> Sequence[AnchorRow]:
    """Return every anchor, ended ones included, by when each begins to sign."""
    return store.list_all(connection)


def signer(d: Deployment, connection: Connection) -> SoftwareSigner:
    """Return the signer of the trust list, as of now.

    Raises:
        CustodyError: there is none in force, or its key file is missing or damaged.
        SealError: its key file was altered.
    """
    now = d.now()
    signing = [row for row in store.list_all(connection) if row.not_before <= now and not _ended(row, now)]
    if not signing:
        raise CustodyError("no anchor is in force: run passport trust rotate --leaked to make one")
    return d.keystore.signer(ANCHOR, signing[-1].kid)


def named(connection: Connection, now: datetime) -> tuple[VerifyingKey, ...]:
    """Return the anchors that may sign the lists from now on."""
    rows = store.list_all(connection)
    return tuple(VerifyingKey.from_jwk(row.public_jwk) for row in rows if not _ended(row, now))


def changes(connection: Connection, now: datetime) -> int:
    """Return how often `named` has changed: a part of the trust list's version."""
    rows = store.list_all(connection)
    return len(rows) + sum(_ended(row, now) for row in rows)


def _ended(row: AnchorRow, now: datetime) -> bool:
    return row.not_after is not None and row.not_after <= now


def _add(d: Deployment, connection: Connection, *, not_before: datetime) -> AnchorRow:
    made = d.keystore.create(ANCHOR)
    row = AnchorRow(kid=made.kid, public_jwk=dict(made.public_jwk), not_before=not_before)
    store.add(connection, row)
    return row
