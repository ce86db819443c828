"""Grants as their rows hold them: whom one names and what it lets out or in is sealed, the rest is in clear."""

from dataclasses import asdict
from typing import Final

from consent.grant import Grant, GrantItem, Recipient
from issuers.encoding import decode_json_object, encode_json
from passport.holders import OpenHolder
from passport.tables import GrantRow
from schemas.vocabulary import Section

TERMS_FIELD: Final = {"table": "grants", "field": "sealed_terms"}


def grant_row(holder: OpenHolder, grant: Grant, *, practitioner_id: str | None = None) -> GrantRow:
    """Return a grant as it is stored. `practitioner_id`: of whom it lets write."""
    return GrantRow(
        holder_id=holder.holder_id,
        grant_id=grant.grant_id,
        kind=grant.kind,
        recipient_kind=grant.recipient.kind,
        purpose=grant.purpose,
        nonce=grant.nonce,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        sealed_terms=seal_terms(holder, grant),
        practitioner_id=practitioner_id,
    )


def seal_terms(holder: OpenHolder, grant: Grant) -> bytes:
    """Return whom a grant names, what it lets out and what it lets be written, as they are stored."""
    terms = {
        "recipient": grant.recipient.name,
        "items": [{**asdict(item), "paths": list(item.paths)} for item in grant.items],
        "may_write": sorted(grant.may_write),
    }
    return holder.vault.seal(encode_json(terms), row=grant.grant_id, **TERMS_FIELD)


def open_grant(holder: OpenHolder, row: GrantRow) -> Grant:
    """Return a grant from its row.

    Raises:
        SealError: its terms were altered where they are stored.
    """
    terms = decode_json_object(holder.vault.open(row.sealed_terms, row=row.grant_id, **TERMS_FIELD))
    return Grant(
        grant_id=row.grant_id,
        kind=row.kind,
        recipient=Recipient(row.recipient_kind, terms["recipient"]),
        purpose=row.purpose,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        nonce=row.nonce,
        items=tuple(
            GrantItem(Section(item["section"]), item["entry_id"], tuple(item["paths"]), item["by_employer"])
            for item in terms["items"]
        ),
        may_write=frozenset(Section(section) for section in terms["may_write"]),
        revoked_at=row.revoked_at,
    )
