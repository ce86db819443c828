"""Queries of issuers and their public keys: what the trust list is made from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from passport.store import statements
from passport.tables import ISSUER_KEYS, ISSUERS, IssuerKeyRow, IssuerRow


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


def suspend(connection: Connection, issuer_id: str, *, now: datetime) -> bool:
    """Suspend an issuer and return whether it was not already."""
    statement = update(ISSUERS).where(ISSUERS.c.issuer_id == issuer_id, ISSUERS.c.suspended_at.is_(None))
    return statements.changed(connection, statement.values(suspended_at=now))


def add_key(connection: Connection, key: IssuerKeyRow) -> None:
    """Add an issuer's public key.

    Raises:
        sqlalchemy.exc.IntegrityError: the issuer has this key, or there is no such issuer.
    """
    statements.add(connection, ISSUER_KEYS, key)


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
    return statements.changed(connection, statement.values(not_after=ISSUER_KEYS.c.not_before))


def end_key(connection: Connection, issuer_id: str, kid: str, *, not_after: datetime) -> bool:
    """Say when a key stopped signing, unless that was said before; return whether it was not."""
    statement = update(ISSUER_KEYS).where(
        ISSUER_KEYS.c.issuer_id == issuer_id, ISSUER_KEYS.c.kid == kid, ISSUER_KEYS.c.not_after.is_(None)
    )
    return statements.changed(connection, statement.values(not_after=not_after))
