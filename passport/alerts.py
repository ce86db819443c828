"""Who is told of what happens to a share: its holder, as they chose, and the recipients whose address was checked.

Each function writes to the outbox in the caller's transaction. Left out: texts (passport.messages), sending
(passport.delivery), and what a day brings (passport.reminders).
"""

from collections.abc import Iterator, Mapping
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
    """Yield what every recipient of a share whose address was checked is told when its holder is erased."""
    for address, recipient_id in _reachable(connection, holder, row).items():
        yield Message(
            kind=MessageKind.PASSPORT_DELETED,
            holder_id=holder.holder_id,
            to=address,
            about=None,
            language=holder.language,
            fields=_shared_on(row),
            key=f"{MessageKind.PASSPORT_DELETED}:{row.share_id}:{recipient_id}",
        )


def remind_of_copies(d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow) -> None:
    """Remind the recipients of a share to look at what they keep of it, unless they have said that it is deleted."""
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
    for address, recipient_id in _reachable(connection, holder, row).items():
        message = Message(
            kind=kind,
            holder_id=holder.holder_id,
            to=address,
            about=row.share_id,
            language=holder.language,
            fields=fields,
            key=f"{kind}:{row.share_id}:{recipient_id}{key}",
        )
        enqueue(d, connection, message)


def _reachable(connection: Connection, holder: OpenHolder, row: ShareRow) -> Mapping[str, str]:
    """Return the recipient that each checked address of a share is of: whoever opened it twice is told once.

    An address whose copies are said to be deleted is left out.
    """
    found: dict[str, str] = {}
    done: set[str] = set()
    for recipient in recipients.list_of(connection, row.holder_id, row.share_id):
        if recipient.confirmed_at is None or (address := _address(holder, recipient)) is None:
            continue
        found.setdefault(address, recipient.recipient_id)
        if recipient.deleted_at is not None:
            done.add(address)
    return {address: recipient_id for address, recipient_id in found.items() if address not in done}


def _address(holder: OpenHolder, recipient: RecipientRow) -> str | None:
    """Return an address, or None where there is none, or the row was altered: that stops no share and no erasure."""
    try:
        opened = holder.vault.open(
            recipient.sealed_person, table=RECIPIENTS, row=recipient.recipient_id, field="sealed_person"
        )
        address = decode_json_object(opened).get("address")
    except (SealError, EncodingError):
        return None
    return address if isinstance(address, str) else None
