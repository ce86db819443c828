"""Rows of a holder's access log: the head of the chain and its events."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field

from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import AccessKind


class AccessHeadRow(Record):
    """The end of one holder's chain. Locked before anything is decided, so that events are numbered one by one."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    next_sequence: int
    head_hash: bytes  # consent.access_event.chain_hash of the last event; GENESIS before the first


class AccessHeads(AccessHeadRow, table=True):
    """Table of chain heads, one a holder. Triggers refuse DELETE and TRUNCATE, and any UPDATE but to the next event."""

    __tablename__ = "access_heads"


class AccessEventRow(Record):
    """One opening, refusal or decision, chained to the one before by its commitment. What was said is sealed."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    sequence: int = Field(primary_key=True)  # 1, 2, 3 ... without gaps
    event_id: str  # random; the vault row of sealed_event
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    kind: AccessKind = Field(sa_type=EnumText(AccessKind))
    share_id: str | None = None
    sealed_event: bytes  # salt (32 bytes) | canonical event; vault field access_events.sealed_event
    previous_hash: bytes  # 32 bytes, consent.access_event.chain_hash
    commitment: bytes  # 32 bytes, consent.access_event.commitment: what is added to the log's tree


class AccessEvents(AccessEventRow, table=True):
    """Table of events. Triggers refuse UPDATE, DELETE and TRUNCATE on both engines."""

    __tablename__ = "access_events"
    __table_args__ = (
        UniqueConstraint("holder_id", "event_id"),
        Index("ix_access_events_share", "holder_id", "share_id", "kind", "sequence"),
    )


ACCESS_HEADS: Final[Table] = table_of(AccessHeads)
ACCESS_EVENTS: Final[Table] = table_of(AccessEvents)
