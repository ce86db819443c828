"""Queries of issuers and their public keys: what the trust list is made from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from issuers.trust import EarlierEntries
from passport.store import statements
from passport.tables import ISSUER_KEYS, ISSUERS, IssuerKeyRow, IssuerRow
from schemas.vocabulary import Section


def create(connection: Connection, issuer: IssuerRow) -> None:
    """Add an issuer.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken.
    """
    statements.add(connection, ISSUERS, issuer)


def get(connection: Connection, issuer_id: str) -> IssuerRow | None:
    """Return an issuer by its id."""
    return statements.one(connection, IssuerRow, select(ISSUERS).where(ISSUERS.c.issuer_id == issuer_id))


def list_all(connection: Connection) -> Sequence[IssuerRow]:
    """Return every issuer, suspended ones included, by id."""
    return statements.many(connection, IssuerRow, select(ISSUERS).order_by(ISSUERS.c.issuer_id))


def suspend(connection: Connection, issuer_id: str, *, at: datetime, earlier: EarlierEntries) -> bool:
    """Suspend an issuer, or suspend it otherwise than before; return whether there is such an issuer."""
    return _change(connection, issuer_id, suspended_at=at, earlier_entries=earlier)


def reinstate(connection: Connection, issuer_id: str) -> bool:
    """End an issuer's suspension, as if it had never been; return whether there is such an issuer."""
    return _change(connection, issuer_id, suspended_at=None, earlier_entries=None)


def limit(connection: Connection, issuer_id: str, sections: list[Section]) -> bool:
    """Say which sections an issuer may sign; return whether there is such an issuer."""
    return _change(connection, issuer_id, sections=sections)


def _change(connection: Connection, issuer_id: str, **columns: Any) -> bool:
    statement = update(ISSUERS).where(ISSUERS.c.issuer_id == issuer_id)
    return statements.changed(connection, statement.values(revision=ISSUERS.c.revision + 1, **columns))


def add_key(connection: Connection, key: IssuerKeyRow) -> None:
    """Add an issuer's public key.

    Raises:
        sqlalchemy.exc.IntegrityError: the issuer has this key, or there is no such issuer.
    """
    statements.add(connection, ISSUER_KEYS, key)
    _change(connection, key.issuer_id)


def list_keys(connection: Connection, issuer_id: str | None = None) -> Sequence[IssuerKeyRow]:
    """Return the keys of one issuer, or of all (None), oldest first."""
    statement = select(ISSUER_KEYS).order_by(
        ISSUER_KEYS.c.issuer_id, ISSUER_KEYS.c.not_before, ISSUER_KEYS.c.kid
    )
    if issuer_id is not None:
        statement = statement.where(ISSUER_KEYS.c.issuer_id == issuer_id)
    return statements.many(connection, IssuerKeyRow, statement)


def distrust_key(connection: Connection, issuer_id: str, kid: str) -> bool:
    """Say that a key never counted: its end is its beginning. Return whether the issuer has it."""
    statement = update(ISSUER_KEYS).where(ISSUER_KEYS.c.issuer_id == issuer_id, ISSUER_KEYS.c.kid == kid)
    changed = statements.changed(connection, statement.values(not_after=ISSUER_KEYS.c.not_before))
    return changed and _change(connection, issuer_id)


def end_key(connection: Connection, issuer_id: str, kid: str, *, not_after: datetime) -> bool:
    """Say when a key stopped signing, unless that was said before; return whether it was not."""
    statement = update(ISSUER_KEYS).where(
        ISSUER_KEYS.c.issuer_id == issuer_id, ISSUER_KEYS.c.kid == kid, ISSUER_KEYS.c.not_after.is_(None)
    )
    changed = statements.changed(connection, statement.values(not_after=not_after))
    return changed and _change(connection, issuer_id)
