"""Deletes what is a holder's at their erasure. Left out: what triggers keep, which their key alone opens.

Entries, receipts and events stay, sealed, and so does what waits for the log's tree: proofs of others stand on it.
"""

from typing import Final

from sqlalchemy import Connection, Table, delete, select

from passport.store import recipients
from passport.tables import (
    ACCOUNTS,
    CONTACTS,
    COUNTERSIGNATURES,
    ENTRIES,
    GRANTS,
    LOCATORS,
    MESSAGES,
    RECIPIENTS,
    REPLY_REQUESTS,
    SESSIONS,
    SHARE_FILES,
    SHARES,
    TICKETS,
    VIEWING_SESSIONS,
)

# Whatever names another row goes before it.
DELETED: Final[tuple[Table, ...]] = (
    MESSAGES,
    CONTACTS,
    ACCOUNTS,
    TICKETS,
    VIEWING_SESSIONS,
    LOCATORS,
    REPLY_REQUESTS,
    COUNTERSIGNATURES,
    RECIPIENTS,
    SHARE_FILES,
    SHARES,
    GRANTS,
)


def status_places(connection: Connection, holder_id: str) -> list[tuple[str, int]]:
    """Return list and index of the status of every entry and share of a holder, in the order in which lists lock."""
    entries = select(ENTRIES.c.status_list_id, ENTRIES.c.status_index).where(ENTRIES.c.holder_id == holder_id)
    shares = select(SHARES.c.status_list_id, SHARES.c.status_index).where(SHARES.c.holder_id == holder_id)
    return sorted((row[0], row[1]) for row in connection.execute(entries.union_all(shares)))


def delete_all_of(connection: Connection, holder_id: str) -> None:
    """Delete every row of a holder that may be deleted; whoever is signed in as them is not any more."""
    own = select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.holder_id == holder_id)
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account_id.in_(own)))
    recipients.lead_tokens_nowhere(connection, holder_id)
    for table in DELETED:
        connection.execute(delete(table).where(table.c.holder_id == holder_id))
