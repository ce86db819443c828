"""Queries of entries: appended, never edited; only their state moves."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.tables import ENTRIES, HOLDERS, EntryRow, EntryState
from schemas.vocabulary import Section


def append(connection: Connection, entry: EntryRow) -> EntryRow:
    """Add an entry at the end of its passport and return it with its sequence number.

    The number is taken by an UPDATE of the holder's row, so parallel appends queue up there on both engines.

    Raises:
        LookupError: there is no such holder.
        sqlalchemy.exc.IntegrityError: the id is taken, or it names a row that is not there.
    """
    holder_id = entry.holder_id
    taken = connection.execute(
        update(HOLDERS)
        .where(HOLDERS.c.holder_id == holder_id)
        .values(next_entry_sequence=HOLDERS.c.next_entry_sequence + 1)
        .returning(HOLDERS.c.next_entry_sequence - 1)
    ).scalar_one_or_none()
    if taken is None:
        raise LookupError("there is no such holder")
    numbered = entry.model_copy(update={"sequence": taken})
    statements.add(connection, ENTRIES, numbered)
    return numbered


def get(connection: Connection, holder_id: str, entry_id: str) -> EntryRow | None:
    """Return one entry of a holder."""
    statement = select(ENTRIES).where(ENTRIES.c.holder_id == holder_id, ENTRIES.c.entry_id == entry_id)
    return statements.one(connection, EntryRow, statement)


def find(connection: Connection, entry_id: str) -> EntryRow | None:
    """Return one entry, whosever it is: for who signed it, and for operators."""
    return statements.one(connection, EntryRow, select(ENTRIES).where(ENTRIES.c.entry_id == entry_id))


def list_all(connection: Connection, *, after: str, limit: int) -> Sequence[EntryRow]:
    """Return entries of all holders with ids after one, by id: for operators."""
    statement = select(ENTRIES).where(ENTRIES.c.entry_id > after).order_by(ENTRIES.c.entry_id).limit(limit)
    return statements.many(connection, EntryRow, statement)


def holders_with(connection: Connection, section: Section) -> Sequence[str]:
    """Return the ids of all holders who told a section, or have what others said in it: for what each day brings."""
    statement = select(ENTRIES.c.holder_id).where(
        ENTRIES.c.section == section, ENTRIES.c.state.in_([EntryState.ACCEPTED, EntryState.PENDING])
    )
    return connection.execute(statement.distinct().order_by(ENTRIES.c.holder_id)).scalars().all()


def list_of(
    connection: Connection, holder_id: str, states: Collection[EntryState] = frozenset({EntryState.ACCEPTED})
) -> Sequence[EntryRow]:
    """Return a holder's entries in these states, in sequence."""
    statement = select(ENTRIES).where(ENTRIES.c.holder_id == holder_id, ENTRIES.c.state.in_(sorted(states)))
    return statements.many(connection, EntryRow, statement.order_by(ENTRIES.c.sequence))


def set_state(
    connection: Connection,
    holder_id: str,
    entry_id: str,
    state: EntryState,
    *,
    was: EntryState = EntryState.PENDING,
) -> bool:
    """Move an entry from one state to another and return whether it was in the first."""
    statement = update(ENTRIES).where(
        ENTRIES.c.holder_id == holder_id, ENTRIES.c.entry_id == entry_id, ENTRIES.c.state == was
    )
    return statements.changed(connection, statement.values(state=state))


def supersede(connection: Connection, holder_id: str, entry_id: str) -> bool:
    """Mark an accepted entry as corrected by a later one and return whether it was accepted."""
    return set_state(connection, holder_id, entry_id, EntryState.SUPERSEDED, was=EntryState.ACCEPTED)
