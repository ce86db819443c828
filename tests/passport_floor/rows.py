"""Rows for tests of storage: a fictional holder with what a share needs. Sealed bytes are stand-ins here."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from consent.grant import GrantKind
from passport.store import entries, grants, holders, issuers, share_files, shares, status
from passport.tables import (
    EntryRow,
    EntryState,
    GrantRow,
    HolderRow,
    IssuerRow,
    ShareFileRow,
    ShareRow,
    StatusKind,
    StatusListRow,
)
from schemas.vocabulary import AuthorKind, IssuerKind, Language, Purpose, RecipientKind, Section

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
LIST = "list-1"
ISSUER = "i1"
HOLDER = "h1"
GRANT = "g1"
SHARE = "s1"


def holder_row(holder_id: str = HOLDER, **changes: Any) -> HolderRow:
    """Return a holder whose sealed fields are stand-ins."""
    given = {"wrapped_data_key": b"wrapped", "kek_version": 1, "language": Language.WELSH, "created_at": NOW}
    return HolderRow(holder_id=holder_id, **{**given, **changes})


def entry_row(connection: Connection, entry_id: str, holder_id: str = HOLDER, **changes: Any) -> EntryRow:
    """Return an entry not yet stored, with a status index of its own."""
    given = {
        "section": Section.ADJUSTMENTS,
        "author_kind": AuthorKind.HOLDER,
        "issuer_id": ISSUER,
        "state": EntryState.ACCEPTED,
        "status_list_id": LIST,
        "status_index": status.allocate_index(connection, LIST, StatusKind.ENTRY),
        "issued_at": NOW,
        "expires_at": LATER,
        "sealed_credential": b"sealed " + entry_id.encode(),
    }
    return EntryRow(holder_id=holder_id, entry_id=entry_id, **{**given, **changes})


def grant_row(grant_id: str = GRANT, holder_id: str = HOLDER, **changes: Any) -> GrantRow:
    """Return a grant to read, not yet stored."""
    given = {
        "kind": GrantKind.READ,
        "recipient_kind": RecipientKind.EMPLOYER,
        "purpose": Purpose.ADJUSTMENTS_AT_WORK,
        "nonce": "n" * 22,
        "starts_at": NOW,
        "ends_at": LATER,
        "sealed_terms": b"terms",
    }
    return GrantRow(holder_id=holder_id, grant_id=grant_id, **{**given, **changes})


def share_row(
    connection: Connection, share_id: str = SHARE, holder_id: str = HOLDER, **changes: Any
) -> ShareRow:
    """Return a share of the grant, not yet stored, with a status index of its own."""
    given = {
        "grant_id": GRANT,
        "status_list_id": LIST,
        "status_index": status.allocate_index(connection, LIST, StatusKind.SHARE),
        "created_at": NOW,
        "expires_at": LATER,
        "attempts_left": 3,
        "sealed_secrets": b"secrets",
    }
    return ShareRow(holder_id=holder_id, share_id=share_id, **{**given, **changes})


def add_service(connection: Connection, *, list_size: int = 4096) -> None:
    """Store what every passport needs: an issuer and a status list."""
    issuers.create(
        connection,
        IssuerRow(
            issuer_id=ISSUER, kind=IssuerKind.TOLD_BY_HOLDER, name="This service", sections=list(Section)
        ),
    )
    status.create_list(connection, StatusListRow(list_id=LIST, size=list_size))


def add_share(connection: Connection, **changes: Any) -> None:
    """Store the service, the holder, one entry, a grant and a share of it with these changes."""
    add_service(connection)
    holders.create(connection, holder_row())
    entries.append(connection, entry_row(connection, "e1"))
    grants.create(connection, grant_row())
    shares.create(connection, share_row(connection, **changes))
    share_files.create(
        connection, ShareFileRow(holder_id=HOLDER, share_id=SHARE, sealed_bundle=b"bundle", rendering=1)
    )
