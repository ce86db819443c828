"""Receipts that tests make: fictional people, the same in every run."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from consent.grant import GrantItem, GrantKind
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
from consent.receipt_token import SignedReceipt, issue_receipt, read_receipt
from issuers.keys import SoftwareSigner, VerifyingKey
from schemas.consent_vocabulary import Assurance, ConsentEvent, ConsentParty, LegalBasis, RetentionRule
from schemas.vocabulary import Language, Purpose, RecipientKind, Section

NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
ISSUER: Final = "https://passport.example"
SIGNER: Final = SoftwareSigner.generate()
KEY: Final = VerifyingKey.from_jwk(SIGNER.public_jwk)
NOTICE: Final = "Sam, you are about to show two sections to Harbour Kitchens until 31 March 2027."
CHANGES: Final = SharedEntry.of(
    GrantItem(Section.ADJUSTMENTS, "e1", ("changes/0", "changes/1")), "presentation-1~"
)
NAME: Final = SharedEntry.of(GrantItem(Section.ABOUT_ME, "e2", ("name",)), "presentation-2~")
GIVEN: Final = Event.of(ConsentEvent.GIVEN, NOW)
REQUESTED: Final = Event.of(ConsentEvent.REQUESTED, NOW - DAY, assurance=Assurance.WORK_EMAIL)
WITHDRAWN: Final = Event.of(ConsentEvent.WITHDRAWN, NOW + DAY)


def key_for(kid: str | None) -> VerifyingKey | None:
    return KEY if kid == KEY.kid else None


def make_receipt(**changed: Any) -> Receipt:
    """Return a receipt of a read grant to an employer, given just now, unless told otherwise."""
    settings: dict[str, Any] = {
        "receipt_id": "urn:uuid:0d2f8f5c-8a35-4c0e-9f0d-0b3c5f6b7a11",
        "principal_id": "urn:uuid:5b0c3c1e-7a55-4e0b-8a3e-2f1d5c9e7b22",
        "kind": GrantKind.READ,
        "controller": Controller(kind=RecipientKind.EMPLOYER, name="Harbour Kitchens"),
        "service_controller": ServiceController(
            service="Health and work passport", url=ISSUER, contact=f"{ISSUER}/privacy"
        ),
        "notice": Notice.of(NOTICE, Language.ENGLISH),
        "purpose": Purpose.ADJUSTMENTS_AT_WORK,
        "bases": (
            StatedBasis(ConsentParty.HOLDER, LegalBasis.CHOICE),
            StatedBasis(ConsentParty.RECIPIENT, LegalBasis.EMPLOYMENT_LAW),
        ),
        "shared": (NAME, CHANGES),
        "retention": Retention(RetentionRule.DAYS_AFTER_END, 30),
        "withdraw_at": "https://passport.example/sharing",
        "starts_at": NOW,
        "ends_at": NOW + 100 * DAY,
        "events": (GIVEN,),
    }
    return Receipt(**settings | changed)


def signed(receipt: Receipt | None = None, **changed: Any) -> SignedReceipt:
    settings: dict[str, Any] = {"signer": SIGNER, "issuer": ISSUER, "now": NOW}
    return issue_receipt(receipt or make_receipt(), **settings | changed)


def read(token: str, **changed: Any) -> SignedReceipt:
    settings: dict[str, Any] = {"key_for": key_for, "issuer": ISSUER, "now": NOW}
    return read_receipt(token, **settings | changed)
