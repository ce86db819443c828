"""Receipts as they are kept: every version of them sealed, and its signature checked when it is opened.

Left out: what becomes a version, and who signs it (passport.receipts); who may have one (passport.held_receipts).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from consent.receipt_token import SignedReceipt, read_receipt
from issuers.keys import VerifyingKey
from passport.deployment import Deployment
from passport.holders import OpenHolder
from passport.issuing import ACKNOWLEDGEMENT, issuer_url
from passport.store import access as access_store
from passport.store import issuers as issuer_store
from passport.store import receipts as store
from passport.tables import ReceiptRow
from schemas.consent_vocabulary import ConsentEvent
from schemas.errors import PassportError

TABLE: Final = "receipts"
FIELD: Final = "sealed_token"


class ReceiptNotFoundError(PassportError):
    """There is no receipt of this grant."""

    code = "receipt_not_found"


def versions(
    d: Deployment, connection: Connection, holder: OpenHolder, subject_id: str
) -> tuple[SignedReceipt, ...]:
    """Return every version of the receipt of a grant or request, the first one first.

    Raises:
        ReceiptNotFoundError: it has none.
        SealError, PassportError: one was altered where it is stored.
    """
    row = store.newest_of(connection, holder.holder_id, subject_id)
    if row is None:
        raise ReceiptNotFoundError("there is no receipt of this")
    return opened(d, connection, holder, store.versions_of(connection, holder.holder_id, row.receipt_id))


def opened(
    d: Deployment, connection: Connection, holder: OpenHolder, rows: Iterable[ReceiptRow]
) -> tuple[SignedReceipt, ...]:
    """Return stored versions, their signatures checked.

    Raises:
        SealError, PassportError: one was altered where it is stored.
    """
    keys = _keys(connection)
    return tuple(_open(d, holder, row, keys) for row in rows)


def standing(
    connection: Connection, holder_id: str, subject_id: str, *states: ConsentEvent
) -> ReceiptRow | None:
    """Return the newest version of a receipt that is in one of these states."""
    row = store.newest_of(connection, holder_id, subject_id)
    return None if row is None or row.state not in states else row


def keep(connection: Connection, holder: OpenHolder, signed: SignedReceipt, subject_id: str) -> SignedReceipt:
    """Seal a version where it is kept, as the newest of a grant or request, and return it."""
    receipt = signed.receipt
    row = ReceiptRow(
        holder_id=holder.holder_id,
        receipt_id=receipt.receipt_id,
        version=receipt.version,
        subject_id=subject_id,
        state=receipt.state,
        ends_at=receipt.ends_at,
        after_event=access_store.lock(connection, holder.holder_id).next_sequence - 1,
        sealed_token=holder.vault.seal(
            signed.token.encode("ascii"),
            row=_place(receipt.receipt_id, receipt.version),
            table=TABLE,
            field=FIELD,
        ),
    )
    store.add(connection, row)
    return signed


def open_version(d: Deployment, connection: Connection, holder: OpenHolder, row: ReceiptRow) -> SignedReceipt:
    """Return one stored version, its signature checked.

    Raises:
        SealError, PassportError: it was altered where it is stored.
    """
    return _open(d, holder, row, _keys(connection))


def _open(
    d: Deployment, holder: OpenHolder, row: ReceiptRow, keys: Mapping[str | None, VerifyingKey]
) -> SignedReceipt:
    sealed = holder.vault.open(
        row.sealed_token, row=_place(row.receipt_id, row.version), table=TABLE, field=FIELD
    )
    # No clock decides here: another node's may have been ahead of ours when it was signed, and it stands all the same.
    issuer = issuer_url(d, ACKNOWLEDGEMENT)
    return read_receipt(sealed.decode("ascii"), key_for=keys.get, issuer=issuer, now=None)


def _keys(connection: Connection) -> Mapping[str | None, VerifyingKey]:
    """Return every key that ever signed receipts here: a stored one is sealed, so an ended key need not be asked."""
    rows = issuer_store.list_keys(connection, ACKNOWLEDGEMENT)
    return {row.kid: VerifyingKey.from_jwk(row.public_jwk) for row in rows}


def _place(receipt_id: str, version: int) -> str:
    return f"{receipt_id}#{version}"
