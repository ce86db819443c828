"""A holder's append grants: which practitioner may write which sections, until when.

Left out: what they write under one (passport.appending).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from consent.grant import Allowed, Grant, GrantKind, Recipient, RefusalReason, Refused, decide
from passport import access, auth
from passport.deployment import Deployment
from passport.grant_receipts import writing_given
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.issuer_standing import IssuerMayNotSignError, is_trusted
from passport.organisations import PractitionerNotFoundError, Writer, writer_of
from passport.receipts import on_withdrawn
from passport.sealed_grants import grant_row, open_grant
from passport.store import grants
from passport.tables import AccessKind, GrantRow
from schemas.errors import PassportError
from schemas.vocabulary import Language, Purpose, RecipientKind, Section

_SUSPENDED: Final = "your organisation is suspended: nothing that it signs counts now, and it reads nothing"


class AppendGrantNotFoundError(PassportError):
    """There is no such append grant for whoever asks."""

    code = "grant_not_found"


@dataclass(frozen=True, slots=True)
class AppendGrant:
    """One append grant with the names people know it by."""

    row: GrantRow
    grant: Grant
    writer: Writer
    holder_name: str
    is_trusted: bool  # their organisation is on the trust list now, and not suspended


def give(
    d: Deployment,
    holder_id: str,
    *,
    username: str,
    sections: Collection[Section],
    days: int,
    language: Language | None = None,
) -> str:
    """Let a practitioner write these sections for some days, and return the grant's id.

    `language`: of what the holder read before; None: their own.

    Raises:
        PractitionerNotFoundError: nobody signs in as a practitioner with this username.
        IssuerMayNotSignError: their organisation is suspended.
        GrantError: a practitioner may not write one of the sections.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        account = auth.account_of(d, connection, username)
        if account is None or account.practitioner_id is None:
            raise PractitionerNotFoundError("no practitioner has this username; ask them how it is spelt")
        writer = writer_of(d, connection, account.practitioner_id)
        if not is_trusted(d, connection, writer.organisation.issuer_id):
            raise IssuerMayNotSignError("their organisation is suspended: nothing that they sign counts now")
        grant = _new_grant(d, writer, frozenset(sections), days)
        row = grant_row(holder, grant, practitioner_id=account.practitioner_id)
        grants.create(connection, row)
        writing_given(d, connection, holder, grant, language or holder.language)
        access.record(
            d,
            connection,
            holder.vault,
            holder_id,
            AccessKind.GRANTED,
            who=writer.practitioner.name,
            sections=sorted(grant.may_write),
        )
    return grant.grant_id


def withdraw(d: Deployment, holder_id: str, grant_id: str) -> None:
    """Stop a practitioner from writing. What they wrote stays.

    Raises:
        AppendGrantNotFoundError: the holder gave no such grant.
    """
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        row = grants.get(connection, holder_id, grant_id)
        if row is None or row.kind is not GrantKind.APPEND:
            raise AppendGrantNotFoundError("there is no such permission; look at your list again")
        if grants.revoke(connection, holder_id, grant_id, now=d.now()):
            on_withdrawn(d, connection, holder, grant_id)
            access.record(d, connection, holder.vault, holder_id, AccessKind.WITHDRAWN, sections=[])


def given_by(d: Deployment, holder_id: str) -> Sequence[AppendGrant]:
    """Return a holder's append grants, ended ones included, newest first."""
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return [
            _opened(d, connection, holder, row)
            for row in grants.list_of(connection, holder_id, GrantKind.APPEND)
        ]


def given_to(d: Deployment, practitioner_id: str) -> Sequence[AppendGrant]:
    """Return the append grants that a practitioner can use now: none while their organisation is suspended."""
    with d.database.reading() as connection:
        rows = grants.to_practitioner(connection, practitioner_id, now=d.now())
        found = [_opened(d, connection, open_holder(d, connection, row.holder_id), row) for row in rows]
    return [given for given in found if given.is_trusted]


def held_by(d: Deployment, practitioner_id: str, grant_id: str) -> AppendGrant:
    """Return one append grant of a practitioner, ended or not: whether it still lets them write is decided, and logged,
    when they do.

    Raises:
        AppendGrantNotFoundError: they were never given it.
    """
    with d.database.reading() as connection:
        row = grants.of_practitioner(connection, practitioner_id, grant_id)
        if row is None:
            raise AppendGrantNotFoundError("you have no such permission; ask the person for one")
        return _opened(d, connection, open_holder(d, connection, row.holder_id), row)


def find(d: Deployment, practitioner_id: str, grant_id: str) -> AppendGrant:
    """Return one append grant that a practitioner can use now.

    Raises:
        AppendGrantNotFoundError: they hold no such grant, or it has ended.
        IssuerMayNotSignError: their organisation is suspended. The holder's log says that they tried.
    """
    given = held_by(d, practitioner_id, grant_id)
    if isinstance(decide(given.grant, kind=GrantKind.APPEND, now=d.now()), Refused):
        raise AppendGrantNotFoundError("you have no such permission now; ask the person for a new one")
    if not given.is_trusted:
        with d.database.writing() as connection:
            holder = lock_holder(d, connection, given.row.holder_id)
            record_refusal(d, connection, holder, given, given.grant.sections)
        raise IssuerMayNotSignError(_SUSPENDED)
    return given


def decide_now(
    d: Deployment, connection: Connection, holder: OpenHolder, given: AppendGrant, wanted: Collection[Section]
) -> Allowed | Refused:
    """Return what a grant allows, read again now that its holder is locked."""
    row = grants.get(connection, holder.holder_id, given.row.grant_id)
    if row is None:
        return Refused(RefusalReason.REVOKED)
    return decide(open_grant(holder, row), kind=GrantKind.APPEND, wanted=frozenset(wanted), now=d.now())


def check_trusted(d: Deployment, connection: Connection, given: AppendGrant) -> None:
    """Check that a practitioner's organisation is on the trust list now.

    Raises:
        IssuerMayNotSignError: it is suspended.
    """
    if not is_trusted(d, connection, given.writer.organisation.issuer_id):
        raise IssuerMayNotSignError(_SUSPENDED)


def record_refusal(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    given: AppendGrant,
    sections: Collection[Section],
) -> None:
    """Tell the holder's log that a practitioner tried and was refused."""
    said: dict[str, Any] = {"who": given.writer.practitioner.name, "sections": sorted(sections)}
    access.record_refusal(d, connection, holder.vault, holder.holder_id, given.row.grant_id, **said)


def _new_grant(d: Deployment, writer: Writer, sections: frozenset[Section], days: int) -> Grant:
    return Grant(
        grant_id=d.new_id(),
        kind=GrantKind.APPEND,
        recipient=Recipient(RecipientKind.PRACTITIONER, writer.practitioner.name),
        purpose=Purpose.WORKABILITY_PLAN,
        starts_at=d.now(),
        ends_at=d.end_of_day(days),
        nonce=d.new_nonce(),
        may_write=sections,
    )


def _opened(d: Deployment, connection: Connection, holder: OpenHolder, row: GrantRow) -> AppendGrant:
    writer = writer_of(d, connection, row.practitioner_id or "")
    trusted = is_trusted(d, connection, writer.organisation.issuer_id)
    return AppendGrant(row, open_grant(holder, row), writer, holder.name, trusted)
