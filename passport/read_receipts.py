"""Read receipts: who read a share, signed when somebody asks, by what the access log's event says of the opening.

The event was committed before anything was shown (no event, no read) and cannot be changed, so what is signed later
says the same; and opening costs nothing more. Left out: what a read receipt says (consent.reading).
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from consent.reading import Reading, SignedReading, issue_reading
from passport import access
from passport.access import LoggedEvent
from passport.deployment import Deployment
from passport.holders import OpenHolder, open_holder
from passport.issuing import ACKNOWLEDGEMENT, active_signer, issuer_url
from passport.kept_receipts import ReceiptNotFoundError, opened
from passport.store import receipts as store
from passport.store import shares
from passport.tables import AccessKind, ShareRow
from schemas.consent_vocabulary import Assurance

READ: Final = frozenset({AccessKind.OPENED})  # what a program fetches nobody has read by that


def read_receipt_of(d: Deployment, holder_id: str, share_id: str, *, event: int) -> SignedReading:
    """Return the signed statement of one opening; `event`: its number in the holder's log.

    Raises:
        ReceiptNotFoundError: no event of that number is an opening of this share, or no receipt covers it.
        SealError, PassportError: what is stored was altered.
    """
    with d.database.reading() as connection:
        row = shares.get(connection, holder_id, share_id)
        holder = open_holder(d, connection, holder_id)
        found = access.events(connection, holder.vault, holder_id, after=event - 1, limit=1)
        if row is None or [(e.sequence, e.share_id, e.kind in READ) for e in found] != [
            (event, share_id, True)
        ]:
            raise ReceiptNotFoundError("there is no such reading")
        return _sign(d, connection, holder, row, found[0])


def read_receipts(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, events: Sequence[LoggedEvent]
) -> tuple[SignedReading, ...]:
    """Return the signed statement of each of these openings of a share: events of its holder's log.

    Raises:
        SealError, PassportError: what is stored was altered.
    """
    return tuple(_sign(d, connection, holder, row, event) for event in events)


def _sign(
    d: Deployment, connection: Connection, holder: OpenHolder, row: ShareRow, event: LoggedEvent
) -> SignedReading:
    stored = store.newest_of(connection, holder.holder_id, row.grant_id, before_event=event.sequence)
    if stored is None:
        raise ReceiptNotFoundError("there is no receipt of this")
    (covering,) = opened(d, connection, holder, [stored])
    receipt = covering.receipt
    reading = Reading(
        reading_id=f"urn:passport:reading:{event.event_id}",
        receipt_id=receipt.receipt_id,
        receipt_sha256=covering.sha256,
        recipient=receipt.controller.name,
        reader=str(event.detail.get("who", "")).strip() or None,
        assurance=Assurance(event.known["assurance"]),  # then; what they show later is in the log
        shown=receipt.shared,
        at=event.occurred_at.replace(microsecond=0),
    )
    signer, issuer = active_signer(d, connection, ACKNOWLEDGEMENT), issuer_url(d, ACKNOWLEDGEMENT)
    now = max(d.now(), reading.at)  # also by a clock that is behind the one that opened it
    return issue_reading(reading, signer=signer, issuer=issuer, now=now)
