"""Rows of the passport itself: entries, and the grants that say who may read or append."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlmodel import Field

from consent.grant import GrantKind
from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import EntryState
from schemas.vocabulary import AuthorKind, Purpose, RecipientKind, Section


class EntryRow(Record):
    """One signed credential of one section. Only `state` ever changes; a trigger holds the rest still."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    entry_id: str = Field(primary_key=True)
    sequence: int = 0  # store.entries.append gives it: 1, 2, 3 ... without gaps
    section: Section = Field(sa_type=EnumText(Section))
    author_kind: AuthorKind = Field(sa_type=EnumText(AuthorKind))
    issuer_id: str = Field(foreign_key="issuers.issuer_id")
    state: EntryState = Field(sa_type=EnumText(EntryState))
    supersedes: str | None = None  # entry_id of the entry that this one corrects
    status_list_id: str
    status_index: int
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    sealed_credential: bytes  # SD-JWT VC, vault field entries.sealed_credential


class Entries(EntryRow, table=True):
    """Table of entries, append-only but for their state."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("holder_id", "sequence"),
        ForeignKeyConstraint(["holder_id", "supersedes"], ["entries.holder_id", "entries.entry_id"]),
        ForeignKeyConstraint(
            ["status_list_id", "status_index"], ["status_indices.list_id", "status_indices.idx"]
        ),
        Index("ix_entries_holder_id_state", "holder_id", "state"),
        Index("ix_entries_entry_id", "entry_id"),
    )


class GrantRow(Record):
    """The holder's decision. Who it names and which claims it lets out are sealed."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    grant_id: str = Field(primary_key=True)
    kind: GrantKind = Field(sa_type=EnumText(GrantKind))
    recipient_kind: RecipientKind = Field(sa_type=EnumText(RecipientKind))
    purpose: Purpose = Field(sa_type=EnumText(Purpose))
    nonce: str
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sealed_terms: bytes  # JSON of recipient name and items, vault field grants.sealed_terms
    practitioner_id: str | None = Field(default=None, foreign_key="practitioners.practitioner_id", index=True)
    refusals: int = 0  # how often it was used in vain, by a link or to write
    looked: str | None = None  # the hour of a practitioner's last look that was logged, and what it showed


class Grants(GrantRow, table=True):
    """Table of grants."""

    __tablename__ = "grants"


ENTRIES: Final[Table] = table_of(Entries)
GRANTS: Final[Table] = table_of(Grants)
