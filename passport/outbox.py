"""The outbox: what is to be sent is written in the transaction it is about. Left out: sending it (passport.delivery).

The same idempotency key is sent once for each holder. A message waits as long as it is of use, USEFUL_FOR; what cannot
be sent until then, or in TRIES_MAX attempts, is given up, and the holder's log says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object, encode_json
from passport.deployment import Deployment
from passport.i18n import known_language
from passport.messages.address import read_address
from passport.messages.fields import read_fields
from passport.store import contacts, messages
from passport.store import holders as holder_store
from passport.tables import ContactRow, HolderRow, MessageKind, MessageRow
from passport.vault import FieldVault, HolderVault
from schemas.errors import PassportError
from schemas.vocabulary import Language

_MONTH: Final = timedelta(days=30)

TABLE: Final = "messages"
CONTACTS: Final = "contacts"
FIELD: Final = "sealed_content"
CODE_LIFE: Final = timedelta(minutes=15)  # of an EMAIL_CODE
# From when a message was due: as long as its reader gets something of it. Whoever had a passport opened, or promised to
# delete what they read, is told however long this service stood still, up to a month: docs/privacy.md says so.
USEFUL_FOR: Final[Mapping[MessageKind, timedelta]] = MappingProxyType(
    {
        MessageKind.OPENED: _MONTH,
        MessageKind.FETCHED: _MONTH,
        MessageKind.LOCKED: _MONTH,
        MessageKind.EXPOSED: _MONTH,
        MessageKind.EMAIL_CODE: CODE_LIFE,
        MessageKind.ASKED_FOR_MORE: _MONTH,
        MessageKind.ACKNOWLEDGED: _MONTH,
        MessageKind.COUNTERSIGNED: _MONTH,
        MessageKind.DELETION_REQUEST: _MONTH,
        MessageKind.RETENTION_REMINDER: _MONTH,
        MessageKind.REVIEW_REMINDER: _MONTH,  # a review that was missed is still to be held
        MessageKind.SHARE_ENDING: timedelta(days=3),  # then it has ended
        MessageKind.CHANGED: _MONTH,
        MessageKind.PASSPORT_DELETED: _MONTH,
    }
)
# By the waits of passport.delivery five to ten days (RFC 5321 section 4.5.4.1: at least 4 or 5), not counting those on
# which this service stood still.
TRIES_MAX: Final = 128
OUTLIVING: Final = frozenset({MessageKind.PASSPORT_DELETED})  # sealed by the service's key, not the holder's


class MailOffError(PassportError):
    """No mail is set up on this service: nothing that waits for a message can be done."""

    code: ClassVar[str] = "mail_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to be sent once.

    `to`: an e-mail address; None: the holder's own, when they gave one and want to be told of this kind (an
    EMAIL_CODE goes to the one that waits to be confirmed). `about`: a share's id. `language`: None: not known, so in
    every one. `fields`: exactly those of passport.messages.fields.FIELDS for the kind. `key`: made of ids and days,
    never of an address or a secret.
    """

    kind: MessageKind
    holder_id: str
    to: str | None = field(repr=False)
    about: str | None
    language: Language | None
    fields: Mapping[str, str] = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a message: the address (None: the holder's own), the fields and the language (None: every)."""

    to: str | None = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    language: Language | None


def enqueue(
    d: Deployment, connection: Connection, message: Message, *, due_at: datetime | None = None
) -> bool:
    """Write a message to be sent once the caller's transaction has committed, and return whether it was written.

    It is sent now or when it is due. Nothing happens when the key was used before, when it is for a holder who does not
    want it, or when no mail is set up here: nothing waits for what never comes. Changes nothing but the database, so it
    may run in a job of the writer, which runs twice when a group of commits fails.

    Raises:
        AddressError: `to` is not one plain address.
        MessageFieldError: the fields are not those of the kind.
        HolderErasedError: the holder was erased, and the message is none that outlives them.
    """
    read_fields(message.kind, message.fields)
    to = None if message.to is None else read_address(message.to)
    if not d.sends_mail:
        return False
    if to is None and not wants(contacts.get(connection, message.holder_id), message.kind):
        return False
    key_hash = d.lookup.message_hash(message.holder_id, message.key)
    if messages.is_known(
        connection, message.holder_id, key_hash
    ):  # before anything is sealed, which takes longer
        return False
    vault: FieldVault = d.service_vault
    if message.kind not in OUTLIVING:
        vault = vault_of(d, _holder(connection, message.holder_id))
    messages.add(connection, _row(d, message, to, vault, key_hash=key_hash, due_at=due_at or d.now()))
    return True


def _row(
    d: Deployment, message: Message, to: str | None, vault: FieldVault, *, key_hash: bytes, due_at: datetime
) -> MessageRow:
    message_id = d.new_id()
    content = encode_json({"to": to, "fields": dict(message.fields), "language": message.language})
    return MessageRow(
        holder_id=message.holder_id,
        message_id=message_id,
        kind=message.kind,
        share_id=message.about,
        key_hash=key_hash,
        to_holder=to is None,
        sealed_content=vault.seal(content, table=TABLE, row=message_id, field=FIELD),
        created_at=d.now(),
        due_at=due_at,
        next_attempt_at=due_at,
    )


def check_mail(d: Deployment) -> None:
    """Check that messages are sent here.

    Raises:
        MailOffError: no mail is set up.
    """
    if not d.sends_mail:
        raise MailOffError("no mail is set up on this service; nothing can be sent to an address")


def wants(contact: ContactRow | None, kind: MessageKind) -> bool:
    """Return whether a holder wants to be told of a kind, and there is an address to tell it to."""
    if contact is None:
        return False
    if kind is MessageKind.EMAIL_CODE:
        return contact.sealed_pending is not None
    return contact.sealed_address is not None and kind in contact.wanted


def open_content(vault: FieldVault, row: MessageRow) -> Content:
    """Return what is sealed of a message that has not ended.

    Raises:
        SealError: it was altered, or sealed for another message.
    """
    opened = vault.open(row.sealed_content or b"", table=TABLE, row=row.message_id, field=FIELD)
    content = decode_json_object(opened)
    return Content(content["to"], content["fields"], known_language(content["language"]))


def own_address(connection: Connection, vault: FieldVault, row: MessageRow) -> str | None:
    """Return where a message to its holder goes now; None when they have removed the address, or do not want it.

    Raises:
        SealError: the address was altered, or sealed for another holder.
    """
    contact = contacts.get(connection, row.holder_id)
    if contact is None or not wants(contact, row.kind):
        return None
    column = "sealed_pending" if row.kind is MessageKind.EMAIL_CODE else "sealed_address"
    sealed = getattr(contact, column)
    return vault.open(sealed, table=CONTACTS, row=row.holder_id, field=column).decode()


def is_of_use(row: MessageRow, at: datetime) -> bool:
    """Return whether a message still helps whoever gets it at a moment: then it is tried, however late that is."""
    return at < row.due_at + USEFUL_FOR[row.kind]


def vault_of(d: Deployment, holder: HolderRow) -> HolderVault:
    """Return a holder's vault. Raises HolderErasedError, SealError, CustodyError."""
    return d.vault.of(holder.holder_id, holder.wrapped_data_key, holder.kek_version)


def _holder(connection: Connection, holder_id: str) -> HolderRow:
    holder = holder_store.get(connection, holder_id)
    if holder is None:
        raise LookupError("there is no such holder")
    return holder
