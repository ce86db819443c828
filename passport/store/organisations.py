"""Queries of organisations."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from passport.store import statements
from passport.tables import ORGANISATIONS, OrganisationRow


def create(connection: Connection, organisation: OrganisationRow) -> None:
    """Add an organisation.

    Raises:
        sqlalchemy.exc.IntegrityError: the id is taken, or there is no such issuer.
    """
    statements.add(connection, ORGANISATIONS, organisation)


def get(connection: Connection, organisation_id: str) -> OrganisationRow | None:
    """Return an organisation by its id."""
    statement = select(ORGANISATIONS).where(ORGANISATIONS.c.organisation_id == organisation_id)
    return statements.one(connection, OrganisationRow, statement)


def list_all(connection: Connection) -> Sequence[OrganisationRow]:
    """Return every organisation, by public name."""
    order = (ORGANISATIONS.c.public_name, ORGANISATIONS.c.organisation_id)
    return statements.many(connection, OrganisationRow, select(ORGANISATIONS).order_by(*order))
