"""Rows of receipts: every version of every signed record of a grant, as it was signed."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field

from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from schemas.consent_vocabulary import ConsentEvent


class ReceiptRow(Record):
    """One version of a receipt. The token says it all and is sealed; the rest finds it."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    receipt_id: str = Field(primary_key=True)  # a urn:uuid, in every version
    version: int = Field(primary_key=True)  # 1, 2, 3 ... without gaps
    subject_id: str  # the grant; of a request that was not granted, the request
    state: ConsentEvent = Field(sa_type=EnumText(ConsentEvent))
    ends_at: datetime = Field(sa_type=UtcDateTime)
    after_event: int  # how many events the holder's log had: an opening is covered by the version before it
    sealed_token: bytes  # the signed receipt; vault field receipts.sealed_token


class Receipts(ReceiptRow, table=True):
    """Table of receipts. Triggers refuse UPDATE, DELETE and TRUNCATE on both engines."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("holder_id", "subject_id", "version"),
        Index("ix_receipts_ends_at", "ends_at"),
    )


RECEIPTS: Final[Table] = table_of(Receipts)
