"""Queries of practitioners."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from passport.store import statements
from passport.tables import PRACTITIONERS, PractitionerRow


def create(connection: Connection, practitioner: PractitionerRow) -> None:
    """Add a practitioner.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken, or there is no such organisation.
    """
    statements.add(connection, PRACTITIONERS, practitioner)


def get(connection: Connection, practitioner_id: str) -> PractitionerRow | None:
    """Return a practitioner by their id."""
    statement = select(PRACTITIONERS).where(PRACTITIONERS.c.practitioner_id == practitioner_id)
    return statements.one(connection, PractitionerRow, statement)


def list_of(connection: Connection, organisation_id: str) -> Sequence[PractitionerRow]:
    """Return an organisation's practitioners, by id."""
    statement = select(PRACTITIONERS).where(PRACTITIONERS.c.organisation_id == organisation_id)
    return statements.many(connection, PractitionerRow, statement.order_by(PRACTITIONERS.c.practitioner_id))
