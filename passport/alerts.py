"""Who is told of what happens to a share: its holder, as they chose, and the recipients whose address was checked.

Each function writes to the outbox in the caller's transaction. Left out: texts (passport.messages), sending
(passport.delivery), and what a day brings (passport.reminders).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from issuers.encoding import decode_json_object
from passport.deployment import LONDON, Deployment
from passport.holders import OpenHolder
from passport.outbox import Message, enqueue
from passport.storage_errors import SealError
from passport.store import recipients
from passport.tables import MessageKind, RecipientRow, ShareRow
from schemas.errors import EncodingError

RECIPIENTS: Final = "recipients"


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
    """Yield what every recipient of a share whose address was checked is told when its holder is erased.

    Somebody whose row was altered is left out: whatever is wrong with one, the holder is erased.
    """
    for recipient in _reachable(connection, row):
        try:
            address = _address(holder, recipient)
        except (SealError, EncodingError):
            continue
        if address is not None:
            yield Message(
                kind=MessageKind.PASSPORT_DELETED,
                holder_id=holder.holder_id,
                to=address,
                about=None,
                language=holder.language,
                fields=_shared_on(row),
                key=f"{MessageKind.PASSPORT_DELETED}:{row.share_id}:{recipient.recipient_id}",
            )


def remind_of_copies(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    """Remind the recipients of an ended share to look at what they keep, unless they have said that it is deleted."""
    _tell_recipients(d, connection, holder, row, MessageKind.RETENTION_REMINDER, _shared_on(row))


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
    for recipient in _reachable(connection, row):
        message = Message(
            kind=kind,
            holder_id=holder.holder_id,
            to=_address(holder, recipient),
            about=row.share_id,
            language=holder.language,
            fields=fields,
            key=f"{kind}:{row.share_id}:{recipient.recipient_id}{key}",
        )
        if message.to is not None:
            enqueue(d, connection, message)


def _reachable(connection: Connection, row: ShareRow) -> Sequence[RecipientRow]:
    found = recipients.list_of(connection, row.holder_id, row.share_id)
    return [one for one in found if one.confirmed_at is not None and one.deleted_at is None]


def _address(holder: OpenHolder, recipient: RecipientRow) -> str | None:
    opened = holder.vault.open(
        recipient.sealed_person, table=RECIPIENTS, row=recipient.recipient_id, field="sealed_person"
    )
    address = decode_json_object(opened).get("address")
    return address if isinstance(address, str) else None
