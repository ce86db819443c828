"""Queries of what shares carry. Large, and kept apart from the row that every opening rewrites."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, exists, select, update

from passport.store import statements
from passport.store.statements import HOLDER, KEY
from passport.tables import SHARE_FILES, SHARES, ShareFileRow

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


def replace(
    connection: Connection, holder_id: str, share_id: str, *, sealed_bundle: bytes, now: datetime
) -> bool:
    """Replace what a running live share carries and return whether it is still running."""
    running = exists(SHARES.c.share_id).where(
        SHARES.c.holder_id == holder_id,
        SHARES.c.share_id == share_id,
        SHARES.c.revoked_at.is_(None),
        SHARES.c.expires_at > now,
    )
    statement = update(SHARE_FILES).where(
        SHARE_FILES.c.holder_id == holder_id, SHARE_FILES.c.share_id == share_id, running
    )
    return statements.changed(connection, statement.values(sealed_bundle=sealed_bundle))
