"""Who is told of what happens to a share: its holder, as they chose, and the recipients whose address was checked.

Each function writes to the outbox in the caller's transaction. Left out: texts (passport.messages), sending
(passport.delivery), and what a day brings (passport.reminders).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object
from passport.deployment import LONDON, Deployment
from passport.holders import OpenHolder
from passport.i18n import known_language
from passport.outbox import Message, enqueue
from passport.storage_errors import SealError
from passport.store import recipients
from passport.tables import MessageKind, RecipientRow, ShareRow
from schemas.errors import EncodingError
from schemas.vocabulary import Language

RECIPIENTS: Final = "recipients"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whoever reads what comes to an address. `language`: None when it is not known."""

    recipient_id: str
    language: Language | None


def tell_holder(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    kind: MessageKind,
    share_id: str,
    *,
    fields: Mapping[str, str],
    key: str,
) -> None:
    """Tell a holder, if they want to know, once for each key of a share and kind."""
    message = Message(
        kind=kind,
        holder_id=holder.holder_id,
        to=None,
        about=share_id,
        language=holder.language,
        fields=fields,
        key=f"{kind}:{share_id}:{key}",
    )
    enqueue(d, connection, message)


def tell_today(
    d: Deployment, connection: Connection, holder: OpenHolder, kind: MessageKind, share_id: str
) -> None:
    """Tell a holder that something happened to a share today: once a day, however often it happens."""
    day = d.today().isoformat()
    tell_holder(d, connection, holder, kind, share_id, fields={"day": day}, key=day)


def ask_to_delete(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    """Ask every recipient of a stopped share whose address was checked to delete their copies."""
    _tell_recipients(d, connection, holder, row, MessageKind.DELETION_REQUEST, _shared_on(row))


def farewells(connection: Connection, holder: OpenHolder, row: ShareRow) -> Iterator[Message]:
    """Yield what every recipient of a share whose address was checked is told when its holder is erased."""
    for address, reader in _reachable(connection, holder, row).items():
        yield Message(
            kind=MessageKind.PASSPORT_DELETED,
            holder_id=holder.holder_id,
            to=address,
            about=None,
            language=reader.language,
            fields=_shared_on(row),
            key=f"{MessageKind.PASSPORT_DELETED}:{row.share_id}:{reader.recipient_id}",
        )


def remind_of_copies(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, due: date
) -> None:
    """Remind the recipients of a share to look at what they keep of it, unless they have said that it is deleted.

    Once for each day on which it is due: whoever promises another is reminded then.
    """
    _tell_recipients(
        d, connection, holder, row, MessageKind.RETENTION_REMINDER, _shared_on(row), key=f":{due}"
    )


def tell_of_change(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    """Tell the recipients of a live share whose address was checked that its holder sent a change; once a day."""
    day = d.today().isoformat()
    _tell_recipients(d, connection, holder, row, MessageKind.CHANGED, {"day": day}, key=f":{day}")


def _shared_on(row: ShareRow) -> Mapping[str, str]:
    return {"shared_on": row.created_at.astimezone(LONDON).date().isoformat()}


def _tell_recipients(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ShareRow,
    kind: MessageKind,
    fields: Mapping[str, str],
    *,
    key: str = "",
) -> None:
    for address, reader in _reachable(connection, holder, row).items():
        message = Message(
            kind=kind,
            holder_id=holder.holder_id,
            to=address,
            about=row.share_id,
            language=reader.language,
            fields=fields,
            key=f"{kind}:{row.share_id}:{reader.recipient_id}{key}",
        )
        enqueue(d, connection, message)


def _reachable(connection: Connection, holder: OpenHolder, row: ShareRow) -> Mapping[str, _Reader]:
    """Return who reads each checked address of a share: whoever opened it twice is told once, as they last asked for.

    An address whose copies are said to be deleted is left out.
    """
    found: dict[str, _Reader] = {}
    done: set[str] = set()
    for recipient in recipients.list_of(connection, row.holder_id, row.share_id, shown=True):
        person = _person(holder, recipient)
        address = person.get("address")
        if recipient.confirmed_at is None or not isinstance(address, str):
            continue
        before = found.get(address, _Reader(recipient.recipient_id, None))
        language = known_language(person.get("language")) or before.language
        found[address] = _Reader(before.recipient_id, language)
        if recipient.deleted_at is not None:
            done.add(address)
    return {address: reader for address, reader in found.items() if address not in done}


def _person(holder: OpenHolder, recipient: RecipientRow) -> Mapping[str, Any]:
    """Return who a recipient is; nothing where the row was altered: that stops no share and no erasure."""
    try:
        opened = holder.vault.open(
            recipient.sealed_person, table=RECIPIENTS, row=recipient.recipient_id, field="sealed_person"
        )
        return decode_json_object(opened)
    except (SealError, EncodingError):
        return {}
