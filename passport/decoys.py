"""Decoys: indices of status lists that stand for nothing and change like the others.

Whoever reads a list would otherwise see how many entries and shares were withdrawn, and when (Token Status List
draft-21 section 12.4). An index is a decoy before anything else could get it, and for good: it is never handed out.
"""

import secrets
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from passport.storage_errors import StatusListFullError
from passport.store import status as store
from passport.tables import StatusKind

PREVIEWS: Final = 0  # the index that every preview names: a decoy that never changes, for nothing was shared
SEEDED_AT_LEAST: Final = 256  # of a new list's 2**20
SEEDED_MORE: Final = 512
CHANGED_BELOW: Final = 4  # decoys that change with each real change: none to three
_ONE_IN: Final = 4  # decoys that is suspended rather than withdrawn; handing out an index stirs as often

Draw = Callable[[int], int]  # a random number below


def seed(connection: Connection, list_id: str, *, draw: Draw = secrets.randbelow) -> None:
    """Give a new list some hundred decoys, withdrawn and suspended ones, so that it never starts at none."""
    status_list = store.get_list(connection, list_id)
    if status_list is None:
        raise LookupError("there is no such status list")
    count = SEEDED_AT_LEAST + draw(SEEDED_MORE)
    chosen = {draw(status_list.size) for _ in range(count)}
    statuses = {index: _status(draw) for index in sorted(chosen)}
    store.add_decoys(connection, list_id, {**statuses, PREVIEWS: store.VALID})


def stir(connection: Connection, list_id: str, *, draw: Draw = secrets.randbelow) -> None:
    """Change none to three decoys, in the transaction of a real change: which of them was real does not show."""
    count = draw(CHANGED_BELOW)
    suspended = list(store.decoys_of(connection, list_id, store.SUSPENDED)) if count else []
    chosen: dict[int, int] = {}
    for _ in range(count):
        if suspended and draw(2):
            chosen[suspended.pop(draw(len(suspended)))] = (store.VALID, store.INVALID)[draw(2)]
        elif (index := _new(connection, list_id, draw)) is not None:
            chosen[index] = _status(draw)
    if chosen:
        store.set_statuses(connection, list_id, chosen)


def stir_sometimes(connection: Connection, list_id: str, *, draw: Draw = secrets.randbelow) -> None:
    """Stir now and then: called where an index is handed out, so that lists change without any withdrawal, too."""
    if draw(_ONE_IN) == 0:
        stir(connection, list_id, draw=draw)


def _new(connection: Connection, list_id: str, draw: Draw) -> int | None:
    try:
        return store.allocate_index(connection, list_id, StatusKind.DECOY, draw)
    except StatusListFullError:
        return None  # a list this full has decoys enough


def _status(draw: Draw) -> int:
    return store.INVALID if draw(_ONE_IN) else store.SUSPENDED
