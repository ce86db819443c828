"""What a practitioner or an employer signed waits for the holder, who takes it into the passport or keeps it out.

Left out: how it came to be signed (passport.appending, passport.countersigning).
"""

from sqlalchemy import Connection

from passport import access
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.records import ONE_CHAIN, SEEN_BY_HOLDER, EntryNotFoundError
from passport.statuses import change
from passport.store import entries as store
from passport.store import status as status_store
from passport.tables import AccessKind, EntryRow, EntryState
from schemas.vocabulary import AuthorKind


def accept(d: Deployment, holder_id: str, entry_id: str) -> None:
    """Take what somebody else signed into the passport, in the place of the earlier ones that it continues.

    Raises:
        EntryNotFoundError: no such entry waits for the holder.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = _waiting(connection, holder_id, entry_id)
        answers = _answered_before(connection, row)
        for earlier in store.list_of(connection, holder_id, SEEN_BY_HOLDER):
            if continues(row, earlier) or earlier.entry_id in answers:
                store.set_state(
                    connection, holder_id, earlier.entry_id, EntryState.SUPERSEDED, was=earlier.state
                )
        _settle(d, connection, holder, row, EntryState.ACCEPTED, AccessKind.ACCEPTED)


def decline(d: Deployment, holder_id: str, entry_id: str) -> None:
    """Keep what somebody else signed out of the passport: it is never shared, and its status turns invalid.

    Raises:
        EntryNotFoundError: no such entry waits for the holder.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = _waiting(connection, holder_id, entry_id)
        change(connection, row.status_list_id, row.status_index, status_store.INVALID)
        _settle(d, connection, holder, row, EntryState.DECLINED, AccessKind.DECLINED)


def continues(row: EntryRow, earlier: EntryRow) -> bool:
    """Return whether an entry takes an earlier one's place: a plan is one chain, other sections one an issuer.

    Employers' answers never do by section: all are by one issuer, and each is about one change (`_answered_before`).
    """
    if row.author_kind is AuthorKind.EMPLOYER:
        return False
    same_line = (row.section, row.author_kind) == (earlier.section, earlier.author_kind)
    one_chain = row.section in ONE_CHAIN or row.issuer_id == earlier.issuer_id
    return same_line and one_chain and earlier.sequence < row.sequence


def _answered_before(connection: Connection, row: EntryRow) -> frozenset[str]:
    """Return the entries by which the same recipient answered the same change before."""
    found: set[str] = set()
    before: EntryRow | None = row
    while row.author_kind is AuthorKind.EMPLOYER and before is not None and before.supersedes is not None:
        found.add(before.supersedes)
        before = store.get(connection, row.holder_id, before.supersedes)
    return frozenset(found)


def _waiting(connection: Connection, holder_id: str, entry_id: str) -> EntryRow:
    row = store.get(connection, holder_id, entry_id)
    if row is None or row.state is not EntryState.PENDING:
        raise EntryNotFoundError("no such entry waits for you; look at your passport again")
    return row


def _settle(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: EntryRow,
    state: EntryState,
    kind: AccessKind,
) -> None:
    if not store.set_state(connection, row.holder_id, row.entry_id, state):
        raise EntryNotFoundError("no such entry waits for you; look at your passport again")
    access.record(
        d, connection, holder.vault, row.holder_id, kind, sections=[row.section], author=row.author_kind.value
    )
