"""Rows of what is sent: the outbox, and where a holder wants to be told.

A row of the outbox is written in the transaction it is about, so nothing happens untold and nothing is told that did
not happen. What would be sent is sealed, and forgotten once it was.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text
from sqlmodel import Field

from passport.tables.columns import EnumListJson, EnumText, Record, UtcDateTime, table_of
from passport.tables.kinds import MessageKind


class MessageRow(Record):
    """One message, waiting, sent or given up. Whoever claims it moves `next_attempt_at`: that is the lease."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    message_id: str = Field(primary_key=True)
    kind: MessageKind = Field(sa_type=EnumText(MessageKind))
    share_id: str | None = None  # what it is about
    key_hash: bytes  # keyed HMAC-SHA-256 of the idempotency key; the Message-ID comes from it
    to_holder: bool  # to the address in contacts, looked up when it is sent
    sealed_content: bytes | None = None  # JSON, vault field messages.sealed_content; None once it has ended
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: it has ended
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Messages(MessageRow, table=True):
    """Table of the outbox. The index finds what is due over all holders."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("holder_id", "key_hash"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint(
            "next_attempt_at IS NULL OR (delivered_at IS NULL AND given_up_at IS NULL)", name="ended"
        ),
        Index(
            "ix_messages_next_attempt_at",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )


class ContactRow(Record):
    """Where a holder wants to be told, and of what. A new address waits until a code sent to it came back."""

    holder_id: str = Field(primary_key=True, foreign_key="holders.holder_id")
    sealed_address: bytes | None = None  # confirmed; vault field contacts.sealed_address
    wanted: list[MessageKind] = Field(sa_type=EnumListJson(MessageKind))
    sealed_pending: bytes | None = None  # not confirmed yet; vault field contacts.sealed_pending
    code_hash: bytes | None = None  # keyed HMAC-SHA-256 of the code sent to it
    code_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries_left: int = 0  # to type the code


class Contacts(ContactRow, table=True):
    """Table of holders' addresses; no row: they gave none."""

    __tablename__ = "contacts"
    __table_args__ = (CheckConstraint("tries_left >= 0", name="tries"),)


MESSAGES: Final[Table] = table_of(Messages)
CONTACTS: Final[Table] = table_of(Contacts)
