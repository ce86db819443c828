"""Organisations and the practitioners who sign for them. Their words can tell what a holder has, so they are sealed.

An organisation's public name is in clear: everybody sees it. What is sealed is padded, because lengths tell names too.
Left out: whom a holder lets write (passport.appending) and signing keys (passport.issuing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from issuers.credential import Author
from issuers.encoding import decode_json_object, encode_json
from passport.deployment import Deployment
from passport.issuing import create_issuer
from passport.store import organisations, practitioners
from passport.tables import OrganisationRow, PractitionerRow
from schemas.errors import PassportError
from schemas.vocabulary import Section

PADDED_TO: Final = 1024  # bytes of JSON; longer ones to a multiple
_NAME: Final = {"table": "organisations", "field": "sealed_name"}
_PERSON: Final = {"table": "practitioners", "field": "sealed_person"}


class PractitionerNotFoundError(PassportError):
    """Nobody signs in as a practitioner with this username."""

    code = "practitioner_not_found"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body whose practitioners sign. `public_name` is neutral; `name` may tell a condition."""

    organisation_id: str
    name: str
    public_name: str
    issuer_id: str


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A person who signs for an organisation, with the role and registration that go into their entries."""

    practitioner_id: str
    name: str
    role: str
    registration: str | None


@dataclass(frozen=True, slots=True)
class Writer:
    """A practitioner with the organisation they sign for."""

    practitioner: Practitioner
    organisation: Organisation

    @property
    def author(self) -> Author:
        """What goes into the entries they sign."""
        who = self.practitioner
        return Author(who.name, who.role, who.registration, self.organisation.name)


def create_organisation(
    d: Deployment,
    connection: Connection,
    *,
    name: str,
    public_name: str,
    sections: Sequence[Section] | None = None,
) -> str:
    """Return the id of a new organisation with its own issuer. `public_name` is neutral: `name` may not be.

    `sections` are those that it may sign; None lets it sign all that practitioners may write.
    """
    organisation_id = d.new_id()
    row = OrganisationRow(
        organisation_id=organisation_id,
        sealed_name=_sealed(d, {"name": name}, row=organisation_id, **_NAME),
        public_name=public_name,
        issuer_id=create_issuer(d, connection, public_name=public_name, sections=sections),
    )
    organisations.create(connection, row)
    return organisation_id


def create_practitioner(
    d: Deployment,
    connection: Connection,
    *,
    organisation_id: str,
    name: str,
    role: str,
    registration: str | None,
) -> str:
    """Return the id of a new practitioner of an organisation."""
    practitioner_id = d.new_id()
    person = {"name": name, "role": role, "registration": registration}
    row = PractitionerRow(
        practitioner_id=practitioner_id,
        organisation_id=organisation_id,
        sealed_person=_sealed(d, person, row=practitioner_id, **_PERSON),
    )
    practitioners.create(connection, row)
    return practitioner_id


def writer_of(d: Deployment, connection: Connection, practitioner_id: str) -> Writer:
    """Return a practitioner with the organisation they sign for.

    Raises:
        PractitionerNotFoundError: there is no such practitioner.
        SealError: their words were altered or moved where they are stored.
    """
    practitioner = practitioners.get(connection, practitioner_id)
    organisation = organisations.get(connection, practitioner.organisation_id) if practitioner else None
    if practitioner is None or organisation is None:
        raise PractitionerNotFoundError("this practitioner is not known here any more")
    return Writer(_practitioner(d, practitioner), _organisation(d, organisation))


def _practitioner(d: Deployment, row: PractitionerRow) -> Practitioner:
    sealed = d.service_vault.open(row.sealed_person, row=row.practitioner_id, **_PERSON)
    person = decode_json_object(sealed)
    return Practitioner(row.practitioner_id, person["name"], person["role"], person["registration"])


def _organisation(d: Deployment, row: OrganisationRow) -> Organisation:
    sealed = d.service_vault.open(row.sealed_name, row=row.organisation_id, **_NAME)
    name: str = decode_json_object(sealed)["name"]
    return Organisation(row.organisation_id, name, row.public_name, row.issuer_id)


def _sealed(d: Deployment, words: Mapping[str, Any], *, table: str, row: str, field: str) -> bytes:
    plain = encode_json(words)
    padded = plain.ljust(-(-len(plain) // PADDED_TO) * PADDED_TO)  # JSON ends where its object does
    return d.service_vault.seal(padded, table=table, row=row, field=field)
