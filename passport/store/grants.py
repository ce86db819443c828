"""Queries of grants: the holder's decisions, stored; consent.grant decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from consent.grant import GrantKind
from passport.store import statements
from passport.store.statements import HOLDER, KEY
from passport.tables import GRANTS, GrantRow

_GET: Final = select(GRANTS).where(GRANTS.c.holder_id == HOLDER, GRANTS.c.grant_id == KEY)

_COUNT_REFUSAL: Final = (
    update(GRANTS)
    .where(GRANTS.c.holder_id == HOLDER, GRANTS.c.grant_id == KEY)
    .values(refusals=GRANTS.c.refusals + 1)
    .returning(GRANTS.c.refusals)
)


def create(connection: Connection, grant: GrantRow) -> None:
    """Add a grant.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken, or there is no such holder or practitioner.
    """
    statements.add(connection, GRANTS, grant)


def get(connection: Connection, holder_id: str, grant_id: str) -> GrantRow | None:
    """Return one grant of a holder."""
    return statements.one(connection, GrantRow, _GET, {"holder": holder_id, "key": grant_id})


def list_of(connection: Connection, holder_id: str, kind: GrantKind | None = None) -> Sequence[GrantRow]:
    """Return a holder's grants of one kind, or of all (None), newest first."""
    statement = select(GRANTS).where(GRANTS.c.holder_id == holder_id)
    if kind is not None:
        statement = statement.where(GRANTS.c.kind == kind)
    return statements.many(
        connection, GrantRow, statement.order_by(GRANTS.c.starts_at.desc(), GRANTS.c.grant_id)
    )


def to_practitioner(connection: Connection, practitioner_id: str, *, now: datetime) -> Sequence[GrantRow]:
    """Return the grants that let a practitioner write now, over all holders: the practitioner is their other owner."""
    statement = select(GRANTS).where(
        GRANTS.c.practitioner_id == practitioner_id,
        GRANTS.c.revoked_at.is_(None),
        GRANTS.c.starts_at <= now,
        GRANTS.c.ends_at > now,
    )
    return statements.many(
        connection, GrantRow, statement.order_by(GRANTS.c.starts_at.desc(), GRANTS.c.grant_id)
    )


def of_practitioner(connection: Connection, practitioner_id: str, grant_id: str) -> GrantRow | None:
    """Return one grant that a practitioner was given, ended or not, whoever the holder is."""
    statement = select(GRANTS).where(
        GRANTS.c.practitioner_id == practitioner_id, GRANTS.c.grant_id == grant_id
    )
    return statements.one(connection, GrantRow, statement)


def extend(connection: Connection, holder_id: str, grant_id: str, *, ends_at: datetime) -> bool:
    """Move the end of a grant that was not withdrawn; return whether there is one."""
    statement = update(GRANTS).where(
        GRANTS.c.holder_id == holder_id, GRANTS.c.grant_id == grant_id, GRANTS.c.revoked_at.is_(None)
    )
    return statements.changed(connection, statement.values(ends_at=ends_at))


def set_terms(connection: Connection, holder_id: str, grant_id: str, *, sealed_terms: bytes) -> bool:
    """Replace what a grant that was not withdrawn lets out; return whether there is one."""
    statement = update(GRANTS).where(
        GRANTS.c.holder_id == holder_id, GRANTS.c.grant_id == grant_id, GRANTS.c.revoked_at.is_(None)
    )
    return statements.changed(connection, statement.values(sealed_terms=sealed_terms))


def revoke(connection: Connection, holder_id: str, grant_id: str, *, now: datetime) -> bool:
    """Withdraw a grant and return whether it stood until now."""
    statement = update(GRANTS).where(
        GRANTS.c.holder_id == holder_id, GRANTS.c.grant_id == grant_id, GRANTS.c.revoked_at.is_(None)
    )
    return statements.changed(connection, statement.values(revoked_at=now))


def count_refusal(connection: Connection, holder_id: str, grant_id: str) -> int:
    """Count one use of a grant that was refused and return how many there were.

    Raises:
        LookupError: the holder has no such grant.
    """
    refusals = connection.execute(_COUNT_REFUSAL, {"holder": holder_id, "key": grant_id}).scalar_one_or_none()
    if refusals is None:
        raise LookupError("there is no such grant")
    return int(refusals)


def note_look(connection: Connection, holder_id: str, grant_id: str, looked: str) -> bool:
    """Keep the hour of a look and what it showed; return whether that is another than at the look before."""
    statement = update(GRANTS).where(
        GRANTS.c.holder_id == holder_id,
        GRANTS.c.grant_id == grant_id,
        GRANTS.c.looked.is_distinct_from(looked),
    )
    return statements.changed(connection, statement.values(looked=looked))
