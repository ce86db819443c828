"""The receipts that each side holds: of a share, a permission to write, a request; a recipient's also after its end.

Left out: recording what happens (passport.receipts) and signing who read (passport.read_receipts).
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from consent.reading import SignedReading
from consent.receipt_token import SignedReceipt
from passport import access, viewing_sessions
from passport.access import LoggedEvent
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder, open_holder
from passport.kept_receipts import ReceiptNotFoundError, versions
from passport.read_receipts import READ, read_receipt_of, read_receipts
from passport.receipts import on_expired
from passport.replies import Replier
from passport.store import grants, receipts, reply_requests, shares
from passport.tables import ShareRow
from schemas.consent_vocabulary import ConsentEvent

FINAL: Final = frozenset({ConsentEvent.REFUSED, ConsentEvent.WITHDRAWN})  # nothing follows on these
READINGS_MAX: Final = 200  # signed for one answer


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """Every version of one receipt, the first one first."""

    versions: tuple[SignedReceipt, ...]

    @property
    def newest(self) -> SignedReceipt:
        """The version that says how it stands."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class RecipientsCopy:
    """What a recipient keeps: the receipt, and the statement of who they are and what they read."""

    receipt: HeldReceipt
    reading: SignedReading


def of_share(d: Deployment, holder_id: str, share_id: str) -> HeldReceipt:
    """Return the receipt of a holder's share.

    Raises:
        ReceiptNotFoundError: the holder has no such share.
        SealError, PassportError: it was altered where it is stored.
    """
    with d.database.reading() as connection:
        row = _of_holder(connection, holder_id, share_id)
    return of_grant(d, holder_id, row.grant_id)


def of_grant(d: Deployment, holder_id: str, grant_id: str) -> HeldReceipt:
    """Return the receipt of a holder's grant, or of a request to them; what ended it is recorded first.

    Raises:
        ReceiptNotFoundError: the holder gave no such grant.
        SealError, PassportError: it was altered where it is stored.
    """
    with d.database.reading() as connection:
        newest = receipts.newest_of(connection, holder_id, grant_id)
        if newest is None:
            raise ReceiptNotFoundError("there is no receipt of this")
        grant = grants.get(connection, holder_id, grant_id)
    is_over = newest.ends_at <= d.now() or (grant is not None and grant.revoked_at is not None)
    if is_over and newest.state not in FINAL:
        with d.database.writing() as connection:
            on_expired(d, connection, lock_holder(d, connection, holder_id), grant_id)
    with d.database.reading() as connection:
        holder = open_holder(d, connection, holder_id)
        return HeldReceipt(versions(d, connection, holder, grant_id))


def of_practitioner(d: Deployment, practitioner_id: str, grant_id: str) -> HeldReceipt:
    """Return the receipt of a permission to write, for the practitioner who was given it. Raises as `of_grant`."""
    with d.database.reading() as connection:
        row = grants.of_practitioner(connection, practitioner_id, grant_id)
    if row is None:
        raise ReceiptNotFoundError("there is no receipt of this")
    return of_grant(d, row.holder_id, grant_id)


def of_replier(d: Deployment, replier: Replier) -> HeldReceipt:
    """Return the receipt of what a recipient was given, running or not. Raises as `of_grant`."""
    return of_grant(d, replier.row.holder_id, replier.grant.grant_id)


def of_own_request(d: Deployment, replier: Replier, request_id: str) -> HeldReceipt:
    """Return the receipt of a recipient's own request: that it was granted too, but nothing of what was given.

    Raises:
        ReceiptNotFoundError: they asked no such thing.
        SealError, PassportError: it was altered where it is stored.
    """
    holder_id = replier.row.holder_id
    with d.database.reading() as connection:
        row = reply_requests.get(connection, holder_id, request_id)
    if row is None or row.recipient_id != replier.row.recipient_id:
        raise ReceiptNotFoundError("there is no receipt of this")
    return of_grant(d, holder_id, request_id)


def of_viewing(d: Deployment, viewing_token: str) -> RecipientsCopy | None:
    """Return what the person in a viewing session may keep, or None when it or its share has ended.

    Raises:
        SealError, PassportError: what is stored was altered.
    """
    with d.database.reading() as connection:
        session = viewing_sessions.running(d, connection, viewing_token)
        if session is None:
            return None
        row = session.share
        receipt = HeldReceipt(versions(d, connection, session.holder, row.grant_id))
    read = read_receipt_of(d, row.holder_id, row.share_id, event=session.viewer.event)
    return RecipientsCopy(receipt, read)


def openings_of(d: Deployment, holder_id: str, share_id: str) -> tuple[LoggedEvent, ...]:
    """Return the first and the last openings of a holder's share by people, oldest first: each can be signed.

    Raises:
        ReceiptNotFoundError: the holder has no such share.
        SealError: what is stored was altered.
    """
    with d.database.reading() as connection:
        _of_holder(connection, holder_id, share_id)
        return _openings(connection, open_holder(d, connection, holder_id), share_id)


def readings_of(d: Deployment, holder_id: str, share_id: str) -> tuple[SignedReading, ...]:
    """Return the signed statement of each of the first and the last openings of a holder's share, oldest first.

    Raises:
        ReceiptNotFoundError: the holder has no such share.
        SealError, PassportError: what is stored was altered.
    """
    with d.database.reading() as connection:
        row = _of_holder(connection, holder_id, share_id)
        holder = open_holder(d, connection, holder_id)
        return read_receipts(d, connection, holder, row, _openings(connection, holder, share_id))


def _of_holder(connection: Connection, holder_id: str, share_id: str) -> ShareRow:
    row = shares.get(connection, holder_id, share_id)
    if row is None:
        raise ReceiptNotFoundError("there is no receipt of this")
    return row


def _openings(connection: Connection, holder: OpenHolder, share_id: str) -> tuple[LoggedEvent, ...]:
    """Return the first and the last: whoever opens it over and over pushes nobody off who was there before."""
    half = READINGS_MAX // 2
    return tuple(access.about_share(connection, holder.vault, holder.holder_id, share_id, READ, limit=half))
