"""Queries of where holders want to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update

from passport.store import statements
from passport.store.statements import HOLDER
from passport.tables import CONTACTS, ContactRow, MessageKind
from passport.tables.columns import values

_GET: Final = select(CONTACTS).where(CONTACTS.c.holder_id == HOLDER)


def get(connection: Connection, holder_id: str) -> ContactRow | None:
    """Return where a holder wants to be told, or None."""
    return statements.one(connection, ContactRow, _GET, {"holder": holder_id})


def put(connection: Connection, contact: ContactRow) -> None:
    """Store where a holder wants to be told, in place of what was there.

    Raises:
        sqlalchemy.exc.IntegrityError: there is no such holder.
    """
    insert = statements.insert_on_conflict(connection, CONTACTS).values(values(contact))
    changed = {name: insert.excluded[name] for name in values(contact) if name != "holder_id"}
    connection.execute(insert.on_conflict_do_update(index_elements=[CONTACTS.c.holder_id], set_=changed))


def spend_try(connection: Connection, holder_id: str, *, now: datetime) -> bytes | None:
    """Take one try to type the code and return the code's hash; None when no code is asked for or no try is left."""
    statement = update(CONTACTS).where(
        CONTACTS.c.holder_id == holder_id, CONTACTS.c.tries_left > 0, CONTACTS.c.code_ends_at > now
    )
    spent = statement.values(tries_left=CONTACTS.c.tries_left - 1).returning(CONTACTS.c.code_hash)
    found = connection.execute(spent).first()
    return None if found is None else found.code_hash


def want(connection: Connection, holder_id: str, kinds: Sequence[MessageKind]) -> bool:
    """Store of what a holder wants to be told and return whether they gave an address."""
    statement = update(CONTACTS).where(CONTACTS.c.holder_id == holder_id)
    return statements.changed(connection, statement.values(wanted=sorted(kinds)))


def delete_of(connection: Connection, holder_id: str) -> bool:
    """Forget where a holder wants to be told and return whether anything was known."""
    return statements.changed(connection, delete(CONTACTS).where(CONTACTS.c.holder_id == holder_id))
