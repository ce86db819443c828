"""Receipts: a signed record of every grant, a new version for whatever happens to it, in the same transaction.

No receipt, no share: what cannot be recorded is not granted. What a recipient read is signed when they ask for it, by
what the log's event says, so that opening costs nothing more. Left out: what a receipt says (consent.receipt), and
keeping it (passport.kept_receipts).
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Unpack
from uuid import UUID

from sqlalchemy import Connection

from consent.grant import GrantKind, Recipient
from consent.receipt import (
    Controller,
    Event,
    Notice,
    Receipt,
    Retention,
    ServiceController,
    SharedEntry,
    StatedBasis,
)
from consent.receipt_token import (
    Decided,
    SignedReceipt,
    append_event,
    append_statement,
    issue_receipt,
)
from passport.decisions import SHARES_PATH, Asked, Decision
from passport.deployment import Deployment
from passport.holders import OpenHolder, lock_holder
from passport.issuing import ACKNOWLEDGEMENT, active_signer, issuer_url
from passport.kept_receipts import ReceiptNotFoundError, keep, open_version, standing
from passport.store import grants, reply_requests
from passport.store import receipts as store
from passport.tables import ReceiptRow
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.errors import PassportError

SERVICE_NAME: Final = "Health and work passport"
CONTACT_PATH: Final = "/privacy"  # the page that says who runs the service and how to reach them
_BASES: Final = (
    StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE),
    StatedBasis(ConsentParty.RECIPIENT, LegalBasis.NOT_STATED),
)
_LOG: Final = logging.getLogger(__name__)


def on_given(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    decision: Decision,
    *,
    answers: str | None = None,
) -> SignedReceipt:
    """Record that a holder gave a grant; `answers`: the request that it grants, whose record names this one alone.

    Whoever asked learns by the request's own record that the answer was yes, and when that ends: what was given, and to
    whom the link went, is for the holder to hand over.

    Raises:
        ReceiptError: the grant must not be recorded, so it must not be given.
        StorageError: the key that signs is not there.
    """
    row = _request(d, connection, holder, decision, answers) if answers else None
    if row is None:
        signed = _issue(d, connection, _first(d, decision))
        return keep(connection, holder, signed, decision.grant.grant_id)
    asked, first = open_version(d, connection, holder, row), _first(d, decision)
    given = Event.of(ConsentEvent.GIVEN, _not_before(d, asked).replace(microsecond=0))
    events = (*asked.receipt.events, given)
    signed = _issue(d, connection, replace(first, controller=asked.receipt.controller, events=events))
    ends_at, granted_in = first.ends_at, first.receipt_id
    _append(d, connection, holder, row, ConsentEvent.GIVEN, ends_at=ends_at, granted_in=granted_in)
    return keep(connection, holder, signed, decision.grant.grant_id)


def on_changed(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    grant_id: str,
    *,
    notice: Notice,
    shared: tuple[SharedEntry, ...] | None = None,
    ends_at: datetime | None = None,
) -> SignedReceipt | None:
    """Record that a holder gave a running grant anew: longer, or with what a live share shows now. None: no receipt.

    `notice`: what they read before that, in the place of what they read at first, which the former versions keep.

    Raises:
        ReceiptError: it cannot be given anew.
    """
    row = store.newest_of(connection, holder.holder_id, grant_id)
    if row is None:
        return None
    given = ConsentEvent.GIVEN
    if ends_at is not None:
        _in_request(d, connection, holder, grant_id, given, ends_at=ends_at)
    return _append(d, connection, holder, row, given, shared=shared, ends_at=ends_at, notice=notice)


def on_stated(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    grant_id: str,
    *,
    basis: LegalBasis,
    retention: Retention,
    level: Assurance,
) -> SignedReceipt:
    """Record what a recipient states that they rely on and promises; `level`: how sure we are of who they are.

    Raises:
        ReceiptNotFoundError: there is no receipt of this grant.
        ReceiptError: it must not be recorded.
    """
    row = store.newest_of(connection, holder.holder_id, grant_id)
    if row is None:
        raise ReceiptNotFoundError("there is no receipt of this")
    former = open_version(d, connection, holder, row)
    said_before = former.receipt.recipients_basis.at or former.issued_at
    now = max(_not_before(d, former), said_before + timedelta(seconds=1)).replace(microsecond=0)
    signed = append_statement(
        former,
        StatedBasis(ConsentParty.RECIPIENT, basis, now, level),
        retention,
        signer=active_signer(d, connection, ACKNOWLEDGEMENT),
        issuer=issuer_url(d, ACKNOWLEDGEMENT),
        now=now,
    )
    return keep(connection, holder, signed, row.subject_id)


def on_withdrawn(
    d: Deployment, connection: Connection, holder: OpenHolder, grant_id: str, *, at: datetime | None = None
) -> bool:
    """Record that a holder stopped a grant, `at` a moment (now), and return whether that is new on record.

    Whatever is wrong with its receipt, stopping goes on: `record_ends` tries again.
    """
    withdrawn = ConsentEvent.WITHDRAWN
    row = standing(connection, holder.holder_id, grant_id, ConsentEvent.GIVEN, ConsentEvent.EXPIRED)
    try:
        _in_request(d, connection, holder, grant_id, withdrawn, at=at)
        if row is not None:
            _append(d, connection, holder, row, withdrawn, at=at)
    except PassportError as exc:
        _LOG.error("no receipt of a withdrawal yet: %s", exc.code)
        return False
    return row is not None


def on_expired(d: Deployment, connection: Connection, holder: OpenHolder, subject_id: str) -> bool:
    """Record that the end of a grant or request has passed; return False when it has not, or that is recorded.

    One that was stopped before its end, and whose record does not say so, was stopped: that is recorded.
    """
    grant = grants.get(connection, holder.holder_id, subject_id)
    if grant is not None and grant.revoked_at is not None:
        return on_withdrawn(d, connection, holder, subject_id, at=grant.revoked_at)
    row = standing(connection, holder.holder_id, subject_id, ConsentEvent.GIVEN, ConsentEvent.REQUESTED)
    if row is None or d.now() < row.ends_at:
        return False
    _append(d, connection, holder, row, ConsentEvent.EXPIRED, at=row.ends_at)
    return True


def on_requested(d: Deployment, connection: Connection, holder: OpenHolder, asked: Asked) -> SignedReceipt:
    """Record that a recipient asks for something; nothing is shared by it.

    Raises:
        ReceiptError: it names nobody, or ends before it begins.
    """
    now = d.now().replace(microsecond=0)
    event = Event.of(ConsentEvent.REQUESTED, now, assurance=asked.assurance)
    receipt = Receipt(
        receipt_id=_urn(d),
        principal_id=_urn(d),
        kind=GrantKind.READ,
        controller=asked.controller,
        service_controller=_service_controller(d),
        notice=asked.notice,
        purpose=asked.purpose,
        bases=_BASES,
        retention=Retention(RetentionRule.NOT_PROMISED),
        withdraw_at=f"{d.settings.base_url}{SHARES_PATH}",
        starts_at=now,
        ends_at=asked.ends_at,
        events=(event,),
        stored_in=d.settings.countries,
    )
    return keep(connection, holder, _issue(d, connection, receipt), asked.request_id)


def on_refused(d: Deployment, connection: Connection, holder: OpenHolder, request_id: str) -> None:
    """Record that a holder refused a request; what was answered before stays as it is."""
    row = standing(connection, holder.holder_id, request_id, ConsentEvent.REQUESTED)
    if row is not None:
        _append(d, connection, holder, row, ConsentEvent.REFUSED)


def record_ends(d: Deployment) -> int:
    """Record every end that has passed, and every stop that is not on record; return how many there were.

    It may run as often as it likes.

    Raises:
        DatabaseUnavailableError: the database did not answer; what was recorded stays, the rest comes the next time.
    """
    with d.database.reading() as connection:
        found = [*store.ended(connection, now=d.now()), *store.stopped(connection)]
    return sum(_end(d, holder_id, subject_id) for holder_id, subject_id in dict.fromkeys(found))


def _end(d: Deployment, holder_id: str, subject_id: str) -> bool:
    try:
        with d.database.writing() as connection:
            return on_expired(d, connection, lock_holder(d, connection, holder_id), subject_id)
    except PassportError as exc:  # erased, or altered: the others' ends are recorded all the same
        _LOG.error("no receipt of an end: %s", exc.code)
        return False


def _in_request(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    grant_id: str,
    kind: ConsentEvent,
    *,
    at: datetime | None = None,
    **decided: Unpack[Decided],
) -> None:
    """Record in the request that a grant answers what becomes of the answer: nothing of what was given."""
    request_id = reply_requests.answered_by(connection, holder.holder_id, grant_id)
    if request_id is None:
        return
    row = standing(connection, holder.holder_id, request_id, ConsentEvent.GIVEN, ConsentEvent.EXPIRED)
    if row is not None:
        _append(d, connection, holder, row, kind, at=at, **decided)


def _request(
    d: Deployment, connection: Connection, holder: OpenHolder, decision: Decision, request_id: str
) -> ReceiptRow | None:
    """Return the open request that a decision grants; None when it is for somebody or something else."""
    row = standing(connection, holder.holder_id, request_id, ConsentEvent.REQUESTED)
    if row is None:
        return None
    asked, grant = open_version(d, connection, holder, row).receipt, decision.grant
    recipient = Recipient(asked.controller.kind, asked.controller.name)
    same = (recipient, asked.purpose, asked.kind) == (grant.recipient, grant.purpose, grant.kind)
    return row if same else None


def _first(d: Deployment, decision: Decision) -> Receipt:
    grant = decision.grant
    recipient = grant.recipient
    return Receipt(
        receipt_id=_urn(d),
        principal_id=_urn(d),
        principal_name=decision.shown_name,
        kind=grant.kind,
        controller=Controller(kind=recipient.kind, name=recipient.name, assurance=decision.assurance),
        service_controller=_service_controller(d),
        notice=decision.notice,
        purpose=grant.purpose,
        bases=_BASES,
        shared=decision.shared,
        may_write=tuple(sorted(grant.may_write)),
        retention=Retention(RetentionRule.NOT_PROMISED),
        withdraw_at=_address(d, decision),
        starts_at=grant.starts_at.replace(microsecond=0),
        ends_at=grant.ends_at,
        events=(Event.of(ConsentEvent.GIVEN, d.now().replace(microsecond=0)),),
        stored_in=d.settings.countries,
    )


def _append(
    d: Deployment,
    connection: Connection,
    holder: OpenHolder,
    row: ReceiptRow,
    kind: ConsentEvent,
    *,
    at: datetime | None = None,
    **decided: Unpack[Decided],
) -> SignedReceipt:
    former = open_version(d, connection, holder, row)
    now = _not_before(d, former)
    happened = max(at or now, former.receipt.events[-1].at).replace(microsecond=0)
    signed = append_event(
        former,
        Event.of(kind, happened),
        signer=active_signer(d, connection, ACKNOWLEDGEMENT),
        issuer=issuer_url(d, ACKNOWLEDGEMENT),
        now=now,
        **decided,
    )
    return keep(connection, holder, signed, row.subject_id)


def _not_before(d: Deployment, former: SignedReceipt) -> datetime:
    """Return now, or the moment of the former version where our clock is behind it: nothing is lost by a clock."""
    now, last = d.now(), max(former.issued_at, former.receipt.events[-1].at)
    if now < last:
        behind = (last - now).total_seconds()
        _LOG.warning("the clock is %d s behind the last version of a receipt: written at its time", behind)
    return max(now, last)


def _issue(d: Deployment, connection: Connection, receipt: Receipt) -> SignedReceipt:
    signer = active_signer(d, connection, ACKNOWLEDGEMENT)
    now = max(d.now(), receipt.events[-1].at)
    return issue_receipt(receipt, signer=signer, issuer=issuer_url(d, ACKNOWLEDGEMENT), now=now)


def _address(d: Deployment, decision: Decision) -> str:
    """Return where the holder can stop what they decided."""
    return f"{d.settings.base_url}{decision.path}"


def _service_controller(d: Deployment) -> ServiceController:
    """Return whoever runs this service, as the settings name them, and the page that says how to reach them."""
    return ServiceController(
        service=SERVICE_NAME,
        operator=d.settings.operator_name or None,
        url=d.settings.issuer_url,
        contact=f"{d.settings.base_url}{CONTACT_PATH}",
    )


def _urn(d: Deployment) -> str:
    return UUID(bytes=d.random_bytes(16), version=4).urn
