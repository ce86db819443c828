"""Queries of status lists: indices handed out at random and never twice, their values, and what changed since when."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select, text, tuple_, update

from passport.storage_errors import StatusListFullError
from passport.store import statements
from passport.store.statements import KEY
from passport.tables import STATUS_INDICES, STATUS_LISTS, StatusIndexRow, StatusKind, StatusListRow

VALID: Final = 0  # Token Status List draft-21 section 7.1
INVALID: Final = 1
SUSPENDED: Final = 2
_TRIES: Final = 64  # on a list half full, all of them miss once in 2**64

_LIST: Final = select(STATUS_LISTS).where(STATUS_LISTS.c.list_id == KEY)

Place = tuple[str, int]  # list and index


@dataclass(frozen=True, slots=True)
class StatusChanges:
    """What makes a list of one version into that of another. From version 0, when all is valid, it is the list."""

    list_id: str
    version: int  # the same version always means the same list
    size: int  # indices
    bits: int
    statuses: Mapping[int, int]  # by index; every other one stays as it was


def create_list(connection: Connection, status_list: StatusListRow) -> None:
    """Add a status list.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken.
    """
    statements.add(connection, STATUS_LISTS, status_list)


def get_list(connection: Connection, list_id: str) -> StatusListRow | None:
    """Return a status list by its id."""
    return statements.one(connection, StatusListRow, _LIST, {"key": list_id})


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
    return set_statuses(connection, list_id, {index: status})


def set_statuses(connection: Connection, list_id: str, statuses: Mapping[int, int]) -> bool:
    """Give indices their statuses and their list one new version; return False when all of them had theirs already.

    Raises:
        LookupError: one of them was never handed out.
    """
    version = _lock(connection, list_id) + 1
    changed = [_set(connection, list_id, index, status, version) for index, status in statuses.items()]
    if any(changed):
        _set_version(connection, list_id, version)
    return any(changed)


def add_decoys(connection: Connection, list_id: str, statuses: Mapping[int, int]) -> None:
    """Take indices of a new list, of which none is handed out, for decoys with these statuses.

    Raises:
        LookupError: there is no such list.
        sqlalchemy.exc.IntegrityError: an index was handed out before.
    """
    version = _lock(connection, list_id) + 1
    same = {"list_id": list_id, "kind": StatusKind.DECOY, "changed_version": version}
    rows = [{**same, "idx": index, "status": status} for index, status in statuses.items()]
    connection.execute(insert(STATUS_INDICES), rows)
    _set_version(connection, list_id, version)


def decoys_of(connection: Connection, list_id: str, status: int) -> Sequence[int]:
    """Return the decoys of a list that have a status."""
    statement = select(STATUS_INDICES.c.idx).where(
        STATUS_INDICES.c.list_id == list_id,
        text("kind = 'decoy'"),  # as the partial index says it
        STATUS_INDICES.c.status == status,
    )
    return connection.execute(statement).scalars().all()


def statuses_at(connection: Connection, places: Collection[Place]) -> dict[Place, int]:
    """Return the statuses of indices that were handed out, by list and index."""
    columns = (STATUS_INDICES.c.list_id, STATUS_INDICES.c.idx)
    statement = select(*columns, STATUS_INDICES.c.status).where(tuple_(*columns).in_(sorted(places)))
    return {(row[0], row[1]): row[2] for row in connection.execute(statement)} if places else {}


def changes(connection: Connection, status_list: StatusListRow, *, since: int = 0) -> StatusChanges:
    """Return what changed in a list since a version: one query by index, however long the list.

    Read both in one transaction (Database.reading), so that version and values agree.
    """
    chosen = (
        STATUS_INDICES.c.list_id == status_list.list_id,
        STATUS_INDICES.c.changed_version > since,
    )
    rows = connection.execute(select(STATUS_INDICES.c.idx, STATUS_INDICES.c.status).where(*chosen))
    return StatusChanges(
        status_list.list_id,
        status_list.version,
        status_list.size,
        status_list.bits,
        {row[0]: row[1] for row in rows},
    )


def _set(connection: Connection, list_id: str, index: int, status: int, version: int) -> bool:
    here = (STATUS_INDICES.c.list_id == list_id, STATUS_INDICES.c.idx == index)
    change = update(STATUS_INDICES).where(*here, STATUS_INDICES.c.status != status)
    if statements.changed(connection, change.values(status=status, changed_version=version)):
        return True
    if statements.one(connection, StatusIndexRow, select(STATUS_INDICES).where(*here)) is None:
        raise LookupError("this status index was never handed out")
    return False


def _lock(connection: Connection, list_id: str) -> int:
    """Lock a list and return its version. First of all: transactions that change several statuses then queue up."""
    statement = select(STATUS_LISTS.c.version).where(STATUS_LISTS.c.list_id == list_id)
    version = connection.execute(statement.with_for_update(key_share=True)).scalar_one_or_none()
    if version is None:
        raise LookupError("there is no such status list")
    return int(version)


def _set_version(connection: Connection, list_id: str, version: int) -> None:
    statement = update(STATUS_LISTS).where(STATUS_LISTS.c.list_id == list_id)
    connection.execute(statement.values(version=version))
