"""Queries of status lists: indices handed out at random and never twice, and their values."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, update

from passport.storage_errors import StatusListFullError
from passport.store import statements
from passport.tables import STATUS_INDICES, STATUS_LISTS, StatusIndexRow, StatusKind, StatusListRow

VALID: Final = 0  # Token Status List, section "Status Types"
INVALID: Final = 1
_TRIES: Final = 64  # on a list half full, all of them miss once in 2**64


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """A status list at one moment: what issuers.status_list packs and signs."""

    list_id: str
    version: int  # the same version always means the same list
    size: int  # indices
    invalid: frozenset[int]  # those set; every other index reads as valid, handed out or not


def create_list(connection: Connection, status_list: StatusListRow) -> None:
    """Add a status list.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken.
    """
    statements.add(connection, STATUS_LISTS, status_list)


def get_list(connection: Connection, list_id: str) -> StatusListRow | None:
    """Return a status list by its id."""
    statement = select(STATUS_LISTS).where(STATUS_LISTS.c.list_id == list_id)
    return statements.one(connection, StatusListRow, statement)


def list_ids(connection: Connection) -> Sequence[str]:
    """Return the ids of all lists, the oldest first: they are numbers."""
    return sorted(connection.execute(select(STATUS_LISTS.c.list_id)).scalars(), key=int)


def allocate_index(
    connection: Connection,
    list_id: str,
    kind: StatusKind,
    randbelow: Callable[[int], int] = secrets.randbelow,
) -> int:
    """Hand out an index of a list: a random one, so that it tells nothing of order, and one never handed out before.

    Raises:
        LookupError: there is no such list.
        StatusListFullError: none of 64 random indices was free, so the list is nearly full.
    """
    status_list = get_list(connection, list_id)
    if status_list is None:
        raise LookupError("there is no such status list")
    for _ in range(_TRIES):
        index = randbelow(status_list.size)
        if not _free_to_try(connection, list_id, index):
            continue
        row = {"list_id": list_id, "idx": index, "kind": kind, "status": VALID}
        statement = statements.insert_on_conflict(connection, STATUS_INDICES).values(**row)
        claimed = statement.on_conflict_do_nothing().returning(STATUS_INDICES.c.idx)
        if connection.execute(claimed).first() is not None:
            return index
    raise StatusListFullError(f"status list {list_id} is nearly full: create another one")


def _free_to_try(connection: Connection, list_id: str, index: int) -> bool:
    """Return whether no other open transaction is about to take an index: waiting for it could deadlock."""
    if connection.dialect.name != "postgresql":
        return True  # SQLite has one writer
    lock = func.pg_try_advisory_xact_lock(func.hashtext(list_id), index)
    return bool(connection.execute(select(lock)).scalar_one())


def set_status(connection: Connection, list_id: str, index: int, status: int) -> bool:
    """Give an index a status and its list a new version; return False when the index already had it.

    Raises:
        LookupError: this index was never handed out.
    """
    # The list first: two transactions that change several statuses then queue up instead of deadlocking.
    connection.execute(
        select(STATUS_LISTS.c.version)
        .where(STATUS_LISTS.c.list_id == list_id)
        .with_for_update(key_share=True)
    )
    here = (STATUS_INDICES.c.list_id == list_id, STATUS_INDICES.c.idx == index)
    change = update(STATUS_INDICES).where(*here, STATUS_INDICES.c.status != status).values(status=status)
    if not statements.changed(connection, change):
        if statements.one(connection, StatusIndexRow, select(STATUS_INDICES).where(*here)) is None:
            raise LookupError("this status index was never handed out")
        return False
    grown = update(STATUS_LISTS).where(STATUS_LISTS.c.list_id == list_id)
    return statements.changed(connection, grown.values(version=STATUS_LISTS.c.version + 1))


def snapshot(connection: Connection, list_id: str) -> StatusSnapshot | None:
    """Return a list as it is now. Read it in one transaction (Database.reading), so that version and values agree."""
    status_list = get_list(connection, list_id)
    if status_list is None:
        return None
    chosen = (STATUS_INDICES.c.list_id == list_id, STATUS_INDICES.c.status == INVALID)
    invalid = connection.execute(select(STATUS_INDICES.c.idx).where(*chosen)).scalars()
    return StatusSnapshot(list_id, status_list.version, status_list.size, frozenset(invalid))
