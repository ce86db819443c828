"""Queries of what shares carry. Large, and kept apart from the row that every opening rewrites."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY
from passport.tables import SHARE_FILES, ShareFileRow

_GET: Final = select(SHARE_FILES).where(SHARE_FILES.c.holder_id == HOLDER, SHARE_FILES.c.share_id == KEY)


def create(connection: Connection, file: ShareFileRow) -> None:
    """Add what a share carries.

    Raises:
        sqlalchemy.exc.IntegrityError: there is no such share, or it carries something already.
    """
    statements.add(connection, SHARE_FILES, file)


def get(connection: Connection, holder_id: str, share_id: str) -> ShareFileRow | None:
    """Return what one share of a holder carries."""
    return statements.one(connection, ShareFileRow, _GET, {"holder": holder_id, "key": share_id})


def release_again(
    connection: Connection, holder_id: str, share_id: str, *, sealed_bundle: bytes, sealed_seen: bytes | None
) -> bool:
    """Replace what a share carries, and what its recipient saw before; return whether there is such a share."""
    statement = update(SHARE_FILES).where(
        SHARE_FILES.c.holder_id == holder_id, SHARE_FILES.c.share_id == share_id
    )
    return statements.changed(
        connection, statement.values(sealed_bundle=sealed_bundle, sealed_seen=sealed_seen)
    )


def worded_otherwise(connection: Connection, rendering: int, *, limit: int = 100) -> Sequence[ShareFileRow]:
    """Return some of what shares carry in another wording than this one, over all holders: an upgrade words it anew."""
    statement = select(SHARE_FILES).where(SHARE_FILES.c.rendering != rendering).limit(limit)
    return statements.many(connection, ShareFileRow, statement)


def replace(
    connection: Connection, holder_id: str, share_id: str, *, sealed_bundle: bytes, rendering: int
) -> bool:
    """Replace what a share carries and return whether there is such a share."""
    statement = update(SHARE_FILES).where(
        SHARE_FILES.c.holder_id == holder_id, SHARE_FILES.c.share_id == share_id
    )
    return statements.changed(connection, statement.values(sealed_bundle=sealed_bundle, rendering=rendering))
