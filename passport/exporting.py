"""A holder's whole passport as one document: entries as signed and as one reads them, shares, receipts, and the log.

The holder's log says that it was exported. Left out: share secrets, which open shares and belong in no file.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from sqlalchemy import Connection

from passport import append_grants, auth, records, sharing
from passport.access import LoggedEvent, events, record
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.kept_receipts import opened
from passport.records import HeldEntry
from passport.store.receipts import list_of
from passport.tables import AccessKind, EntryState
from schemas.catalogue import CATALOGUE, parse_claims
from schemas.errors import PassportError
from schemas.readable import Line, readable_body, signed_by
from schemas.vocabulary import Language

FORMAT: Final = "passport-export/1"
OPERATOR: Final = "the people who run this service"
_EVENTS_AT_ONCE: Final = 1000


class NoSuchUserError(PassportError):
    """Nobody who owns a passport signs in with this username."""

    code: ClassVar[str] = "user_not_found"


def export(d: Deployment, username: str) -> dict[str, Any]:
    """Return the whole passport of the person with this username, for an operator to hand over. Raises as `export_own`.

    Raises:
        NoSuchUserError: nobody who owns a passport has this username.
    """
    document = _export(d, holder_of(d, username), who=OPERATOR)
    return {**document, "holder": {"username": username, **document["holder"]}}


def export_own(d: Deployment, holder_id: str) -> dict[str, Any]:
    """Return a holder's whole passport, as JSON values. No log, no read: it is logged first.

    Raises:
        SealError: something was altered where it is stored.
    """
    return _export(d, holder_id)


def holder_of(d: Deployment, username: str) -> str:
    """Return the holder who signs in with a username, for an operator.

    Raises:
        NoSuchUserError: nobody who owns a passport has this username.
    """
    with d.database.reading() as connection:
        account = auth.account_of(d, connection, username)
    if account is None or account.holder_id is None:
        raise NoSuchUserError("nobody who owns a passport signs in with this username")
    return account.holder_id


def _export(d: Deployment, holder_id: str, **said: str) -> dict[str, Any]:
    with d.database.writing() as connection:
        holder = lock_holder(d, connection, holder_id)
        record(d, connection, holder.vault, holder.holder_id, AccessKind.EXPORTED, **said)
        held = records.entries_of(connection, holder, frozenset(EntryState))
        log = list(_log(connection, holder))
        signed = [
            version.token for version in opened(d, connection, holder, list_of(connection, holder.holder_id))
        ]
    return {
        "format": FORMAT,
        "exported_at": d.now().isoformat(),
        "issuer_url": d.settings.issuer_url,
        "holder": {"name": holder.name, "language": holder.language},
        "entries": [_entry(holder, entry) for entry in held],
        "shares": [_share(d, share) for share in sharing.shares_of(d, holder.holder_id)],
        "may_write": [_grant(given) for given in append_grants.given_by(d, holder.holder_id)],
        "receipts": signed,
        "log": log,
    }


def _entry(holder: OpenHolder, entry: HeldEntry) -> dict[str, Any]:
    row, language = entry.row, holder.language
    return {
        "entry_id": row.entry_id,
        "section": row.section,
        "title": CATALOGUE[row.section].label[language],
        "state": row.state,
        "signed_by": signed_by(entry.provenance, holder.name, language),
        "issued_at": row.issued_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "says": [_line(line) for line in _lines(entry, language)],
        "body": entry.body,
        "credential": str(entry.credential.sd_jwt),
    }


def _lines(entry: HeldEntry, language: Language) -> tuple[Line, ...]:
    return readable_body(parse_claims(entry.row.section, entry.body), language)


def _line(line: Line) -> dict[str, Any]:
    if line.text is not None:
        return {"label": line.label, "text": line.text}
    return {"label": line.label, "rows": [[f"{label}: {text}" for label, text in row] for row in line.rows]}


def _share(d: Deployment, share: sharing.HeldShare) -> dict[str, Any]:
    row, grant = share.row, share.grant
    return {
        "share_id": row.share_id,
        "recipient": {"kind": grant.recipient.kind, "name": grant.recipient.name},
        "purpose": grant.purpose,
        "sections": sorted(grant.sections),
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "state": share.state(d.now()),
        "views": row.views,
        "program_views": row.program_views,
    }


def _grant(given: append_grants.AppendGrant) -> dict[str, Any]:
    return {
        "practitioner": given.writer.practitioner.name,
        "organisation": given.writer.organisation.name,
        "sections": sorted(given.grant.sections),
        "starts_at": given.row.starts_at.isoformat(),
        "ends_at": given.row.ends_at.isoformat(),
        "withdrawn_at": given.row.revoked_at.isoformat() if given.row.revoked_at else None,
    }


def _log(connection: Connection, holder: OpenHolder) -> Iterator[dict[str, Any]]:
    """Yield the events of the log, oldest first, however many there are."""
    last = 0
    while found := events(connection, holder.vault, holder.holder_id, after=last, limit=_EVENTS_AT_ONCE):
        yield from map(_event, found)
        last = found[-1].sequence


def _event(event: LoggedEvent) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "occurred_at": event.occurred_at.isoformat(),
        "kind": event.kind,
        "share_id": event.share_id,
        **event.detail,
    }
