"""Rows of what recipients answer: who they are, how sure we are of it, what they ask for and what they countersign.

A recipient is known by a reply token apart from the share's secret: it shows no content, and outlives the share.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table
from sqlmodel import Field

from passport.tables.columns import EnumText, Record, UtcDateTime, table_of
from schemas.consent_vocabulary import Assurance
from schemas.reply_vocabulary import PoliteAnswer, RequestKind, RequestState


class RecipientRow(Record):
    """One person who opened a share, as far as we know them. What they said and their address are sealed."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    recipient_id: str = Field(primary_key=True)
    share_id: str
    assurance: Assurance = Field(sa_type=EnumText(Assurance))
    sealed_person: bytes  # JSON: name, address, organisation, language; vault field recipients.sealed_person
    created_at: datetime = Field(sa_type=UtcDateTime)
    looked_at: datetime = Field(sa_type=UtcDateTime)  # their last opening
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the assurance, beyond the link
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # as they say, of their copy
    saved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the first copy that they kept
    code_hash: bytes | None = None  # keyed HMAC-SHA-256 of the code that was sent; None: no code runs
    code_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    code_attempts_left: int = 0
    codes_sent: int = 0  # ever: each has a key of its own


class Recipients(RecipientRow, table=True):
    """Table of recipients."""

    __tablename__ = "recipients"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        CheckConstraint("code_attempts_left >= 0", name="code_attempts"),
        Index("ix_recipients_holder_id_share_id", "holder_id", "share_id"),
    )


class ReplyTokenRow(Record):
    """Where a reply token leads. At erasure it comes to lead nowhere; it is purged when it has ended."""

    token_hash: bytes = Field(primary_key=True)  # SHA-256 of the token
    holder_id: str | None  # None, like the next: the passport was deleted
    recipient_id: str | None
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ReplyTokens(ReplyTokenRow, table=True):
    """Table of reply tokens."""

    __tablename__ = "reply_tokens"
    __table_args__ = (
        ForeignKeyConstraint(
            ["holder_id", "recipient_id"], ["recipients.holder_id", "recipients.recipient_id"]
        ),
        Index("ix_reply_tokens_holder_id_recipient_id", "holder_id", "recipient_id"),
    )


class ReplyRequestRow(Record):
    """One request of a recipient, which the holder answers by sharing or by a ready-made answer."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    request_id: str = Field(primary_key=True)
    recipient_id: str
    share_id: str
    kind: RequestKind = Field(sa_type=EnumText(RequestKind))
    state: RequestState = Field(sa_type=EnumText(RequestState))
    sealed_wish: bytes  # JSON: sections, reason, name; vault field reply_requests.sealed_wish
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: PoliteAnswer | None = Field(default=None, sa_type=EnumText(PoliteAnswer))
    new_share_id: str | None = None  # what was shared in answer to it


class ReplyRequests(ReplyRequestRow, table=True):
    """Table of requests."""

    __tablename__ = "reply_requests"
    __table_args__ = (
        ForeignKeyConstraint(
            ["holder_id", "recipient_id"], ["recipients.holder_id", "recipients.recipient_id"]
        ),
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(state = 'refused') = (answer IS NOT NULL)", name="polite"),
        Index("ix_reply_requests_holder_id_share_id", "holder_id", "share_id"),
    )


class CountersignatureRow(Record):
    """Finds the entry that says what became of one change at work; of a share and row the newest stands."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    entry_id: str = Field(primary_key=True)  # the entry that says it
    recipient_id: str
    share_id: str
    about: bytes  # SHA-256 of the row's disclosure as it was shared (RFC 9901 section 4.2.3)
    sequence: int  # 1, 2, 3 ... of this share and row
    said_at: datetime = Field(sa_type=UtcDateTime)


class Countersignatures(CountersignatureRow, table=True):
    """Table of countersignatures."""

    __tablename__ = "countersignatures"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "entry_id"], ["entries.holder_id", "entries.entry_id"]),
        ForeignKeyConstraint(
            ["holder_id", "recipient_id"], ["recipients.holder_id", "recipients.recipient_id"]
        ),
        ForeignKeyConstraint(["holder_id", "share_id"], ["shares.holder_id", "shares.share_id"]),
        Index("ix_countersignatures_share", "holder_id", "share_id", "about", "sequence", unique=True),
    )


RECIPIENTS: Final[Table] = table_of(Recipients)
REPLY_TOKENS: Final[Table] = table_of(ReplyTokens)
REPLY_REQUESTS: Final[Table] = table_of(ReplyRequests)
COUNTERSIGNATURES: Final[Table] = table_of(Countersignatures)
